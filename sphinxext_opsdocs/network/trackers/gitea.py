"""Gitea and Forgejo: https://docs.gitea.com/api/ (issue)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from sphinxext_opsdocs.config.schema import Tracker
from sphinxext_opsdocs.issues.snapshot import IssueState
from sphinxext_opsdocs.network.trackers.api_urls import server_of_pages, with_api_root
from sphinxext_opsdocs.network.trackers.base import Client
from sphinxext_opsdocs.network.trackers.issue_states import IssueStates, make_state, new_id

__all__ = ["Gitea"]

API_ROOT = "/api/v1"


class _Label(Struct, frozen=True):
    name: str = ""


class _Repository(Struct, frozen=True):
    full_name: str = ""


class _Issue(Struct, frozen=True):
    number: int
    state: str
    title: str = ""
    html_url: str = ""
    labels: list[_Label] | None = None
    repository: _Repository | None = None


class Gitea(Client):
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
        path = f"/repos/{self.tracker.project}/issues"
        return str(self.post_issue(path, {"title": title, "body": body}, _Issue).number)
