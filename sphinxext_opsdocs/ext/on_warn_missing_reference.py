"""Handler of ``warn-missing-reference``: a dead link to a deviation is reported once, by a rule."""

from __future__ import annotations

from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.domains import Domain

from sphinxext_opsdocs.ext.domain import OpsDomain

__all__ = ["on_warn_missing_reference"]


def on_warn_missing_reference(
    _app: Sphinx, _domain: Domain | None, node: pending_xref
) -> bool | None:
    """Return whether nothing is left to warn about."""
    if node["reftype"] == "deviation" and node.get("refdomain") == OpsDomain.name:
        return True  # deviation_unresolved and workaround_misplaced report it
    return None
