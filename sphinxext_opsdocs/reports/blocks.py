"""What pages show of the graph, apart from any builder: parts with links, in lines and lists."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from msgspec import Struct
from msgspec.structs import replace

from sphinxext_opsdocs.canonical.section import CanonicalSection

__all__ = [
    "Block",
    "Cell",
    "Chart",
    "CoverageMap",
    "Diagram",
    "DiagramNode",
    "Fold",
    "Group",
    "Items",
    "Line",
    "Part",
    "Rows",
    "badge",
    "counted",
    "deviation_part",
    "doc_part",
    "joined",
    "parts_of",
    "phrase",
    "place_part",
    "section_part",
    "styled",
    "text_cell",
    "titled_section",
    "url_part",
]


# gc=False: a register has thousands of parts, and no part can be in a reference cycle
class Part(Struct, frozen=True, gc=False, omit_defaults=True):
    """A piece of text, with the target of its link."""

    text: str
    kind: str = ""
    """``doc``, ``place``, ``canonical``, ``deviation``, ``url``, ``bar``; empty for plain text."""
    target: str = ""
    """A docname, ``docname#anchor``, the id of a section or deviation, an address, ``24/90``."""
    template: str = ""
    """The English message of the text, if pages show it translated."""
    plural: str = ""
    """The English message for any other count than one; its field is ``{count}``."""
    values: tuple[tuple[str, str], ...] = ()
    """Names and values of the template's fields."""
    style: str = ""
    """Words that decide its look, such as ``badge major``; each is a class of ours."""
    anchor: str = ""
    """The id by which others link to it."""


Cell = tuple[Part, ...]


class Line(Struct, frozen=True, gc=False):
    """A paragraph."""

    cell: Cell
    name: str = ""


class Items(Struct, frozen=True, gc=False):
    """A list."""

    cells: tuple[Cell, ...]
    name: str = ""


class Rows(Struct, frozen=True, gc=False):
    """Names with values, one below the other."""

    rows: tuple[tuple[Part, Cell], ...]
    name: str = ""


class Group(Struct, frozen=True, gc=False):
    """Blocks that belong together; its name decides its look."""

    blocks: tuple[Block, ...]
    name: str = ""


class Fold(Struct, frozen=True, gc=False):
    """Blocks that a site shows when a reader opens them; everywhere else they follow the line."""

    summary: Cell
    blocks: tuple[Block, ...]
    name: str = ""


class DiagramNode(Struct, frozen=True, gc=False):
    """A box of a diagram."""

    key: str
    column: int
    title: Part
    below: Part
    tone: str = ""
    """The word that its look comes from, such as ``major``."""


class Diagram(Struct, frozen=True, gc=False):
    """Boxes in columns with lines between them: a picture for sites, of what a list says too."""

    titles: tuple[Part, ...]
    """Of the columns."""
    nodes: tuple[DiagramNode, ...]
    lines: tuple[tuple[str, str], ...]
    """Keys of the boxes that each line connects, the left one first."""


class Chart(Struct, frozen=True, gc=False):
    """Counts over time that add up: a picture for sites, and the last ones in words."""

    days: tuple[str, ...]
    """ISO dates, one for each value."""
    series: tuple[tuple[Part, tuple[int, ...]], ...]
    """Names, whose style is that of a badge, with their values; the lowest first."""


class CoverageMap(Struct, frozen=True, gc=False):
    """Which page relies on which section: a picture for sites, of what the matrix says too."""

    title: Part
    columns: tuple[Part, ...]
    """The pages."""
    rows: tuple[tuple[Part, tuple[tuple[int, str], ...]], ...]
    """Each section with the pages that rely on it, by number, and how an open deviation that is
    recorded there looks: ``major``, or empty without one."""
    legend: Part


Block = Line | Items | Rows | Group | Fold | Diagram | Chart | CoverageMap


def parts_of(block: Block) -> Iterator[Part]:
    """Yield all parts of a block."""
    match block:
        case Line(cell=cell):
            yield from cell
        case Items(cells=cells):
            for cell in cells:
                yield from cell
        case Rows(rows=rows):
            for name, cell in rows:
                yield from (name, *cell)
        case Group(blocks=blocks):
            for inner in blocks:
                yield from parts_of(inner)
        case Fold(summary=summary, blocks=blocks):
            yield from summary
            for inner in blocks:
                yield from parts_of(inner)
        case Diagram(nodes=boxes):
            for box in boxes:
                yield box.title
        case CoverageMap(rows=sections):
            for part, _ in sections:
                yield part
        case Chart():
            return


def phrase(template: str, **values: str) -> Part:
    """A text that pages show translated: ``phrase("in {days} days", days="3")``."""
    text = template.format_map(values) if values else template
    return Part(text, template=template, values=tuple(sorted(values.items())))


def counted(singular: str, plural: str, count: int) -> Part:
    """A text with a ``{count}``, which pages show translated."""
    template = singular if count == 1 else plural
    values = (("count", str(count)),)
    return Part(template.format(count=count), template=singular, plural=plural, values=values)


def badge(word: str, tone: str = "") -> Part:
    """A word of a state or severity that stands out; ``tone`` is the word its look comes from."""
    return Part(word, template=word, style=f"badge {(tone or word).casefold()}")


def styled(part: Part, style: str) -> Part:
    """A part with another look."""
    return replace(part, style=style)


def text_cell(text: str) -> Cell:
    """A cell with plain text."""
    return (Part(text),)


def doc_part(docname: str, text: str = "") -> Part:
    """A link to a page; its text is the docname if none is given."""
    return Part(text or docname, "doc", docname)


def place_part(docname: str, anchor: str, text: str) -> Part:
    """A link to an anchor on a page."""
    return Part(text, "place", f"{docname}#{anchor}")


def deviation_part(number: str) -> Part:
    """A link to a deviation by its id."""
    return Part(number, "deviation", number)


def url_part(text: str, url: str) -> Part:
    """A link to an address; plain text if the address is empty."""
    if not url:
        return Part(text)
    return Part(text, "url", url)


def section_part(section: CanonicalSection) -> Part:
    """A link to a canonical section; its text is the section's id."""
    return Part(section.id, "canonical", section.id)


def titled_section(section: CanonicalSection) -> Part:
    """A link to a canonical section; its text is the title of its page and its own."""
    title = section.title
    if section.page_title != title:
        title = section.full_title
    return Part(title or section.id, "canonical", section.id)


def joined(parts: Iterable[Part], empty: Part | None = None) -> Cell:
    """The parts with commas between them; ``empty`` if there are none."""
    cell: list[Part] = []
    for part in parts:
        if cell:
            cell.append(Part(", "))
        cell.append(part)
    if not cell and empty:
        cell.append(empty)
    return tuple(cell)
