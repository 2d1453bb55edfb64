"""The tables of a fleet: their rows and columns."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_type_hints

from sphinxext_opsdocs.fleet.rows import (
    AlertRow,
    CheckRow,
    DeviationIssueRow,
    DeviationRow,
    DeviationSectionRow,
    DomainRow,
    FindingRow,
    OwnerRow,
    PageGramRow,
    PageOwnerRow,
    PageRow,
    PassageRow,
    ProcedureRow,
    ReferenceRow,
    Row,
    SectionGramRow,
    SectionRow,
    SourceRow,
    UncheckedRow,
)

__all__ = [
    "BUCKETED",
    "COLUMN_TYPES",
    "TABLES",
    "TABLE_OF",
    "WHOLE",
    "CountRow",
    "FleetFindingRow",
    "FleetOwnerRow",
    "FleetRow",
    "LifetimeRow",
    "RepositoryRow",
    "columns_of",
]


class FleetRow(Row, frozen=True, gc=False):
    """The fleet itself, in one row."""

    day: str
    """That ages are counted to."""
    version: str
    """Of opsdocs."""


class FleetOwnerRow(Row, frozen=True, gc=False):
    """An owner whom fleet.toml names."""

    owner: str
    title: str


class FleetFindingRow(Row, frozen=True, gc=False):
    """A finding that only the whole fleet shows."""

    rule: str
    severity: str
    repository: str
    page: str
    path: str
    line: int
    message: str
    subject: str
    """What makes it another finding than those of the same rule beside it."""
    index_address: str
    """Of the specification that it is about; empty for none."""


class CountRow(Row, frozen=True, gc=False):
    """How many findings there were on a day."""

    day: str
    audience: str
    owner: str
    rule: str
    severity: str
    state: str
    findings: int


class RepositoryRow(Row, frozen=True, gc=False):
    """A repository of the fleet, also one of which no bundle could ever be read."""

    repository: str
    address: str
    """Of its bundle."""
    owner: str
    audience: str
    """Who may see it; empty for everybody."""
    state: str
    """``read``, ``silent`` or ``unreadable``."""
    message: str
    """Why it is not ``read``."""
    last_good: str
    """Day on which the bundle of these rows was fetched; empty if there is none."""
    built: str
    """Day of that bundle's build."""


class LifetimeRow(Row, frozen=True, gc=False):
    """From when to when a finding was there."""

    repository: str
    fingerprint: str
    rule: str
    severity: str
    owner: str
    first_day: str
    last_day: str
    """Empty as long as it is there."""


BUCKETED: Mapping[str, type[Row]] = {
    "checks": CheckRow,
    "pages": PageRow,
    "page_owners": PageOwnerRow,
    "owners": OwnerRow,
    "domains": DomainRow,
    "sources": SourceRow,
    "sections": SectionRow,
    "canonical_references": ReferenceRow,
    "deviations": DeviationRow,
    "deviation_sections": DeviationSectionRow,
    "deviation_issues": DeviationIssueRow,
    "procedures": ProcedureRow,
    "alerts": AlertRow,
    "findings": FindingRow,
    "unchecked": UncheckedRow,
    "passages": PassageRow,
    "page_grams": PageGramRow,
    "section_grams": SectionGramRow,
}
"""What the check of one repository gives, by name of the table."""
TABLES: Mapping[str, type[Row]] = {
    "fleet": FleetRow,
    "fleet_owners": FleetOwnerRow,
    "repositories": RepositoryRow,
    **BUCKETED,
    "lifetimes": LifetimeRow,
    "fleet_findings": FleetFindingRow,
    "counts": CountRow,
}
WHOLE = ("fleet", "fleet_owners", "repositories", "fleet_findings")
"""The tables without buckets."""
TABLE_OF: Mapping[type[Row], str] = {kind: table for table, kind in TABLES.items()}
COLUMN_TYPES = {str: "VARCHAR", int: "INTEGER", bool: "BOOLEAN"}
"""The types of SQL; all engines have these. Whole numbers have 31 bits and a sign."""


def columns_of(table: str) -> dict[str, str]:
    """Return the columns of a table with their types in SQL, in order."""
    hints = get_type_hints(TABLES[table])
    return {name: COLUMN_TYPES[hints[name]] for name in TABLES[table].__struct_fields__}
