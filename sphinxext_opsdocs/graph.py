"""The traceability graph: canonical sections, and which documents and deviations refer to them."""

from __future__ import annotations

import difflib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property

from msgspec import Struct

from sphinxext_opsdocs.canonical import (
    CanonicalSection,
    CanonicalSource,
    ProjectSource,
    Resolution,
)
from sphinxext_opsdocs.config import Config, SpecDomain, glob_matches
from sphinxext_opsdocs.document_classes import DocumentClass, document_classes
from sphinxext_opsdocs.issues import Issue, resolve_issue
from sphinxext_opsdocs.model import Deviation, DocumentFacts, Header, Place, Reference

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

    def __init__(self, documents: Iterable[DocumentFacts], config: Config) -> None:
        self.config = config
        self.classes = document_classes(config)
        self.documents = {facts.docname: facts for facts in sorted(documents, key=_docname)}
        self._resolutions: dict[str, Resolution] = {}
        self._issues: dict[tuple[str, frozenset[str]], Issue] = {}

    @cached_property
    def sources(self) -> Mapping[str, Sequence[CanonicalSource]]:
        """Where each spec domain's canonical sections are found."""
        return {
            key: [ProjectSource(key, domain, list(self._pages_of(domain)))]
            for key, domain in self.config.domains.items()
        }

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

    def is_governed_folder(self, docname: str) -> bool:
        """Whether configuration declares the page governed."""
        return glob_matches(docname, self.config.governed)

    def resolve(self, target: str) -> Resolution:
        """What a target as written names."""
        if target not in self._resolutions:
            self._resolutions[target] = self._resolve(target)
        return self._resolutions[target]

    def _resolve(self, target: str) -> Resolution:
        key, colon, name = (part.strip() for part in target.partition(":"))
        if not colon or not name:
            return Resolution(target, "", reason='no "domain:section"')
        if key not in self.sources:
            known = ", ".join(self.sources) or "none is configured"
            return Resolution(target, "", reason=f'no spec domain "{key}", known: {known}')
        unique = {
            section.id + section.docname + section.anchor: section
            for source in self.sources[key]
            for section in source.find(name)
        }
        if unique:
            return Resolution(target, key, tuple(unique.values()))
        return Resolution(target, key, reason=self._missing(key, name))

    def _missing(self, key: str, name: str) -> str:
        if not any(True for source in self.sources[key] for _ in source.names()):
            return f'no page of this project is in spec domain "{key}"'
        names = sorted({known for source in self.sources[key] for known in source.names()})
        close = difflib.get_close_matches(name.lower(), names, n=3)
        reason = f'no such label, need or page#anchor in spec domain "{key}"'
        return f"{reason}; did you mean {_choices(close)}?" if close else reason

    def _pages_of(self, domain: SpecDomain) -> Iterable[DocumentFacts]:
        return (
            facts for facts in self.documents.values() if glob_matches(facts.docname, domain.paths)
        )

    def _edges_of(self, facts: DocumentFacts) -> Iterable[CanonicalEdge]:
        for reference in facts.references:
            yield self._edge(facts.docname, reference)
        for deviation in facts.deviations:
            for spec in deviation.specs:
                yield CanonicalEdge(
                    facts.docname,
                    spec.place,
                    deviation.section,
                    self.resolve(spec.text),
                    deviation=deviation.id,
                )

    def _edge(self, docname: str, reference: Reference) -> CanonicalEdge:
        resolution = self.resolve(reference.target)
        return CanonicalEdge(
            docname, reference.place, reference.section, resolution, why=reference.why
        )

    def _deviation_node(self, docname: str, deviation: Deviation) -> DeviationNode:
        specs = tuple(self.resolve(spec.text) for spec in deviation.specs)
        trackers = frozenset(
            self.config.domains[spec.domain].tracker for spec in specs if spec.domain
        )
        issues = tuple(self._issue(issue.text, trackers) for issue in deviation.issues)
        return DeviationNode(docname, deviation, specs, issues)

    def _issue(self, text: str, trackers: frozenset[str]) -> Issue:
        key = (text, trackers)
        if key not in self._issues:
            self._issues[key] = resolve_issue(self.config, text, trackers)
        return self._issues[key]


def _docname(facts: DocumentFacts) -> str:
    return facts.docname


def _choices(names: Sequence[str]) -> str:
    return " or ".join(f'"{name}"' for name in names)
