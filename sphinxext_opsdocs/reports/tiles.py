"""The parts of the dashboard that look alike: titles, and figures with a name."""

from __future__ import annotations

from sphinxext_opsdocs.reports.blocks import Cell, Line, Part, phrase, styled

__all__ = ["dashboard_title", "figure", "named", "out_of", "share"]


def dashboard_title(part: Part) -> Line:
    """The title of a part of the dashboard."""
    return Line((styled(part, "strong"),), "dashboard-title")


def figure(number: int) -> Part:
    """A number that stands out."""
    return Part(f"{number:,}", style="figure")


def out_of(number: int) -> Cell:
    """What a number before it is a share of."""
    return Part(" "), phrase("of {count}", count=f"{number:,}")


def named(part: Part) -> Part:
    """The name of a figure, below it."""
    return styled(part, "name")


def share(number: int, total: int, name: Part) -> Cell:
    """A number of a total, with its name and a bar."""
    bar = Part("", "bar", f"{number}/{total or 1}")
    return figure(number), *out_of(total), bar, named(name)
