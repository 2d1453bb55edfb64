"""The facts: what one document contributes to the traceability graph, as frozen values.

Paths are POSIX and relative to the source directory, lines are 1-based, dates are ISO 8601
(``2026-11-02``) and an empty string stands for "not given". Tuples keep document order.
Structs are not tracked by the garbage collector: no fact ever refers to itself.
"""

from msgspec import Struct

__all__ = [
    "ACCEPTED",
    "BEHAVIOUR",
    "INTENT",
    "KEYWORD",
    "NORM",
    "TODO",
    "WORKAROUND",
    "Change",
    "Deviation",
    "DocumentFacts",
    "Header",
    "Ignore",
    "Label",
    "Link",
    "Mention",
    "Need",
    "Passage",
    "Place",
    "Problem",
    "Quote",
    "Reference",
    "Section",
    "Span",
    "Statement",
    "StrayHeader",
    "Value",
    "Workaround",
]


class Place(Struct, frozen=True, gc=False, order=True):
    """Where a text really stands: after an ``include`` this is not the docname's file."""

    path: str
    line: int


class Value(Struct, frozen=True, gc=False):
    """One value as the writer typed it, without surrounding white space."""

    text: str
    place: Place


class Problem(Struct, frozen=True, gc=False):
    """A text that could not be read as what it should be; ``rule`` reports it."""

    rule: str
    message: str
    place: Place


class Header(Struct, frozen=True, gc=False, omit_defaults=True):
    """The governed header. A value that could not be parsed is empty and has a problem."""

    place: Place
    document_class: str = ""
    owner: str = ""
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
    """Every field that the writer typed, under its name as typed in lower case."""

    def place_of(self, *names: str) -> Place:
        """Where the first of these fields stands that was typed; else the header itself."""
        return next((self.given[name] for name in names if name in self.given), self.place)


class StrayHeader(Struct, frozen=True, gc=False):
    """Header fields that neither syntax reads as a header, and why."""

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
    """Own text, normalised, a block a line; only taken on pages that can be specifications."""
    digest: str = ""
    """Of title and own text, where that is taken."""
    tree: str = ""
    """Of the section with everything below it; empty when that is the same as ``digest``."""
    terms: tuple[str, ...] = ()
    """Those that a glossary in it defines; only taken where its text is."""
    is_empty: bool = False
    """It and all below it say nothing, or that something is still to be said."""


class Label(Struct, frozen=True, gc=False):
    """An explicit target. ``section`` is the first anchor of the section that holds it."""

    name: str
    anchor: str
    section: str


class Need(Struct, frozen=True, gc=False, omit_defaults=True):
    """A sphinx-needs object that can be a canonical section; its id is its anchor."""

    id: str
    title: str
    place: Place
    words: str = ""
    """Its content as that of a section."""
    digest: str = ""


class Reference(Struct, frozen=True, gc=False, omit_defaults=True):
    """A canonical reference, as written: ``domain:name`` or a URL."""

    target: str
    place: Place
    section: str = ""
    """First anchor of the section it stands in."""
    why: str = ""
    role: bool = False


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
    """Version in which it was observed last."""
    evidence: str = ""
    """Where that can be looked at, or what was seen."""
    resolved: str = ""


class Workaround(Struct, frozen=True, gc=False, omit_defaults=True):
    """A workaround; ``deviation`` is the id that it stands in or names, else empty."""

    place: Place
    deviation: str = ""
    inside: bool = False
    section: str = ""


TODO = "TODO"
"""Stands where something is still to be said."""
UNSAID = ("", TODO, "TBD", "FIXME", "N/A")


class Change(Struct, frozen=True, gc=False, omit_defaults=True):
    """One entry of the change history that a page carries."""

    version: str
    place: Place
    date: str = ""
    why: str = ""
    what: str = ""

    @property
    def is_said(self) -> bool:
        """Whether it says what changed, and why, and not that this is still to be said."""
        return all(text.strip(" .").upper() not in UNSAID for text in (self.why, self.what))


class Span(Struct, frozen=True, gc=False):
    """Lines ``first`` to ``last`` of one file, both included; ``last`` 0 means to its end."""

    path: str
    first: int
    last: int


class Ignore(Struct, frozen=True, gc=False, omit_defaults=True):
    """An ``opsdocs-ignore``: covers its spans, or the whole page where there are none."""

    rules: tuple[str, ...]
    reason: str
    place: Place
    until: str = ""
    page: bool = False
    spans: tuple[Span, ...] = ()


class Link(Struct, frozen=True, gc=False, omit_defaults=True):
    """A link within the project.

    To a page (``doc``, with ``#anchor`` if it has one), label (``ref``), ``deviation`` or ``any``
    of them; of a specification also to an ``anchor`` of the page itself.
    """

    kind: str
    target: str
    place: Place
    section: str = ""
    """First anchor of the section it stands in."""


class Passage(Struct, frozen=True, gc=False, omit_defaults=True):
    """One block of text of an operational page, with its line breaks; code is in backticks.

    ``kind`` is empty for running text, else ``item``, ``row`` (cells between bars), ``term`` or
    ``definition``.
    """

    text: str
    place: Place
    section: str = ""
    """First anchor of the section it stands in."""
    kind: str = ""
    is_cited: bool = False
    """It has a canonical reference."""


KEYWORD, NORM = "keyword", "norm"
"""Lays down a rule: in the capitals of RFC 2119, or in other words."""
INTENT, ACCEPTED = "intent", "accepted"
"""Says that something is meant to be so; or, of a deviation, is put up with."""
WORKAROUND = "workaround"
"""Tells of a workaround or of a known fault."""
BEHAVIOUR = "behaviour"
"""States what a system does."""


class Statement(Struct, frozen=True, gc=False, omit_defaults=True):
    """A sentence of an operational page that claims something that a rule judges."""

    text: str
    place: Place
    claims: tuple[str, ...]
    """What it claims, of the names above."""
    section: str = ""
    within: str = ""
    """``deviation`` or ``workaround``, where it stands in one."""
    item: int = 0
    """Number of the outermost list item around it, counted through the page; 0 for none."""
    is_cited: bool = False
    """Its block has a canonical reference."""
    mentions: tuple[str, ...] = ()
    """Of a claim of intent: what its block has that may name an issue, as ``Mention`` has it."""


class Mention(Struct, frozen=True, gc=False, omit_defaults=True):
    """What may name an issue: the address of a link, or a word that looks like an id."""

    text: str
    section: str = ""
    item: int = 0


class Quote(Struct, frozen=True, gc=False):
    """What a ``canonical-quote`` quotes of its section, normalised, a block a line."""

    target: str
    words: str
    place: Place


class DocumentFacts(Struct, frozen=True, gc=False, omit_defaults=True):
    """All that one document contributes. ``path`` is the docname's own source file."""

    docname: str
    path: str
    title: str = ""
    header: Header | None = None
    stray_header: StrayHeader | None = None
    preamble: str = ""
    """What stands outside of all sections, normalised, where the page's text is taken."""
    sections: tuple[Section, ...] = ()
    labels: tuple[Label, ...] = ()
    needs: tuple[Need, ...] = ()
    references: tuple[Reference, ...] = ()
    deviations: tuple[Deviation, ...] = ()
    workarounds: tuple[Workaround, ...] = ()
    changes: tuple[Change, ...] = ()
    ignores: tuple[Ignore, ...] = ()
    links: tuple[Link, ...] = ()
    prose: str = ""
    """Digest of its passages; empty where none are judged."""
    passages: tuple[Passage, ...] = ()
    statements: tuple[Statement, ...] = ()
    mentions: tuple[Mention, ...] = ()
    quotes: tuple[Quote, ...] = ()
    problems: tuple[Problem, ...] = ()
