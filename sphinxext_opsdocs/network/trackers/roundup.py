"""Roundup: https://www.roundup-tracker.org/docs/rest.html."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from msgspec import Struct

from sphinxext_opsdocs.config.schema import Tracker
from sphinxext_opsdocs.issues.snapshot import DUPLICATE, IssueState
from sphinxext_opsdocs.network.trackers.api_urls import server_of_pages, with_api_root
from sphinxext_opsdocs.network.trackers.authorization import (
    basic_authorization,
    bearer_authorization,
)
from sphinxext_opsdocs.network.trackers.base import Client
from sphinxext_opsdocs.network.trackers.issue_states import (
    IssueStates,
    closing_reason,
    make_state,
)
from sphinxext_opsdocs.network.trackers.requester import TrackerError

__all__ = ["Roundup"]

API_ROOT = "/rest"


class _Link(Struct, frozen=True):
    id: str = ""
    name: str = ""


class _Attributes(Struct, frozen=True):
    title: str | None = None
    status: _Link | None = None
    superseder: list[_Link] = []
    keyword: list[_Link] = []
    creator: _Link | None = None


class _Item(Struct, frozen=True):
    id: str
    attributes: _Attributes = _Attributes()


class _Answer(Struct, frozen=True):
    data: _Item


class Roundup(Client):
    """One issue a request: only answers about single items have an entity tag."""

    token_variables = ("ROUNDUP_TOKEN",)
    needs_project = False

    @classmethod
    def base_address(cls, tracker: Tracker) -> str:
        """Return ``api``, else what comes before ``/issue`` in ``url``, with the API's root."""
        return with_api_root(tracker.api or server_of_pages(tracker.url, "/issue"), API_ROOT)

    def headers(self) -> Mapping[str, str]:
        """Return the headers of every request; without the second, passwords are refused."""
        return {"Accept": "application/json", "X-Requested-With": "rest"}

    def authorization(self, token: str) -> Mapping[str, str]:
        """Return the header for a JSON web token, or for ``user:password``."""
        user, separator, password = token.partition(":")
        if separator:
            return basic_authorization(user, password)
        return bearer_authorization(token)

    def look_up(self, refs: Sequence[str], previous: IssueStates) -> IssueStates:
        """Return the state of one issue; configuration lists the statuses that are closed."""
        (ref,) = refs
        fields = "@verbose=2&@fields=title,status,superseder,keyword"
        reply = self.get_issue(f"/data/issue/{ref}?{fields}", previous.get(ref))
        if isinstance(reply, IssueState):
            return {ref: reply}
        item = reply.read(_Answer).data
        issue = item.attributes
        status = (issue.status or _Link()).name
        reason = closing_reason(status)
        if issue.superseder:
            reason = DUPLICATE
        state = make_state(
            reply,
            is_closed=status.casefold() in map(str.casefold, self.tracker.closed),
            reason=reason,
            title=issue.title or "",
            labels=[keyword.name for keyword in issue.keyword],
            url=f"{self.requester.base.removesuffix(API_ROOT)}/issue{item.id}",
        )
        return {ref: state}

    def create(self, title: str, body: str) -> str:
        """Create an issue, then add its first message; return its number."""
        number = self._change("POST", "/data/issue", {"title": title})
        try:
            self._add_message(number, body)
        except TrackerError as error:
            raise TrackerError(f"issue {number} was created without its text: {error}") from None
        return number

    def _add_message(self, number: str, body: str) -> None:
        # A message needs an author, and the new issue shows whose token this is.
        reply = self.requester.get(f"/data/issue/{number}?@fields=creator&@verbose=2")
        creator = reply.read(_Answer).data.attributes.creator or _Link()
        message = self._change("POST", "/data/msg", {"content": body, "author": creator.id})
        change = {"@op": "add", "messages": [message]}
        # Roundup refuses a change without the entity tag of what is changed.
        self._change("PATCH", f"/data/issue/{number}", change, {"If-Match": reply.etag})

    def _change(
        self, method: str, path: str, value: Mapping[str, object], headers: Mapping[str, str] = {}
    ) -> str:
        """Send a change and return the id of the item. Raises TrackerError."""
        pages = urlsplit(self.tracker.url or self.requester.base)
        # As protection against forged requests, Roundup accepts no change without an Origin.
        origin = {"Origin": f"{pages.scheme}://{pages.netloc}"}
        reply = self.requester.send_once(method, path, value, {**origin, **headers})
        if reply.status not in (200, 201):
            raise TrackerError(f"the server answers {reply.status}")
        return reply.read(_Answer).data.id
