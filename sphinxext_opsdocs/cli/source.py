"""What a command works on: a Sphinx source directory, which is read, or a facts file."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import click

from sphinxext_opsdocs.facts_file import FactsFileError, load_facts
from sphinxext_opsdocs.graph import TraceabilityGraph
from sphinxext_opsdocs.today import today

__all__ = ["Failure", "Source", "day_option", "read_source", "source_arguments"]

Command = TypeVar("Command", bound=Callable[..., Any])


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


def _jobs(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    if value != "auto" and not (value.isdecimal() and int(value) > 0):
        raise click.BadParameter(f'a number from 1 or "auto", not "{value}"')
    return value


def source_arguments(command: Command) -> Command:
    """SOURCE and the options that go to Sphinx."""
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
        click.argument("source", default=".", type=click.Path(path_type=Path)),
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
        try:
            facts, config = load_facts(source)
        except FactsFileError as problem:
            raise Failure(str(problem)) from None
        graph = TraceabilityGraph(facts.documents, config)
        return Source(graph, facts.known_owners, facts.source, facts.source)
    if not ((confdir or source) / "conf.py").is_file():
        raise Failure(
            f'"{source}" is no facts file and has no conf.py; name the folder of conf.py, or give '
            "that with -c"
        )
    from sphinxext_opsdocs.ext.facts_build import BuildError, build_facts

    overrides = dict(_override(text) for text in define)
    try:
        graph, owners, repository_base = build_facts(
            source, confdir or source, overrides, jobs, sys.stderr if sys.stderr.isatty() else None
        )
    except BuildError as failure:
        raise Failure(str(failure), 2 if failure.is_configuration else 3) from None
    return Source(graph, owners, _shown(source), repository_base)


def _override(text: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise Failure(f'-D takes KEY=VALUE, not "{text}"')
    return key, value


def _shown(source: Path) -> str:
    relative = os.path.relpath(source.resolve())
    return "" if relative == "." else Path(relative).as_posix()
