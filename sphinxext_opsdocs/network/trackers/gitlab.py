"""GitLab, self-hosted too: https://docs.gitlab.com/api/issues/."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from urllib.parse import quote, unquote, urlencode, urlsplit

from msgspec import Struct, field

from sphinxext_opsdocs.config.schema import Tracker
from sphinxext_opsdocs.issues.snapshot import DUPLICATE, IssueState
from sphinxext_opsdocs.network.trackers.base import Client, Known, stated
from sphinxext_opsdocs.network.trackers.batches import batch_etag, by_project, for_all
from sphinxext_opsdocs.network.trackers.requester import Reply

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
    tokens = ("GITLAB_TOKEN", "GITLAB_ACCESS_TOKEN")

    @classmethod
    def base_address(cls, tracker: Tracker) -> str:
        """``api`` or the server of ``url``, with the root of the API added where it lacks."""
        server = "" if tracker.url else PUBLIC
        for project in (tracker.project, "{project}"):
            before, is_page, _ = tracker.url.partition(f"/{project}/-/")
            server = before if is_page else server
        base = (tracker.api or server).rstrip("/")
        return base if not base or base.endswith(ROOT) else base + ROOT

    @classmethod
    def documented_rate(cls, base: str) -> int:
        """That of GitLab.com; a server of one's own has no limit unless one is set."""
        return 2000 if urlsplit(base).hostname == "gitlab.com" else 0

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
            reply = self.requester.get(path, batch_etag(known, group.values()))
            if reply.status == 304:
                found |= {ref: known[ref] for ref in group.values() if ref in known}
            elif state := self.settled(reply, None):
                found |= {ref: for_all(state, known.get(ref)) for ref in group.values()}
            else:
                for issue in reply.read(list[_Issue]):
                    if ref := group.get(str(issue.iid)):
                        found[ref] = self._state(issue, reply)
            for number, ref in group.items():
                if ref not in found:
                    self.one_of_many(found, ref, partial(self._single, project, number, known))
        return found

    def _path(self, project: str) -> str:
        return f"/projects/{quote(unquote(project), safe='')}/issues"

    def _single(self, project: str, number: str, known: Known, ref: str) -> IssueState:
        reply = self.one(f"{self._path(project)}/{number}", known.get(ref))
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
        """Where an issue was moved to: its id there if the token may see that, else a phrase."""
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
        return str(self.raised(path, {"title": title, "description": body}, _Issue).iid)
