"""One repository of a fleet: from its bundle and the published indexes to rows of flat tables.

A pure function of its arguments, which runs the very rules of ``opsdocs check``: the same in one
process, in a pool of them and in another engine.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from msgspec.structs import replace

from sphinxext_opsdocs.canonical.index_file import INDEX_FORMAT, CanonicalIndex
from sphinxext_opsdocs.canonical.section import INDEX, INVENTORY, NEEDS
from sphinxext_opsdocs.canonical.source_sections import SourcePages
from sphinxext_opsdocs.config.schema import PER_FOLDER, is_address, is_on
from sphinxext_opsdocs.facts.model import Ignore
from sphinxext_opsdocs.findings.finding import Finding
from sphinxext_opsdocs.fleet.bundle import Bundle, BundledSource, read_bundle
from sphinxext_opsdocs.fleet.identities import Identities
from sphinxext_opsdocs.fleet.member import Member, PublishedIndex
from sphinxext_opsdocs.fleet.page_rows import page_rows
from sphinxext_opsdocs.fleet.reference_rows import reference_rows
from sphinxext_opsdocs.fleet.rows import CheckRow, FindingRow, Row, UncheckedRow
from sphinxext_opsdocs.fleet.sketch_rows import sketch_rows
from sphinxext_opsdocs.fleet.specification_rows import specification_rows
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.graph.inputs import Inputs
from sphinxext_opsdocs.rules import RULES
from sphinxext_opsdocs.rules.copied_canonical import copied_canonical
from sphinxext_opsdocs.rules.engine.check import check
from sphinxext_opsdocs.rules.quote_drifted import quote_drifted
from sphinxext_opsdocs.rules.restated_value import restated_value
from sphinxext_opsdocs.rules.term_redefined import term_redefined
from sphinxext_opsdocs.storage import unpack

__all__ = ["check_repository", "graph_of_bundle"]

COMPARING = (copied_canonical, restated_value, term_redefined, quote_drifted)
"""The rules that read the words of sections."""
KINDS = {kind.name: kind for kind in (INDEX, NEEDS, INVENTORY)}
MOST_KEPT_INDEXES = 64
"""Published indexes that a process keeps parsed: many repositories refer to the same few."""


def check_repository(
    member: Member, indexes: Mapping[str, PublishedIndex], day: date
) -> Iterator[Row]:
    """Check a repository; yield its rows, table by table. Raises UnreadableError.

    ``indexes`` are those that stand for the files of other projects that it reads, by address or
    path of such a file as its configuration names it. Where nobody publishes an index, the copy in
    the bundle counts.
    """
    bundle = read_bundle(member.bundle)
    unchecked = dict(_unchecked(bundle, indexes))
    graph = _without_rules(graph_of_bundle(bundle, indexes), unchecked)
    result = check(graph, day, bundle.facts.owners)
    yield CheckRow(
        repository=member.name,
        project=bundle.facts.project,
        index_address=member.index_address if bundle.index else "",
        index_sha256=bundle.manifest.index_sha256,
        source=bundle.manifest.repository,
        commit_id=bundle.manifest.commit,
        version=bundle.manifest.versions.get("opsdocs", ""),
        pages=result.pages,
        governed=result.governed,
    )
    identities = Identities(member.index_address, bundle.inputs.sources, indexes)
    yield from page_rows(member.name, graph, bundle.inputs.urls)
    yield from reference_rows(member.name, graph, identities)
    yield from specification_rows(member, bundle, identities, indexes)
    if bundle.sketches:
        yield from sketch_rows(member, bundle.sketches)
    yield from (_finding_row(member.name, finding) for finding in result.findings)
    for rule, reason in unchecked.items():
        yield UncheckedRow(member.name, rule, reason)


def graph_of_bundle(bundle: Bundle, indexes: Mapping[str, PublishedIndex]) -> TraceabilityGraph:
    """Return the graph of a repository, with the published indexes in place of its copies."""
    given, facts = bundle.inputs, bundle.facts
    sources: dict[str, tuple[SourcePages, ...]] = {}
    for source in given.sources:
        pages = _source_pages(source, indexes.get(source.origin))
        sources[source.domain] = (*sources.get(source.domain, ()), pages)
    inputs = Inputs(
        sources=sources,
        alerts=given.alerts,
        services=given.services,
        redirects=facts.redirects,
        lock=bundle.lock,
        issues=bundle.issues,
        issues_path=given.issues_path,
        baseline=bundle.baseline,
        baseline_path=given.baseline_path,
        copies=given.copies,
        problems=given.problems,
        unreadable=given.unreadable,
        project=facts.project,
        base_url=facts.base_url,
        language=bundle.language,
        language_name=facts.language,
        config_path=given.config_path,
        config_text=given.config_text,
        pages=facts.pages,
        unmatched_watches=given.unmatched_watches,
    )
    return TraceabilityGraph(facts.documents, bundle.config, inputs)


def _lacks_text(indexes: Mapping[str, PublishedIndex]) -> bool:
    return not all(index.has_text for index in indexes.values())


def _source_pages(source: BundledSource, published: PublishedIndex | None) -> SourcePages:
    if published is None or source.kind != INDEX.name:
        return SourcePages(
            KINDS[source.kind],
            source.pages,
            source.redirects,
            source.base_url,
            path=source.path,
            origin=source.origin,
        )
    index = _index(published.data)
    base_url = index.base_url if is_address(index.base_url) else source.base_url
    return SourcePages(
        INDEX, index.pages, index.redirects, base_url, path=source.path, origin=source.origin
    )


@lru_cache(maxsize=MOST_KEPT_INDEXES)
def _index(data: bytes) -> CanonicalIndex:
    return INDEX_FORMAT.parse(unpack(data))


def _finding_row(repository: str, finding: Finding) -> FindingRow:
    state = "new"
    if finding.suppressed:
        state = "suppressed"
    elif finding.baseline_date:
        state = "known"
    return FindingRow(
        repository=repository,
        page=finding.docname,
        path=finding.place.path,
        line=finding.place.line,
        rule=finding.rule,
        severity=finding.severity,
        confidence=finding.confidence,
        message=finding.message,
        fingerprint=finding.fingerprint,
        state=state,
    )


def _unchecked(bundle: Bundle, indexes: Mapping[str, PublishedIndex]) -> Iterator[tuple[str, str]]:
    """Yield each rule that is on and needs a text which a bundle leaves out, and why."""
    for rule in RULES:
        if not is_on(bundle.config, rule.name):
            continue
        if not bundle.manifest.has_text and (rule.judges_prose or rule is quote_drifted):
            yield rule.name, "its bundle is without text"
        elif rule in COMPARING and _lacks_text(indexes):
            yield rule.name, "the bundle of a specification is without text"


def _without_rules(graph: TraceabilityGraph, rules: Collection[str]) -> TraceabilityGraph:
    """The graph with some rules off.

    An exception or a known finding of theirs is then neither unused nor fixed.
    """
    if not rules:
        return graph
    severities = {**graph.config.rules, **dict.fromkeys(rules, "off")}
    severities.pop(PER_FOLDER, None)
    folders = {
        glob: {name: severity for name, severity in of_folder.items() if name not in rules}
        for glob, of_folder in graph.config.folder_rules().items()
    }
    documents = [
        replace(page, ignores=tuple(_ignores_of(page.ignores, rules))) if page.ignores else page
        for page in graph.documents.values()
    ]
    baseline = graph.inputs.baseline
    if baseline is not None:
        baseline = tuple(entry for entry in baseline if entry.rule not in rules)
    tables: dict[str, Any] = {**severities, PER_FOLDER: folders} if folders else severities
    return graph.evolve(
        documents,
        replace(graph.config, rules=tables),
        replace(graph.inputs, baseline=baseline),
    )


def _ignores_of(ignores: Iterable[Ignore], rules: Collection[str]) -> Iterator[Ignore]:
    for ignore in ignores:
        others = tuple(name for name in ignore.rules if name not in rules)
        if others or not ignore.rules:
            yield replace(ignore, rules=others)
