"""Handler of ``env-updated``: checks the graph, and finds the pages to write again."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.util import logging

from sphinxext_opsdocs.canonical.spec_domain import specifications
from sphinxext_opsdocs.clock import today
from sphinxext_opsdocs.ext.checking import check_or_keep
from sphinxext_opsdocs.ext.domain import OpsDomain
from sphinxext_opsdocs.ext.facts_builder import FACTS_BUILDER, REVIEW_BUILDER
from sphinxext_opsdocs.ext.needs import pages_of_changed_projection
from sphinxext_opsdocs.ext.redirects import redirects_of
from sphinxext_opsdocs.ext.settings import language_of
from sphinxext_opsdocs.ext.unreadable_pages import project_problems
from sphinxext_opsdocs.ext.watched_paths import find_unmatched_watches
from sphinxext_opsdocs.findings.finding import Finding, full_message, printable
from sphinxext_opsdocs.findings.result import counts
from sphinxext_opsdocs.graph.inputs import Inputs

__all__ = ["on_env_updated"]

logger = logging.getLogger(__name__)


def on_env_updated(app: Sphinx, env: BuildEnvironment) -> list[str]:
    """Check the graph, log the findings, and return the pages whose content has changed.

    Sphinx emits this event on every build, even if no document changed: findings such as
    ``review_overdue`` need no change but that of the date.
    """
    ops_domain = OpsDomain.of(env)
    if ops_domain.file_contents:
        ops_domain.file_contents.note_dependencies()
    ops_domain.forget_graph(partial(_inputs, app, ops_domain))
    if app.builder.name in (FACTS_BUILDER, REVIEW_BUILDER):
        return []  # the command line checks and reports by itself
    rewritten: set[str] = set()
    check_or_keep(app, ops_domain, today())
    if not ops_domain.standing:
        rewritten = _pages_that_show_something_new(app, ops_domain)
    # of all needs, also those that sphinx-needs reads from files of its own
    rewritten |= pages_of_changed_projection(app, ops_domain)
    for finding in ops_domain.result.findings:
        if finding.is_reported:
            _log(finding, Path(app.srcdir))
    if infos := counts(ops_domain.result.findings)["info"]:
        logger.info("opsdocs: %d notes of severity info, listed by opsdocs check", infos)
    # a page that is read for the first time, or again, is written anyway
    return sorted(rewritten & env.found_docs)


def _pages_that_show_something_new(app: Sphinx, ops_domain: OpsDomain) -> set[str]:
    from sphinxext_opsdocs.ext.shown_elsewhere import digests_of_shown  # only if something changed

    shown, before = digests_of_shown(ops_domain), ops_domain.shown_by(app.builder.name)
    if shown != before:
        ops_domain.data["shown"][app.builder.name] = shown
    return {
        docname
        for docname in shown.keys() | before.keys()
        if shown.get(docname) != before.get(docname)
    }


def _inputs(app: Sphinx, ops_domain: OpsDomain) -> Inputs:
    from sphinxext_opsdocs.alerts.kept_alerts import KeptAlerts  # only if something has changed
    from sphinxext_opsdocs.ext.input_files import read_inputs

    pages = specifications(ops_domain.config, ops_domain.documents.values())
    redirects = redirects_of(app, ops_domain.config.redirects, pages)
    base_url = str(app.config.html_baseurl or "")
    language = language_of(app, ops_domain.language_name)
    folders = Path(app.confdir), Path(app.srcdir)
    project = str(app.config.project)
    kept = KeptAlerts(ops_domain.data["alerts"])
    inputs = read_inputs(ops_domain.config, *folders, redirects, base_url, language, project, kept)
    ops_domain.store_encoded("alerts", kept.encode())
    watches = find_unmatched_watches(ops_domain.watches, Path(app.srcdir))
    docnames, problems = sorted(app.env.found_docs), project_problems(ops_domain)
    return inputs.of_project(docnames, problems, watches, ops_domain.language_name)


def _log(finding: Finding, srcdir: Path) -> None:
    log = {"error": logger.error, "warning": logger.warning}.get(finding.severity)
    if log:
        location = printable(f"{srcdir / finding.place.path}:{finding.place.line}")
        log("%s", full_message(finding), location=location, type="opsdocs", subtype=finding.rule)
