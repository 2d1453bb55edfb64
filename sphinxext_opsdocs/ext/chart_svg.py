"""Charts as SVG: stacked areas over time."""

from __future__ import annotations

from html import escape

from sphinxext_opsdocs.ext.part_links import PartLinks
from sphinxext_opsdocs.reports.blocks import Chart

__all__ = ["chart_svg"]

WIDTH, HEIGHT, LEFT, BOTTOM = 736, 140, 30, 18
"""In pixels of a wide screen; narrower ones scale the picture."""


def chart_svg(chart: Chart, links: PartLinks) -> str:
    """The picture of a chart, and in words what it ends with."""
    totals = [sum(column) for column in zip(*(values for _, values in chart.series), strict=True)]
    most = max(totals, default=0) or 1
    below = [0] * len(chart.days)
    areas = ""
    for part, values in chart.series:
        above = [low + value for low, value in zip(below, values, strict=True)]
        tone = part.style.removeprefix("badge ")
        areas += f'<path class="opsdocs-{tone}" d="{_area(below, above, most)}"/>'
        below = above
    heads = "".join(
        f'<text x="{x:.0f}" y="{HEIGHT - 4}" text-anchor="{anchor}">{escape(day)}</text>'
        for x, anchor, day in ((LEFT, "start", chart.days[0]), (WIDTH, "end", chart.days[-1]))
    )
    scale = f'<text x="0" y="12">{most}</text><text x="0" y="{HEIGHT - BOTTOM}">0</text>'
    legend = " ".join(
        f'<span class="opsdocs-badge opsdocs-{part.style.removeprefix("badge ")}">'
        f"{values[-1]} {escape(links.text(part))}</span>"
        for part, values in reversed(chart.series)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="opsdocs-chart" '
        f'viewBox="0 0 {WIDTH} {HEIGHT}" aria-hidden="true" '
        f'focusable="false">{scale}{areas}{heads}</svg>\n'
        f'<p class="opsdocs-legend">{escape(chart.days[-1])}: {legend}</p>\n'
    )


def _area(below: list[int], above: list[int], most: int) -> str:
    """The outline between two lines of steps."""
    count = max(len(above), 1)

    def point(index: int, value: int) -> str:
        x = LEFT + (WIDTH - LEFT) * index / count
        y = (HEIGHT - BOTTOM) * (1 - value / most)
        return f"{x:.0f} {max(y, 1):.0f}"

    upper = [p for i, value in enumerate(above) for p in (point(i, value), point(i + 1, value))]
    lower = [p for i, value in enumerate(below) for p in (point(i, value), point(i + 1, value))]
    return f"M{'L'.join([*upper, *reversed(lower)])}Z"
