"""What a command works on: a Sphinx source directory, which is read, or a facts file."""

from __future__ import annotations

import difflib
import os
import sys
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import click

from sphinxext_opsdocs.canonical.mirror import origins
from sphinxext_opsdocs.clock import today
from sphinxext_opsdocs.config.parser import ConfigurationError
from sphinxext_opsdocs.config.schema import CONFIG_FILE, Config
from sphinxext_opsdocs.facts.file import FactsFile, FactsFileError, load_facts
from sphinxext_opsdocs.facts.model import DocumentFacts
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.rules.engine.known import refuse_unknown_rules
from sphinxext_opsdocs.text.language import LanguageError, load_language

__all__ = [
    "Failure",
    "Source",
    "day_of",
    "day_option",
    "output_option",
    "page_of",
    "put_out",
    "read_configuration",
    "read_source",
    "run_sphinx",
    "source_arguments",
    "source_options",
]

Command = TypeVar("Command", bound=Callable[..., Any])
Taken = TypeVar("Taken")


class Failure(click.ClickException):
    """An end with a message and an exit status: 2 for wrong input, 3 for a failed build."""

    def __init__(self, message: str, exit_code: int = 2) -> None:
        super().__init__(message)
        self.exit_code = exit_code  # type: ignore[misc]  # click declares it on the class


class Source(NamedTuple):
    """The graph, and what paths of its facts are relative to."""

    graph: TraceabilityGraph
    known_owners: tuple[str, ...]
    shown_base: str
    """Source directory as seen from the working directory; empty for a facts file."""
    repository_base: str
    """Source directory as seen from the root of its repository."""
    srcdir: Path
    confdir: Path
    is_facts: bool = False


def _jobs(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    if value != "auto" and not (value.isdecimal() and int(value) > 0):
        raise click.BadParameter(f'a number from 1 or "auto", not "{value}"')
    return value


def source_arguments(command: Command) -> Command:
    """SOURCE and the options that go to Sphinx."""
    argument = click.argument("source", default=".", type=click.Path(path_type=Path))
    return _sphinx_options(argument(command))


def source_options(command: Command) -> Command:
    """The same for commands whose arguments are something else."""
    option = click.option(
        "-s",
        "--source",
        default=".",
        show_default=True,
        type=click.Path(path_type=Path),
        help="Directory of conf.py, or a facts file.",
    )
    return _sphinx_options(option(command))


def _sphinx_options(command: Command) -> Command:
    for decorate in (
        click.option(
            "-j",
            "--jobs",
            default="1",
            callback=_jobs,
            metavar="N",
            help="Read with N processes, or auto.",
        ),
        click.option(
            "-D",
            "--define",
            multiple=True,
            metavar="KEY=VALUE",
            help="Override a setting of conf.py.",
        ),
        click.option(
            "-c",
            "--confdir",
            type=click.Path(exists=True, file_okay=False, path_type=Path),
            help="Folder of conf.py, when it is not SOURCE.",
        ),
    ):
        command = decorate(command)
    return command


def day_option(command: Command) -> Command:
    """``--today``, which gives a day that ages count to."""
    return click.option(
        "--today",
        "day",
        metavar="YYYY-MM-DD",
        default="",
        callback=_day,
        help="Count ages to this day. Default: SOURCE_DATE_EPOCH, else the clock.",
    )(command)


def output_option(command: Command) -> Command:
    """``--output``, a file for what else goes to standard output."""
    return click.option(
        "-o", "--output", type=click.Path(path_type=Path), help="Write them to a file instead."
    )(command)


def put_out(text: str, output: Path | None) -> None:
    """Write a report to a file, or to standard output. Raises Failure."""
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise Failure(f'cannot write "{output}": {error.strerror}') from None


def day_of(given: str) -> date:
    """The day to count to. Read it after the source: a conf.py can set SOURCE_DATE_EPOCH."""
    try:
        return today(given)
    except (ValueError, OverflowError, OSError) as error:
        raise Failure(f"SOURCE_DATE_EPOCH: {error}") from None


def _day(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    try:
        return today(value).isoformat() if value else ""
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


def read_source(source: Path, confdir: Path | None, define: tuple[str, ...], jobs: str) -> Source:
    """Read a facts file, or build the facts of a source directory. Raises Failure."""
    if source.is_file():
        return _from_facts(source, confdir)
    from sphinxext_opsdocs.ext.facts_build import graph_of

    graph, owners, repository_base = run_sphinx(source, confdir, define, jobs, graph_of)
    return Source(graph, owners, _shown(source), repository_base, source, confdir or source)


def run_sphinx(
    source: Path,
    confdir: Path | None,
    define: tuple[str, ...],
    jobs: str,
    take: Callable[[Any, Any], Taken],
    overrides: Mapping[str, Any] | None = None,
    brings_extension: bool = False,
    kept: Path | None = None,
) -> Taken:
    """Read the documents of a source directory with Sphinx, and take something of them.

    ``overrides`` are further settings; with ``brings_extension`` conf.py need not load ours. What
    was read is ``kept`` in a folder, for a review that reads it again.
    """
    if not ((confdir or source) / "conf.py").is_file():
        raise Failure(
            f'"{source}" is no facts file and has no conf.py; name the folder of conf.py, or give '
            "that with -c"
        )
    from sphinxext_opsdocs.ext.facts_build import BuildError, Request, build_facts

    given = dict(_override(text) for text in define)
    status = sys.stderr if sys.stderr.isatty() else None
    request = Request(
        source,
        confdir or source,
        {**(overrides or {}), **given},
        jobs,
        status,
        brings_extension=brings_extension,
        kept=kept,
    )
    try:
        return build_facts(request, take)
    except BuildError as failure:
        raise Failure(str(failure), 2 if failure.is_configuration else 3) from None


def _from_facts(path: Path, given: Path | None) -> Source:
    """The graph of a facts file; indexes and the lock are read beside its conf.py."""
    from sphinxext_opsdocs.ext.input_files import read_inputs

    try:
        facts, config = load_facts(path)
    except FactsFileError as problem:
        raise Failure(f'"{path}" {problem}') from None
    try:
        refuse_unknown_rules(config)
    except ConfigurationError as problem:
        raise Failure(f'"{path}": wrong configuration: {problem}') from None
    root, confdir = _folders(path.resolve(), facts, given)
    needs_files = bool(facts.kept_files) or bool(origins(config))
    if needs_files and not any((confdir / name).is_file() for name in (CONFIG_FILE, "conf.py")):
        raise Failure(
            f'"{path}" needs the files beside its conf.py, which is not in "{confdir}": give -c'
        )
    srcdir = root / facts.source
    try:
        language = load_language(facts.language, confdir)
    except LanguageError as error:
        raise Failure(str(error)) from None
    inputs = read_inputs(config, confdir, srcdir, facts.redirects, facts.base_url, language)
    graph = TraceabilityGraph(facts.documents, config, inputs)
    owners, base = facts.known_owners, facts.source
    return Source(graph, owners, base, base, srcdir, confdir, is_facts=True)


def _folders(path: Path, facts: FactsFile, given: Path | None) -> tuple[Path, Path]:
    """The root of the repository that a facts file is about, and its folder of conf.py."""
    if given:  # the file may come from elsewhere: the repository is the one around conf.py
        confdir, parts = given.resolve(), Path(facts.confdir).parts
        is_below = confdir.parts[len(confdir.parts) - len(parts) :] == parts
        root = [confdir, *confdir.parents][len(parts)] if is_below else confdir
        return root, confdir
    above = path.parents
    root = next((folder for folder in above if (folder / ".git").exists()), above[0])
    return root, root / facts.confdir


def page_of(documents: Mapping[str, DocumentFacts], page: str, base: str | Path) -> DocumentFacts:
    """The page of a docname, or of a path as seen from here or from the source directory ``base``.

    Raises Failure.
    """
    name = Path(page).as_posix().removeprefix("./")
    above = Path(base).as_posix()
    below = name.removeprefix(f"{above}/") if above else name
    for candidate in (name, below):
        for docname in (candidate, candidate.rpartition(".")[0]):
            if docname in documents:
                return documents[docname]
    close = difflib.get_close_matches(below, documents, n=3)
    hint = f"; did you mean {' or '.join(close)}?" if close else ""
    raise Failure(f'no page "{page}" that opsdocs knows{hint}')


def read_configuration(confdir: Path) -> Config:
    """The configuration of a folder with opsdocs.toml or conf.py. Raises Failure."""
    if not any((confdir / name).is_file() for name in (CONFIG_FILE, "conf.py")):
        raise Failure(f'"{confdir}" has neither {CONFIG_FILE} nor conf.py')
    from sphinxext_opsdocs.ext.settings import configuration_of

    try:
        return configuration_of(confdir)
    except ConfigurationError as problem:
        raise Failure(f"{CONFIG_FILE} or opsdocs_* in conf.py: {problem}") from None


def _override(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise Failure(f'-D takes KEY=VALUE, not "{text}"')
    return key, value


def _shown(source: Path) -> str:
    relative = os.path.relpath(source.resolve())
    return "" if relative == "." else Path(relative).as_posix()
