"""GitLab, self-hosted too: https://docs.gitlab.com/api/issues/."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from urllib.parse import quote, unquote, urlencode, urlsplit

from msgspec import Struct, field

from sphinxext_opsdocs.config.schema import Tracker
from sphinxext_opsdocs.issues.snapshot import DUPLICATE, IssueState
from sphinxext_opsdocs.network.trackers.api_urls import with_api_root
from sphinxext_opsdocs.network.trackers.base import Client
from sphinxext_opsdocs.network.trackers.batches import group_by_project
from sphinxext_opsdocs.network.trackers.issue_states import IssueStates, make_state
from sphinxext_opsdocs.network.trackers.keeping import (
    LABEL,
    PAGE_SIZE,
    IssueKeeper,
    KeptIssue,
    change_issue,
    read_pages,
)
from sphinxext_opsdocs.network.trackers.requester import Reply

__all__ = ["GitLab"]

PUBLIC_SERVER = "https://gitlab.com"
API_ROOT = "/api/v4"


class _Links(Struct, frozen=True):
    closed_as_duplicate_of: str | None = None


class _Issue(Struct, frozen=True):
    iid: int
    state: str
    title: str = ""
    web_url: str = ""
    description: str | None = None
    labels: list[str] = []
    moved_to_id: int | None = None
    links: _Links | None = field(default=None, name="_links")


class GitLab(Client, IssueKeeper):
    """A hundred issues of a project in a request."""

    batch_size = 100
    token_variables = ("GITLAB_TOKEN", "GITLAB_ACCESS_TOKEN")

    @classmethod
    def base_address(cls, tracker: Tracker) -> str:
        """Return ``api``, else the server of ``url``, with the root of the API."""
        return with_api_root(tracker.api or _server(tracker), API_ROOT)

    @classmethod
    def documented_rate(cls, base: str) -> int:
        """Return the limit of GitLab.com; 0 for others, which have none unless one is set."""
        return 2000 if urlsplit(base).hostname == "gitlab.com" else 0

    def authorization(self, token: str) -> Mapping[str, str]:
        """Return the header that carries a token."""
        return {"PRIVATE-TOKEN": token}

    def look_up(self, refs: Sequence[str], previous: IssueStates) -> IssueStates:
        """Return the states of issues; those that a list lacks are asked one by one."""
        states: dict[str, IssueState] = {}
        for project, group in group_by_project(refs, self.split):
            listed = self._look_up_project(project, group, previous)
            self.add_missing(listed, group.values(), partial(self._look_up_one, previous))
            states |= listed
        return states

    def _look_up_project(
        self, project: str, group: Mapping[str, str], previous: IssueStates
    ) -> dict[str, IssueState]:
        numbers = [("iids[]", number) for number in group]
        # The default scope is created_by_me: issues that the token's user wrote.
        filters = {"scope": "all", "state": "all", "per_page": "100"}
        path = f"{_issues_path(project)}?{urlencode([*numbers, *filters.items()])}"
        reply = self.get_list(path, group.values(), previous)
        if not isinstance(reply, Reply):
            return reply
        return {
            ref: self._state(issue, reply)
            for issue in reply.read(list[_Issue])
            if (ref := group.get(str(issue.iid)))
        }

    def _look_up_one(self, previous: IssueStates, ref: str) -> IssueState:
        project, number = self.split(ref)
        reply = self.get_issue(f"{_issues_path(project)}/{number}", previous.get(ref))
        if isinstance(reply, IssueState):
            return reply
        return self._state(reply.read(_Issue), reply)

    def _state(self, issue: _Issue, reply: Reply) -> IssueState:
        is_duplicate = bool(issue.links and issue.links.closed_as_duplicate_of)
        return make_state(
            reply,
            is_closed=issue.state == "closed",
            reason=DUPLICATE if is_duplicate else "",
            title=issue.title,
            labels=issue.labels,
            url=issue.web_url,
            moved_to=self._new_place(issue.moved_to_id),
        )

    def _new_place(self, global_id: int | None) -> str:
        """Return where an issue was moved to: its id there if the token may see that."""
        if not global_id:
            return ""
        reply = self.requester.get(f"/issues/{global_id}")
        if reply.status != 200:
            return f"issue with the global id {global_id}"
        issue = reply.read(_Issue)
        home = issue.web_url.partition("/-/")[0].split("/", 3)[-1]
        return f"{home}#{issue.iid}"

    def create(self, title: str, body: str) -> str:
        """Create an issue and return its number."""
        path = _issues_path(self.tracker.project)
        return str(self.post_issue(path, {"title": title, "description": body}, _Issue).iid)

    def find_kept(self) -> list[KeptIssue]:
        """Return the issues with our label."""
        query = f"scope=all&state=all&labels={LABEL}&per_page={PAGE_SIZE}"
        path = f"{_issues_path(self.tracker.project)}?{query}"
        issues = read_pages(self.requester, path, lambda reply: reply.read(list[_Issue]))
        return [KeptIssue(str(i.iid), i.description or "", i.state != "closed") for i in issues]

    def create_kept(self, title: str, body: str) -> str:
        """Create an issue with our label, which GitLab creates by itself; return its number."""
        path = _issues_path(self.tracker.project)
        value = {"title": title, "description": body, "labels": LABEL}
        return str(self.post_issue(path, value, _Issue).iid)

    def write_kept(self, issue: KeptIssue) -> None:
        """Give an issue this text and state."""
        path = f"{_issues_path(self.tracker.project)}/{issue.ref}"
        event = "reopen" if issue.is_open else "close"
        # GitLab takes an event for the state, and ignores one that changes nothing
        value = {"description": issue.body, "state_event": event}
        change_issue(self.requester, "PUT", path, value)


def _server(tracker: Tracker) -> str:
    """Return the address before the project in ``url``; empty where that has another form."""
    if not tracker.url:
        return PUBLIC_SERVER
    for project in ("{project}", tracker.project):
        for path in (f"/{project}/-/", f"/{project}/issues/"):  # addresses had no /-/ before
            server, separator, _ = tracker.url.partition(path)
            if separator:
                return server
    return ""


def _issues_path(project: str) -> str:
    # GitLab wants the whole path of a project as one segment, its slashes escaped.
    return f"/projects/{quote(unquote(project), safe='')}/issues"
