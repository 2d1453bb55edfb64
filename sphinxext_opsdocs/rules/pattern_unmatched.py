"""Every pattern matches something."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct

from sphinxext_opsdocs.config.did_you_mean import did_you_mean
from sphinxext_opsdocs.config.globs import glob_matches
from sphinxext_opsdocs.config.schema import PER_FOLDER
from sphinxext_opsdocs.facts.model import Place
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.graph.inputs import Inputs
from sphinxext_opsdocs.rules.engine.base import Context, rule
from sphinxext_opsdocs.rules.engine.examples import page

PAGES = Inputs(pages=("ops/page", "specs/api/limits"))


class _Pattern(Struct, frozen=True):
    """A pattern, where it is, and what it is compared with."""

    key: str
    text: str
    place: Place
    docname: str = ""
    """The page whose header contains it; empty for one of the configuration."""
    is_matched: bool = False


def _patterns(graph: TraceabilityGraph) -> Iterable[_Pattern]:
    # a graph of some pages only cannot tell what the others are called
    if graph.inputs.pages:
        for table, key, glob in _globs(graph):
            is_matched = any(glob_matches(docname, (glob,)) for docname in graph.inputs.pages)
            place = graph.inputs.config_place(table, key, glob)
            yield _Pattern(".".join((*table, key)), glob, place, is_matched=is_matched)
    for document in graph.governed:
        for entry in document.header.reviews_when:
            place, docname = document.header.place_of("reviews-when"), document.facts.docname
            is_matched = entry not in graph.inputs.unmatched_watches
            yield _Pattern("reviews-when", entry, place, docname, is_matched)


def _globs(graph: TraceabilityGraph) -> Iterator[tuple[tuple[str, ...], str, str]]:
    """Yield table, key and text of each glob over docnames."""
    config = graph.config
    yield from (((), "governed", glob) for glob in config.governed)
    for name, spec_domain in config.domains.items():
        yield from ((("domains", name), "paths", glob) for glob in spec_domain.paths)
    yield from ((("rules",), PER_FOLDER, glob) for glob in config.folder_rules())


@rule(
    severity="warning",
    clauses=("header.owner", "review.like_code"),
    over=_patterns,
    why="The check is green because it looks at nothing: in the folder that was renamed, no page "
    "needs an owner any more, and no review is asked for.",
    bad=page(
        config={"governed": ["ops/**", "runbooks/**"]},
        inputs=PAGES,
        note="All pages are below ``ops`` and ``specs``.",
    ),
    good=page(
        config={"governed": ["ops/**"]},
        inputs=PAGES,
        note="The pattern is removed, or corrected to where the pages are.",
    ),
    options=("governed", "domains.<name>.paths", "rules"),
    scope="project",
)
def pattern_unmatched(pattern: _Pattern, context: Context) -> Iterator[Fault]:
    """Each pattern in ``governed``, ``paths`` and ``rules.per-folder`` matches at least one page.

    An entry of ``reviews-when`` matches a file of the repository; outside of a repository it is not
    checked.
    """
    if pattern.is_matched:
        return
    if pattern.docname:
        message = f'reviews-when: "{pattern.text}" matches no file of the repository'
        remedy = "; correct or remove it"
    else:
        message = f'{pattern.key}: "{pattern.text}" matches no page'
        folders = {docname.rpartition("/")[0] for docname in context.graph.inputs.pages} - {""}
        hint = did_you_mean(pattern.text.partition("*")[0].strip("/"), sorted(folders))
        remedy = hint or "; globs are compared with docnames, which have no suffix"
    yield Fault(
        f"{message}{remedy}", pattern.place, pattern.docname, f"{pattern.key} {pattern.text}"
    )
