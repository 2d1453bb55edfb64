"""Options and arguments that several commands share, with their values."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import click

from sphinxext_opsdocs.cli._project import ProjectError, find_project
from sphinxext_opsdocs.clock import today
from sphinxext_opsdocs.findings.escaping import printable_lines

__all__ = [
    "Failure",
    "SphinxOptions",
    "color_option",
    "day_of",
    "day_option",
    "format_option",
    "has_color",
    "output_option",
    "project_option",
    "show",
    "source_argument",
    "source_of",
    "source_option",
]

Command = TypeVar("Command", bound=Callable[..., Any])


class Failure(click.ClickException):
    """An end with a message and an exit status: 2 for wrong input, 3 for a failed build."""

    def __init__(self, message: str, exit_code: int = 2) -> None:
        super().__init__(printable_lines(message))
        self.exit_code = exit_code  # type: ignore[misc]  # click declares it on the class


class SphinxOptions(NamedTuple):
    """The documents that a command reads, and its options for Sphinx."""

    source: Path
    """The source directory, or a facts file."""
    given_confdir: Path | None = None
    """The folder of conf.py, if ``-c`` names one."""
    define: tuple[str, ...] = ()
    """``KEY=VALUE`` for each setting of conf.py to override."""
    jobs: str = "1"
    """Number of reading processes, or ``auto``."""
    no_cache: bool = False
    """Read every page, whatever an earlier command has read."""

    @property
    def confdir(self) -> Path:
        """The folder of conf.py."""
        return self.given_confdir or self.source

    @property
    def overrides(self) -> dict[str, str]:
        """The settings of conf.py to override. Raises Failure for one without a value."""
        values: dict[str, str] = {}
        for text in self.define:
            key, equals, value = text.partition("=")
            if not equals or not key:
                raise Failure(f'-D takes KEY=VALUE, not "{text}"')
            values[key] = value
        return values


def _jobs(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    if value != "auto" and not (value.isdecimal() and int(value) > 0):
        raise click.BadParameter(f'must be a number from 1, or "auto", not "{value}"')
    return value


def _switch_color(context: click.Context, _parameter: click.Parameter, is_off: bool) -> None:
    if is_off or os.environ.get("NO_COLOR"):  # https://no-color.org
        context.color = False


color_option = click.option(
    "--no-color",
    is_flag=True,
    expose_value=False,
    callback=_switch_color,
    help="Write no colour, as where NO_COLOR is set.",
)


def has_color() -> bool:
    """Whether messages on standard error may have colour: on a terminal, unless switched off."""
    context = click.get_current_context(silent=True)
    is_off = context is not None and context.color is False
    return sys.stderr.isatty() and not is_off


# click lists options in the reverse order of their decorators: -c comes first in the help
SPHINX_OPTIONS = (
    color_option,
    click.option(
        "--no-cache",
        is_flag=True,
        help="Read every page anew, and keep nothing for the next time.",
    ),
    click.option(
        "-j",
        "--jobs",
        default="1",
        callback=_jobs,
        metavar="N",
        show_default=True,
        help="Read pages in N processes at once; auto for one per CPU.",
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
        "given_confdir",
        type=click.Path(exists=True, file_okay=False, path_type=Path),
        help="Folder of conf.py, if it is not SOURCE.",
    ),
)


def source_argument(command: Command) -> Command:
    """Take SOURCE as an argument or as ``-s``; the command gets one value, ``options``."""
    argument = click.argument(
        "positional", required=False, metavar="[SOURCE]", type=click.Path(path_type=Path)
    )
    return source_option(argument(command))


def source_option(command: Command) -> Command:
    """Take SOURCE as ``-s``; the command gets one value, ``options``."""
    return _with_sphinx_options(project_option(_collecting(command)))


project_option = click.option(
    "-s",
    "--source",
    metavar="SOURCE",
    type=click.Path(path_type=Path),
    help="Folder of conf.py, or a facts file.  [default: the project here, above or below]",
)


def source_of(given: Path | None, positional: Path | None = None) -> Path:
    """The folder or facts file of a command; else the project around it. Raises Failure."""
    if given and positional:
        raise Failure(f'SOURCE is given twice, as "{positional}" and with -s as "{given}"')
    try:
        return positional or given or find_project()
    except ProjectError as error:
        raise Failure(str(error)) from None


def _collecting(command: Command) -> Command:
    @functools.wraps(command)
    def collect(**values: Any) -> Any:
        collected = {name: values.pop(name) for name in SphinxOptions._fields}
        given, positional = collected["source"], values.pop("positional", None)
        is_group = click.get_current_context().invoked_subcommand  # its command finds the project
        if not (given or positional) and (collected["given_confdir"] or is_group):
            given = Path()
        collected["source"] = source_of(given, positional)
        return command(options=SphinxOptions(**collected), **values)

    # wraps() has copied what click keeps on the function: further decorators add to it
    return collect  # type: ignore[return-value]


def _with_sphinx_options(command: Command) -> Command:
    for decorate in SPHINX_OPTIONS:
        command = decorate(command)
    return command


def format_option(names: list[str], default: str, help_text: str) -> Callable[[Command], Command]:
    """Take ``--format``, which the command gets as ``format_name``."""
    return click.option(
        "-f",
        "--format",
        "format_name",
        type=click.Choice(names),
        default=default,
        show_default=True,
        help=help_text,
    )


def output_option(command: Command) -> Command:
    """Take ``--output``, a file in place of standard output."""
    return click.option(
        "-o",
        "--output",
        type=click.Path(path_type=Path),
        help="Write to this file, not to standard output.",
    )(command)


def show(text: str, err: bool = False) -> None:
    """Print a message that may contain text of documents, trackers or file names."""
    click.echo(printable_lines(text), err=err)


def day_option(command: Command) -> Command:
    """Take ``--today``, the day that counts as today."""
    return click.option(
        "--today",
        "day",
        metavar="YYYY-MM-DD",
        default="",
        callback=_day,
        help="Day that counts as today.  [default: SOURCE_DATE_EPOCH, else the clock]",
    )(command)


def _day(_context: click.Context, _parameter: click.Parameter, value: str) -> str:
    try:
        return today(value).isoformat() if value else ""
    except ValueError as error:
        raise click.BadParameter(str(error)) from None


def day_of(given: str) -> date:
    """The day that counts as today. Raises Failure.

    Call it after the documents are read: a conf.py can set SOURCE_DATE_EPOCH.
    """
    try:
        return today(given)
    except (ValueError, OverflowError, OSError) as error:
        raise Failure(f"SOURCE_DATE_EPOCH: {error}") from None
