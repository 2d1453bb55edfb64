"""The pages of the documentation, those that its script writes included."""

from __future__ import annotations

import runpy
from pathlib import Path

from tests.commands import ROOT

__all__ = ["doc_pages"]

DOCS = ROOT / "docs"


def doc_pages(folder: Path) -> list[Path]:
    """The pages that people write, and those of the reference, written into an empty folder."""
    script = runpy.run_path(str(DOCS / "generate_reference.py"))
    script["write"](folder)
    written = [path.relative_to(folder) for path in folder.rglob("*.md")]
    # a build of the documentation may have left its own
    left = {DOCS / "reference" / path for path in written}
    return [path for path in DOCS.rglob("*.md") if path not in left] + [*folder.rglob("*.md")]
