"""Redmine: https://www.redmine.org/projects/redmine/wiki/Rest_Issues."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from msgspec import Struct

from sphinxext_opsdocs.config.schema import Tracker
from sphinxext_opsdocs.issues.snapshot import COMPLETED, IssueState
from sphinxext_opsdocs.network.trackers.api_urls import server_of_pages
from sphinxext_opsdocs.network.trackers.base import Client
from sphinxext_opsdocs.network.trackers.issue_states import (
    IssueStates,
    closing_reason,
    make_state,
)
from sphinxext_opsdocs.network.trackers.requester import Reply, TrackerStoppedError

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


class _Issues(Struct, frozen=True):
    issues: list[_Issue]


class _SingleIssue(Struct, frozen=True):
    issue: _Issue


class Redmine(Client):
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
        is_closed = issue.status.is_closed
        if is_closed is None:  # versions before 5 do not send it with the issue
            is_closed = self._closed_statuses().get(issue.status.id, False)
        reason = closing_reason(issue.status.name)
        # "Closed" is the usual last status of every issue, whether or not it was completed.
        if issue.status.name == "Closed" and reason == COMPLETED:
            reason = ""
        return make_state(
            reply,
            is_closed=is_closed,
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
