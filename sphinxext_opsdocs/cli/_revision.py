"""The documents of a revision, read in a process that gets none of our secrets."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from sphinxext_opsdocs.cli._options import Failure, SphinxOptions
from sphinxext_opsdocs.cli._source import (
    Source,
    exit_code_of,
    graph_of_facts,
    refuse_unreadable_pages,
    request_of,
    shown_folder,
)
from sphinxext_opsdocs.facts.file import FACTS_FORMAT
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.review.environment import read_environment_names, select_variables
from sphinxext_opsdocs.review.git import GitError, find_commit, find_repository
from sphinxext_opsdocs.review.worktree import review_tree
from sphinxext_opsdocs.storage import UnreadableError

if TYPE_CHECKING:
    from sphinxext_opsdocs.ext.facts_subprocess import Reading

__all__ = ["folders_in", "read_both", "read_revision", "source_of_reading"]


def read_revision(
    options: SphinxOptions,
    variables: Mapping[str, str],
    environment: Path | None = None,
    loads_extension: bool = True,
    has_owners: bool = True,
) -> Reading:
    """Read documents in a process with these environment variables.

    ``environment`` is a folder that keeps the environment of Sphinx between two readings. With
    ``loads_extension`` conf.py need not load our extension; ``has_owners`` asks for the configured
    owners. Raises Failure.
    """
    from sphinxext_opsdocs.ext.facts_subprocess import ReadingError, read_in_process

    request = request_of(options, loads_extension=loads_extension)
    request = request._replace(environment=environment, has_owners=has_owners)
    try:
        reading = read_in_process(request, variables)
    except ReadingError as error:
        raise Failure(str(error), exit_code_of(is_configuration=False)) from None
    if reading.fault:
        hint = _hint_of_variables(reading.fault, variables)
        raise Failure(reading.fault + hint, exit_code_of(reading.is_configuration))
    if reading.source_date_epoch:  # a conf.py can set the date
        os.environ["SOURCE_DATE_EPOCH"] = reading.source_date_epoch
    return reading


def source_of_reading(reading: Reading, options: SphinxOptions) -> Source:
    """Return what was read, joined with the other files beside its conf.py. Raises Failure."""
    try:
        facts, config = FACTS_FORMAT.parse(reading.facts)
    except UnreadableError as error:
        raise Failure(f"what was read {error}", exit_code_of(is_configuration=False)) from None
    graph = graph_of_facts(facts, config, options.confdir, options.source)
    refuse_unreadable_pages(graph)
    shown = shown_folder(options.source)
    return Source(graph, facts.owners, shown, facts.source, options.source, options.confdir)


def folders_in(repository: Path, options: SphinxOptions) -> tuple[Path, Path]:
    """Return the folders of documents and conf.py relative to a repository. Raises Failure."""
    try:
        source, confdir = (
            folder.resolve().relative_to(repository) for folder in (options.source, options.confdir)
        )
    except ValueError:
        raise Failure(f'"{options.confdir}" is not in the repository of the documents') from None
    return source, confdir


def _hint_of_variables(fault: str, variables: Mapping[str, str]) -> str:
    """Return the remedy where conf.py asked for a variable that it does not get."""
    withheld = [name for name in os.environ if name not in variables and f"'{name}'" in fault]
    if not withheld:
        return ""
    return f'; to let conf.py read "{withheld[0]}", add it to review.environment of the base'


def read_both(options: SphinxOptions, revision: str) -> tuple[Source, TraceabilityGraph]:
    """Read the documents as they are now, and those of a revision. Raises Failure."""
    if options.source.is_file():
        raise Failure("--since needs the sources, not a facts file")
    request_of(options)  # refuses a folder without conf.py before git is asked
    try:
        repository = find_repository(options.source)
        commit = find_commit(repository, revision)
        source, confdir = folders_in(repository, options)
        # both may run code that nobody has reviewed, so the revision decides what it can read
        names = read_environment_names(repository, commit, confdir)
        variables = select_variables(os.environ, names)
        now = source_of_reading(read_revision(options, variables, loads_extension=False), options)
        with review_tree(repository) as tree:
            tree.load_commit(commit)
            there = options._replace(source=tree.root / source, given_confdir=tree.root / confdir)
            return now, _graph_at(revision, there, variables)
    except GitError as error:
        raise Failure(str(error)) from None


def _graph_at(
    revision: str, options: SphinxOptions, variables: Mapping[str, str]
) -> TraceabilityGraph:
    try:
        reading = read_revision(options, variables, has_owners=False)
        return source_of_reading(reading, options).graph
    except Failure as failure:
        raise Failure(f'at revision "{revision}": {failure.message}', failure.exit_code) from None
