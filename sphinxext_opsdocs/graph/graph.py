"""The traceability graph: canonical sections, and which documents and deviations refer to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence, Set
from functools import cached_property
from operator import attrgetter

from msgspec.structs import replace

from sphinxext_opsdocs.canonical.lock_file import Pin
from sphinxext_opsdocs.canonical.pin_comparison import Pins
from sphinxext_opsdocs.canonical.project_page import canonical_page, find_aliases
from sphinxext_opsdocs.canonical.resolver import Resolver
from sphinxext_opsdocs.canonical.section import (
    PROJECT,
    CanonicalPage,
    CanonicalSection,
    Resolution,
)
from sphinxext_opsdocs.canonical.source_sections import PageSource, SourcePages, domain_sources
from sphinxext_opsdocs.canonical.spec_domain import specifications
from sphinxext_opsdocs.config.classes import document_classes
from sphinxext_opsdocs.config.globs import glob_matches
from sphinxext_opsdocs.config.lifecycle import Lifecycle
from sphinxext_opsdocs.config.schema import Config, SpecDomain
from sphinxext_opsdocs.facts.model import Deviation, DocumentFacts, Problem, Workaround
from sphinxext_opsdocs.graph.groups import by_document, issue_items, workarounds_by_deviation
from sphinxext_opsdocs.graph.inputs import Inputs
from sphinxext_opsdocs.graph.nodes import CanonicalEdge, DeviationNode, GovernedDocument
from sphinxext_opsdocs.graph.overlap import PageOverlaps, PassagesOf
from sphinxext_opsdocs.graph.overlap_cache import find_overlaps
from sphinxext_opsdocs.graph.slow_pattern_problems import find_slow_patterns, take_slow_problems
from sphinxext_opsdocs.issues.reference import Issue, resolve_issue
from sphinxext_opsdocs.issues.snapshot import IssueState

__all__ = ["TraceabilityGraph"]

NO_INPUTS = Inputs()


class TraceabilityGraph:
    """All facts of a project, joined: built once, then only read.

    Every sequence is sorted by docname, then in document order. Joins are made when they are first
    asked for, since most commands need few of them.
    """

    def __init__(
        self,
        documents: Iterable[DocumentFacts],
        config: Config,
        inputs: Inputs = NO_INPUTS,
        passages_of: PassagesOf = attrgetter("passages"),
        earlier_overlaps: Mapping[str, PageOverlaps] | None = None,
    ) -> None:
        """Take the facts, and how to get what they may lack.

        ``passages_of`` returns the passages of a page, which its facts need not contain.
        ``earlier_overlaps`` are those of an earlier build by docname: pages that have not changed
        since are not searched again.
        """
        self.config = config
        self.inputs = inputs
        self.classes = document_classes(config)
        self.documents: Mapping[str, DocumentFacts] = {
            facts.docname: facts for facts in sorted(documents, key=attrgetter("docname"))
        }
        self.passages_of = passages_of
        self._earlier_overlaps = earlier_overlaps or {}
        self._overlaps: Mapping[str, PageOverlaps] | None = None
        self._issues: dict[tuple[str, frozenset[str]], Issue] = {}

    def evolve(
        self,
        documents: Iterable[DocumentFacts] | None = None,
        config: Config | None = None,
        inputs: Inputs | None = None,
    ) -> TraceabilityGraph:
        """Build another graph from the same values, except for those given."""
        if documents is None:
            documents = self.documents.values()
        return TraceabilityGraph(
            documents,
            config or self.config,
            inputs or self.inputs,
            self.passages_of,
            self._earlier_overlaps,
        )

    @cached_property
    def sources(self) -> Mapping[str, Sequence[PageSource]]:
        """The sources of each spec domain's canonical sections."""
        return {
            domain_key: self._sources_of(domain_key, spec_domain)
            for domain_key, spec_domain in self.config.domains.items()
        }

    @cached_property
    def resolver(self) -> Resolver:
        """The resolver over all sources."""
        return Resolver(self.sources, self.inputs.incomplete_domains(self.config))

    @cached_property
    def pins(self) -> Pins | None:
        """The pins; None if the project keeps no lock."""
        if self.inputs.lock is None:
            return None
        return Pins(self.inputs.lock, self.resolver)

    @cached_property
    def named_sections(self) -> Sequence[CanonicalSection]:
        """The canonical sections that their owners named by a label or need, sorted by id."""
        sections = {
            section.id: section
            for sources in self.sources.values()
            for source in sources
            for section in source.named_sections()
        }
        return [sections[key] for key in sorted(sections)]

    @cached_property
    def governed(self) -> Sequence[GovernedDocument]:
        """The documents with a governed header."""
        return [
            GovernedDocument(facts, facts.header, self.classes.get(facts.header.document_class))
            for facts in self.documents.values()
            if facts.header
        ]

    @cached_property
    def governed_by_name(self) -> Mapping[str, GovernedDocument]:
        """The documents with a governed header, by docname."""
        return {document.facts.docname: document for document in self.governed}

    @cached_property
    def judged(self) -> Sequence[DocumentFacts]:
        """The pages whose prose is judged: operational, governed, and not archived."""
        # extraction leaves the prose digest of all other pages empty
        return [
            facts
            for facts in self.documents.values()
            if facts.prose and not (facts.header and facts.header.status == Lifecycle.ARCHIVED)
        ]

    @property
    def overlaps(self) -> Mapping[str, PageOverlaps]:
        """What judged pages and canonical sections both contain, by docname."""
        # not a cached property: latest_overlaps must know whether this was searched
        if self._overlaps is None:
            self._overlaps = find_overlaps(
                self.judged,
                self.passages_of,
                self.sources,
                self.inputs.language,
                self._earlier_overlaps,
            )
        return self._overlaps

    @property
    def latest_overlaps(self) -> Mapping[str, PageOverlaps]:
        """The overlaps if a rule asked for them, else those of the earlier build."""
        if self._overlaps is None:
            return self._earlier_overlaps
        return self._overlaps

    @cached_property
    def issue_items(self) -> Mapping[tuple[str, str], Set[int]]:
        """The list items (0 for none) that mention an issue, by docname and section."""
        return issue_items(self.judged, self.config)

    @cached_property
    def edges(self) -> Sequence[CanonicalEdge]:
        """Every canonical reference of every document, its deviations' included."""
        return [edge for facts in self.documents.values() for edge in self._edges_of(facts)]

    @cached_property
    def edges_by_document(self) -> Mapping[str, Sequence[CanonicalEdge]]:
        """The canonical references of the documents that have any."""
        return by_document(self.edges)

    @cached_property
    def deviations(self) -> Sequence[DeviationNode]:
        """Every deviation, repeated ids included."""
        return [
            self._deviation_node(facts.docname, deviation)
            for facts in self.documents.values()
            for deviation in facts.deviations
        ]

    @cached_property
    def deviations_by_document(self) -> Mapping[str, Sequence[DeviationNode]]:
        """The deviations of the documents that have any, in the order of the page."""
        return by_document(self.deviations)

    @cached_property
    def deviations_by_id(self) -> Mapping[str, Sequence[DeviationNode]]:
        """Deviations by their id; more than one when an id is repeated."""
        nodes: dict[str, list[DeviationNode]] = defaultdict(list)
        for node in self.deviations:
            if node.deviation.id:
                nodes[node.deviation.id].append(node)
        return dict(nodes)

    @cached_property
    def workarounds(self) -> Mapping[str, Sequence[tuple[str, Workaround]]]:
        """Workarounds with their docnames, by the id of their deviation."""
        return workarounds_by_deviation(self.documents.values())

    @cached_property
    def pages_by_label(self) -> Mapping[str, str]:
        """The docname of the page that contains each label."""
        return {
            label.name: facts.docname for facts in self.documents.values() for label in facts.labels
        }

    @cached_property
    def specifications(self) -> Mapping[str, SpecDomain]:
        """The spec domain of every specification of this project, by docname."""
        return specifications(self.config, self.documents.values())

    @cached_property
    def canonical_pages(self) -> Mapping[str, CanonicalPage]:
        """The specifications of this project as pages of specifications, by docname."""
        return {
            docname: canonical_page(self.documents[docname], spec_domain)
            for docname, spec_domain in self.specifications.items()
        }

    @cached_property
    def aliases(self) -> Mapping[str, str]:
        """The page that stands for each other page of specifications with the same file."""
        aliases: dict[str, str] = {}
        for spec_domain in self.config.domains.values():
            candidates = find_aliases(self._pages_of(spec_domain), spec_domain.paths)
            for alias, docname in candidates.items():
                if docname not in aliases:  # another spec domain may prefer the other page
                    aliases.setdefault(alias, docname)
        return aliases

    @cached_property
    def slow_patterns(self) -> Sequence[Problem]:
        """The patterns of the configuration that took too long, until this is first asked for."""
        inputs = self.inputs
        taken = take_slow_problems(self.config, inputs.language, inputs.config_place())
        return list(find_slow_patterns(self.documents.values(), taken))

    def is_governed_folder(self, docname: str) -> bool:
        """Whether configuration declares the page governed."""
        return glob_matches(docname, self.config.governed)

    def resolve(self, target: str) -> Resolution:
        """Resolve a target as written."""
        return self.resolver.resolve(target)

    def pin_of(self, edge: CanonicalEdge) -> Pin | None:
        """Return the pin of the section that a reference resolves to; None without one."""
        section = edge.resolution.section
        if self.pins is None or section is None:
            return None
        return self.pins.of(edge.docname, section)

    def moved_to(self, edge: CanonicalEdge) -> CanonicalSection | None:
        """Return where the section of a reference moved to, by a redirect or its pinned text."""
        if edge.resolution.is_moved:
            return edge.resolution.section
        if edge.resolution.section or not self.pins:
            return None
        return self.pins.moved_to(edge.docname, edge.resolution)

    def state_of(self, issue: Issue) -> IssueState | None:
        """Return the state of an issue in its tracker; None if the snapshot does not contain it."""
        return (self.inputs.issues or {}).get(issue.tracker, {}).get(issue.ref)

    def issue_of(self, facts: DocumentFacts, deviation: Deviation, text: str) -> Issue:
        """Resolve an issue id of a deviation, even if the deviation is no longer on any page."""
        node = self._deviation_node(facts.docname, deviation)
        return next(issue for issue in node.issues if issue.text == text)

    def _sources_of(self, domain_key: str, spec_domain: SpecDomain) -> Sequence[PageSource]:
        pages = tuple(canonical_page(facts, spec_domain) for facts in self._pages_of(spec_domain))
        aliases = find_aliases(self._pages_of(spec_domain), spec_domain.paths)
        own = SourcePages(PROJECT, pages, self.inputs.redirects, spec_domain.base_url, aliases)
        external = self.inputs.sources.get(domain_key, ())
        # with several sources, base_url would move the pages of all of them to one place
        if len(external) == 1 and spec_domain.base_url:
            external = (replace(external[0], base_url=spec_domain.base_url),)
        return domain_sources(domain_key, (own, *external), spec_domain.default_status or "")

    def _pages_of(self, spec_domain: SpecDomain) -> Iterable[DocumentFacts]:
        for facts in self.documents.values():
            if glob_matches(facts.docname, spec_domain.paths):
                yield facts

    def _edges_of(self, facts: DocumentFacts) -> Iterable[CanonicalEdge]:
        for reference in facts.references:
            yield CanonicalEdge(
                facts.docname,
                reference.place,
                reference.section,
                self.resolve(reference.target),
                why=reference.why,
            )
        for deviation in facts.deviations:
            for spec in deviation.specs:
                yield CanonicalEdge(
                    facts.docname,
                    spec.place,
                    deviation.section,
                    self.resolve(spec.text),
                    deviation=deviation.id,
                )

    def _deviation_node(self, docname: str, deviation: Deviation) -> DeviationNode:
        specs = tuple(self.resolve(spec.text) for spec in deviation.specs)
        # an id that fits several trackers belongs to the one that takes issues of the target
        trackers = frozenset(
            self.config.domains[spec.domain_key].tracker for spec in specs if spec.domain_key
        )
        issues = tuple(self._issue(issue.text, trackers) for issue in deviation.issues)
        return DeviationNode(docname, deviation, specs, issues)

    def _issue(self, text: str, trackers: frozenset[str]) -> Issue:
        key = (text, trackers)
        # many deviations link one issue, and resolving it matches the patterns of all trackers
        if key not in self._issues:
            self._issues[key] = resolve_issue(self.config, text, trackers)
        return self._issues[key]
