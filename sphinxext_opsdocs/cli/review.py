"""``opsdocs review``: the changes of documents since a revision, and what they lack."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click
from msgspec.structs import replace

from sphinxext_opsdocs.cli._options import (
    Failure,
    SphinxOptions,
    day_of,
    day_option,
    format_option,
    output_option,
    show,
    source_option,
)
from sphinxext_opsdocs.cli._revision import folders_in, read_revision, source_of_reading
from sphinxext_opsdocs.cli._source import Source, shown_folder
from sphinxext_opsdocs.config.schema import Config
from sphinxext_opsdocs.facts.file import FACTS_FORMAT, FORMAT
from sphinxext_opsdocs.facts.model import DocumentFacts
from sphinxext_opsdocs.findings.finding import counted_noun, has_failures, join_path
from sphinxext_opsdocs.findings.result import CheckResult
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.reports.finding_formats import FORMATS, render_findings
from sphinxext_opsdocs.reports.review import render as render_summary
from sphinxext_opsdocs.review.authors import PageHistory, find_history
from sphinxext_opsdocs.review.change_set import ChangeSet, compare_documents
from sphinxext_opsdocs.review.environment import read_environment_names, select_variables
from sphinxext_opsdocs.review.git import (
    GitError,
    find_main_branch,
    find_merge_base,
    find_repository,
)
from sphinxext_opsdocs.review.worktree import ReviewTree, review_tree
from sphinxext_opsdocs.rules import RULES
from sphinxext_opsdocs.rules.engine.check import check
from sphinxext_opsdocs.rules.page_unreadable import page_unreadable
from sphinxext_opsdocs.storage import UnreadableError, replace_file
from sphinxext_opsdocs.version import __version__

if TYPE_CHECKING:
    from sphinxext_opsdocs.ext.facts_subprocess import Reading

from sphinxext_opsdocs.cli._writing import write_report

__all__ = ["review"]

SUMMARY = "markdown"


class _Place(NamedTuple):
    """Where the documents are in their repository, and how they are read."""

    repository: Path
    source: Path
    """Relative to the repository, like ``confdir``."""
    confdir: Path
    options: SphinxOptions
    variables: tuple[str, ...] = ()
    """Names of environment variables that conf.py may read besides the usual ones."""

    @property
    def identity(self) -> tuple[object, ...]:
        """All that decides how the same files are read."""
        return self.source, self.confdir, self.options.define, self.variables

    @property
    def shown(self) -> str:
        """The source directory as seen from the repository; empty for its root."""
        if self.source == Path():
            return ""
        return self.source.as_posix()

    def in_tree(self, tree: ReviewTree) -> SphinxOptions:
        """The same documents in another copy of the repository."""
        return self.options._replace(
            source=tree.root / self.source, given_confdir=tree.root / self.confdir
        )


class _Reading(NamedTuple):
    documents: Mapping[str, DocumentFacts]
    config: Config


@click.command(epilog="Example: opsdocs review main")
@click.argument("base", default="")
@source_option
@day_option
@format_option(
    [*FORMATS, SUMMARY], "text", "Format of the findings; markdown is a summary for a pull request."
)
@output_option
def review(
    base: str, options: SphinxOptions, day: str, format_name: str, output: Path | None
) -> None:
    """Review what a change set does to documents.

    Compares the files in the work tree, also those that are not committed, with the last common
    commit of HEAD and BASE. BASE is a revision in git, by default the main branch. Your checkout,
    index and branches stay untouched: the command works in a folder inside the git directory.

    Errors and warnings make the exit status 1; notes (severity info) do not.
    """
    try:
        place = _place(options)
        revision = base or find_main_branch(place.repository)
        commit = find_merge_base(place.repository, revision)
        with review_tree(place.repository) as tree:
            place, base_place = _with_variables(place, tree, commit)
            before = _of_base(base_place, tree, revision, commit)
            tree.load_work_tree()
            paths = tree.changed_paths(commit)
            source = _of_work_tree(place, tree)
    except GitError as error:
        raise Failure(str(error)) from None
    changes = compare_documents(
        revision,
        before.documents,
        source.graph.documents,
        (before.config, source.graph.config),
        paths,
        f"{place.shown}/".removeprefix("/"),  # "docs/", or empty for the root
    )
    changes = replace(changes, histories=_histories(changes, place.repository, commit))
    graph = _graph_to_review(source.graph, changes)
    # all other rules judge one state of the documents: "opsdocs check"
    rules = [rule for rule in RULES if rule.is_review]
    today = day_of(day)
    result = check(graph, today, source.owners, rules)
    # people read from here, machines and hosts from the repository
    shown = shown_folder(options.source) if format_name == "text" else place.shown
    write_report(_report(format_name, changes, result, graph, shown, today), output)
    pages = counted_noun(len(changes.changed), "page")
    findings = counted_noun(sum(finding.is_reported for finding in result.findings), "finding")
    show(f"{pages} changed in meaning since {revision} ({commit[:10]}), {findings}", err=True)
    raise SystemExit(1 if has_failures(result.findings) else 0)


def _histories(changes: ChangeSet, repository: Path, commit: str) -> Mapping[str, PageHistory]:
    """The histories of the pages with new approvals, by docname. Raises Failure."""
    owners = (changes.config_before.owners, changes.config_after.owners)
    roles = {role for each in owners for owner in each.values() for role in owner.roles}
    pages = [page.facts for page in changes.pages if page.new_approvals]
    try:
        return {
            facts.docname: find_history(
                repository,
                commit,
                join_path(changes.folder, facts.real_path or facts.path),
                roles,
            )
            for facts in pages
        }
    except GitError as error:
        raise Failure(str(error)) from None


def _report(
    format_name: str,
    changes: ChangeSet,
    result: CheckResult,
    graph: TraceabilityGraph,
    base: str,
    today: date,
) -> str:
    if format_name == SUMMARY:
        return render_summary(changes, result, graph, base, today)
    return render_findings(format_name, result, base)


def _graph_to_review(graph: TraceabilityGraph, changes: ChangeSet) -> TraceabilityGraph:
    """The graph with the change set, and severities, limits and ignores of the base.

    A change cannot excuse itself.
    """
    # without the baseline: a finding of this change is new, even if an equal one is known
    inputs = replace(graph.inputs, change_set=changes, baseline=None)
    if not changes.before:
        return graph.evolve(inputs=inputs)
    base = changes.config_before
    config = replace(graph.config, rules=base.rules, review=base.review)
    documents = dict(graph.documents)
    for page in changes.pages:
        if page.old and page.new:
            in_base = {(ignore.rules, ignore.reason) for ignore in page.old.ignores}
            facts = documents[page.new.docname]
            ignores = [i for i in facts.ignores if (i.rules, i.reason) in in_base]
            documents[page.new.docname] = replace(facts, ignores=tuple(ignores))
    return graph.evolve(documents.values(), config, inputs)


def _place(options: SphinxOptions) -> _Place:
    """Find the repository of the documents. Raises GitError and Failure."""
    if not (options.confdir / "conf.py").is_file():
        raise Failure(
            f'"{options.source}" has no conf.py; give its folder with -s, or that of conf.py '
            "with -c"
        )
    repository = find_repository(options.source)
    return _Place(repository, *folders_in(repository, options), options)


def _with_variables(place: _Place, tree: ReviewTree, commit: str) -> tuple[_Place, _Place]:
    """The places of the documents now and in the base, with the variables that the base allows.

    A change could otherwise ask for a secret of the pipeline that reviews it. Raises GitError.
    """
    base_place = place
    # the folder of the documents can have another name at the base
    old = tree.old_path(commit, (place.confdir / "conf.py").as_posix())
    if old and place.source == place.confdir:
        base_place = place._replace(source=Path(old).parent, confdir=Path(old).parent)
    names = read_environment_names(place.repository, commit, base_place.confdir)
    return place._replace(variables=names), base_place._replace(variables=names)


def _of_base(place: _Place, tree: ReviewTree, revision: str, commit: str) -> _Reading:
    """The facts of the base. Raises Failure and GitError."""
    try:
        return _of_commit(place, tree, commit)
    except Failure as failure:
        message = f'at the base "{revision}" ({commit[:10]}): {failure.message}'
        raise Failure(message, failure.exit_code) from None


def _of_commit(place: _Place, tree: ReviewTree, commit: str) -> _Reading:
    """The facts of a commit: those that an earlier review kept, else read now."""
    # the commit alone is not enough: options and other versions of ours give other facts
    identity = repr((commit, *place.identity, FORMAT, __version__))
    digest = hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()
    path = tree.folder / f"facts-{digest[:20]}.json"
    if path.is_file():
        try:
            return _load(tree, path)
        except UnreadableError:
            path.unlink()
    tree.load_commit(commit)
    has_configuration = (tree.root / place.confdir / "conf.py").is_file()
    if not has_configuration or not (tree.root / place.source).is_dir():
        message = f'there is no documentation in "{place.source}": every page counts as new'
        show(f"at the base {commit[:10]} {message}", err=True)
        return _Reading({}, Config())
    replace_file(path, _read(place, tree, is_base=True).facts)
    return _load(tree, path)


def _load(tree: ReviewTree, path: Path) -> _Reading:
    """Raises UnreadableError."""
    facts, config = FACTS_FORMAT.load(path)
    tree.mark_used(path)
    for problem in facts.problems:
        if problem.rule == page_unreadable.name:
            place = f"{problem.place.path}:{problem.place.line}"
            show(f"at the base, it counts as missing: {place}: {problem.message}", err=True)
    return _Reading({page.docname: page for page in facts.documents}, config)


def _of_work_tree(place: _Place, tree: ReviewTree) -> Source:
    """The graph of the files in the folder, and the configured owners."""
    return source_of_reading(_read(place, tree, is_base=False), place.in_tree(tree))


def _read(place: _Place, tree: ReviewTree, is_base: bool) -> Reading:
    """Read the files that are in the folder now; those of a base may not use our extension yet.

    There is one environment for each state of the code that Sphinx runs: conf.py, and extensions
    beside it. Pages that were read with other code are never reused.
    """
    identity = repr((*place.identity, FORMAT, list(tree.list_code(place.confdir.as_posix()))))
    digest = hashlib.sha256(identity.encode("utf-8", "surrogatepass")).hexdigest()
    environment = tree.folder / f"read-{digest[:12]}"
    reading = read_revision(
        place.in_tree(tree),
        select_variables(os.environ, place.variables),
        environment,
        loads_extension=is_base,
        has_owners=not is_base,
    )
    tree.note_modules(reading.modules)
    tree.mark_used(environment)
    return reading
