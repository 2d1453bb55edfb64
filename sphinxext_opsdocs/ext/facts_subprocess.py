"""Reads documents in a process of its own: code of a revision does not get our environment."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, Any, NamedTuple

import msgspec
from msgspec import Struct

__all__ = ["Reading", "ReadingError", "Request", "read_in_process"]


class Request(NamedTuple):
    """The documents to read, and the settings for Sphinx."""

    srcdir: Path
    confdir: Path
    overrides: dict[str, Any]
    jobs: str
    """Number of reading processes, or ``auto``."""
    has_color: bool = False
    """Whether messages of Sphinx on standard error are coloured."""
    loads_extension: bool = False
    """Load the extension even if conf.py does not."""
    has_cache: bool = False
    """Keep what is read for the next reading, beside conf.py."""
    environment: Path | None = None
    """Folder that keeps the environment of a review between two readings."""
    reads_governed: bool = False
    """Also take the facts of governed pages that lack a header, as a review does."""
    has_owners: bool = True
    """Whether the facts file lists the configured owners; False where nobody asks for them."""


class Reading(Struct, frozen=True):
    """What a process has read, or why it could not."""

    facts: bytes = b""
    """A facts file."""
    modules: tuple[str, ...] = ()
    """The Python files that it loaded."""
    source_date_epoch: str = ""
    """The variable of this name, which a conf.py can set."""
    fault: str = ""
    is_configuration: bool = False
    """Whether the fault is one of our settings, not of the build."""


class ReadingError(Exception):
    """A process that ended without an answer."""


def read_in_process(request: Request, variables: Mapping[str, str]) -> Reading:
    """Read documents in a process with these environment variables. Raises ReadingError.

    Its messages go to standard error, and so does what a conf.py prints.
    """
    # -P: a file in the working directory cannot take the place of a module that we import.
    # -B: bytecode of one revision could be used for the next, which has the same size and time.
    command = [sys.executable, "-P", "-B", "-m", __name__]
    process = subprocess.run(
        command,
        input=pickle.dumps(request),
        stdout=subprocess.PIPE,
        stderr=_error_stream(),
        env=dict(variables),
        check=False,
    )
    if process.stderr:
        sys.stderr.write(process.stderr.decode("utf-8", "replace"))
    try:
        # The answer comes from code of a revision: it must never be unpickled.
        return msgspec.msgpack.decode(process.stdout, type=Reading)
    except msgspec.MsgspecError:
        raise ReadingError(
            f"the process that reads the documents ended early (exit status {process.returncode})"
        ) from None


def _error_stream() -> IO[str] | int:
    """Return our standard error, or a pipe where it is no file."""
    try:
        sys.stderr.fileno()
    except (OSError, ValueError):
        return subprocess.PIPE
    return sys.stderr


def main() -> None:
    """Read the documents of a request on standard input, and write a reading to standard output."""
    answer = os.dup(1)
    os.dup2(2, 1)  # what conf.py and its extensions print must not come between
    request: Request = pickle.load(sys.stdin.buffer)
    data = msgspec.msgpack.encode(_read(request))
    with os.fdopen(answer, "wb") as stream:
        stream.write(data)


def _read(request: Request) -> Reading:
    # Sphinx is for this process alone: the one that asks does not load it
    from sphinxext_opsdocs.ext.facts_build import BuildError, build_facts
    from sphinxext_opsdocs.ext.on_build_finished import facts_of
    from sphinxext_opsdocs.ext.settings import SettingsError, configured_owners

    def work(app: Any, ops_domain: Any) -> bytes:
        ops_domain.owners = ()
        if request.has_owners:
            ops_domain.owners = configured_owners(ops_domain.config, Path(app.confdir))
        return facts_of(app, ops_domain)

    try:
        facts = build_facts(request, work, sys.stderr)
    except SettingsError as error:
        return Reading(fault=_encodable(str(error)), is_configuration=True)
    except BuildError as error:
        return Reading(fault=_encodable(str(error)), is_configuration=error.is_configuration)
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    return Reading(facts, tuple(_loaded_files()), _encodable(epoch))


def _loaded_files() -> Iterator[str]:
    for module in list(sys.modules.values()):
        # built-in modules have no file, and those of a namespace None
        if file := getattr(module, "__file__", None):
            yield _encodable(str(file))


def _encodable(text: str) -> str:
    """Return a text without lone surrogates, which no message to another process can contain."""
    return text.encode("utf-8", "backslashreplace").decode("utf-8")


if __name__ == "__main__":
    main()
