"""Gitea and Forgejo: https://docs.gitea.com/api/ (issue)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from sphinxext_opsdocs.config.schema import Tracker
from sphinxext_opsdocs.issues.snapshot import IssueState
from sphinxext_opsdocs.network.trackers.api_urls import server_of_pages, with_api_root
from sphinxext_opsdocs.network.trackers.base import Client
from sphinxext_opsdocs.network.trackers.issue_states import IssueStates, make_state, new_id
from sphinxext_opsdocs.network.trackers.keeping import (
    LABEL,
    PAGE_SIZE,
    IssueKeeper,
    KeptIssue,
    change_numbered_issue,
    read_numbered_issues,
    read_pages,
)

__all__ = ["Gitea"]

API_ROOT = "/api/v1"


class _Label(Struct, frozen=True):
    name: str = ""
    id: int = 0


class _Repository(Struct, frozen=True):
    full_name: str = ""


class _Issue(Struct, frozen=True):
    number: int
    state: str
    title: str = ""
    html_url: str = ""
    body: str | None = None
    labels: list[_Label] | None = None
    repository: _Repository | None = None


class Gitea(Client, IssueKeeper):
    """One issue a request: the API has no list of issues by number."""

    token_variables = ("GITEA_TOKEN", "FORGEJO_TOKEN")

    @classmethod
    def base_address(cls, tracker: Tracker) -> str:
        """Return ``api``, else the host of ``url``, with the root of the API."""
        return with_api_root(tracker.api or server_of_pages(tracker.url, "/"), API_ROOT)

    def authorization(self, token: str) -> Mapping[str, str]:
        """Return the header that carries a token."""
        return {"Authorization": f"token {token}"}

    def look_up(self, refs: Sequence[str], previous: IssueStates) -> IssueStates:
        """Return the state of one issue, at its new place when the project was renamed."""
        (ref,) = refs
        project, number = self.split(ref)
        reply = self.get_issue(f"/repos/{project}/issues/{number}", previous.get(ref))
        if isinstance(reply, IssueState):
            return {ref: reply}
        issue = reply.read(_Issue)
        home = issue.repository.full_name if issue.repository else project
        state = make_state(
            reply,
            is_closed=issue.state == "closed",
            title=issue.title,
            labels=[label.name for label in issue.labels or ()],
            url=issue.html_url,
            moved_to=new_id(home, issue.number, project),
        )
        return {ref: state}

    def create(self, title: str, body: str) -> str:
        """Create an issue and return its number."""
        return str(self.post_issue(self._issues, {"title": title, "body": body}, _Issue).number)

    def find_kept(self) -> list[KeptIssue]:
        """Return the issues with our label."""
        self._label()  # a label that does not exist is left out, and all issues are listed
        path = f"{self._issues}?state=all&type=issues&labels={LABEL}&limit={PAGE_SIZE}"
        return read_numbered_issues(self.requester, path)

    def create_kept(self, title: str, body: str) -> str:
        """Create an issue with our label and return its number."""
        value = {"title": title, "body": body, "labels": [self._label()]}
        return str(self.post_issue(self._issues, value, _Issue).number)

    def write_kept(self, issue: KeptIssue) -> None:
        """Give an issue this text and state."""
        change_numbered_issue(self.requester, self._issues, issue)

    @property
    def _issues(self) -> str:
        return f"/repos/{self.tracker.project}/issues"

    def _label(self) -> int:
        """Return the number of our label, which is created if the project has none."""
        path = f"/repos/{self.tracker.project}/labels"
        labels = read_pages(
            self.requester, f"{path}?limit={PAGE_SIZE}", lambda reply: reply.read(list[_Label])
        )
        found = [label.id for label in labels if label.name == LABEL]
        if found:
            return found[0]
        return self.post_issue(path, {"name": LABEL, "color": "#3b82d4"}, _Label).id
