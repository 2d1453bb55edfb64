"""What happens once all documents are read: the check, and which pages have to be written again."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

from sphinxext_opsdocs.clock import today
from sphinxext_opsdocs.ext.domain import OpsDomain
from sphinxext_opsdocs.ext.facts_build import FACTS_BUILDER, REVIEW_BUILDER
from sphinxext_opsdocs.ext.input_files import read_inputs
from sphinxext_opsdocs.ext.needs import pages_of_changed_projection
from sphinxext_opsdocs.ext.redirects import redirects_of
from sphinxext_opsdocs.ext.settings import known_owners, language_of
from sphinxext_opsdocs.findings.finding import Finding, sentence
from sphinxext_opsdocs.graph.inputs import Inputs
from sphinxext_opsdocs.issues.snapshot import told
from sphinxext_opsdocs.reports.tables import make_table
from sphinxext_opsdocs.rules.engine.check import check, counts

__all__ = ["update"]

logger = logging.getLogger(__name__)


def update(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Check the graph, log what was found, and name the pages whose content came to differ.

    Runs on every build, also when no document changed: the calendar alone can make findings.
    """
    domain = env.domains["ops"]
    assert isinstance(domain, OpsDomain)
    domain.forget_graph()
    domain.inputs = domain.graph.inputs = _inputs(app, domain)
    if app.builder.name in (FACTS_BUILDER, REVIEW_BUILDER):
        return []  # the command line checks and reports by itself
    domain.today = today()
    domain.known_owners = known_owners(domain.config, Path(app.confdir))
    domain.graph.checked_before = domain.checked_before
    domain.result = check(domain.graph, domain.today, domain.known_owners)
    domain.remember(domain.graph.known_overlaps)
    for finding in domain.result.findings:
        if finding.stands:
            _log(finding, Path(app.srcdir))
    infos = counts(domain.result.findings)["info"]
    if infos:
        logger.info("opsdocs: %d notes of severity info, listed by opsdocs check", infos)
    shown = {docname: _digest(lines) for docname, lines in _shown(domain)}
    before = domain.shown
    pages = shown.keys() | before.keys()
    changed = [docname for docname in pages if shown.get(docname) != before.get(docname)]
    if shown != before:
        domain.data["shown"] = shown
    # a page that is read for the first time, or again, is written anyway
    return sorted({*changed, *pages_of_changed_projection(app, domain)} & env.found_docs)


def _inputs(app: Sphinx, domain: OpsDomain) -> Inputs:
    redirects = redirects_of(app, domain.config.redirects, domain.graph.specifications)
    base = str(app.config.html_baseurl or "")
    language = language_of(app, domain.language_name)
    folders = Path(app.confdir), Path(app.srcdir)
    return read_inputs(domain.config, *folders, redirects, base, language)


def _log(finding: Finding, srcdir: Path) -> None:
    log = {"error": logger.error, "warning": logger.warning}.get(finding.severity)
    if log:
        location = f"{srcdir / finding.place.path}:{finding.place.line}"
        log("%s", sentence(finding), location=location, type="opsdocs", subtype=finding.rule)


def _shown(domain: OpsDomain) -> Iterator[tuple[str, list[str]]]:
    """For each page, all that it shows of other pages, as text."""
    lines: dict[str, list[str]] = {}
    for edge in domain.graph.edges:
        if section := edge.resolution.section:
            text = f"{section.url or section.name} {section.page_title} {section.title}"
            lines.setdefault(edge.docname, []).append(text)
    for facts in domain.graph.documents.values():
        for link in facts.links:
            if link.kind in ("deviation", "any"):
                for node in domain.graph.deviations_by_id.get(link.target, ())[:1]:
                    found = node.deviation
                    text = f"{node.docname}#{found.anchor} {found.title}"
                    lines.setdefault(facts.docname, []).append(text)
    for node in domain.graph.deviations if domain.inputs.issues else ():
        for issue in node.issues:
            if state := domain.graph.state_of(issue):
                lines.setdefault(node.docname, []).append(f"{issue.text} {told(state)}")
    for document in domain.graph.governed:
        for target in (document.header.superseded_by, *document.header.supersedes):
            if known := domain.graph.documents.get(target):
                lines.setdefault(document.facts.docname, []).append(f"{target} {known.title}")
    if domain.config.show_dependents:
        for docname, page in domain.graph.canonical_pages.items():
            for entry in page.sections:
                if text := domain.dependents_of(docname, entry.anchors[0]):
                    lines.setdefault(docname, []).append(f"{entry.anchors[0]} {text}")
    for docname, uses in sorted(domain.reports.items()):
        for kind, filters in uses:
            table = make_table(kind, domain.graph, domain.today, filters)
            lines.setdefault(docname, []).append(repr(table.rows))
    yield from lines.items()


def _digest(lines: list[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode("utf-8", "surrogatepass")).hexdigest()
