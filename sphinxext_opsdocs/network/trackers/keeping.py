"""Issues that a command keeps up to date: found again by a mark in their text."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import TypeVar

from msgspec import Struct

from sphinxext_opsdocs.issues.marks import REMIND
from sphinxext_opsdocs.network.trackers.requester import (
    Reply,
    Requester,
    TrackerError,
    describe_refusal,
)

__all__ = [
    "LABEL",
    "PAGE_SIZE",
    "IssueKeeper",
    "KeptIssue",
    "change_issue",
    "change_numbered_issue",
    "read_numbered_issues",
    "read_pages",
]

LABEL = REMIND
"""Of the issues that are kept, in trackers with labels: all issues would take long to search."""
PAGE_SIZE = 50
MAX_PAGES = 200
Item = TypeVar("Item")


class KeptIssue(Struct, frozen=True):
    """An issue of a tracker, with its whole text."""

    ref: str
    body: str
    is_open: bool


class IssueKeeper(ABC):
    """What a client can do that keeps issues up to date."""

    @abstractmethod
    def find_kept(self) -> list[KeptIssue]:
        """Return the issues that were created here, open or closed. Raises TrackerError."""

    @abstractmethod
    def create_kept(self, title: str, body: str) -> str:
        """Create an issue that ``find_kept`` finds, and return its id. Raises TrackerError."""

    @abstractmethod
    def write_kept(self, issue: KeptIssue) -> None:
        """Give an issue this text and state. Raises TrackerError."""


def read_pages(requester: Requester, path: str, read: Callable[[Reply], list[Item]]) -> list[Item]:
    """Return the items of all pages of a list; ``path`` has a query already.

    Raises TrackerError.
    """
    items: list[Item] = []
    for number in range(1, MAX_PAGES + 1):
        reply = requester.get(f"{path}&page={number}")
        if reply.status != 200:
            asked = path.partition("?")[0]
            hint = describe_refusal(reply.status)
            raise TrackerError(f"the server answers {reply.status} to {asked}{hint}")
        page = read(reply)
        items += page
        # a server may have a smaller limit than the one asked for, and says what comes next
        links = reply.headers.get("Link", "")
        if 'rel="next"' not in links and (links or len(page) < PAGE_SIZE):
            return items
    raise TrackerError(f"has more than {MAX_PAGES} pages of {path.partition('?')[0]}")


class _NumberedIssue(Struct, frozen=True):
    """An issue of GitHub's API, and of those that follow it."""

    number: int
    state: str
    body: str | None = None


def read_numbered_issues(requester: Requester, path: str) -> list[KeptIssue]:
    """Return the issues of a list in the form of GitHub's API. Raises TrackerError."""
    issues = read_pages(requester, path, lambda reply: reply.read(list[_NumberedIssue]))
    return [KeptIssue(str(each.number), each.body or "", each.state != "closed") for each in issues]


def change_numbered_issue(requester: Requester, path: str, issue: KeptIssue) -> None:
    """Give an issue below ``path`` its text and state, as GitHub's API takes them.

    Raises TrackerError.
    """
    value = {"body": issue.body, "state": "open" if issue.is_open else "closed"}
    change_issue(requester, "PATCH", f"{path}/{issue.ref}", value)


def change_issue(requester: Requester, method: str, path: str, value: Mapping[str, object]) -> None:
    """Send a change of an issue. Raises TrackerError."""
    reply = requester.send_once(method, path, value, {})
    if reply.status not in (200, 201, 204):
        raise TrackerError(
            f"the server answers {reply.status} to a change of {path}; check that the token may "
            "write issues"
        )
