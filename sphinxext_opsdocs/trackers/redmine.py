"""Redmine: https://www.redmine.org/projects/redmine/wiki/Rest_Issues."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from urllib.parse import urlsplit

from msgspec import Struct

from sphinxext_opsdocs.config import Tracker
from sphinxext_opsdocs.issue_snapshot import COMPLETED, IssueState
from sphinxext_opsdocs.trackers.base import Client, Known, closing_reason, settled, stated
from sphinxext_opsdocs.trackers.batches import batch_etag, told
from sphinxext_opsdocs.trackers.requester import Reply, TrackerError, TrackerStoppedError

__all__ = ["Redmine"]


class _Status(Struct, frozen=True):
    id: int
    name: str = ""
    is_closed: bool = False


class _Statuses(Struct, frozen=True):
    issue_statuses: list[_Status]


class _Issue(Struct, frozen=True):
    id: int
    status: _Status
    subject: str = ""


class _Issues(Struct, frozen=True):
    issues: list[_Issue]


class _One(Struct, frozen=True):
    issue: _Issue


class Redmine(Client):
    """A hundred issues a request."""

    batch = 100
    tokens = ("REDMINE_API_KEY", "REDMINE_TOKEN")
    needs_project = False

    @classmethod
    def base_address(cls, tracker: Tracker) -> str:
        """``api``, or what stands before ``/issues`` in ``url``."""
        parts = urlsplit(tracker.url)
        folder = parts.path.partition("/issues")[0]
        server = f"{parts.scheme}://{parts.netloc}{folder}" if parts.netloc else ""
        return tracker.api or server

    def authorization(self, token: str) -> Mapping[str, str]:
        """The header that carries a key."""
        return {"X-Redmine-API-Key": token}

    @cached_property
    def _closed(self) -> Mapping[int, bool]:
        """Whether each status is a closed one: not every version says so with the issue."""
        reply = self.requester.get("/issue_statuses.json")
        if reply.status != 200:
            raise TrackerStoppedError(f"does not tell its issue statuses: {reply.status}")
        statuses = reply.read(_Statuses)
        return {status.id: status.is_closed for status in statuses.issue_statuses}

    def look_up(self, refs: Sequence[str], known: Known) -> Known:
        """What Redmine says of issues; those that a list lacks are asked for one by one."""
        path = f"/issues.json?issue_id={','.join(refs)}&status_id=*&limit=100"
        reply = self.requester.get(path, batch_etag(known, refs))
        if reply.status == 304:
            return {ref: known[ref] for ref in refs}
        if state := settled(reply, None):
            return {ref: told(state, known.get(ref)) for ref in refs}
        issues = reply.read(_Issues)
        found = {str(issue.id): self._state(issue, reply) for issue in issues.issues}
        for ref in refs:
            if ref not in found:
                single = self.one(f"/issues/{ref}.json", known.get(ref))
                if not isinstance(single, IssueState):
                    answer = single.read(_One)
                    single = self._state(answer.issue, single)
                found[ref] = single
        return {ref: found[ref] for ref in refs}

    def _state(self, issue: _Issue, reply: Reply) -> IssueState:
        is_closed = issue.status.is_closed or self._closed.get(issue.status.id, False)
        reason = closing_reason(issue.status.name)
        return stated(
            reply,
            is_closed=is_closed,
            reason="" if issue.status.name == "Closed" and reason == COMPLETED else reason,
            title=issue.subject,
            url=f"{self.requester.base}/issues/{issue.id}",
        )

    def create(self, title: str, body: str) -> str:
        """Raise an issue; its number."""
        issue = {"project_id": self.tracker.project, "subject": title, "description": body}
        reply = self.requester.post("/issues.json", {"issue": issue})
        if reply.status != 201:
            raise TrackerError(f"the server answers {reply.status}: {reply.body[:200]!r}")
        answer = reply.read(_One)
        return str(answer.issue.id)
