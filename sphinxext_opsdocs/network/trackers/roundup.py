"""Roundup: https://www.roundup-tracker.org/docs/rest.html."""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

from msgspec import Struct

from sphinxext_opsdocs.config.schema import Tracker
from sphinxext_opsdocs.issues.snapshot import DUPLICATE, IssueState
from sphinxext_opsdocs.network.trackers.base import Client, Known, closing_reason, stated
from sphinxext_opsdocs.network.trackers.requester import TrackerError

__all__ = ["Roundup"]

ROOT = "/rest"


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
    """One issue a request: answers on one have a version, lists have none."""

    tokens = ("ROUNDUP_TOKEN",)
    needs_project = False

    @classmethod
    def base_address(cls, tracker: Tracker) -> str:
        """``api``, or what stands before ``/issue`` in ``url``, with the root of the API."""
        parts = urlsplit(tracker.url)
        folder = parts.path.partition("/issue")[0]
        server = f"{parts.scheme}://{parts.netloc}{folder}" if parts.netloc else ""
        base = (tracker.api or server).rstrip("/")
        return base if not base or base.endswith(ROOT) else base + ROOT

    def headers(self) -> Mapping[str, str]:
        """Headers of every request; without the second it takes no password."""
        return {"Accept": "application/json", "X-Requested-With": "rest"}

    def authorization(self, token: str) -> Mapping[str, str]:
        """A JSON web token, or ``user:password``."""
        if ":" in token:
            pair = base64.b64encode(token.encode()).decode("ascii")
            return {"Authorization": f"Basic {pair}"}
        return {"Authorization": f"Bearer {token}"}

    def look_up(self, refs: Sequence[str], known: Known) -> Known:
        """What Roundup says of one issue; states of ``closed`` in the configuration are closed."""
        (ref,) = refs
        fields = "@verbose=2&@fields=title,status,superseder,keyword"
        reply = self.one(f"/data/issue/{ref}?{fields}", known.get(ref))
        if isinstance(reply, IssueState):
            return {ref: reply}
        answer = reply.read(_Answer)
        found = answer.data.attributes
        status = found.status.name if found.status else ""
        state = stated(
            reply,
            is_closed=status.casefold() in map(str.casefold, self.tracker.closed),
            reason=DUPLICATE if found.superseder else closing_reason(status),
            title=found.title or "",
            labels=[word.name for word in found.keyword],
            url=f"{self.requester.base.removesuffix(ROOT)}/issue{answer.data.id}",
        )
        return {ref: state}

    def create(self, title: str, body: str) -> str:
        """Raise an issue, then give it its first message; its number."""
        number = self._changed("POST", "/data/issue", {"title": title})
        try:
            reply = self.requester.get(f"/data/issue/{number}?@fields=creator&@verbose=2")
            creator = reply.read(_Answer).data.attributes.creator
            said = {"content": body, "author": creator.id if creator else ""}
            message = self._changed("POST", "/data/msg", said)
            change = {"@op": "add", "messages": [message]}
            self._changed("PATCH", f"/data/issue/{number}", change, {"If-Match": reply.etag})
        except TrackerError as error:
            raise TrackerError(f"issue {number} was raised without its text: {error}") from None
        return number

    def _changed(
        self, method: str, path: str, value: Mapping[str, object], headers: Mapping[str, str] = {}
    ) -> str:
        web = urlsplit(self.tracker.url or self.requester.base)
        origin = {"Origin": f"{web.scheme}://{web.netloc}"}  # it changes nothing without one
        reply = self.requester.send(method, path, value, {**origin, **headers})
        if reply.status not in (200, 201):
            raise TrackerError(f"the server answers {reply.status}")
        return reply.read(_Answer).data.id
