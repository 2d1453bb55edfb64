"""The facts: what one document contributes to the traceability graph, as frozen values.

Paths are POSIX and relative to the source directory, lines are 1-based, dates are ISO 8601
(``2026-11-02``) and an empty string means "not given". Tuples are in document order.
"""

from msgspec import Struct, field

from sphinxext_opsdocs.facts.place import Place, Value
from sphinxext_opsdocs.facts.prose import Mention, Passage, ProseSize, Statement
from sphinxext_opsdocs.facts.records import Approval, Change, Verification

__all__ = [
    "Approval",
    "Change",
    "Deviation",
    "DocumentFacts",
    "Fix",
    "GraphSubject",
    "Header",
    "Ignore",
    "Label",
    "Link",
    "Need",
    "Place",
    "Problem",
    "Quote",
    "Reference",
    "Section",
    "Span",
    "StrayHeader",
    "Value",
    "Verification",
    "Workaround",
]


class Fix(Struct, frozen=True, gc=False):
    """The only right answer to a fault: a text on its line, or on the next ones, and another."""

    old: str
    new: str


class Problem(Struct, frozen=True, gc=False, omit_defaults=True):
    """A text that could not be parsed; ``rule`` reports it."""

    rule: str
    message: str
    place: Place
    fix: Fix | None = None


class Header(Struct, frozen=True, gc=False, omit_defaults=True):
    """The governed header. A value that could not be parsed is empty and has a problem."""

    place: Place
    document_class: str = ""
    class_text: str = ""
    """The class as typed, if that is another text."""
    owners: tuple[str, ...] = ()
    status: str = ""
    version: str = ""
    last_reviewed: str = ""
    reviewers: tuple[str, ...] = ()
    scope: str = ""
    service: tuple[str, ...] = ()
    alerts: tuple[str, ...] = ()
    supersedes: tuple[str, ...] = ()
    superseded_by: str = ""
    retired_because: str = ""
    remove_after: str = ""
    last_verified: str = ""
    review_interval: int | None = None
    """Days."""
    reviews_when: tuple[str, ...] = ()
    restructure_plan: str = ""
    editorial: str = ""
    given: dict[str, Place] = {}
    """The place of every field that the writer typed, by its name in lower case."""
    defaulted: tuple[str, ...] = ()
    """Names of the fields that configuration answers for."""

    def place_of(self, *names: str) -> Place:
        """Return the place of the first of these fields that was typed; else of the header."""
        return next((self.given[name] for name in names if name in self.given), self.place)


class StrayHeader(Struct, frozen=True, gc=False):
    """Header fields at a place where the syntax does not read them as a header, and why."""

    reason: str
    place: Place


class Section(Struct, frozen=True, gc=False, omit_defaults=True):
    """A section; ``anchors[0]`` is the one that links use."""

    title: str
    anchors: tuple[str, ...]
    parent: str
    """The parent section's first anchor; empty for a top section."""
    place: Place
    has_subsections: bool = False
    words: str = ""
    """Own text, normalised, one block a line; only of pages that can be specifications."""
    digest: str = ""
    """Of title and own text; empty if ``words`` was not extracted."""
    tree: str = ""
    """Of the section with everything below it; empty if that is the same as ``digest``."""
    terms: tuple[str, ...] = ()
    """Terms that a glossary in it defines; only of pages that can be specifications."""
    is_empty: bool = False
    """It and all below it contain no text, or only a note such as "TODO"."""


class Label(Struct, frozen=True, gc=False):
    """An explicit target. ``section`` is the first anchor of the section that contains it."""

    name: str
    anchor: str
    section: str


class Need(Struct, frozen=True, gc=False, omit_defaults=True):
    """A sphinx-needs object that can be a canonical section; its id is its anchor."""

    id: str
    title: str
    place: Place
    words: str = ""
    """Its content, normalised as that of a section."""
    digest: str = ""


class Reference(Struct, frozen=True, gc=False, omit_defaults=True):
    """A canonical reference, as written: ``domain:name`` or a URL."""

    target: str
    place: Place
    section: str = ""
    """First anchor of the section that contains it."""
    why: str = ""
    is_role: bool = field(name="role", default=False)
    """Whether it was written as a role in a sentence, not as a directive."""


class Deviation(Struct, frozen=True, gc=False, omit_defaults=True):
    """An observed deviation. Invalid values are empty and have a problem."""

    id: str
    title: str
    place: Place
    anchor: str = ""
    section: str = ""
    specs: tuple[Value, ...] = ()
    issues: tuple[Value, ...] = ()
    observed: str = ""
    severity: str = ""
    state: str = ""
    where: str = ""
    last_observed: str = ""
    seen_in: str = ""
    """Version in which it was last observed."""
    evidence: str = ""
    """Where the observation is recorded, or what was observed."""
    resolved: str = ""
    environments: tuple[str, ...] = ()
    services: tuple[str, ...] = ()
    revisit_by: str = ""
    agreed_by: str = ""
    """Who agreed to look at it again by that day."""
    words: str = ""
    """Its normalised text, as it stands in that of its section; only where sections have theirs."""


class Workaround(Struct, frozen=True, gc=False, omit_defaults=True):
    """A workaround; ``deviation`` is the id of the one that contains it or that it names."""

    place: Place
    deviation: str = ""
    is_nested: bool = field(name="inside", default=False)
    """Whether a deviation contains it."""
    section: str = ""


class Span(Struct, frozen=True, gc=False):
    """Lines ``first`` to ``last`` of one file, both included; ``last`` 0 means its end."""

    path: str
    first: int
    last: int


class Ignore(Struct, frozen=True, gc=False, omit_defaults=True):
    """An ``opsdocs-ignore``: covers its spans, or the whole page without spans."""

    rules: tuple[str, ...]
    reason: str
    place: Place
    until: str = ""
    is_page_wide: bool = field(name="page", default=False)
    spans: tuple[Span, ...] = ()

    def is_valid(self, day: str) -> bool:
        """Return whether it has not expired on a day, ISO 8601."""
        return not self.until or self.until >= day

    def covers(self, place: Place) -> bool:
        """Return whether a fault at this place of its page is excused."""
        return self.is_page_wide or any(
            span.path == place.path and span.first <= place.line <= (span.last or place.line)
            for span in self.spans
        )


class Link(Struct, frozen=True, gc=False, omit_defaults=True):
    """A link within the project.

    ``kind`` is ``doc`` for a page (with ``#anchor`` if it has one), ``ref`` for a label,
    ``deviation``, or ``any`` for one of these; in a specification also ``anchor`` for a place on
    the page itself.
    """

    kind: str
    target: str
    place: Place
    section: str = ""
    """First anchor of the section that contains it."""
    is_role: bool = field(name="role", default=False)
    """Of a deviation: whether it was written as a role, and names one of this project."""


class Quote(Struct, frozen=True, gc=False):
    """The quotation of a ``canonical-quote``, normalised, one block a line."""

    target: str
    words: str
    place: Place


class GraphSubject(Struct, frozen=True, gc=False):
    """What a ``traceability-graph`` is of: its option, and the value of it."""

    kind: str
    value: str
    place: Place


class DocumentFacts(Struct, frozen=True, gc=False, omit_defaults=True):
    """All facts of one document. ``path`` is the docname's own source file."""

    docname: str
    path: str
    real_path: str = ""
    """The file that ``path`` is a symbolic link to, relative to the source directory."""
    title: str = ""
    header: Header | None = None
    stray_header: StrayHeader | None = None
    preamble: str = ""
    """Text outside all sections, normalised; only of pages that can be specifications."""
    sections: tuple[Section, ...] = ()
    labels: tuple[Label, ...] = ()
    needs: tuple[Need, ...] = ()
    references: tuple[Reference, ...] = ()
    deviations: tuple[Deviation, ...] = ()
    workarounds: tuple[Workaround, ...] = ()
    changes: tuple[Change, ...] = ()
    verifications: tuple[Verification, ...] = ()
    approvals: tuple[Approval, ...] = ()
    ignores: tuple[Ignore, ...] = ()
    links: tuple[Link, ...] = ()
    prose: str = ""
    """Digest of its passages; empty if no rule judges them."""
    prose_size: ProseSize = ProseSize()
    passages: tuple[Passage, ...] = ()
    statements: tuple[Statement, ...] = ()
    mentions: tuple[Mention, ...] = ()
    quotes: tuple[Quote, ...] = ()
    graphs: tuple[GraphSubject, ...] = ()
    conditions: dict[str, str] = {}
    """By anchor, the expression of the ``only`` that contains it; not every build shows it."""
    problems: tuple[Problem, ...] = ()
