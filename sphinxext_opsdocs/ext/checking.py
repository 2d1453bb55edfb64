"""The check of documents that Sphinx has read: run, or taken from an earlier build."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from sphinx.application import Sphinx

from sphinxext_opsdocs.ext.check_basis import find_basis
from sphinxext_opsdocs.ext.domain import OpsDomain
from sphinxext_opsdocs.ext.reading_cache import is_kept
from sphinxext_opsdocs.ext.settings import configured_owners
from sphinxext_opsdocs.ext.standing_check import (
    StandingCheck,
    load_standing_check,
    save_standing_check,
)
from sphinxext_opsdocs.findings.result import CheckResult

__all__ = ["check_or_keep", "keep_check", "result_of"]


def result_of(app: Sphinx, ops_domain: OpsDomain, day: date) -> CheckResult:
    """Return the result of a check of documents that were read without building pages."""
    if not is_kept(app):
        _check(app, ops_domain, day)
        return ops_domain.result
    check_or_keep(app, ops_domain, day)
    if not ops_domain.standing:
        keep_check(app, ops_domain, ())
    return ops_domain.result


def check_or_keep(app: Sphinx, ops_domain: OpsDomain, day: date) -> None:
    """Check, or keep the result of the last check if nothing that it depends on has changed."""
    ops_domain.today = day
    standing = load_standing_check(app)
    ops_domain.basis = find_basis(app, ops_domain, standing.basis.files if standing else {})
    contents = ops_domain.file_contents
    has_read = contents is None or bool(contents.read_pages)
    if has_read or standing is None or standing.basis.digest != ops_domain.basis.digest:
        _check(app, ops_domain, day)
        return
    ops_domain.standing = standing
    ops_domain.owners, ops_domain.result = standing.owners, standing.result


def keep_check(app: Sphinx, ops_domain: OpsDomain, outputs: tuple[str, ...]) -> None:
    """Keep the check of this build, and the names of its files, for the next one."""
    basis, result, owners = ops_domain.basis, ops_domain.result, ops_domain.owners
    save_standing_check(app, StandingCheck(basis, result, owners, outputs))


def _check(app: Sphinx, ops_domain: OpsDomain, day: date) -> None:
    # only here: most builds change nothing, and it takes a while to import all rules
    from sphinxext_opsdocs.rules.engine.check import check

    ops_domain.today = day
    ops_domain.owners = configured_owners(ops_domain.config, Path(app.confdir))
    ops_domain.result = check(ops_domain.graph, day, ops_domain.owners)
    ops_domain.store_overlaps(ops_domain.graph.latest_overlaps)
