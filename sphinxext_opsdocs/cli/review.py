"""``opsdocs review``: what a change set does to a documentation, and what is missing in it."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import click
from msgspec.structs import replace

from sphinxext_opsdocs.cli._source import (
    Failure,
    day_of,
    day_option,
    output_option,
    put_out,
    run_sphinx,
    source_options,
)
from sphinxext_opsdocs.config.schema import Config
from sphinxext_opsdocs.facts.file import FORMAT, FactsFileError, load_facts
from sphinxext_opsdocs.facts.model import DocumentFacts
from sphinxext_opsdocs.findings.finding import counted_noun, fails
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.reports.formats import FORMATS, render_findings
from sphinxext_opsdocs.reports.review import render as render_summary
from sphinxext_opsdocs.review.change_set import ChangeSet, change_set
from sphinxext_opsdocs.review.git import GitError, commit_of, merge_base, repository_of
from sphinxext_opsdocs.review.worktree import ReviewTree, review_tree
from sphinxext_opsdocs.rules import RULES
from sphinxext_opsdocs.rules.engine.check import check
from sphinxext_opsdocs.storage import replace_file
from sphinxext_opsdocs.version import __version__

__all__ = ["review"]

BRANCHES = ("origin/HEAD", "origin/main", "origin/master", "main", "master")
"""What a change is held against when nothing is named: the first that there is."""
SUMMARY = "markdown"
Taken = TypeVar("Taken")


class _Place(NamedTuple):
    """Where the documents stand in their repository, and how they are read."""

    repository: Path
    source: Path
    """Relative to the repository, as ``confdir``."""
    confdir: Path
    define: tuple[str, ...]
    jobs: str


class _Reading(NamedTuple):
    documents: Mapping[str, DocumentFacts]
    config: Config


@click.command()
@click.argument("base", default="")
@source_options
@day_option
@click.option(
    "-f",
    "--format",
    "kind",
    type=click.Choice([*FORMATS, SUMMARY]),
    default="text",
    show_default=True,
    help="How findings are written; markdown is a summary to post on a pull request.",
)
@output_option
def review(
    base: str,
    source: Path,
    confdir: Path | None,
    define: tuple[str, ...],
    jobs: str,
    day: str,
    kind: str,
    output: Path | None,
) -> None:
    """Hold the documents as they are now against those of BASE, a revision in git.

    Compared are the commit that BASE and HEAD have both come from, and the work tree, with what is
    not committed. BASE is the main branch when it is not named. No checkout, index or branch is
    touched: files and what was read of them are kept in git's own directory.

    Errors and warnings make the exit status 1.
    """
    try:
        place = _place(source, confdir or source, define, jobs)
        revision = base or _main_branch(place.repository)
        commit = merge_base(place.repository, revision)
        with review_tree(place.repository) as tree:
            before = _of_base(place, tree, revision, commit)
            tree.hold_work_tree()
            paths = tree.changed_paths(commit)
            graph, owners = _graph(place, tree)
    except GitError as error:
        raise Failure(str(error)) from None
    shown = "" if str(place.source) == "." else place.source.as_posix()
    configs = (before.config, graph.config)
    folder = f"{shown}/" if shown else ""
    changes = change_set(revision, before.documents, graph.documents, configs, paths, folder)
    graph.inputs = replace(graph.inputs, change_set=changes, baseline=None)
    _hold_to_base(graph, changes)
    rules = [rule for rule in RULES if rule.is_review]
    result = check(graph, day_of(day), owners, rules)
    if kind == SUMMARY:
        text = render_summary(changes, result, graph, shown)
    else:
        text = render_findings(kind, result, shown)
    put_out(text, output)
    pages = counted_noun(len(changes.changed), "page")
    click.echo(
        f"{pages} changed in meaning since {revision} ({commit[:10]}), "
        f"{counted_noun(sum(f.stands for f in result.findings), 'finding')}",
        err=True,
    )
    raise SystemExit(1 if fails(result.findings) else 0)


def _hold_to_base(graph: TraceabilityGraph, changes: ChangeSet) -> None:
    """Severities, limits and ignores are those of the base: a change cannot excuse itself."""
    if not changes.before:
        return
    held = changes.config_before
    graph.config = replace(graph.config, rules=held.rules, review=held.review)
    for page in changes.pages:
        if page.old and page.new:
            known = {(ignore.rules, ignore.reason) for ignore in page.old.ignores}
            kept = tuple(i for i in page.new.ignores if (i.rules, i.reason) in known)
            facts = graph.documents[page.new.docname]
            graph.documents[page.new.docname] = replace(facts, ignores=kept)


def _place(source: Path, confdir: Path, define: tuple[str, ...], jobs: str) -> _Place:
    """Raises GitError, and Failure for what is in no repository."""
    if not (confdir / "conf.py").is_file():
        raise Failure(f'"{source}" has no conf.py; name its folder with -s, or that with -c')
    repository = repository_of(source)
    try:
        inner, conf = (folder.resolve().relative_to(repository) for folder in (source, confdir))
    except ValueError:
        raise Failure(f'"{confdir}" is not in the repository of the documents') from None
    return _Place(repository, inner, conf, define, jobs)


def _main_branch(repository: Path) -> str:
    """Raises Failure where there is none."""
    for name in BRANCHES:
        try:
            commit_of(repository, name)
        except GitError:
            continue
        return name
    raise Failure(f"name a BASE: none of {', '.join(BRANCHES)} is here")


def _of_base(place: _Place, tree: ReviewTree, revision: str, commit: str) -> _Reading:
    """The facts of the base, where its documents stood then. Raises Failure and GitError."""
    old = tree.old_path(commit, (place.confdir / "conf.py").as_posix())
    if old and place.source == place.confdir:
        place = place._replace(source=Path(old).parent, confdir=Path(old).parent)
    try:
        return _of_commit(place, tree, commit)
    except Failure as failure:
        message = f'at the base "{revision}" ({commit[:10]}): {failure.message}'
        raise Failure(message, failure.exit_code) from None


def _of_commit(place: _Place, tree: ReviewTree, commit: str) -> _Reading:
    """The facts of a commit: those that an earlier review kept, else read now."""
    asked = repr((commit, place[1:4], FORMAT, __version__)).encode("utf-8", "surrogatepass")
    path = tree.folder / f"facts-{hashlib.sha256(asked).hexdigest()[:20]}.json"
    if path.is_file():
        try:
            return _loaded(tree, path)
        except FactsFileError:
            path.unlink()
    tree.hold_commit(commit)
    is_there = (tree.root / place.confdir / "conf.py").is_file()
    if not is_there or not (tree.root / place.source).is_dir():
        told = f'there is no documentation in "{place.source}": every page counts as new'
        click.echo(f"at the base {commit[:10]} {told}", err=True)
        return _Reading({}, Config())

    def take(app: Any, domain: Any) -> bytes:
        from sphinxext_opsdocs.ext.on_build_finished import facts_of

        domain.known_owners = ()
        return facts_of(app, domain)

    replace_file(path, _read(place, tree, take))
    return _loaded(tree, path)


def _loaded(tree: ReviewTree, path: Path) -> _Reading:
    """Raises FactsFileError."""
    facts, config = load_facts(path)
    tree.used(path)
    return _Reading({page.docname: page for page in facts.documents}, config)


def _graph(place: _Place, tree: ReviewTree) -> tuple[TraceabilityGraph, tuple[str, ...]]:
    """The graph of the files that the folder holds, and the known owners."""

    def take(app: Any, domain: Any) -> tuple[TraceabilityGraph, tuple[str, ...]]:
        from sphinxext_opsdocs.ext.facts_build import graph_of

        graph, owners, _ = graph_of(app, domain)
        return graph, owners

    return _read(place, tree, take)


def _read(place: _Place, tree: ReviewTree, take: Callable[[Any, Any], Taken]) -> Taken:
    """What is read of the files that the folder holds now.

    An environment is kept for each state of the code that makes text of sources: conf.py, and
    extensions beside it. The next reading loads them anew.
    """
    asked = repr((place[1:4], FORMAT, list(tree.code(place.confdir.as_posix()))))
    digest = hashlib.sha256(asked.encode("utf-8", "surrogatepass"))
    kept = tree.folder / f"read-{digest.hexdigest()[:12]}"
    with tree.apart():
        made = run_sphinx(
            tree.root / place.source,
            tree.root / place.confdir,
            place.define,
            place.jobs,
            take,
            brings_extension=True,
            kept=kept,
        )
    tree.used(kept)
    return made
