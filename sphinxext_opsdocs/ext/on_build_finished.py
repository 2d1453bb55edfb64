"""The machine-readable files of a build: facts, findings as JSON and SARIF, canonical index."""

from __future__ import annotations

from pathlib import Path

from sphinx.application import Sphinx

from sphinxext_opsdocs.canonical.lock_file import LOCK_FILE
from sphinxext_opsdocs.config.schema import BASELINE_FILE, INDEX_FILE, ISSUES_FILE
from sphinxext_opsdocs.ext.domain import OpsDomain
from sphinxext_opsdocs.ext.settings import tables_of
from sphinxext_opsdocs.facts.file import FORMAT, FactsFile, dump_facts
from sphinxext_opsdocs.reports import json, sarif
from sphinxext_opsdocs.storage import replace_file

__all__ = ["OUTPUT_FILES", "facts_of", "source_in_repository", "write_files"]

OUTPUT_FILES = FACTS, FINDINGS, SARIF = "opsdocs.json", "opsdocs-findings.json", "opsdocs.sarif"

KEPT = LOCK_FILE, ISSUES_FILE, BASELINE_FILE


def write_files(app: Sphinx, exception: Exception | None) -> None:
    """Write the files into the output directory of a build that writes documents."""
    if exception or not app.builder.format:
        return
    domain = app.env.domains["ops"]
    assert isinstance(domain, OpsDomain)
    source = source_in_repository(Path(app.srcdir))
    replace_file(Path(app.outdir) / FACTS, facts_of(app, domain))
    for name, render in ((FINDINGS, json.render), (SARIF, sarif.render)):
        text = render(domain.result, source)
        replace_file(Path(app.outdir) / name, text.encode("utf-8", "surrogatepass"))
    _write_index(app, domain)


def _write_index(app: Sphinx, domain: OpsDomain) -> None:
    """Write the canonical index next to objects.inv, where every page has an address of its own."""
    path = Path(app.outdir) / INDEX_FILE
    is_site = app.builder.format == "html" and "single" not in app.builder.name
    if not is_site or not path.with_name("objects.inv").is_file():
        return
    if domain.graph.specifications:
        from sphinxext_opsdocs.ext.index_file import index_of

        replace_file(path, index_of(app, domain.graph, app.builder))
    else:
        path.unlink(missing_ok=True)  # of a build when there were specifications


def facts_of(app: Sphinx, domain: OpsDomain) -> bytes:
    """The facts file of a build."""
    return dump_facts(
        FactsFile(
            format=FORMAT,
            project=app.config.project,
            source=source_in_repository(Path(app.srcdir)),
            confdir=source_in_repository(Path(app.confdir)),
            base_url=domain.inputs.base_url,
            language=domain.language_name,
            redirects=dict(domain.inputs.redirects),
            kept_files=tuple(name for name in KEPT if (Path(app.confdir) / name).is_file()),
            known_owners=domain.known_owners,
            config=tables_of(app.config),
            documents=tuple(domain.documents.values()),
        ),
        domain.passages,
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
