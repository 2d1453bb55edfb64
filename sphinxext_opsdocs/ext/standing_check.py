"""The check of the last build, which stands while nothing that it depends on has changed.

A check with the same basis is not repeated: its findings are logged again, and nothing is decoded
for them.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import msgspec
from msgspec import Struct
from sphinx.application import Sphinx

from sphinxext_opsdocs.ext.file_contents import FileRecord
from sphinxext_opsdocs.findings.result import CheckResult
from sphinxext_opsdocs.storage import replace_file

__all__ = ["Basis", "StandingCheck", "load_standing_check", "save_standing_check"]


class Basis(Struct, frozen=True):
    """Everything that a check depends on."""

    digest: bytes
    files: dict[str, FileRecord]
    """The records of the files beside the documents, by path."""


class StandingCheck(Struct, frozen=True):
    """A check, with what it is based on."""

    basis: Basis
    result: CheckResult
    owners: tuple[str, ...]
    """The configured owners."""
    outputs: tuple[str, ...]
    """The files that were written into the output directory."""


DECODER = msgspec.msgpack.Decoder(StandingCheck)


def load_standing_check(app: Sphinx) -> StandingCheck | None:
    """Return the check of the last build with the same builder; None if there is none to use."""
    try:
        return DECODER.decode(_path(app).read_bytes())
    except (OSError, msgspec.MsgspecError):
        return None


def save_standing_check(app: Sphinx, standing: StandingCheck) -> None:
    """Keep a check for the next build with the same builder."""
    # in no way needed: a disk can be full, and a file name that is not UTF-8 cannot be encoded
    with suppress(UnicodeEncodeError, OSError):
        replace_file(_path(app), msgspec.msgpack.encode(standing))


def _path(app: Sphinx) -> Path:
    return Path(app.doctreedir, f"opsdocs-check-{app.builder.name}")
