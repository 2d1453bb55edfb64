"""The names of reports: all that a build has to know of them as long as no page shows one."""

from collections.abc import Mapping

__all__ = ["FLEET_REPORT_FILTERS", "REPORT_KINDS", "SUBJECTS", "SUSPECTS_KIND"]

SUSPECTS_KIND = "suspects"
"""The report that shows both sides of suspect references."""
REPORT_KINDS: Mapping[str, str] = {
    "deviation-register": "register",
    "traceability-matrix": "matrix",
    "canonical-impact": "impact",
    "document-inventory": "inventory",
    "suspect-references": SUSPECTS_KIND,
    "baseline-debt": "debt",
    "on-call-index": "on-call",
    "alert-addresses": "alerts",
    "verification-register": "verifications",
}
"""Directive -> name in the command line."""
FLEET_REPORT_FILTERS: Mapping[str, tuple[str, ...]] = {
    "repositories": ("repository", "owner"),
    "totals": (),
    "scorecard": ("repository", "owner"),
    "register": ("repository", "owner", "domain"),
    "matrix": ("repository", "owner", "domain"),
    "impact": ("section", "repository", "owner"),
    "trend": (),
    "findings": ("repository", "owner", "domain"),
}
"""Report of a fleet -> its filters; the directive of each begins with ``fleet-``."""
SUBJECTS = ("page", "deviation", "section", "spec-domain")
"""What a graph of dependencies can be of: the options of its directive."""
