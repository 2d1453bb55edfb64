"""The traceability graph: canonical sections, and which documents and deviations refer to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence, Set
from functools import cached_property
from operator import attrgetter

from msgspec import Struct
from msgspec.structs import replace

from sphinxext_opsdocs.canonical.lock_file import Pin
from sphinxext_opsdocs.canonical.page_source import PageSource, SourcePages, domain_sources
from sphinxext_opsdocs.canonical.pins import Pins
from sphinxext_opsdocs.canonical.resolver import Resolver
from sphinxext_opsdocs.canonical.section import (
    PROJECT,
    CanonicalPage,
    CanonicalSection,
    Resolution,
    canonical_page,
)
from sphinxext_opsdocs.canonical.spec_domain import spec_domain_of
from sphinxext_opsdocs.config.classes import (
    DocumentClass,
    document_classes,
)
from sphinxext_opsdocs.config.globs import glob_matches
from sphinxext_opsdocs.config.schema import Config, SpecDomain
from sphinxext_opsdocs.facts.model import (
    Deviation,
    DocumentFacts,
    Header,
    Passage,
    Place,
    Reference,
)
from sphinxext_opsdocs.graph.inputs import Inputs
from sphinxext_opsdocs.graph.overlap import Checked
from sphinxext_opsdocs.graph.overlap_cache import find_overlaps
from sphinxext_opsdocs.issues.reference import Issue, names_issue, resolve_issue
from sphinxext_opsdocs.issues.snapshot import IssueState

__all__ = [
    "CanonicalEdge",
    "DeviationNode",
    "GovernedDocument",
    "TraceabilityGraph",
]


class GovernedDocument(Struct, frozen=True, gc=False):
    """A document with its governed header and class (None when the class is unknown)."""

    facts: DocumentFacts
    header: Header
    document_class: DocumentClass | None

    @property
    def review_interval(self) -> int:
        """Days between reviews: the header's, else the class's; 0 for never."""
        if self.header.status == "Archived":
            return 0
        if self.header.review_interval is not None:
            return self.header.review_interval
        return self.document_class.review_interval if self.document_class else 0


class CanonicalEdge(Struct, frozen=True, gc=False):
    """A reference from a document, or from one of its deviations, to what it resolves to."""

    docname: str
    place: Place
    section: str
    """First anchor of the section that the reference stands in."""
    resolution: Resolution
    deviation: str = ""
    why: str = ""


class DeviationNode(Struct, frozen=True, gc=False):
    """A deviation with what its specification targets and issues resolve to."""

    docname: str
    deviation: Deviation
    specs: tuple[Resolution, ...]
    issues: tuple[Issue, ...]


class TraceabilityGraph:
    """All facts of a project, joined: built once for a check, then only read.

    Every sequence it gives is sorted by docname, then in document order.
    """

    def __init__(
        self,
        documents: Iterable[DocumentFacts],
        config: Config,
        inputs: Inputs | None = None,
        passages_of: Callable[[DocumentFacts], Sequence[Passage]] = attrgetter("passages"),
    ) -> None:
        """``passages_of`` gives the passages of a page where they are not kept in its facts."""
        self.config = config
        self.inputs = inputs or Inputs()
        self.classes = document_classes(config)
        self.documents = {facts.docname: facts for facts in sorted(documents, key=_docname)}
        self.checked_before: Mapping[str, Checked] = {}
        """Overlaps that an earlier build found: what has not changed is not looked at again."""
        self._passages_of = passages_of
        self._issues: dict[tuple[str, frozenset[str]], Issue] = {}

    @cached_property
    def sources(self) -> Mapping[str, Sequence[PageSource]]:
        """Where each spec domain's canonical sections are found."""
        return {key: self._sources_of(key, spec) for key, spec in self.config.domains.items()}

    @cached_property
    def resolver(self) -> Resolver:
        """What finds the section that a target names."""
        return Resolver(self.sources, self.inputs.unreadable)

    @cached_property
    def pins(self) -> Pins | None:
        """The pins, where the project keeps a lock."""
        return Pins(self.inputs.lock, self.resolver) if self.inputs.lock else None

    @cached_property
    def named_sections(self) -> Sequence[CanonicalSection]:
        """The canonical sections that their owners named by a label or need, sorted by id."""
        found = {
            section.id: section
            for sources in self.sources.values()
            for source in sources
            for section in source.named()
        }
        return [found[key] for key in sorted(found)]

    @cached_property
    def governed(self) -> Sequence[GovernedDocument]:
        """The documents with a governed header."""
        return [
            GovernedDocument(facts, facts.header, self.classes.get(facts.header.document_class))
            for facts in self.documents.values()
            if facts.header
        ]

    @cached_property
    def judged(self) -> Sequence[DocumentFacts]:
        """The pages whose prose is judged: operational, governed, and not archived."""
        return [
            facts
            for facts in self.documents.values()
            if facts.prose and not (facts.header and facts.header.status == "Archived")
        ]

    @cached_property
    def overlaps(self) -> Mapping[str, Checked]:
        """What judged pages say that canonical sections say too, by docname."""
        language, before = self.inputs.language, self.checked_before
        return find_overlaps(self.judged, self._passages_of, self.sources, language, before)

    @property
    def known_overlaps(self) -> Mapping[str, Checked]:
        """The overlaps where a rule asked for them, else those of before: no search for nobody."""
        return self.overlaps if "overlaps" in self.__dict__ else self.checked_before

    @cached_property
    def issue_items(self) -> Mapping[tuple[str, str], Set[int]]:
        """The list items (0 for none) that mention an issue, by docname and section."""
        found: dict[tuple[str, str], set[int]] = defaultdict(set)
        for facts in self.judged:
            for mention in facts.mentions:
                if names_issue(self.config, mention.text):
                    found[facts.docname, mention.section].add(mention.item)
        return found

    @cached_property
    def edges(self) -> Sequence[CanonicalEdge]:
        """Every canonical reference of every document, its deviations' included."""
        return [edge for facts in self.documents.values() for edge in self._edges_of(facts)]

    @cached_property
    def edges_by_document(self) -> Mapping[str, Sequence[CanonicalEdge]]:
        """The canonical references of the documents that have any."""
        edges: dict[str, list[CanonicalEdge]] = defaultdict(list)
        for edge in self.edges:
            edges[edge.docname].append(edge)
        return edges

    @cached_property
    def deviations(self) -> Sequence[DeviationNode]:
        """Every deviation, repeated ids included."""
        return [
            self._deviation_node(facts.docname, deviation)
            for facts in self.documents.values()
            for deviation in facts.deviations
        ]

    @cached_property
    def deviations_by_id(self) -> Mapping[str, Sequence[DeviationNode]]:
        """Deviations by their id; more than one when an id is repeated."""
        nodes: dict[str, list[DeviationNode]] = defaultdict(list)
        for node in self.deviations:
            if node.deviation.id:
                nodes[node.deviation.id].append(node)
        return nodes

    @cached_property
    def pages_by_label(self) -> Mapping[str, str]:
        """The docname that each label of a known page stands on."""
        return {
            label.name: facts.docname for facts in self.documents.values() for label in facts.labels
        }

    @cached_property
    def specifications(self) -> Mapping[str, SpecDomain]:
        """The spec domain of every specification of this project, by docname.

        A page of a spec domain that has no header counts as one; a specification need not be in
        any spec domain of its own project.
        """
        found = {name: spec_domain_of(self.config, facts) for name, facts in self.documents.items()}
        return {docname: spec for docname, spec in found.items() if spec}

    @cached_property
    def canonical_pages(self) -> Mapping[str, CanonicalPage]:
        """The specifications of this project as pages of specifications, by docname."""
        return {
            docname: canonical_page(self.documents[docname], spec)
            for docname, spec in self.specifications.items()
        }

    def is_governed_folder(self, docname: str) -> bool:
        """Whether configuration declares the page governed."""
        return glob_matches(docname, self.config.governed)

    def resolve(self, target: str) -> Resolution:
        """What a target as written names."""
        return self.resolver.resolve(target)

    def pin_of(self, edge: CanonicalEdge) -> Pin | None:
        """The pin of what a reference names, if it has one."""
        section = edge.resolution.section
        return self.pins.of(edge.docname, section) if self.pins and section else None

    def new_place(self, edge: CanonicalEdge) -> CanonicalSection | None:
        """Where the section of a reference went: by a redirect, or by what was pinned."""
        if edge.resolution.is_moved:
            return edge.resolution.section
        if edge.resolution.section or not self.pins:
            return None
        return self.pins.new_place(edge.docname, edge.resolution)

    def state_of(self, issue: Issue) -> IssueState | None:
        """What its tracker said of an issue; None where the snapshot does not have it."""
        return (self.inputs.issues or {}).get(issue.tracker, {}).get(issue.ref)

    def _sources_of(self, key: str, spec: SpecDomain) -> Sequence[PageSource]:
        pages = tuple(canonical_page(facts, spec) for facts in self._pages_of(spec))
        own = SourcePages(PROJECT, pages, self.inputs.redirects, spec.base_url)
        external = self.inputs.sources.get(key, ())
        if len(external) == 1 and spec.base_url:
            external = (replace(external[0], base_url=spec.base_url),)
        return domain_sources(key, (own, *external), spec.default_status or "")

    def _pages_of(self, domain: SpecDomain) -> Iterable[DocumentFacts]:
        return (
            facts for facts in self.documents.values() if glob_matches(facts.docname, domain.paths)
        )

    def _edges_of(self, facts: DocumentFacts) -> Iterable[CanonicalEdge]:
        resolve = self.resolver.resolve
        for reference in facts.references:
            yield self._edge(facts.docname, reference)
        for deviation in facts.deviations:
            for spec in deviation.specs:
                yield CanonicalEdge(
                    facts.docname,
                    spec.place,
                    deviation.section,
                    resolve(spec.text),
                    deviation=deviation.id,
                )

    def _edge(self, docname: str, reference: Reference) -> CanonicalEdge:
        resolution = self.resolve(reference.target)
        return CanonicalEdge(
            docname, reference.place, reference.section, resolution, why=reference.why
        )

    def _deviation_node(self, docname: str, deviation: Deviation) -> DeviationNode:
        resolve = self.resolver.resolve
        specs = tuple([resolve(spec.text) for spec in deviation.specs])
        trackers = frozenset(
            self.config.domains[spec.domain].tracker for spec in specs if spec.domain
        )
        issues = tuple(self._issue(issue.text, trackers) for issue in deviation.issues)
        return DeviationNode(docname, deviation, specs, issues)

    def issue_of(self, facts: DocumentFacts, deviation: Deviation, text: str) -> Issue:
        """What an id of a deviation names, also of one that is on no page any more."""
        node = self._deviation_node(facts.docname, deviation)
        return next(issue for issue in node.issues if issue.text == text)

    def _issue(self, text: str, trackers: frozenset[str]) -> Issue:
        key = (text, trackers)
        if key not in self._issues:
            self._issues[key] = resolve_issue(self.config, text, trackers)
        return self._issues[key]


def _docname(facts: DocumentFacts) -> str:
    return facts.docname
