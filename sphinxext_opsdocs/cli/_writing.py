"""How commands write files: each in one step, and never over what they have not read."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import click

from sphinxext_opsdocs.cli._options import Failure
from sphinxext_opsdocs.storage import (
    FileChangedError,
    exclusive,
    replace_file,
    replace_unchanged,
)

__all__ = [
    "update_file",
    "write_new_file",
    "write_output",
    "write_report",
    "write_result",
    "writing",
]


def write_report(text: str, output: Path | None) -> None:
    """Write a report to a file, or to standard output. Raises Failure."""
    if output is None:
        click.echo(text, nl=False)
    else:
        # a document can contain a lone surrogate, by its number
        write_output(output, text.encode("utf-8", "surrogatepass"))


def write_output(path: Path, data: bytes) -> None:
    """Write to a path that somebody named: a file in one step, or a device or pipe. Raises Failure.

    A link stays a link.
    """
    with writing(path):
        if path.is_file() or not path.exists():
            replace_file(path.resolve(), data)
        else:
            path.write_bytes(data)


def write_result(path: Path, data: bytes) -> bool:
    """Replace a file in one step; False if its content is the same. Raises Failure.

    A link stays a link.
    """
    with writing(path):
        return replace_file(path.resolve(), data)


def write_new_file(path: Path, data: bytes) -> None:
    """Write a file that must not exist yet. Raises Failure."""
    try:
        with writing(path):
            replace_unchanged(path, data, None)
    except FileChangedError:
        raise Failure(f'"{path}" exists already') from None


@contextmanager
def update_file(path: Path) -> Generator[None]:
    """Read a file anew and replace it, while other processes that do the same wait.

    Raises Failure.
    """
    with writing(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with exclusive(path):
            yield


@contextmanager
def writing(path: Path) -> Generator[None]:
    """Raise Failure where a path cannot be written."""
    try:
        yield
    except OSError as error:
        raise Failure(f'cannot write "{path}": {error.strerror}') from None
