"""The rows that the check of one repository gives, for flat tables: one struct for each.

Values are texts, whole numbers and truth values, so that every engine reads them alike. Days are
texts in ISO 8601, empty for none. ``repository`` is the name that the fleet gives it. The key of a
spec domain, a tracker or a deviation means nothing outside its repository: a section is known by
the address of the index that publishes it and by ``page#anchor`` in there, an issue by its address.
"""

from __future__ import annotations

from msgspec import Struct

__all__ = [
    "AlertRow",
    "CheckRow",
    "DeviationIssueRow",
    "DeviationRow",
    "DeviationSectionRow",
    "DomainRow",
    "FindingRow",
    "OwnerRow",
    "PageGramRow",
    "PageOwnerRow",
    "PageRow",
    "PassageRow",
    "ProcedureRow",
    "ReferenceRow",
    "Row",
    "SectionGramRow",
    "SectionRow",
    "SourceRow",
    "UncheckedRow",
]


class Row(Struct, frozen=True, gc=False):
    """A row of any table."""


class CheckRow(Row, frozen=True, gc=False):
    """What was checked of a repository."""

    repository: str
    project: str
    index_address: str
    """Of the canonical index that it publishes; empty without specifications."""
    index_sha256: str
    source: str
    """Address of the repository itself."""
    commit_id: str
    version: str
    """Of opsdocs, that wrote the bundle."""
    pages: int
    governed: int


class PageRow(Row, frozen=True, gc=False):
    """A page with a header."""

    repository: str
    page: str
    """Docname."""
    path: str
    address: str
    """Empty if its site has none."""
    title: str
    document_class: str
    status: str
    version: str
    last_reviewed: str
    review_due: str
    last_verified: str


class PageOwnerRow(Row, frozen=True, gc=False):
    """An owner of a page."""

    repository: str
    page: str
    line: int
    owner: str


class OwnerRow(Row, frozen=True, gc=False):
    """An owner whom a repository knows: from its registry, or from CODEOWNERS."""

    repository: str
    owner: str
    title: str


class DomainRow(Row, frozen=True, gc=False):
    """A source of a spec domain, and who owns it as the repository sees it."""

    repository: str
    domain: str
    title: str
    owner: str
    owner_title: str
    index_address: str
    """Of the index that publishes it; that of the repository itself for its own pages."""
    is_own: bool


class SourceRow(Row, frozen=True, gc=False):
    """A file of another project that a repository keeps a copy of."""

    repository: str
    domain: str
    kind: str
    origin: str
    index_address: str
    """Of the published index that it is a copy of, or stands beside; empty if nobody does."""
    sha256: str
    published_sha256: str
    """Of that index, for a copy of it."""


class SectionRow(Row, frozen=True, gc=False):
    """A section or need that a repository publishes."""

    repository: str
    index_address: str
    section: str
    """``page#anchor``."""
    label: str
    address: str
    """Empty if its site has none."""
    page_title: str
    title: str
    domain: str
    owner: str
    status: str
    digest: str


class ReferenceRow(Row, frozen=True, gc=False):
    """A canonical reference of a page, or of a deviation on it."""

    repository: str
    page: str
    path: str
    line: int
    deviation: str
    """Id, for a reference of a deviation."""
    target: str
    """As written."""
    index_address: str
    """Empty if the target is unresolved."""
    section: str
    state: str
    """``found``, ``suspect``, ``moved``, ``not live``, ``ambiguous``, ``unresolved`` or
    ``unknown`` where the source cannot be read."""


class DeviationRow(Row, frozen=True, gc=False):
    """An observed deviation, once for each page that shows it."""

    repository: str
    page: str
    path: str
    line: int
    deviation: str
    title: str
    severity: str
    state: str
    observed: str
    last_observed: str
    resolved: str
    revisit_by: str
    workarounds: int


class DeviationSectionRow(Row, frozen=True, gc=False):
    """A section that a deviation diverges from."""

    repository: str
    page: str
    path: str
    line: int
    deviation: str
    domain: str
    owner: str
    index_address: str
    section: str
    target: str


class DeviationIssueRow(Row, frozen=True, gc=False):
    """An issue that a deviation names."""

    repository: str
    page: str
    path: str
    line: int
    deviation: str
    issue: str
    """As written."""
    issue_address: str
    """Empty if it is unknown."""
    state: str
    """In its tracker when that was last asked."""


class ProcedureRow(Row, frozen=True, gc=False):
    """What a live page is the procedure for."""

    repository: str
    page: str
    path: str
    line: int
    document_class: str
    subject: str
    """An alert, or a service and what is done with it."""


class AlertRow(Row, frozen=True, gc=False):
    """An alert, and the page that it leads to."""

    repository: str
    alert: str
    address: str


class FindingRow(Row, frozen=True, gc=False):
    """A finding of a check of one repository."""

    repository: str
    page: str
    path: str
    line: int
    rule: str
    severity: str
    confidence: str
    message: str
    fingerprint: str
    state: str
    """``new``, ``known`` (in the baseline) or ``suppressed``."""


class UncheckedRow(Row, frozen=True, gc=False):
    """A rule that is on in a repository, and could not be checked."""

    repository: str
    rule: str
    reason: str


class PassageRow(Row, frozen=True, gc=False):
    """A passage of an operational page that is compared with specifications."""

    repository: str
    page: str
    path: str
    line: int
    passage: int
    """Its number on the page."""
    grams: int
    """Rows of it in ``page_grams``."""


class PageGramRow(Row, frozen=True, gc=False):
    """The digest of some words in a row, in a passage."""

    repository: str
    page: str
    passage: int
    gram: int


class SectionGramRow(Row, frozen=True, gc=False):
    """The digest of some words in a row, in a published section."""

    repository: str
    index_address: str
    section: str
    gram: int
