"""The documents of a command: a source directory that Sphinx reads, or a facts file."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from sphinxext_opsdocs.canonical.mirror import origins
from sphinxext_opsdocs.cli._options import Failure, SphinxOptions, has_color
from sphinxext_opsdocs.config.did_you_mean import did_you_mean
from sphinxext_opsdocs.config.parser import ConfigurationError
from sphinxext_opsdocs.config.schema import CONFIG_FILE, Config
from sphinxext_opsdocs.facts.file import FACTS_FORMAT, FactsFile
from sphinxext_opsdocs.facts.model import DocumentFacts
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.rules.engine.rule_names import refuse_unknown_rules
from sphinxext_opsdocs.rules.page_unreadable import page_unreadable
from sphinxext_opsdocs.storage import UnreadableError
from sphinxext_opsdocs.text.language_file import LanguageError, load_language

if TYPE_CHECKING:
    from sphinxext_opsdocs.ext.facts_subprocess import Request

__all__ = [
    "Source",
    "exit_code_of",
    "graph_of_facts",
    "page_of",
    "read_configuration",
    "read_source",
    "refuse_unreadable_pages",
    "request_of",
    "run_sphinx",
    "shown_folder",
]

Result = TypeVar("Result")


class Source(NamedTuple):
    """The graph, and what the paths of its facts are relative to."""

    graph: TraceabilityGraph
    owners: tuple[str, ...]
    """The configured owners."""
    shown_base: str
    """Source directory as seen from the working directory; empty for a facts file."""
    repository_base: str
    """Source directory as seen from the root of its repository."""
    srcdir: Path
    confdir: Path
    is_facts: bool = False

    def base_for(self, format_name: str) -> str:
        """The base of paths in a report: people read from here, machines from the repository."""
        if format_name == "text":
            return self.shown_base
        return self.repository_base


def read_source(options: SphinxOptions, is_partial: bool = False) -> Source:
    """Read a facts file, or build the facts of a source directory.

    Raises Failure, also for a page that cannot be read unless the command ``is_partial``: it can do
    without.
    """
    if options.source.is_file():
        source = _from_facts(options.source, options.given_confdir)
        if not is_partial:
            refuse_unreadable_pages(source.graph)
        return source
    from sphinxext_opsdocs.ext.facts_build import graph_of

    graph, owners, repository_base = run_sphinx(
        options, graph_of, is_partial=is_partial, has_cache=True
    )
    shown = shown_folder(options.source)
    return Source(graph, owners, shown, repository_base, options.source, options.confdir)


def run_sphinx(
    options: SphinxOptions,
    work: Callable[[Any, Any], Result],
    overrides: Mapping[str, Any] | None = None,
    loads_extension: bool = False,
    is_partial: bool = False,
    has_cache: bool = False,
    reads_governed: bool = False,
) -> Result:
    """Read the documents of a source directory with Sphinx, and return the result of ``work``.

    ``work`` gets the application and the domain. ``overrides`` are further settings of conf.py;
    with ``loads_extension`` conf.py need not load our extension; with ``has_cache`` only pages are
    read that have changed since the last reading; with ``reads_governed``, pages that lack
    their header have facts too. Raises Failure, also for a page that cannot be read unless the
    command ``is_partial``.
    """
    request = request_of(options, overrides, loads_extension)
    has_cache = has_cache and not options.no_cache
    request = request._replace(has_cache=has_cache, reads_governed=reads_governed)
    # imported late: "opsdocs --help" loads no Sphinx
    from sphinxext_opsdocs.ext.facts_build import BuildError, build_facts

    def work_on_whole(app: Any, ops_domain: Any) -> Result:
        if not is_partial:
            refuse_unreadable_pages(ops_domain.graph)
        return work(app, ops_domain)

    try:
        return build_facts(request, work_on_whole, sys.stderr)
    except BuildError as failure:
        raise Failure(str(failure), exit_code_of(failure.is_configuration)) from None


def refuse_unreadable_pages(graph: TraceabilityGraph) -> None:
    """Raise Failure if there is a page of which nothing is known."""
    # what such a page contains would be taken for removed: its pins, issues and known findings
    for problem in graph.inputs.problems:
        if problem.rule == page_unreadable.name:
            place = f"{problem.place.path}:{problem.place.line}"
            raise Failure(f"{place}: {problem.message}", exit_code_of(is_configuration=False))


def request_of(
    options: SphinxOptions,
    overrides: Mapping[str, Any] | None = None,
    loads_extension: bool = False,
) -> Request:
    """Return what Sphinx is to read. Raises Failure where there is no conf.py."""
    if not (options.confdir / "conf.py").is_file():
        raise Failure(
            f'"{options.source}" is not a facts file and has no conf.py; name the folder of '
            "conf.py, or give it with -c"
        )
    from sphinxext_opsdocs.ext.facts_subprocess import Request

    return Request(
        options.source,
        options.confdir,
        {**(overrides or {}), **options.overrides},  # -D of the user wins
        options.jobs,
        has_color=has_color(),
        loads_extension=loads_extension,
    )


def exit_code_of(is_configuration: bool) -> int:
    """Return the exit status for documents that cannot be read."""
    if is_configuration:
        return 2
    return 3  # 2 stands for an error that the user made


def _from_facts(path: Path, given_confdir: Path | None) -> Source:
    """The graph of a facts file; other files are read beside its conf.py."""
    facts, config = _load_facts(path)
    root, confdir = _folders(path.resolve(), facts, given_confdir)
    _refuse_missing_folder(path, facts, config, confdir)
    srcdir = root / facts.source
    graph = graph_of_facts(facts, config, confdir, srcdir)
    base = facts.source
    return Source(graph, facts.owners, base, base, srcdir, confdir, is_facts=True)


def graph_of_facts(
    facts: FactsFile, config: Config, confdir: Path, srcdir: Path
) -> TraceabilityGraph:
    """Return the graph of facts and of the files beside conf.py. Raises Failure."""
    from sphinxext_opsdocs.ext.input_files import read_inputs
    from sphinxext_opsdocs.ext.watched_paths import find_unmatched_watches, watches_of

    try:
        language = load_language(facts.language, confdir)
    except LanguageError as error:
        raise Failure(str(error)) from None
    inputs = read_inputs(
        config, confdir, srcdir, facts.redirects, facts.base_url, language, facts.project
    )
    watches = find_unmatched_watches(watches_of(facts.documents), srcdir)
    inputs = inputs.of_project(facts.pages, facts.problems, watches, facts.language)
    return TraceabilityGraph(facts.documents, config, inputs)


def _load_facts(path: Path) -> tuple[FactsFile, Config]:
    try:
        facts, config = FACTS_FORMAT.load(path)
        refuse_unknown_rules(config)
    except UnreadableError as error:
        raise Failure(f'"{path}" {error}') from None
    except ConfigurationError as error:
        raise Failure(f'"{path}" contains a wrong configuration: {error}') from None
    return facts, config


def _refuse_missing_folder(path: Path, facts: FactsFile, config: Config, confdir: Path) -> None:
    """Raise Failure if the files beside conf.py matter for the check and are not here."""
    if not (facts.kept_files or origins(config) or config.alerts.has_files or config.catalog.files):
        return
    if not any((confdir / name).is_file() for name in (CONFIG_FILE, "conf.py")):
        raise Failure(
            f'"{path}" needs the files beside its conf.py, which is not in "{confdir}"; give its '
            "folder with -c"
        )


def _folders(path: Path, facts: FactsFile, given_confdir: Path | None) -> tuple[Path, Path]:
    """The root of the repository that a facts file is about, and its folder of conf.py."""
    if given_confdir:
        # the file may come from another machine: the repository is the one around conf.py
        confdir, parts = given_confdir.resolve(), Path(facts.confdir).parts
        if confdir.parts[len(confdir.parts) - len(parts) :] != parts:
            return confdir, confdir
        return [confdir, *confdir.parents][len(parts)], confdir
    above = path.parents
    root = next((folder for folder in above if (folder / ".git").exists()), above[0])
    return root, root / facts.confdir


def page_of(documents: Mapping[str, DocumentFacts], page: str, base: str | Path) -> DocumentFacts:
    """The page of a docname, or of a path as seen from here or from the source directory ``base``.

    Raises Failure.
    """
    name = Path(page).as_posix().removeprefix("./")
    below = name
    if Path(page).exists():
        below = Path(os.path.relpath(page, base)).as_posix()
    elif above := Path(base).as_posix():
        below = name.removeprefix(f"{above}/")
    for candidate in (name, below):
        # a docname, or a path with its suffix
        for docname in (candidate, candidate.rpartition(".")[0]):
            if docname in documents:
                return documents[docname]
    hint = did_you_mean(below, documents, count=3)
    raise Failure(f'no page "{page}" has a header or markup of opsdocs{hint}')


def read_configuration(confdir: Path) -> Config:
    """The configuration of a folder with opsdocs.toml or conf.py. Raises Failure."""
    if not any((confdir / name).is_file() for name in (CONFIG_FILE, "conf.py")):
        raise Failure(f'"{confdir}" has neither {CONFIG_FILE} nor conf.py')
    from sphinxext_opsdocs.ext.settings import configuration_of

    try:
        return configuration_of(confdir)
    except ConfigurationError as error:
        raise Failure(f"{CONFIG_FILE} or opsdocs_* in conf.py: {error}") from None


def shown_folder(source: Path) -> str:
    """Return a directory as seen from here; empty for this one itself."""
    folder = source.resolve()
    try:
        return "/".join(Path(os.path.relpath(folder)).parts)
    except ValueError:  # no path leads to another drive of Windows
        return folder.as_posix()
