"""Handler of ``build-finished``: writes the files of a build that other tools read."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sphinx.application import Sphinx

from sphinxext_opsdocs.canonical.lock_file import LOCK_FILE
from sphinxext_opsdocs.canonical.page_url import folder_url
from sphinxext_opsdocs.config.schema import BASELINE_FILE, BUNDLE_FILE, INDEX_FILE, ISSUES_FILE
from sphinxext_opsdocs.ext.checking import keep_check
from sphinxext_opsdocs.ext.domain import OpsDomain
from sphinxext_opsdocs.ext.repository import source_in_repository
from sphinxext_opsdocs.ext.settings import tables_of
from sphinxext_opsdocs.ext.unreadable_pages import project_problems
from sphinxext_opsdocs.facts.file import FORMAT, FactsFile, dump_facts
from sphinxext_opsdocs.storage import replace_file

__all__ = ["facts_of", "on_build_finished"]

FACTS, FINDINGS, SARIF = "opsdocs.json", "opsdocs-findings.json", "opsdocs.sarif"
PAGES = "opsdocs-pages.json"
EPUB = "epub"
"""The builder of Sphinx that has the format html, and packs all files that it finds."""
KEPT_FILES = LOCK_FILE, ISSUES_FILE, BASELINE_FILE
"""Files beside conf.py that a check of the facts file needs too."""


def on_build_finished(app: Sphinx, exception: Exception | None) -> None:
    """Write facts, findings and the canonical index into the output directory of a site."""
    if exception:
        return
    ops_domain = OpsDomain.of(app.env)
    standing = ops_domain.standing
    # nothing has changed since the files were written
    if standing and all(Path(app.outdir, name).is_file() for name in standing.outputs):
        return
    outputs: tuple[str, ...] = ()
    # a site is what people keep and publish; "opsdocs check -f json" is for everybody else
    if app.builder.format == "html" and app.builder.name != EPUB:
        outputs = tuple(_write_files(app, ops_domain))
    keep_check(app, ops_domain, outputs)


def _write_files(app: Sphinx, ops_domain: OpsDomain) -> Iterator[str]:
    """Write all files; yield their names."""
    from sphinxext_opsdocs.reports import json, sarif  # only if something has changed

    source = source_in_repository(Path(app.srcdir))
    replace_file(Path(app.outdir) / FACTS, facts_of(app, ops_domain))
    yield FACTS
    for name, render in ((FINDINGS, json.render), (SARIF, sarif.render)):
        text = render(ops_domain.result, source)
        replace_file(Path(app.outdir) / name, text.encode("utf-8", "surrogatepass"))
        yield name
    if _write_index(app, ops_domain):
        yield INDEX_FILE
    if ops_domain.config.pages:
        _write_pages(app, ops_domain)
        yield PAGES
    else:
        Path(app.outdir, PAGES).unlink(missing_ok=True)  # of an earlier build, which had it
    if ops_domain.config.bundle:
        _write_bundle(app, ops_domain)
        yield BUNDLE_FILE
    else:
        Path(app.outdir, BUNDLE_FILE).unlink(missing_ok=True)


def _write_pages(app: Sphinx, ops_domain: OpsDomain) -> None:
    from sphinxext_opsdocs.reports.pages_file import render_pages  # only where it is asked for

    base = folder_url(ops_domain.inputs.base_url)
    text = render_pages(
        ops_domain.graph, lambda docname: base + app.builder.get_target_uri(docname)
    )
    replace_file(Path(app.outdir) / PAGES, text.encode("utf-8", "surrogatepass"))


def _write_bundle(app: Sphinx, ops_domain: OpsDomain) -> None:
    from sphinxext_opsdocs.ext.bundle_of_build import bundle_of  # as above

    folder = Path(app.outdir)
    facts, index, before = (_bytes_of(folder / name) for name in (FACTS, INDEX_FILE, BUNDLE_FILE))
    data = bundle_of(app, ops_domain, app.builder, facts, index, before)
    replace_file(folder / BUNDLE_FILE, data)


def _bytes_of(path: Path) -> bytes:
    """The content of a file; empty without it."""
    return path.read_bytes() if path.is_file() else b""


def _write_index(app: Sphinx, ops_domain: OpsDomain) -> bool:
    """Write the canonical index next to objects.inv, if every page has its own address.

    Return whether there is one.
    """
    path = Path(app.outdir) / INDEX_FILE
    if "single" in app.builder.name or not path.with_name("objects.inv").is_file():
        return False
    if not ops_domain.graph.specifications:
        path.unlink(missing_ok=True)  # of an earlier build, which had specifications
        return False
    from sphinxext_opsdocs.ext.index_of_build import index_of

    replace_file(path, index_of(app, ops_domain.graph, app.builder))
    return True


def facts_of(app: Sphinx, ops_domain: OpsDomain) -> bytes:
    """The facts file of a build."""
    return dump_facts(
        FactsFile(
            format=FORMAT,
            project=app.config.project,
            source=source_in_repository(Path(app.srcdir)),
            confdir=source_in_repository(Path(app.confdir)),
            base_url=ops_domain.inputs.base_url,
            language=ops_domain.language_name,
            redirects=dict(ops_domain.inputs.redirects),
            kept_files=tuple(name for name in KEPT_FILES if (Path(app.confdir) / name).is_file()),
            owners=ops_domain.owners,
            pages=ops_domain.inputs.pages,
            problems=project_problems(ops_domain),
            config=tables_of(app.config),
            documents=tuple(ops_domain.documents.values()),
        ),
        ops_domain.passages,
    )
