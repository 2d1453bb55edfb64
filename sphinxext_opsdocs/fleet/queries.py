"""The queries of a fleet: reports, and rules that only show over all repositories.

Each is a file of SQL over the tables of ``rows``, written so that other engines can run it too. Its
first line, a comment, says what it gives.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from msgspec import Struct

from sphinxext_opsdocs.config.schema import Severity

__all__ = ["FINDINGS", "FLEET_RULES", "QUERIES", "REPORTS", "FleetRule", "query", "summary"]


class FleetRule(Struct, frozen=True):
    """A rule over all repositories: its query has one row for each finding."""

    severity: Severity
    why: str
    """What goes wrong, and for whom, while a finding is not fixed."""


FLEET_RULES: Mapping[str, FleetRule] = {
    "deviation_recorded_twice": FleetRule(
        "warning",
        "Two teams work around one fault, and one of them learns that it is mended. The other's "
        "page keeps the workaround.",
    ),
    "procedure_in_several_repositories": FleetRule(
        "warning",
        "Whoever is on call finds one of them, and nobody knows which was corrected last.",
    ),
    "owner_unknown_anywhere": FleetRule(
        "warning", "Nobody reviews a page whose owner is a team that no longer exists."
    ),
    "domain_owner_contradicted": FleetRule(
        "warning", "Issues about the specification are raised with a team that does not own it."
    ),
    "index_copy_outdated": FleetRule(
        "warning",
        "The repository's own check is green against a specification that has changed since.",
    ),
    "index_unpublished": FleetRule(
        "info", "Nobody notices when a copied specification changes, since nobody publishes it."
    ),
    "copied_unconfigured": FleetRule(
        "warning",
        "The copy does not change with its source, and no check of its own repository can tell.",
    ),
    "repository_silent": FleetRule(
        "warning", "What is shown of it is old, and looks like everything else."
    ),
    "repository_unreadable": FleetRule(
        "error", "What is shown of it is its last good state, whatever has happened since."
    ),
}
"""By the name of the query."""
FINDINGS = "findings"
"""The report of what only the whole fleet shows."""
REPORTS = (
    "repositories",
    "totals",
    "scorecard",
    "register",
    "matrix",
    "impact",
    "trend",
)
QUERIES = (*REPORTS, FINDINGS, *FLEET_RULES)


@cache
def query(name: str) -> str:
    """Return the text of a query, in the dialect of DuckDB."""
    path = files("sphinxext_opsdocs").joinpath("data", "fleet", f"{name}.sql")
    return path.read_text(encoding="utf-8").strip()


def summary(name: str) -> str:
    """Return what a query gives, in one sentence."""
    return query(name).partition("\n")[0].removeprefix("-- ")
