"""What a rule is: the decorator that makes a function one, and what the function is given."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, TypeVar

from msgspec import Struct

from sphinxext_opsdocs.canonical.lock_file import Lock, Pin
from sphinxext_opsdocs.canonical.pins import HEADING
from sphinxext_opsdocs.canonical.section import CanonicalSection
from sphinxext_opsdocs.config.schema import Severity
from sphinxext_opsdocs.findings.baseline import Entry
from sphinxext_opsdocs.findings.finding import Fault, Related
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.graph.inputs import Inputs
from sphinxext_opsdocs.text.digest import digest_of

__all__ = [
    "Block",
    "Context",
    "Example",
    "Knowledge",
    "Rule",
    "directive",
    "page",
    "related",
    "reviewed",
    "rule",
    "specification",
]

Subject = TypeVar("Subject")


class Context(Struct, frozen=True):
    """All that a rule may look at besides its subject."""

    graph: TraceabilityGraph
    today: date
    known_owners: Collection[str] = ()
    """Keys of the owners registry and owners named in CODEOWNERS; empty where neither is kept."""
    used_ignores: Collection[tuple[str, int]] = ()
    """Docname and index of each ignore that covered a fault of a rule before this one."""
    fixed_entries: Sequence[Entry] = ()
    """Of the baseline: those that no fault of a rule before the last one is."""

    def days_since(self, iso_date: str) -> int:
        """Whole days from an ISO date to today; negative when it is still to come."""
        return (self.today - date.fromisoformat(iso_date)).days


def related(section: CanonicalSection, what: str = "the section") -> Related:
    """A section as another place of a fault; one of another project by its address or name."""
    told = f"{what}, {section.url or section.name}" if section.is_external else what
    return Related(told, section.place)


class Block(Struct, frozen=True):
    """A directive of an example: written in either syntax by whoever shows or runs it."""

    name: str
    argument: str = ""
    options: Mapping[str, str] = {}
    content: tuple[str | Block, ...] = ()


class Example(Struct, frozen=True):
    """One page in neutral form: header fields, then headings (``= Title``), text and directives.

    ``{canonical:target}`` stands for that role in either syntax, as do ``doc`` and ``label``.
    ``config`` is laid over the configuration that all examples share, ``pages`` are further pages
    by docname, ``inputs`` what files beside the documents say; the page itself is ``ops/page``.
    """

    header: Mapping[str, str]
    body: tuple[str | Block, ...]
    config: Mapping[str, Any] = {}
    pages: Mapping[str, Example] = {}
    inputs: Inputs = Inputs()


class Knowledge(Struct, frozen=True):
    """What a rule has to know of the sections that references lead to.

    Where a source does not know it, the engine says ``otherwise`` once for a spec domain and a
    kind of source, and the rule is not asked.
    """

    is_known: Callable[[CanonicalSection], bool]
    otherwise: str


class Rule(Struct, frozen=True):
    """One check. ``over`` gives the places where it could fire, ``check`` those where it does."""

    name: str
    severity: Severity
    clauses: tuple[str, ...]
    over: Callable[[TraceabilityGraph], Iterable[Any]]
    check: Callable[[Any, Context], Iterator[Fault]]
    bad: Example
    good: Example
    needs: Knowledge | None = None
    is_review: bool = False
    """Looks at a change set; silent where none is reviewed."""
    judges_prose: bool = False
    """Looks at passages or statements; where all such rules are off, none are read."""

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
    bad: Example,
    good: Example,
    needs: Knowledge | None = None,
    judges_prose: bool = False,
    is_review: bool = False,
) -> Callable[[Callable[[Subject, Context], Iterator[Fault]]], Rule]:
    """Make a rule of a function; the function's name is the rule's."""

    def make(check: Callable[[Subject, Context], Iterator[Fault]]) -> Rule:
        return Rule(
            check.__name__,
            severity,
            clauses,
            over,
            check,
            bad,
            good,
            needs,
            is_review,
            judges_prose,
        )

    return make


HEADER = {
    "class": "runbook",
    "owner": "team-orders",
    "status": "Canonical",
    "version": "2.1",
    "last-reviewed": "2026-11-02",
}
SECTIONS = ("Meaning", "Impact", "Diagnosis", "Verification", "Escalation")
REFERENCE = Block("canonical-ref", "api:rate-limits")


def page(
    *body: str | Block,
    header: Mapping[str, str] | None = None,
    without: Collection[str] = (),
    config: Mapping[str, Any] | None = None,
    pages: Mapping[str, Example] | None = None,
    sections: Collection[str] = SECTIONS,
    reference: bool = True,
    inputs: Inputs = Inputs(),  # noqa: B008  # a frozen value
) -> Example:
    """A sound runbook whose mitigation is ``body``, less the header fields ``without``."""
    fields = {name: text for name, text in HEADER.items() if name not in without}
    blocks: list[str | Block] = ["= Drain a gateway node"]
    for section in sections:
        blocks += [f"== {section}", "See the dashboard of the service."]
    blocks += ["== Mitigation", *([REFERENCE] if reference else []), *body]
    return Example(fields | dict(header or {}), tuple(blocks), config or {}, pages or {}, inputs)


def specification(label: str, *body: str | Block) -> Mapping[str, Example]:
    """A further specification of ``api`` with one section of that label, by docname."""
    header = {"class": "specification", "owner": "team-api", "status": "Canonical"}
    dates = {"version": "1.0", "last-reviewed": "2026-11-02"}
    title = label.replace("-", " ").capitalize()
    content = (f"= On {label}", f"{{label:{label}}}", f"== {title}", *body)
    return {f"specs/api/{label}": Example(header | dates, content)}


def reviewed(**texts: str) -> Lock:
    """A lock in which the example page has these texts of the sections of ``api`` pinned.

    Keys are labels with underscores for hyphens; their titles are made of them.
    """
    pins: list[Pin] = []
    lines: dict[str, tuple[str, ...]] = {}
    for key, text in texts.items():
        title, label = key.replace("_", " ").capitalize(), key.replace("_", "-")
        digest = digest_of((title, text))
        lines[digest] = (f"{HEADING} {title}", text)
        pins.append(
            Pin(
                document="ops/page",
                section=f"api:{label}",
                name=f"specs/api/limits#{label}",
                digest=digest,
                version="1.0",
                by="Jo Doe",
                on="2026-10-30",
                reason="read both sides",
            )
        )
    return Lock().with_pins(pins, lines)


def directive(name: str, argument: str = "", *content: str | Block, **options: str | None) -> Block:
    """A directive; an option given as None is left out, an underscore stands for a hyphen."""
    given = {key.replace("_", "-"): text for key, text in options.items() if text is not None}
    return Block(name, argument, given, content)


def deviation(
    *content: str | Block, title: str = "Throttled clients get 503", **options: str | None
) -> Block:
    """A sound deviation, with options changed or (None) left out."""
    sound: dict[str, str | None] = {
        "id": "DEV-0007",
        "spec": "api:rate-limits",
        "issue": "API-1234",
        "observed": "2026-10-30",
        "severity": "major",
        "state": "open",
    }
    body = content or ("During a drain the gateway answered 503 to throttled clients.",)
    return directive("observed-deviation", title, *body, **(sound | options))
