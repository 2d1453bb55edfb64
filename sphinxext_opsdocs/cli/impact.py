"""``opsdocs impact``: who depends on a section of a specification."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import click

from sphinxext_opsdocs.canonical.lock_file import LOCK_FILE
from sphinxext_opsdocs.canonical.section import PROJECT, CanonicalSection
from sphinxext_opsdocs.canonical.source_sections import PageSource, SourcePages
from sphinxext_opsdocs.cli._options import Failure, SphinxOptions, format_option, source_option
from sphinxext_opsdocs.cli._revision import read_both
from sphinxext_opsdocs.cli._source import read_source
from sphinxext_opsdocs.config.did_you_mean import listed
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.impact.impact import Dependency, Impact, Use
from sphinxext_opsdocs.impact.spec_links import find_own_sections
from sphinxext_opsdocs.impact.touched_sections import TouchedSection, find_touched_sections
from sphinxext_opsdocs.reports.impact_answer import IMPACT_FORMATS, ImpactAnswer, SectionImpact

__all__ = ["impact"]


@click.command(epilog="Example: opsdocs impact api:rate-limits")
@click.argument("sections", nargs=-1, metavar="[SECTION]...")
@click.option(
    "--since",
    default="",
    metavar="REV",
    help="In place of SECTION: every section that changed since this revision.",
)
@source_option
@format_option(
    list(IMPACT_FORMATS), "text", "Format of the answer; markdown is for a pull request."
)
def impact(sections: tuple[str, ...], since: str, options: SphinxOptions, format_name: str) -> None:
    """List what depends on specification sections.

    Names the pages, deviations and owners that depend on each SECTION, directly or through other
    sections. SECTION is a target as in a canonical reference, the docname of a specification, or
    the key of a spec domain. In a repository with specifications, --since REV answers for all
    sections that changed since then; dependents in other projects count if opsdocs.toml names them.
    """
    if bool(sections) == bool(since):
        raise Failure("give either SECTION or --since REV")
    answers: Iterable[SectionImpact]
    if since:
        source, before = read_both(options, since)
        answers = _since(source.graph, before)
    else:
        source = read_source(options)
        answers = _of_sections(source.graph, sections)
    _refuse_unreadable(source.graph)
    base = source.base_for(format_name)
    answer = ImpactAnswer(tuple(answers), source.graph.config, base, since)
    click.echo(IMPACT_FORMATS[format_name](answer), nl=False)


def _refuse_unreadable(graph: TraceabilityGraph) -> None:
    """Raise Failure for unreadable files that the answer needs."""
    # pins have no influence on who depends on what
    messages = [
        problem.message
        for problem in graph.inputs.problems
        if Path(problem.place.path).name != LOCK_FILE
    ]
    if messages:
        raise Failure("the answer would be incomplete: " + "; ".join(messages))


def _of_sections(graph: TraceabilityGraph, names: tuple[str, ...]) -> Iterator[SectionImpact]:
    """The impact of each section with everything below it; of a domain, of its used sections."""
    impact_now = Impact(graph)
    for name in names:
        if name not in graph.config.domains:
            section = _section_named(graph, name)
            dependencies = impact_now.find_dependencies(section, with_below=True)
            yield SectionImpact(section, tuple(dependencies))
            continue
        for section in impact_now.used_sections():
            if section.domain_key == name:
                dependencies = impact_now.find_dependencies(section, with_above=False)
                yield SectionImpact(section, tuple(dependencies))


def _section_named(graph: TraceabilityGraph, name: str) -> CanonicalSection:
    """The section of a target, or of the docname of a specification. Raises Failure."""
    if page := graph.canonical_pages.get(name.partition("#")[0]):
        source = PageSource("", SourcePages(PROJECT, (page,)))
        if sections := source.find(name):
            return sections[0]
        anchors = listed(source.anchors_of(page.docname))
        raise Failure(f'no such section on "{page.docname}"; its sections: {anchors}')
    resolution = graph.resolve(name)
    if not resolution.section:
        names = listed((f'"{section.id}"' for section in resolution.sections), " or ")
        raise Failure(f'cannot resolve "{name}": {resolution.reason or f"it can be {names}"}')
    return resolution.section


def _since(graph: TraceabilityGraph, before: TraceabilityGraph) -> Iterator[SectionImpact]:
    """The impact of every section that changed between two graphs. Raises Failure."""
    if not (graph.specifications or before.specifications):
        raise Failure(
            "this project has no specifications; run --since in the repository that has them"
        )
    if not before.specifications:
        raise Failure("there were no specifications then that opsdocs knows: nothing to compare")
    then = _with_old_specifications(graph, before)
    impact_then, impact_now = Impact(then), Impact(graph)
    for touched in find_touched_sections(find_own_sections(then), find_own_sections(graph)):
        dependencies = _dependencies(touched, impact_then, impact_now)
        yield SectionImpact(touched.old, tuple(dependencies), touched.change)


def _with_old_specifications(
    graph: TraceabilityGraph, before: TraceabilityGraph
) -> TraceabilityGraph:
    """The dependent pages of today with the specifications of the revision."""
    specifications = [before.documents[name] for name in before.specifications]
    others = [facts for name, facts in graph.documents.items() if name not in graph.specifications]
    return TraceabilityGraph([*specifications, *others], before.config, graph.inputs)


def _dependencies(
    touched: TouchedSection, impact_then: Impact, impact_now: Impact
) -> Iterator[Dependency]:
    uses: set[Use] = set()
    if touched.new:
        for dependency in impact_now.find_dependencies(touched.new):
            uses.add(dependency.use)
            yield dependency
    # a reference to a removed or moved section does not resolve now: only the old graph has it
    if touched.may_break_references:
        for dependency in impact_then.find_dependencies(touched.old):
            if dependency.use not in uses:
                yield dependency
