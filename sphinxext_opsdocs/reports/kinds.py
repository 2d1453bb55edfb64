"""The names of reports: all that a build has to know of them as long as no page shows one."""

from collections.abc import Mapping

__all__ = ["REPORT_KINDS", "SUBJECTS", "SUSPECTS_KIND"]

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
SUBJECTS = ("page", "deviation", "section", "spec-domain")
"""What a graph of dependencies can be of: the options of its directive."""
