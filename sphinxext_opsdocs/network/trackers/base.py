"""What the clients of all kinds of trackers share."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import ClassVar, TypeVar
from urllib.parse import quote

from sphinxext_opsdocs.config.schema import IssueSettings, Tracker
from sphinxext_opsdocs.issues.snapshot import IssueState
from sphinxext_opsdocs.network.address import AddressError, headers_with_token, read_address
from sphinxext_opsdocs.network.trackers.batches import batch_etag, split_groups, with_outcome
from sphinxext_opsdocs.network.trackers.issue_states import (
    NEVER_ASKED,
    IssueStates,
    refuse_lost_token,
    state_from_status,
)
from sphinxext_opsdocs.network.trackers.pace import Pace
from sphinxext_opsdocs.network.trackers.requester import (
    Reply,
    Requester,
    TrackerError,
    TrackerStoppedError,
    describe_refusal,
)

__all__ = ["Client"]

Created = TypeVar("Created")


class Client(ABC):
    """Looks issues up in one tracker, and creates them there."""

    batch_size: ClassVar[int] = 1
    """Issues that one look-up can be about."""
    requests_per_minute: ClassVar[int] = 0
    """The limit that the vendor documents; 0 where it names no number."""
    token_variables: ClassVar[tuple[str, ...]] = ()
    """Environment variables with a token, as the vendor's own command line names them."""
    needs_project: ClassVar[bool] = True
    has_one_server: ClassVar[bool] = True
    """Whether the variables above contain the token of a single server, whichever that is."""

    def __init__(self, tracker: Tracker, settings: IssueSettings) -> None:
        """Raises TrackerStoppedError when configuration or environment lacks a value."""
        self.tracker = tracker
        base = self.base_address(tracker)
        if not base:
            raise TrackerStoppedError(
                "the address of its API is not known; set api, or a url that contains its project"
            )
        if self.needs_project and not tracker.project and "?P<project>" not in tracker.pattern:
            raise TrackerStoppedError("has no project, which its API needs; set project")
        try:
            home = read_address(base)
            credentials = headers_with_token(home, home, self.credentials(base))
        except AddressError as error:
            raise TrackerStoppedError(f"the address of its API {error}") from None
        self.has_token = bool(credentials)
        self.faults: list[str] = []
        """Why the look-ups of single issues of a batch failed."""
        limit = tracker.requests_per_minute
        if limit is None:
            limit = self.documented_rate(base)
        self.requester = Requester(base, self.headers(), credentials, settings, Pace(limit))

    @classmethod
    @abstractmethod
    def base_address(cls, tracker: Tracker) -> str:
        """Return the base of the API: ``api``, or what follows from ``url``; may be empty."""

    @abstractmethod
    def authorization(self, token: str) -> Mapping[str, str]:
        """Return the headers that carry a token."""

    def batches(self, refs: Sequence[str], previous: IssueStates) -> Iterator[Sequence[str]]:
        """Yield the issues in groups for ``look_up``."""
        return split_groups(refs, self.batch_size)

    @abstractmethod
    def look_up(self, refs: Sequence[str], previous: IssueStates) -> IssueStates:
        """Return the states of a group of issues; ``checked`` is not set.

        An issue that has not changed has its ``previous`` state. Raises TrackerError.
        """

    @abstractmethod
    def create(self, title: str, body: str) -> str:
        """Create an issue and return its id. Raises TrackerError."""

    @classmethod
    def documented_rate(cls, base: str) -> int:
        """Return the requests a minute that the vendor documents for a server; 0 for no number."""
        return cls.requests_per_minute

    def headers(self) -> Mapping[str, str]:
        """Return the headers of every request."""
        return {"Accept": "application/json"}

    def credentials(self, base: str) -> Mapping[str, str]:
        """Return the headers with the token, empty without one. Raises TrackerStoppedError."""
        token = self.token(base)
        if not token:
            return {}
        return self.authorization(token)

    def token(self, base: str) -> str:
        """Return the token for a server, from the environment alone; empty without one.

        Raises TrackerStoppedError when the variable that configuration names is not set.
        """
        name = self.tracker.token
        if not name:
            return next(filter(None, map(os.environ.get, self.token_variables)), "")
        if not os.environ.get(name):
            # The name is not shown: it may be the token itself, by mistake.
            raise TrackerStoppedError("the environment variable that token names is not set")
        return os.environ[name]

    def split(self, ref: str) -> tuple[str, str]:
        """Return project, quoted for a path, and number of an issue. Raises TrackerError."""
        project, _, number = ref.rpartition("#")
        project = project or self.tracker.project
        # The id comes from a document: dots would lead out of the path of issues.
        if {"", ".", ".."} & set(project.split("/")):
            raise TrackerError(f'"{project}" is not a valid project')
        return quote(project), number

    def get_issue(self, path: str, previous: IssueState | None) -> Reply | IssueState:
        """Return the answer about one issue, or the state that its status alone decides.

        Raises TrackerError.
        """
        before = previous or NEVER_ASKED
        reply = self.requester.get(path, before.etag, before.modified)
        refuse_lost_token(reply, previous, self.has_token)
        return state_from_status(reply, previous, self.has_token) or reply

    def get_list(
        self, path: str, refs: Collection[str], previous: IssueStates
    ) -> Reply | dict[str, IssueState]:
        """Return the answer about several issues, or the states that its status alone decides.

        Raises TrackerError.
        """
        reply = self.requester.get(path, batch_etag(previous, refs))
        if reply.status == 304:
            return {ref: previous[ref] for ref in refs if ref in previous}
        for ref in refs:
            refuse_lost_token(reply, previous.get(ref), self.has_token)
        state = state_from_status(reply, None, self.has_token)
        if state:
            return {ref: with_outcome(state, previous.get(ref)) for ref in refs}
        return reply

    def add_missing(
        self,
        states: dict[str, IssueState],
        refs: Collection[str],
        look_up_one: Callable[[str], IssueState],
    ) -> None:
        """Ask one by one for the issues that a list lacks; why that fails goes into ``faults``.

        Raises TrackerStoppedError.
        """
        for ref in refs:
            if ref in states:
                continue
            try:
                states[ref] = look_up_one(ref)
            except TrackerStoppedError:
                raise
            except TrackerError as error:
                self.faults.append(str(error))

    def post_issue(self, path: str, value: Mapping[str, object], kind: type[Created]) -> Created:
        """Create an issue with a POST and return the answer. Raises TrackerError."""
        if not self.tracker.project:
            raise TrackerStoppedError("has no project to create the issue in; set project")
        reply = self.requester.post(path, value)
        if reply.status != 201:
            raise TrackerError(f"the server answers {reply.status}{describe_refusal(reply.status)}")
        return reply.read(kind)
