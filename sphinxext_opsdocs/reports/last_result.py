"""How the last drill of a page went, where that matters to whoever follows it."""

from __future__ import annotations

from sphinxext_opsdocs.facts.model import Verification
from sphinxext_opsdocs.reports.blocks import Part, phrase, styled

__all__ = ["failure_part"]


def failure_part(record: Verification) -> Part:
    """What a reader has to know of the last time that somebody followed the page."""
    part = phrase("tried {date}: {result}", date=record.date, result=record.result)
    return styled(part, "overdue")
