"""States of issues, read from answers of trackers."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from sphinxext_opsdocs.issues.snapshot import (
    COMPLETED,
    DUPLICATE,
    NOT_PLANNED,
    OUTCOME_MISSING,
    OUTCOME_MOVED,
    OUTCOME_NO_ACCESS,
    OUTCOME_PRESENT,
    IssueState,
    Outcome,
)
from sphinxext_opsdocs.network.trackers.requester import (
    Reply,
    TrackerError,
    TrackerStoppedError,
)

__all__ = [
    "NEVER_ASKED",
    "IssueStates",
    "closing_reason",
    "make_state",
    "new_id",
    "state_from_status",
]

IssueStates = Mapping[str, IssueState]
"""By the issue's id in its tracker."""
NEVER_ASKED = IssueState(OUTCOME_MISSING, "")
"""The state of an issue that the snapshot lacks."""
OUTCOMES_BY_STATUS: Mapping[int, Outcome] = {
    401: OUTCOME_NO_ACCESS,
    403: OUTCOME_NO_ACCESS,
    404: OUTCOME_MISSING,
    410: OUTCOME_MISSING,
}
UNPRINTABLE = ("Cc", "Cf", "Cs", "Co", "Cn")
"""Categories of Unicode: controls, formats (which can reverse text), surrogates and the like."""
REASONS = {
    DUPLICATE: ("duplicate",),
    NOT_PLANNED: ("won", "not planned", "declined", "reject", "invalid", "cannot", "not a bug",
                  "incomplete", "obsolete", "by design", "withdrawn", "cancel", "abandon"),
}  # fmt: skip
"""Reason -> words in the names of resolutions and states; all other names mean completed."""


def refuse_lost_token(reply: Reply, previous: IssueState | None, has_token: bool) -> None:
    """Raise TrackerError for an issue that could be read before, and now wants a token."""
    was_read = previous and previous.outcome in (OUTCOME_PRESENT, OUTCOME_MOVED)
    if reply.status == 401 and was_read and not has_token:
        raise TrackerError("the server wants a token now (401), and none is set")


def state_from_status(
    reply: Reply, previous: IssueState | None, has_token: bool = False
) -> IssueState | None:
    """Return the state that the status of an answer decides, None where its body has to be read.

    Raises TrackerError.
    """
    if previous and _is_unchanged(reply, previous):
        return previous
    # With a token, 401 means that every further look-up fails too; without one, that this issue
    # is not public.
    if reply.status == 401 and has_token:
        raise TrackerStoppedError("the server refuses the token (401)")
    before = previous or NEVER_ASKED
    if reply.location:
        url = before.url or reply.location
        return replace(before, outcome=OUTCOME_MOVED, url=url, etag="", modified="")
    outcome = OUTCOMES_BY_STATUS.get(reply.status)
    if outcome:
        return replace(before, outcome=outcome, etag="", modified="")
    if reply.status != 200:
        raise TrackerError(f"the server answers {reply.status}")
    return None


def _is_unchanged(reply: Reply, previous: IssueState) -> bool:
    # A 304 to a request without a condition is a fault of the server.
    return reply.status == 304 and bool(previous.etag or previous.modified)


def make_state(
    reply: Reply,
    *,
    is_closed: bool,
    reason: str = "",
    title: str = "",
    labels: Sequence[str] = (),
    url: str = "",
    moved_to: str = "",
) -> IssueState:
    """Return the state of an issue from the values of an answer; ``checked`` stays empty."""
    return IssueState(
        outcome=OUTCOME_MOVED if moved_to else OUTCOME_PRESENT,
        checked="",
        state="closed" if is_closed else "open",
        reason=reason if is_closed else "",
        title=_plain_text(title),
        labels=tuple(sorted(labels)),
        url=url,
        moved_to=moved_to,
        etag=reply.etag,
        modified="" if reply.etag else reply.modified,
    )


def new_id(home: str, number: int, project: str) -> str:
    """Return the id of an issue whose project is ``home`` now; empty if that is ``project``."""
    # GitHub and Gitea ignore case in names of owners and repositories.
    if home.lower() == project.lower():
        return ""
    return f"{home}#{number}"


def _plain_text(text: str) -> str:
    """Return text on one line, without characters that a terminal or page could obey."""
    characters = [
        " " if unicodedata.category(character) in UNPRINTABLE else character for character in text
    ]
    return " ".join("".join(characters).split())


def closing_reason(name: str) -> str:
    """Return the reason that the name of a resolution or closed state means; empty for none."""
    if not name:
        return ""
    lower = name.lower()
    for reason, words in REASONS.items():
        if any(word in lower for word in words):
            return reason
    return COMPLETED
