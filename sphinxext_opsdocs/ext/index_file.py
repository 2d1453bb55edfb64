"""The canonical index of a project, with the addresses that a builder gives its pages."""

from __future__ import annotations

from collections import defaultdict

from msgspec.structs import replace
from sphinx.application import Sphinx
from sphinx.builders import Builder

from sphinxext_opsdocs.canonical.index_file import dump_index
from sphinxext_opsdocs.canonical.section import CanonicalSection
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.impact.spec_links import own_references

__all__ = ["index_of"]


def index_of(app: Sphinx, graph: TraceabilityGraph, builder: Builder) -> bytes:
    """The canonical index of a project's specifications, with the addresses of a builder."""
    refers_to: dict[tuple[str, str], dict[str, None]] = defaultdict(dict)
    for docname, anchor, target in own_references(graph):
        if isinstance(target, CanonicalSection):
            name = target.url if target.is_external else target.name
        else:
            name = "#".join(target)
        if name:
            refers_to[docname, anchor][name] = None
    pages = (
        replace(
            page,
            url=builder.get_target_uri(docname),
            sections=tuple(
                replace(entry, refers_to=tuple(refers_to.get((docname, entry.anchors[0]), ())))
                for entry in page.sections
            ),
        )
        for docname, page in graph.canonical_pages.items()
    )
    base_url = str(app.config.html_baseurl or "")
    redirects = graph.inputs.redirects
    return dump_index(app.config.project, app.config.release, base_url, redirects, pages)
