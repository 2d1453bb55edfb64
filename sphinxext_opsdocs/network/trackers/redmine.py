"""Redmine: https://www.redmine.org/projects/redmine/wiki/Rest_Issues."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from msgspec import Struct

from sphinxext_opsdocs.config.schema import Tracker
from sphinxext_opsdocs.issues.marks import REMIND
from sphinxext_opsdocs.issues.snapshot import COMPLETED, IssueState
from sphinxext_opsdocs.network.trackers.api_urls import server_of_pages
from sphinxext_opsdocs.network.trackers.base import Client
from sphinxext_opsdocs.network.trackers.issue_states import (
    IssueStates,
    closing_reason,
    make_state,
)
from sphinxext_opsdocs.network.trackers.keeping import (
    PAGE_SIZE,
    IssueKeeper,
    KeptIssue,
    change_issue,
    read_pages,
)
from sphinxext_opsdocs.network.trackers.requester import (
    Reply,
    TrackerError,
    TrackerStoppedError,
)

__all__ = ["Redmine"]


class _Status(Struct, frozen=True):
    id: int
    name: str = ""
    is_closed: bool | None = None


class _Statuses(Struct, frozen=True):
    issue_statuses: list[_Status]


class _Issue(Struct, frozen=True):
    id: int
    status: _Status
    subject: str = ""
    description: str | None = None


class _Issues(Struct, frozen=True):
    issues: list[_Issue]


class _SingleIssue(Struct, frozen=True):
    issue: _Issue


class Redmine(Client, IssueKeeper):
    """A hundred issues in a request."""

    batch_size = 100
    token_variables = ("REDMINE_API_KEY", "REDMINE_TOKEN")
    needs_project = False

    @classmethod
    def base_address(cls, tracker: Tracker) -> str:
        """Return ``api``, else what comes before ``/issues`` in ``url``."""
        return tracker.api or server_of_pages(tracker.url, "/issues")

    def authorization(self, token: str) -> Mapping[str, str]:
        """Return the header that carries an API key."""
        return {"X-Redmine-API-Key": token}

    def look_up(self, refs: Sequence[str], previous: IssueStates) -> IssueStates:
        """Return the states of issues; those that a list lacks are asked one by one."""
        # Without status_id=* Redmine lists open issues only.
        path = f"/issues.json?issue_id={','.join(refs)}&status_id=*&limit=100"
        reply = self.get_list(path, refs, previous)
        if isinstance(reply, Reply):
            states = {
                str(issue.id): self._state(issue, reply)
                for issue in reply.read(_Issues).issues
                if str(issue.id) in refs
            }
        else:
            states = reply
        self.add_missing(states, refs, partial(self._look_up_one, previous))
        return states

    def _look_up_one(self, previous: IssueStates, ref: str) -> IssueState:
        reply = self.get_issue(f"/issues/{ref}.json", previous.get(ref))
        if isinstance(reply, IssueState):
            return reply
        return self._state(reply.read(_SingleIssue).issue, reply)

    def _state(self, issue: _Issue, reply: Reply) -> IssueState:
        reason = closing_reason(issue.status.name)
        # "Closed" is the usual last status of every issue, whether or not it was completed.
        if issue.status.name == "Closed" and reason == COMPLETED:
            reason = ""
        return make_state(
            reply,
            is_closed=self._is_closed(issue.status),
            reason=reason,
            title=issue.subject,
            url=f"{self.requester.base}/issues/{issue.id}",
        )

    def _closed_statuses(self) -> Mapping[int, bool]:
        """Return whether each status, by id, is a closed one. Raises TrackerError."""
        reply = self.requester.get("/issue_statuses.json")
        if reply.status != 200:
            raise TrackerStoppedError(
                f"the server answers {reply.status} when asked for its issue statuses"
            )
        statuses = reply.read(_Statuses)
        return {status.id: bool(status.is_closed) for status in statuses.issue_statuses}

    def create(self, title: str, body: str) -> str:
        """Create an issue and return its number."""
        issue = {"project_id": self.tracker.project, "subject": title, "description": body}
        return str(self.post_issue("/issues.json", {"issue": issue}, _SingleIssue).issue.id)

    def find_kept(self) -> list[KeptIssue]:
        """Return the issues of the project whose text has a mark of ours: it has no labels."""
        query = f"project_id={self.tracker.project}&status_id=*&description=~{REMIND}"
        path = f"/issues.json?{query}&limit={PAGE_SIZE}"
        issues = read_pages(self.requester, path, lambda reply: reply.read(_Issues).issues)
        return [
            KeptIssue(str(issue.id), issue.description or "", not self._is_closed(issue.status))
            for issue in issues
        ]

    def create_kept(self, title: str, body: str) -> str:
        """Create an issue and return its number."""
        return self.create(title, body)

    def write_kept(self, issue: KeptIssue) -> None:
        """Give an issue this text and state."""
        wanted = [key for key, closed in self._closed_statuses().items() if closed != issue.is_open]
        value: dict[str, object] = {"description": issue.body}
        if self._is_open(issue.ref) != issue.is_open:
            if not wanted:
                state = "open" if issue.is_open else "closed"
                raise TrackerError(f"no issue status is {state}; add one in Redmine")
            value["status_id"] = wanted[0]
        change_issue(self.requester, "PUT", f"/issues/{issue.ref}.json", {"issue": value})
        # a status that the workflow of the project does not allow is left out without a word
        if self._is_open(issue.ref) != issue.is_open:
            raise TrackerError(
                f"issue {issue.ref}: its workflow does not allow the change of state"
            )

    def _is_open(self, ref: str) -> bool:
        reply = self.requester.get(f"/issues/{ref}.json")
        if reply.status != 200:
            raise TrackerError(f"the server answers {reply.status}")
        return not self._is_closed(reply.read(_SingleIssue).issue.status)

    def _is_closed(self, status: _Status) -> bool:
        if status.is_closed is None:  # versions before 5 do not send it with the issue
            return self._closed_statuses().get(status.id, False)
        return status.is_closed
