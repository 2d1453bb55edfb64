"""A small picture for a README: errors and warnings of the gate, and open deviations."""

from __future__ import annotations

from html import escape

from sphinxext_opsdocs.reports.figures import Figures

__all__ = ["badge_svg"]

LETTER, HEIGHT, PADDING = 6.6, 20, 8
"""Width of a letter of 11 pixels, and the rest, in pixels."""
LEFT_COLOR, GREEN, RED = "#444", "#1a6b34", "#b3261e"
"""White text on each has a contrast of at least 4.5."""


def badge_svg(figures: Figures) -> str:
    """The picture; its text is also its name for those who cannot see it."""
    color = GREEN if figures.is_green else RED
    faults = figures.findings["error"] + figures.findings["warning"]
    findings = f"{faults} finding" if faults == 1 else f"{faults} findings"
    number = sum(figures.open_deviations.values())
    deviations = f"{number} deviation" if number == 1 else f"{number} deviations"
    left, right = "operations", f"{findings}, {deviations}"
    width_left, width_right = (len(text) * LETTER + 2 * PADDING for text in (left, right))
    width = width_left + width_right
    name = escape(f"{left}: {right}")
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width:.0f}" height="{HEIGHT}" role="img" '
        f'aria-label="{name}"><title>{name}</title>'
        f'<rect width="{width:.0f}" height="{HEIGHT}" rx="3" fill="{color}"/>'
        f'<path d="M3 0h{width_left - 3:.0f}v{HEIGHT}H3a3 3 0 0 1-3-3V3a3 3 0 0 1 3-3z" '
        f'fill="{LEFT_COLOR}"/>'
        '<g fill="#fff" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11" '
        f'text-anchor="middle"><text x="{width_left / 2:.0f}" y="14">{escape(left)}</text>'
        f'<text x="{width_left + width_right / 2:.0f}" y="14">{escape(right)}</text></g></svg>\n'
    )
