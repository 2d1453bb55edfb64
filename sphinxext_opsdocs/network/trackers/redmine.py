"""Redmine: https://www.redmine.org/projects/redmine/wiki/Rest_Issues."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from urllib.parse import urlsplit

from msgspec import Struct

from sphinxext_opsdocs.config.schema import Tracker
from sphinxext_opsdocs.issues.snapshot import COMPLETED, IssueState
from sphinxext_opsdocs.network.trackers.base import Client, Known, closing_reason, stated
from sphinxext_opsdocs.network.trackers.batches import batch_etag, for_all
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

    def _closed(self) -> Mapping[int, bool]:
        """Whether each status is a closed one: versions before 5 do not say so with the issue."""
        reply = self.requester.get("/issue_statuses.json")
        if reply.status != 200:
            raise TrackerStoppedError(f"does not tell its issue statuses: {reply.status}")
        statuses = reply.read(_Statuses)
        return {status.id: bool(status.is_closed) for status in statuses.issue_statuses}

    def look_up(self, refs: Sequence[str], known: Known) -> Known:
        """What Redmine says of issues; those that a list lacks are asked for one by one."""
        path = f"/issues.json?issue_id={','.join(refs)}&status_id=*&limit=100"
        reply = self.requester.get(path, batch_etag(known, refs))
        found: dict[str, IssueState] = {}
        if reply.status == 304:
            found = {ref: known[ref] for ref in refs if ref in known}
        elif state := self.settled(reply, None):
            found = {ref: for_all(state, known.get(ref)) for ref in refs}
        else:
            for issue in reply.read(_Issues).issues:
                if str(issue.id) in refs:
                    found[str(issue.id)] = self._state(issue, reply)
        for ref in refs:
            if ref not in found:
                self.one_of_many(found, ref, partial(self._single, known))
        return found

    def _single(self, known: Known, ref: str) -> IssueState:
        reply = self.one(f"/issues/{ref}.json", known.get(ref))
        return (
            reply if isinstance(reply, IssueState) else self._state(reply.read(_One).issue, reply)
        )

    def _state(self, issue: _Issue, reply: Reply) -> IssueState:
        is_closed = issue.status.is_closed
        if is_closed is None:
            is_closed = self._closed().get(issue.status.id, False)
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
        return str(self.raised("/issues.json", {"issue": issue}, _One).issue.id)
