"""What a rule is: the decorator that turns a function into one, and what the function receives."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from datetime import date
from typing import Any, Literal, TypeVar

from msgspec import Struct

from sphinxext_opsdocs.canonical.section import CanonicalSection
from sphinxext_opsdocs.config.schema import Severity
from sphinxext_opsdocs.findings.baseline import BaselineEntry
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.rules.engine.examples import Example

__all__ = ["Context", "Precondition", "Rule", "Scope", "rule"]

Subject = TypeVar("Subject")
Scope = Literal["block", "page", "project"]
"""What an ``opsdocs-ignore`` has to cover: one block, the whole page where the finding is about
none (but its header, sections, history or exceptions), or a file of the project, which none can."""


class Context(Struct, frozen=True):
    """All that a rule may look at besides its subject."""

    graph: TraceabilityGraph
    today: date
    rule_names: Collection[str]
    """The names of all rules, also of those that do not run."""
    owners: Collection[str] = ()
    """Keys of the owners registry and owners in CODEOWNERS; empty in a project without either."""
    used_ignores: Collection[tuple[str, int]] = ()
    """Docname and index of each ignore that covered a fault of an earlier rule."""
    fixed_entries: Sequence[BaselineEntry] = ()
    """Entries of the baseline that match no fault of an earlier rule."""

    def days_since(self, iso_date: str) -> int:
        """Whole days from an ISO date to today; negative for a date in the future."""
        return (self.today - date.fromisoformat(iso_date)).days

    def days_ahead(self, iso_date: str) -> int:
        """Whole days until a date in the future; 0 for every other date, and for tomorrow."""
        ahead = -self.days_since(iso_date)
        # tomorrow here is today for a writer in a time zone further east
        return ahead if ahead > 1 else 0


class Precondition(Struct, frozen=True):
    """What a rule needs to know about the section that a reference names.

    Where the source of a section does not contain it, the rule is skipped for that reference, and
    the engine reports that once for each spec domain and kind of source. ``note`` goes on after
    the name of such a source: "does not contain ...".
    """

    is_met: Callable[[CanonicalSection], bool]
    note: str


class Rule(Struct, frozen=True):
    """One check: ``over`` lists the places where it could fire, ``check`` yields its faults."""

    name: str
    severity: Severity
    clauses: tuple[str, ...]
    over: Callable[[TraceabilityGraph], Iterable[Any]]
    check: Callable[[Any, Context], Iterator[Fault]]
    why: str
    """What goes wrong, and for whom, while a finding is not fixed."""
    bad: Example
    good: Example
    options: tuple[str, ...] = ()
    """Keys of the configuration that change what it reports, as ``classes.<name>.file_pattern``."""
    scope: Scope = "block"
    needs: Precondition | None = None
    is_review: bool = False
    """Looks at a change set; silent where none is reviewed."""
    comes_with_time: bool = False
    """Can report on a day what it did not report on the day before, with nothing changed."""
    judges_prose: bool = False
    """Looks at passages or statements, which are not read where all such rules are off."""
    count_places: Callable[[TraceabilityGraph], int] | None = None
    """Counts where it could fire, if ``over`` only lists the places that may have a fault."""

    @property
    def summary(self) -> str:
        """What must hold, in one line."""
        return self.explanation.partition("\n")[0]

    @property
    def explanation(self) -> str:
        """The rule function's docstring."""
        return inspect.getdoc(self.check) or ""


def rule(
    *,
    severity: Severity,
    clauses: tuple[str, ...],
    over: Callable[[TraceabilityGraph], Iterable[Subject]],
    why: str,
    bad: Example,
    good: Example,
    options: tuple[str, ...] = (),
    scope: Scope = "block",
    needs: Precondition | None = None,
    judges_prose: bool = False,
    count_places: Callable[[TraceabilityGraph], int] | None = None,
    is_review: bool = False,
    comes_with_time: bool = False,
) -> Callable[[Callable[[Subject, Context], Iterator[Fault]]], Rule]:
    """Turn a function into a rule of the same name."""

    def declare(check: Callable[[Subject, Context], Iterator[Fault]]) -> Rule:
        return Rule(
            name=check.__name__,
            severity=severity,
            clauses=clauses,
            over=over,
            check=check,
            why=why,
            bad=bad,
            good=good,
            options=options,
            scope=scope,
            needs=needs,
            is_review=is_review,
            comes_with_time=comes_with_time,
            judges_prose=judges_prose,
            count_places=count_places,
        )

    return declare
