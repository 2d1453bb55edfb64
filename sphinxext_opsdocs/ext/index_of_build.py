"""The canonical index of a project, with the addresses of a builder."""

from __future__ import annotations

from collections import defaultdict

from msgspec.structs import replace
from sphinx.application import Sphinx
from sphinx.builders import Builder

from sphinxext_opsdocs.canonical.index_file import dump_index
from sphinxext_opsdocs.canonical.section import CanonicalEntry, CanonicalSection
from sphinxext_opsdocs.ext.links import hidden_condition
from sphinxext_opsdocs.facts.model import DocumentFacts
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.impact.spec_links import find_own_references

__all__ = ["index_of"]


def index_of(app: Sphinx, graph: TraceabilityGraph, builder: Builder) -> bytes:
    """The canonical index of a project's specifications, with the addresses of a builder."""
    referred = _references_by_section(graph)
    pages = (
        replace(
            page,
            url=builder.get_target_uri(docname),
            sections=tuple(
                replace(entry, refers_to=referred.get((docname, entry.anchors[0]), ()))
                for entry in page.sections
                if _is_published(graph.documents[docname], entry, builder)
            ),
        )
        for docname, page in graph.canonical_pages.items()
        if docname not in graph.aliases
    )
    base_url = str(app.config.html_baseurl or "")
    redirects = {**graph.aliases, **graph.inputs.redirects}
    return dump_index(app.config.project, app.config.release, base_url, redirects, pages)


def _is_published(facts: DocumentFacts, entry: CanonicalEntry, builder: Builder) -> bool:
    """Whether the pages of the builder show a section; a builder without pages cannot tell."""
    return not (builder.format and hidden_condition(builder, facts, entry.anchor))


def _references_by_section(graph: TraceabilityGraph) -> dict[tuple[str, str], tuple[str, ...]]:
    """The sections that each section (docname and anchor) refers to, each once."""
    # dicts as sets that keep the order: equal facts must give an equal file
    names: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for docname, anchor, target in find_own_references(graph):
        if name := _name(target):
            names[docname, anchor][name] = None
    return {section: tuple(targets) for section, targets in names.items()}


def _name(target: CanonicalSection | tuple[str, str]) -> str:
    """``page#anchor`` in this project, or an address; empty for a section without an address."""
    if not isinstance(target, CanonicalSection):
        return "#".join(target)
    if target.is_external:
        return target.url
    return target.name
