"""What the client of every kind of tracker has in common."""

from __future__ import annotations

import os
import unicodedata
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import ClassVar, TypeVar
from urllib.parse import quote, urlsplit

from msgspec.structs import replace

from sphinxext_opsdocs.config.schema import IssueSettings, Tracker
from sphinxext_opsdocs.issues.snapshot import (
    COMPLETED,
    DUPLICATE,
    FOUND,
    GONE,
    MOVED,
    NO_ACCESS,
    NOT_PLANNED,
    IssueState,
)
from sphinxext_opsdocs.network.trackers.pace import Pace
from sphinxext_opsdocs.network.trackers.requester import (
    Reply,
    Requester,
    TrackerError,
    TrackerStoppedError,
)

__all__ = ["Client", "Known", "closing_reason", "in_groups", "settled"]

Created = TypeVar("Created")
Known = Mapping[str, IssueState]
"""What is known already, by the issue's id."""
UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn")
LOOPBACK = ("127.0.0.1", "::1", "localhost")
REASONS = {
    DUPLICATE: ("duplicate",),
    NOT_PLANNED: ("won", "not planned", "declined", "reject", "invalid", "cannot", "not a bug",
                  "incomplete", "obsolete", "by design", "withdrawn", "cancel", "abandon"),
}  # fmt: skip
"""Words in the name of a resolution or state -> what it means; all others are completed."""


class Client(ABC):
    """Looks issues up in one tracker, and raises them there."""

    batch: ClassVar[int] = 1
    """Issues that one look-up can be about."""
    per_minute: ClassVar[int] = 0
    """Requests a minute that the vendor documents; 0 where it names no number."""
    tokens: ClassVar[tuple[str, ...]] = ()
    """Environment variables with a token, as the vendor's own command line knows them."""
    needs_project: ClassVar[bool] = True
    has_one_server: ClassVar[bool] = True
    """Its usual tokens are for one server, whichever that is."""

    def __init__(self, tracker: Tracker, settings: IssueSettings) -> None:
        """Raises TrackerStoppedError where configuration or environment lacks something."""
        self.tracker = tracker
        base = self.base_address(tracker)
        if not base:
            raise TrackerStoppedError("has no API address: set api, or url")
        if self.needs_project and not tracker.project and "?P<project>" not in tracker.pattern:
            raise TrackerStoppedError("names no project, which its API asks for: set project")
        own = tracker.requests_per_minute
        credentials = self.credentials(base)
        self.has_token = bool(credentials)
        self.faults: list[str] = []
        """Why single issues of a batch were not told."""
        pace = Pace(self.documented_rate(base) if own is None else own)
        self.requester = Requester(base, self.headers(), credentials, settings, pace)

    @classmethod
    @abstractmethod
    def base_address(cls, tracker: Tracker) -> str:
        """The base of the API: ``api``, or what follows from ``url``; may be empty."""

    @abstractmethod
    def authorization(self, token: str) -> Mapping[str, str]:
        """The headers that carry a token."""

    def batches(self, refs: Sequence[str], known: Known) -> Iterator[Sequence[str]]:
        """The issues in the groups that look-ups are made of, at most ``batch`` in each."""
        return in_groups(refs, self.batch)

    @abstractmethod
    def look_up(self, refs: Sequence[str], known: Known) -> Known:
        """What the tracker says of a group of issues; ``checked`` is not set.

        One that has not changed is given as it is known. Raises TrackerError.
        """

    @abstractmethod
    def create(self, title: str, body: str) -> str:
        """Raise an issue; its id. Raises TrackerError."""

    @classmethod
    def documented_rate(cls, base: str) -> int:
        """Requests a minute that the vendor documents for a server; 0 where it names no number."""
        return cls.per_minute

    def headers(self) -> Mapping[str, str]:
        """Headers of every request."""
        return {"Accept": "application/json"}

    def credentials(self, base: str) -> Mapping[str, str]:
        """Headers with the token; empty where there is none.

        A token goes over https, or to this machine itself.
        """
        token = self.token(base)
        if not token:
            return {}
        parts = urlsplit(base)
        if parts.scheme != "https" and parts.hostname not in LOOPBACK:
            raise TrackerStoppedError("its API is plain http, over which no token is sent: set api")
        return self.authorization(token)

    def token(self, base: str) -> str:
        """The token for a host, from the environment alone; empty where there is none."""
        if self.tracker.token:
            if not os.environ.get(self.tracker.token):
                raise TrackerStoppedError("the environment variable that token names is not set")
            return os.environ[self.tracker.token]
        return next(filter(None, map(os.environ.get, self.tokens)), "")

    def split(self, ref: str) -> tuple[str, str]:
        """Project, fit for a path, and number of an issue. Raises TrackerError."""
        project, _, number = ref.rpartition("#")
        project = project or self.tracker.project
        if {"", ".", ".."} & set(project.split("/")):
            raise TrackerError(f'"{project}" is no project')
        return quote(project), number

    def one(self, path: str, known: IssueState | None) -> Reply | IssueState:
        """The answer on one issue, or what follows from its status alone. Raises TrackerError."""
        before = known or IssueState(GONE, "")
        reply = self.requester.get(path, before.etag, before.modified)
        return self.settled(reply, known) or reply

    def settled(self, reply: Reply, known: IssueState | None) -> IssueState | None:
        """What follows from the status of an answer. Raises TrackerError."""
        return settled(reply, known, self.has_token)

    def one_of_many(
        self, found: dict[str, IssueState], ref: str, ask: Callable[[str], IssueState]
    ) -> None:
        """Ask for one issue that a list lacks; why it was not told is kept, and nothing lost."""
        try:
            found[ref] = ask(ref)
        except TrackerStoppedError:
            raise
        except TrackerError as error:
            self.faults.append(str(error))

    def raised(self, path: str, value: Mapping[str, object], kind: type[Created]) -> Created:
        """What a POST has made. Raises TrackerError."""
        if not self.tracker.project:
            raise TrackerStoppedError("names no project to raise it in: set project")
        reply = self.requester.post(path, value)
        if reply.status != 201:
            raise TrackerError(f"the server answers {reply.status}")
        return reply.read(kind)


def in_groups(refs: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    """Groups of at most that many."""
    return (refs[start : start + size] for start in range(0, len(refs), size))


def settled(reply: Reply, known: IssueState | None, has_token: bool = False) -> IssueState | None:
    """What follows from the status of an answer; None where its body tells. Raises TrackerError."""
    before = known or IssueState(GONE, "")
    if reply.status == 304 and known and (known.etag or known.modified):
        return known
    if reply.status in (404, 410):
        return replace(before, outcome=GONE, etag="", modified="")
    if reply.status == 401 and has_token:
        raise TrackerStoppedError("refuses the token (401)")
    if reply.status in (401, 403):
        return replace(before, outcome=NO_ACCESS, etag="", modified="")
    if reply.location:
        url = before.url or reply.location
        return replace(before, outcome=MOVED, url=url, etag="", modified="")
    if reply.status != 200:
        raise TrackerError(f"the server answers {reply.status}")
    return None


def stated(
    reply: Reply,
    *,
    is_closed: bool,
    reason: str = "",
    title: str = "",
    labels: Sequence[str] = (),
    url: str = "",
    moved_to: str = "",
) -> IssueState:
    """What an answer says of an issue."""
    return IssueState(
        outcome=MOVED if moved_to else FOUND,
        checked="",
        state="closed" if is_closed else "open",
        reason=reason if is_closed else "",
        title=plain_text(title),
        labels=tuple(sorted(labels)),
        url=url,
        moved_to=moved_to,
        etag=reply.etag,
        modified="" if reply.etag else reply.modified,
    )


def plain_text(text: str) -> str:
    """Text on one line, without control characters and those that turn its direction."""
    kept = (" " if unicodedata.category(char) in UNSEEN else char for char in text)
    return " ".join("".join(kept).split())


def closing_reason(name: str) -> str:
    """What the name of a resolution, or of a closed state, means; empty for no name."""
    lower = name.lower()
    for reason, words in REASONS.items():
        if any(word in lower for word in words):
            return reason
    return COMPLETED if name else ""
