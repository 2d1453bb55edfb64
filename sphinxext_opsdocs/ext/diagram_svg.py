"""Diagrams as SVG, drawn as pages are written: no program and no script draws them."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator
from html import escape
from typing import NamedTuple

from sphinxext_opsdocs.ext.part_links import PartLinks
from sphinxext_opsdocs.reports.blocks import Diagram, DiagramNode

__all__ = ["diagram_svg", "fitted"]

WIDTH, BOX_WIDTH, BOX_HEIGHT, GAP, TOP = 736, 162, 40, 12, 24
"""In pixels of a wide screen; narrower ones scale the picture."""
PADDING = 10
TITLE_SIZE, BELOW_SIZE = 11, 9
USUAL_LETTER = 0.56
"""Width of a letter as a share of the size; what is wider all the same is cut at the box."""


class _Place(NamedTuple):
    x: float
    y: float


def diagram_svg(diagram: Diagram, links: PartLinks) -> str:
    """The picture of a diagram; its boxes are links that the keyboard passes by."""
    counts = Counter(node.column for node in diagram.nodes)
    height = TOP + max(counts.values(), default=0) * (BOX_HEIGHT + GAP)
    places = dict(_places(diagram, counts, height))
    lines = "".join(
        _line(places[first], places[second], _tone(diagram, second))
        for first, second in diagram.lines
    )
    boxes = "".join(_box(node, places[node.key], links) for node in diagram.nodes)
    heads = "".join(
        f'<text x="{_x(column):.0f}" y="12">{escape(links.text(title))}</text>'
        for column, title in enumerate(diagram.titles)
        if counts[column]
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="opsdocs-diagram" '
        f'viewBox="0 0 {WIDTH} {height}" aria-hidden="true" '
        f'focusable="false">{heads}{lines}{boxes}</svg>\n'
    )


def _x(column: int) -> float:
    return 1 + column * (WIDTH - 2 - BOX_WIDTH) / 3


def _places(diagram: Diagram, counts: Counter[int], height: int) -> Iterator[tuple[str, _Place]]:
    """Yield the upper left corner of each box: columns are centred, and no two boxes overlap."""
    seen: Counter[int] = Counter()
    for node in diagram.nodes:
        space = height - TOP - counts[node.column] * (BOX_HEIGHT + GAP)
        y = TOP + space / 2 + seen[node.column] * (BOX_HEIGHT + GAP)
        seen[node.column] += 1
        yield node.key, _Place(_x(node.column), y)


def _tone(diagram: Diagram, key: str) -> str:
    return next((node.tone for node in diagram.nodes if node.key == key), "")


def _line(first: _Place, second: _Place, tone: str) -> str:
    start, end = first.x + BOX_WIDTH, second.x
    top, bottom = first.y + BOX_HEIGHT / 2, second.y + BOX_HEIGHT / 2
    middle = (start + end) / 2
    look = f' class="opsdocs-deviates opsdocs-{tone}"' if tone else ""
    return (
        f'<path{look} d="M{start:.0f} {top:.0f}C{middle:.0f} {top:.0f} {middle:.0f} {bottom:.0f} '
        f'{end:.0f} {bottom:.0f}"/>'
    )


def _box(node: DiagramNode, place: _Place, links: PartLinks) -> str:
    title, below = links.text(node.title), links.text(node.below)
    look = f' class="opsdocs-{node.tone}"' if node.tone else ""
    x, y = place
    box = (
        f"<g{look}><title>{escape(title)}</title>"
        f'<rect x="{x:.0f}" y="{y:.0f}" width="{BOX_WIDTH}" height="{BOX_HEIGHT}" rx="4"/>'
        f'<svg x="{x:.0f}" y="{y:.0f}" width="{BOX_WIDTH}" height="{BOX_HEIGHT}">'
        f'<text class="opsdocs-name" x="{PADDING}" y="17">{escape(fitted(title, TITLE_SIZE))}'
        f'</text><text x="{PADDING}" y="31">{escape(fitted(below, BELOW_SIZE))}</text></svg></g>'
    )
    if address := links.address(node.title):
        return f'<a href="{escape(address)}" tabindex="-1">{box}</a>'
    return box


def fitted(text: str, size: int, space: float = BOX_WIDTH - 2 * PADDING) -> str:
    """As much of a text as a space is wide, in pixels, with dots for the rest."""
    room = space / (size * USUAL_LETTER)
    width = 0.0
    for index, letter in enumerate(text):
        width += 1.7 if unicodedata.east_asian_width(letter) in "WF" else 1
        if width > room:
            return f"{text[: max(index - 1, 0)].rstrip()}…"
    return text
