"""The map of coverage as SVG: sections beside pages, and what relies on what."""

from __future__ import annotations

from html import escape

from sphinxext_opsdocs.ext.diagram_svg import fitted
from sphinxext_opsdocs.ext.part_links import PartLinks
from sphinxext_opsdocs.reports.blocks import CoverageMap

__all__ = ["coverage_svg"]

WIDTH, NAMES, HEAD, STEP = 736, 230, 120, 14
"""In pixels of a wide screen; narrower ones scale the picture."""
MIDDLE, RADIUS, LETTERS = STEP / 2, 2.5, 9
SHAPES = {
    "critical": "M0-5L5 0 0 5-5 0Z",
    "major": "M0-5L5 4H-5Z",
}
"""Of deviations by their look; all others are discs."""


def coverage_svg(coverage: CoverageMap, links: PartLinks) -> str:
    """The picture of a map."""
    count = max(len(coverage.columns), 1)
    step = min((WIDTH - NAMES) / count, 18)
    height = HEAD + len(coverage.rows) * STEP
    heads = "".join(
        f'<text transform="translate({NAMES + (i + 0.5) * step:.0f} {HEAD - 6}) rotate(-60)">'
        f"{escape(fitted(links.text(part), LETTERS, HEAD * 1.05))}</text>"
        for i, part in enumerate(coverage.columns)
    )
    rows = "".join(
        _row(coverage, index, HEAD + index * STEP, step, links)
        for index in range(len(coverage.rows))
    )
    title, legend = escape(links.text(coverage.title)), escape(links.text(coverage.legend))
    return (
        f'<p class="opsdocs-dashboard-title"><strong>{title}</strong></p>\n'
        f'<svg xmlns="http://www.w3.org/2000/svg" class="opsdocs-diagram opsdocs-coverage" '
        f'viewBox="0 0 {WIDTH} {height}" aria-hidden="true" focusable="false">{heads}{rows}</svg>\n'
        f'<p class="opsdocs-coverage-legend">{legend}</p>\n'
    )


def _row(coverage: CoverageMap, index: int, y: float, step: float, links: PartLinks) -> str:
    name, marks = coverage.rows[index]
    end = NAMES + len(coverage.columns) * step
    hole = "" if marks else ' class="opsdocs-hole"'
    line = f'<path{hole} d="M{NAMES} {y + MIDDLE:.0f}H{end:.0f}"/>'
    text = (
        f'<text x="{NAMES - 6}" y="{y + MIDDLE + 3:.0f}" text-anchor="end">'
        f"{escape(fitted(links.text(name), LETTERS, NAMES - 12))}</text>"
    )
    dots = ""
    for column, tone in marks:
        x, middle = NAMES + (column + 0.5) * step, y + MIDDLE
        if not tone:
            dots += f'<circle cx="{x:.0f}" cy="{middle:.0f}" r="{RADIUS}"/>'
        elif shape := SHAPES.get(tone):
            place = f"translate({x:.0f} {middle:.0f})"
            dots += f'<path class="opsdocs-mark opsdocs-{tone}" transform="{place}" d="{shape}"/>'
        else:
            dots += f'<circle class="opsdocs-{tone}" cx="{x:.0f}" cy="{middle:.0f}" r="4"/>'
    return line + text + dots
