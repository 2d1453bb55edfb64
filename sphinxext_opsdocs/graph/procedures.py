"""What a page is the procedure for."""

from __future__ import annotations

from collections.abc import Iterator

from sphinxext_opsdocs.config.lifecycle import Lifecycle
from sphinxext_opsdocs.graph.nodes import GovernedDocument

__all__ = ["procedure_subjects"]


def procedure_subjects(document: GovernedDocument) -> Iterator[str]:
    """Yield what a live page is for; another page of its class for the same is one too many."""
    header = document.header
    if header.status != Lifecycle.CANONICAL:
        return
    scope = " ".join(header.scope.casefold().split())
    for service in header.service if scope else ():
        yield f'service "{service}" and scope "{header.scope}"'.casefold()
    for alert in header.alerts:
        yield f'alert "{alert}"'
