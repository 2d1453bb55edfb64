"""Look-ups of several issues by one request."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from msgspec.structs import replace

from sphinxext_opsdocs.issues.snapshot import FOUND, MOVED, IssueState

__all__ = ["batch_etag", "by_project", "for_all"]


def by_project(
    refs: Sequence[str], split: Callable[[str], tuple[str, str]]
) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Each project with its issues: number -> id."""
    groups: dict[str, dict[str, str]] = defaultdict(dict)
    for ref in refs:
        project, number = split(ref)
        groups[project][number] = ref
    yield from groups.items()


def batch_etag(known: Mapping[str, IssueState], refs: Iterable[str]) -> str:
    """What the server called its last answer on just these issues; empty if they had several.

    An answer on others has another name, so a wrong guess costs nothing. Those that were in no
    answer (gone, or not to be seen) come back with another answer.
    """
    states = filter(None, map(known.get, refs))
    etags = {state.etag for state in states if state.outcome in (FOUND, MOVED)}
    return etags.pop() if len(etags) == 1 else ""


def for_all(state: IssueState, known: IssueState | None) -> IssueState:
    """An outcome for all issues of a request, with what is known of one."""
    return replace(known, outcome=state.outcome, etag="", modified="") if known else state
