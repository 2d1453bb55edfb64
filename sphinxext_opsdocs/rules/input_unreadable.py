"""The markup and the files of this extension can be read."""

from collections.abc import Iterable, Iterator
from itertools import chain

from msgspec import Struct

from sphinxext_opsdocs.canonical.source_sections import PageSource
from sphinxext_opsdocs.facts.model import DocumentFacts, Place, Problem
from sphinxext_opsdocs.findings.finding import Fault, counted_noun
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.graph.inputs import Inputs
from sphinxext_opsdocs.rules._support.problems import problem_fault, problem_faults
from sphinxext_opsdocs.rules.engine.base import Context, rule
from sphinxext_opsdocs.rules.engine.examples import directive, page


class _MissingLanguage(Struct, frozen=True):
    """The language of a project, without data, and the number of pages in it."""

    inputs: Inputs
    pages: int


_Source = DocumentFacts | Problem | PageSource | _MissingLanguage


def _pages_and_files(graph: TraceabilityGraph) -> Iterable[_Source]:
    """Every page of the graph, and every file that could not be read, or not all of it.

    And patterns that took too long: this rule runs after all rules that match some.
    """
    problems = [each for each in graph.inputs.problems if each.rule == "input_unreadable"]
    sources = (source for group in graph.sources.values() for source in group if source.pageless)
    inputs = graph.inputs
    languages: Iterable[_MissingLanguage] = ()
    if inputs.language_name and inputs.language is None and graph.judged:
        languages = [_MissingLanguage(inputs, len(graph.judged))]
    return chain(graph.documents.values(), problems, sources, languages, graph.slow_patterns)


@rule(
    severity="error",
    clauses=("review.like_code",),
    over=_pages_and_files,
    why="Markup that is read as plain text is lost: the deviation is in no register, the reference "
    "leads nowhere, and the build passes all the same.",
    bad=page(directive("canonical-ref", "api:rate-limits", because="the drain relies on it")),
    good=page(directive("canonical-ref", "api:rate-limits", why="the drain relies on it")),
)
def input_unreadable(source: _Source, context: Context) -> Iterator[Fault]:
    """Markup of this extension, and the files that a team keeps for it, can be read.

    It covers directives and roles that became plain text, options and values that cannot be used,
    and a lock, an index or another file of the project that is damaged. References that need such a
    file are then not judged. Needs whose page a needs.json does not name are one note, and so is a
    language without data. A regular expression of the configuration that takes too long to match a
    text is named with its key.
    """
    if isinstance(source, PageSource):
        yield _pageless_fault(source)
        return
    if isinstance(source, _MissingLanguage):
        yield _language_fault(source)
        return
    if isinstance(source, Problem):
        yield problem_fault(source, "")
        return
    # docutils drops a directive with an unknown option and MyST keeps it: the extension reads the
    # options of its directives itself, and records what is wrong with them (ADR 0002)
    yield from problem_faults(source, "input_unreadable")


def _pageless_fault(source: PageSource) -> Fault:
    needs = counted_noun(len(source.pageless), "need")
    return Fault(
        f'"{source.path}" does not name the page of {needs}, so references to them have no link; '
        'export the field "docname" too',
        Place(source.path, 1),
        "",
        source.path,
        is_note=True,
    )


def _language_fault(language: _MissingLanguage) -> Fault:
    inputs = language.inputs
    return Fault(
        f'there is no data for the language "{inputs.language_name}": in '
        f"{counted_noun(language.pages, 'page')} only copied text and values are looked for; set "
        "language to a file with its words and expressions",
        inputs.config_place((), "language", inputs.language_name),
        "",
        f"language {inputs.language_name}",
        is_note=True,
    )
