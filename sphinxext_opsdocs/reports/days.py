"""Ages and days to come, in words."""

from __future__ import annotations

from sphinxext_opsdocs.reports.blocks import Cell, Part, phrase

__all__ = ["NEVER", "days_ago", "due_cell", "due_order"]

NEVER = 10**6
"""Days that sort what is never due behind all else."""

FEW_DAYS, FEW_WEEKS, FEW_MONTHS = 14, 60, 730
"""Days up to which an age is given in days, weeks and months."""


def days_ago(days: int) -> Part:
    """An age in words, which on most days are those of the day before.

    So a page that shows it need not be written anew each day.
    """
    if days <= 0:
        return phrase("today")
    if days == 1:
        return phrase("yesterday")
    if days < FEW_DAYS:
        return phrase("{count} days ago", count=str(days))
    if days < FEW_WEEKS:
        return phrase("{count} weeks ago", count=str(days // 7))
    if days < FEW_MONTHS:
        return phrase("{count} months ago", count=str(days * 12 // 365))
    return phrase("{count} years ago", count=str(days // 365))


def due_cell(days: int | None) -> Cell:
    """When something is due, or was if the days are negative; empty for None."""
    if days is None:
        return ()
    if days < 0:
        return (phrase("{days} days ago", days=str(-days)),)
    return (phrase("in {days} days", days=str(days)),)


def due_order(days: int | None) -> str:
    """A text that sorts by when something is due; None comes last."""
    return f"{(NEVER if days is None else days) + NEVER:08}"
