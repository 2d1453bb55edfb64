"""GitLab, self-hosted too: https://docs.gitlab.com/api/issues/."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import quote, urlencode, urlsplit

from msgspec import Struct, field

from sphinxext_opsdocs.config import Tracker
from sphinxext_opsdocs.issue_snapshot import DUPLICATE, IssueState
from sphinxext_opsdocs.trackers.base import Client, Known, settled, stated
from sphinxext_opsdocs.trackers.batches import batch_etag, by_project, told
from sphinxext_opsdocs.trackers.requester import Reply, TrackerError

__all__ = ["GitLab"]

PUBLIC = "https://gitlab.com"
ROOT = "/api/v4"


class _Links(Struct, frozen=True):
    closed_as_duplicate_of: str | None = None


class _Issue(Struct, frozen=True):
    iid: int
    state: str
    title: str = ""
    web_url: str = ""
    labels: list[str] = []
    moved_to_id: int | None = None
    links: _Links | None = field(default=None, name="_links")


class GitLab(Client):
    """A hundred issues of a project a request."""

    batch = 100
    per_minute = 2000
    """Authenticated requests to GitLab.com; a server of one's own has no limit unless it is set."""
    tokens = ("GITLAB_TOKEN", "GITLAB_ACCESS_TOKEN", "OAUTH_TOKEN")

    @classmethod
    def base_address(cls, tracker: Tracker) -> str:
        """``api`` or the server of ``url``, with the root of the API added where it lacks."""
        parts = urlsplit(tracker.url)
        is_gitlab = "/issues/" in parts.path or "/work_items/" in parts.path
        server = f"{parts.scheme}://{parts.netloc}" if parts.netloc and is_gitlab else PUBLIC
        base = (tracker.api or server).rstrip("/")
        return base if base.endswith(ROOT) else base + ROOT

    def authorization(self, token: str) -> Mapping[str, str]:
        """The header that carries a token."""
        return {"PRIVATE-TOKEN": token}

    def look_up(self, refs: Sequence[str], known: Known) -> Known:
        """What GitLab says of issues; those that a list lacks are asked for one by one."""
        found: dict[str, IssueState] = {}
        for project, group in by_project(refs, self.split):
            numbers = [("iids[]", number) for number in group]
            wanted = {"scope": "all", "state": "all", "per_page": "100"}
            path = f"{self._path(project)}?{urlencode([*numbers, *wanted.items()])}"
            etag = batch_etag(known, group.values())
            reply = self.requester.get(path, etag)
            if reply.status == 304:
                found |= {ref: known[ref] for ref in group.values()}
                continue
            if state := settled(reply, None):
                found |= {ref: told(state, known.get(ref)) for ref in group.values()}
                continue
            issues = reply.read(list[_Issue])
            for issue in issues:
                if ref := group.get(str(issue.iid)):
                    found[ref] = self._state(issue, reply)
            for number, ref in group.items():
                if ref not in found:
                    found[ref] = self._single(project, number, known.get(ref))
        return found

    def _path(self, project: str) -> str:
        return f"/projects/{quote(project, safe='')}/issues"

    def _single(self, project: str, number: str, known: IssueState | None) -> IssueState:
        reply = self.one(f"{self._path(project)}/{number}", known)
        return reply if isinstance(reply, IssueState) else self._state(reply.read(_Issue), reply)

    def _state(self, issue: _Issue, reply: Reply) -> IssueState:
        is_duplicate = bool(issue.links and issue.links.closed_as_duplicate_of)
        return stated(
            reply,
            is_closed=issue.state == "closed",
            reason=DUPLICATE if is_duplicate else "",
            title=issue.title,
            labels=issue.labels,
            url=issue.web_url,
            moved_to=self._new_place(issue.moved_to_id),
        )

    def _new_place(self, number: int | None) -> str:
        """Where an issue was moved to: its id there, if the token may see it."""
        if not number:
            return ""
        reply = self.requester.get(f"/issues/{number}")
        if reply.status != 200:
            return f"issue with the global id {number}"
        issue = reply.read(_Issue)
        home = issue.web_url.partition("/-/")[0].split("/", 3)[-1]
        return f"{home}#{issue.iid}"

    def create(self, title: str, body: str) -> str:
        """Raise an issue; its number."""
        path = self._path(self.tracker.project)
        reply = self.requester.post(path, {"title": title, "description": body})
        if reply.status != 201:
            raise TrackerError(f"the server answers {reply.status}")
        issue = reply.read(_Issue)
        return str(issue.iid)
