"""Look-ups of several issues in one request."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from msgspec.structs import replace

from sphinxext_opsdocs.issues.snapshot import OUTCOME_MOVED, OUTCOME_PRESENT, IssueState

__all__ = ["batch_etag", "group_by_project", "split_groups", "with_outcome"]


def split_groups(refs: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    """Yield the ids in groups of at most ``size``."""
    return (refs[start : start + size] for start in range(0, len(refs), size))


def group_by_project(
    refs: Sequence[str], split: Callable[[str], tuple[str, str]]
) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield each project with its issues: number -> id."""
    groups: dict[str, dict[str, str]] = defaultdict(dict)
    for ref in refs:
        project, number = split(ref)
        groups[project][number] = ref
    yield from groups.items()


def batch_etag(previous: Mapping[str, IssueState], refs: Iterable[str]) -> str:
    """Return the entity tag of the last answer about exactly these issues; empty if unsure."""
    # The snapshot keeps one tag an issue, and all issues of an answer have the same. An answer
    # about other issues has another tag, so a wrong guess only costs a full answer. Issues that
    # were in no answer (missing, no access) have no tag; they come with the next full answer.
    states = filter(None, map(previous.get, refs))
    etags = {state.etag for state in states if state.outcome in (OUTCOME_PRESENT, OUTCOME_MOVED)}
    if len(etags) != 1:
        return ""
    return etags.pop()


def with_outcome(state: IssueState, previous: IssueState | None) -> IssueState:
    """Return the outcome of a whole request for one of its issues; its other values stay."""
    if previous is None:
        return state
    return replace(previous, outcome=state.outcome, etag="", modified="")
