"""``opsdocs impact``: who depends on a section of a specification."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from sphinxext_opsdocs.canonical.lock_file import LOCK_FILE
from sphinxext_opsdocs.canonical.page_source import PageSource, SourcePages
from sphinxext_opsdocs.canonical.section import PROJECT, CanonicalSection
from sphinxext_opsdocs.cli._source import (
    Failure,
    Source,
    read_source,
    run_sphinx,
    source_options,
)
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.impact.impact import Impact
from sphinxext_opsdocs.impact.spec_links import own_sections
from sphinxext_opsdocs.impact.touched_sections import touched_sections
from sphinxext_opsdocs.reports.impact_answer import IMPACT_FORMATS, ImpactAnswer, SectionImpact
from sphinxext_opsdocs.review.git import GitError, commit_of, repository_of
from sphinxext_opsdocs.review.worktree import review_tree

__all__ = ["impact"]


@click.command()
@click.argument("sections", nargs=-1, metavar="[SECTION]...")
@click.option(
    "--since",
    default="",
    metavar="REV",
    help="Instead: every section that the changes since this revision touch.",
)
@source_options
@click.option(
    "-f",
    "--format",
    "kind",
    type=click.Choice(list(IMPACT_FORMATS)),
    default="text",
    show_default=True,
    help="How the answer is written; markdown is a comment for a pull request.",
)
def impact(
    sections: tuple[str, ...],
    since: str,
    source: Path,
    confdir: Path | None,
    define: tuple[str, ...],
    jobs: str,
    kind: str,
) -> None:
    """Tell which pages, deviations and owners depend on each SECTION, also through others.

    SECTION is a target as in a canonical reference, a page of specifications, or a whole spec
    domain by its key. On the side of the specifications, --since REV asks it for all that a
    change set touches; dependents in other projects are those that the configuration names.
    """
    if bool(sections) == bool(since):
        raise Failure("name sections, or give --since REV")
    found = read_source(source, confdir, define, jobs)
    unread = [
        p.message for p in found.graph.inputs.problems if Path(p.place.path).name != LOCK_FILE
    ]
    if unread:  # an answer without them would be a reassuring one
        raise Failure("what depends cannot be told: " + "; ".join(unread))
    answers = _since(found, since, define, jobs) if since else _of_sections(found.graph, sections)
    base = found.shown_base if kind == "text" else found.repository_base
    answer = ImpactAnswer(tuple(answers), found.graph.config, base, since)
    click.echo(IMPACT_FORMATS[kind](answer), nl=False)


def _of_sections(graph: TraceabilityGraph, names: tuple[str, ...]) -> Iterator[SectionImpact]:
    """The impact of each section with everything below it; of a domain, of its used sections."""
    found = Impact(graph)
    for name in names:
        if name in graph.config.domains:
            for section in found.used_sections():
                if section.domain == name:
                    yield SectionImpact(section, tuple(found.of(section, with_above=False)))
        else:
            section = _section_named(graph, name)
            yield SectionImpact(section, tuple(found.of(section, with_below=True)))


def _section_named(graph: TraceabilityGraph, name: str) -> CanonicalSection:
    """The section of a target, or of the docname of a specification. Raises Failure."""
    if page := graph.canonical_pages.get(name.partition("#")[0]):
        source = PageSource("", SourcePages(PROJECT, (page,)))
        if found := source.find(name):
            return found[0]
        anchors = ", ".join(source.anchors_of(page.docname))
        raise Failure(f'no such section on "{page.docname}", known: {anchors}')
    resolution = graph.resolve(name)
    if not resolution.section:
        names = " or ".join(f'"{section.id}"' for section in resolution.sections)
        raise Failure(f'cannot resolve "{name}": {resolution.reason or f"it is {names}"}')
    return resolution.section


def _since(
    found: Source, revision: str, define: tuple[str, ...], jobs: str
) -> Iterator[SectionImpact]:
    """The impact of every section that changed since a revision.

    Pages that depend are those of today; what is gone is looked up in the specifications of then.
    """
    if found.is_facts:
        raise Failure("--since needs the sources, not a facts file")
    from sphinxext_opsdocs.ext.facts_build import graph_of

    graph = found.graph
    try:
        repository = repository_of(found.srcdir)
        with review_tree(repository) as tree:
            tree.hold_commit(commit_of(repository, revision))
            srcdir, confdir = (
                tree.root / folder.resolve().relative_to(repository)
                for folder in (found.srcdir, found.confdir)
            )
            with tree.apart():
                before, _, _ = run_sphinx(
                    srcdir, confdir, define, jobs, graph_of, brings_extension=True
                )
    except GitError as error:
        raise Failure(str(error)) from None
    except ValueError:
        raise Failure(f'"{found.confdir}" is not in the repository of the documents') from None
    except Failure as failure:
        raise Failure(f'at revision "{revision}": {failure.message}', failure.exit_code) from None
    if not (graph.specifications or before.specifications):
        raise Failure(
            "--since tells of changed specifications of this project, which has none: run it where "
            "the specifications are"
        )
    old_specifications = [before.documents[name] for name in before.specifications]
    others = [facts for name, facts in graph.documents.items() if name not in graph.specifications]
    then = TraceabilityGraph([*old_specifications, *others], before.config, graph.inputs)
    old, new = own_sections(then), own_sections(graph)
    impact_then, impact_now = Impact(then), Impact(graph)
    for touched in touched_sections(old, new):
        dependencies = list(impact_now.of(touched.new)) if touched.new else []
        told = {found.use for found in dependencies}
        if touched.is_elsewhere:
            dependencies += [d for d in impact_then.of(touched.old) if d.use not in told]
        yield SectionImpact(touched.old, tuple(dependencies), touched.change)
