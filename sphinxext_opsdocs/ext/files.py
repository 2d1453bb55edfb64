"""The machine-readable files of a build: facts, and findings as JSON and SARIF."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from sphinx.application import Sphinx

from sphinxext_opsdocs.ext.domain import OpsDomain
from sphinxext_opsdocs.ext.settings import tables_of
from sphinxext_opsdocs.facts_file import dump_facts
from sphinxext_opsdocs.reports import json, sarif

__all__ = ["OUTPUT_FILES", "facts_of", "source_in_repository", "write_files"]

OUTPUT_FILES = FACTS, FINDINGS, SARIF = "opsdocs.json", "opsdocs-findings.json", "opsdocs.sarif"


def write_files(app: Sphinx, exception: Exception | None) -> None:
    """Write the three files into the output directory of a build that writes documents."""
    if exception or not app.builder.format:
        return
    domain = app.env.domains["ops"]
    assert isinstance(domain, OpsDomain)
    source = source_in_repository(Path(app.srcdir))
    _write(Path(app.outdir) / FACTS, facts_of(app, domain))
    for name, render in ((FINDINGS, json.render), (SARIF, sarif.render)):
        text = render(domain.result, source)
        _write(Path(app.outdir) / name, text.encode("utf-8", "surrogatepass"))


def facts_of(app: Sphinx, domain: OpsDomain) -> bytes:
    """The facts file of a build."""
    return dump_facts(
        app.config.project,
        source_in_repository(Path(app.srcdir)),
        domain.known_owners,
        tables_of(app.config),
        domain.documents.values(),
    )


def source_in_repository(srcdir: Path) -> str:
    """The source directory relative to the repository that holds it; empty when it is its root.

    Outside a repository it counts as the root.
    """
    for folder in (srcdir, *srcdir.parents):
        if (folder / ".git").exists():
            relative = srcdir.relative_to(folder).as_posix()
            return "" if relative == "." else relative
    return ""


def _write(path: Path, data: bytes) -> None:
    """Replace a file in one step, and leave it alone when it holds the same."""
    if path.is_file() and path.read_bytes() == data:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, delete=False) as file:
        file.write(data)
    os.chmod(file.name, 0o644)  # noqa: PTH101
    os.replace(file.name, path)  # noqa: PTH105
