"""Doctree to normalised text: what stays the same when only the writing of it changes.

White space, the marks of lists and tables, emphasis, comments, ids and smart quotes are gone;
inline code, link targets, literal blocks and the structure of lists and tables stay. One block is
one line, but for literal blocks.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import singledispatch

from docutils import nodes
from sphinx import addnodes

from sphinxext_opsdocs.markup import nodes as ours
from sphinxext_opsdocs.markup.normalise_inline import (
    UNSEEN,
    collapsed,
    inline_children,
    inline_text,
    leaf_text,
    normal_text,
)

__all__ = ["normal_blocks", "quoted_blocks"]

Lines = Iterator[str]


def normal_blocks(parent: nodes.Element) -> Lines:
    """The lines of all blocks below a node, sections and a section's title excepted."""
    for child in parent.children:
        if isinstance(child, nodes.Element):
            yield from _block(child)
        elif text := collapsed(child.astext()):
            yield text


def quoted_blocks(quote: nodes.Element) -> Lines:
    """The lines of all blocks of a quotation, without its attribution."""
    for child in quote.children:
        if isinstance(child, nodes.Element) and not isinstance(child, nodes.attribution):
            yield from _block(child)


@singledispatch
def _block(node: nodes.Element) -> Lines:
    """A container is what it holds; a leaf is its name and what it says of itself."""
    told = node.get(ours.TOLD)
    if told:
        yield told
    if "expr" in node:  # a condition: of only, ifconfig and their kin
        condition = f"{node.__class__.__name__} {node['expr']}: "
        yield from _indented(normal_blocks(node), condition)
    elif node.children:
        yield from normal_blocks(node)
    elif not told and (text := leaf_text(node)):
        yield text


@_block.register(nodes.comment)
@_block.register(nodes.substitution_definition)
@_block.register(nodes.docinfo)
@_block.register(nodes.transition)
@_block.register(nodes.colspec)
@_block.register(nodes.meta)
@_block.register(nodes.pending)
@_block.register(nodes.system_message)
@_block.register(nodes.section)
@_block.register(addnodes.index)
@_block.register(addnodes.toctree)
@_block.register(addnodes.highlightlang)
@_block.register(addnodes.tabular_col_spec)
@_block.register(ours.ignore_marker)
@_block.register(ours.document_change)  # tells of the text, is none of it
def _gone(_node: nodes.Element) -> Lines:
    yield from ()


@_block.register(nodes.footnote)
def _unused_footnote(node: nodes.Element) -> Lines:
    """A footnote stands where it is referred to; one that nothing refers to stands by itself."""
    if not node.get("backrefs"):
        yield from _indented(_footnote_lines(node), "[^] ")


@_block.register(nodes.reference)
def _block_reference(node: nodes.Element) -> Lines:
    """A picture with a link around it."""
    yield collapsed(inline_text(node))


@_block.register(nodes.line_block)
def _line_block(node: nodes.Element) -> Lines:
    for child in node.children:
        if isinstance(child, nodes.line_block):
            yield from (f"  {line}" for line in _line_block(child))
        else:
            yield f"| {normal_text(child)}".rstrip()


@_block.register(nodes.TextElement)
def _line(node: nodes.Element) -> Lines:
    if text := normal_text(node):
        yield text


@_block.register(nodes.title)
def _title(node: nodes.Element) -> Lines:
    """Of a table or an admonition: a section's title is no part of its text."""
    return _gone(node) if isinstance(node.parent, nodes.section) else _line(node)


@_block.register(nodes.FixedTextElement)
def _literal(node: nodes.Element) -> Lines:
    is_plain = all(isinstance(child, nodes.Text) for child in node.children)
    text = node.astext() if is_plain else inline_children(node)
    for line in text.strip("\n").split("\n"):
        yield f"    {line.rstrip()}"


@_block.register(nodes.raw)
def _raw(node: nodes.Element) -> Lines:
    for line in UNSEEN.sub("", node.astext()).splitlines():
        if line.strip():
            yield f"    {line.rstrip()}"


@_block.register(nodes.bullet_list)
@_block.register(nodes.enumerated_list)
def _list(node: nodes.Element) -> Lines:
    mark = "* "
    if isinstance(node, nodes.enumerated_list):
        mark = f"#{node['start']} " if node.get("start", 1) != 1 else "# "
    for item in node.children:
        if isinstance(item, nodes.Element):
            yield from _indented(normal_blocks(item), mark)
            mark = f"{mark[0]} "


def _indented(lines: Lines, mark: str) -> Lines:
    """Lines with a mark before the first and as much space before the others."""
    start = mark
    for line in lines:
        yield start + line
        start = " " * len(mark)
    if start == mark:
        yield mark.rstrip()


@_block.register(nodes.block_quote)
def _quote(node: nodes.Element) -> Lines:
    return (f"> {line}" for line in normal_blocks(node))


@_block.register(nodes.definition)
def _definition(node: nodes.Element) -> Lines:
    return _indented(normal_blocks(node), ": ")


@_block.register(nodes.field)
def _field(node: nodes.Element) -> Lines:
    name, body = node.children
    assert isinstance(body, nodes.Element)
    return _indented(normal_blocks(body), f"{normal_text(name)}: ")


@_block.register(nodes.Admonition)
def _admonition(node: nodes.Element) -> Lines:  # type: ignore[misc]  # a marker above elements
    return _indented(normal_blocks(node), f"{node.__class__.__name__}: ")


@_block.register(nodes.row)
def _row(node: nodes.Element) -> Lines:
    mark = "|=" if isinstance(node.parent, nodes.thead) else "|"
    cells: list[str] = []
    for entry in node.children:
        if isinstance(entry, nodes.Element):
            cell = " / ".join(normal_blocks(entry)).replace("|", "\\|")
            spans = [entry.get("morecols", 0), entry.get("morerows", 0)]
            cells.append(f"{cell} {spans}" if any(spans) else cell)
    yield f"{mark} {' | '.join(cells)}"


@_block.register(nodes.image)
def _image(node: nodes.Element) -> Lines:
    yield f"![{collapsed(node.get('alt', ''))}]({node.get('uri', '')})"


@inline_text.register
def _inline_image(node: nodes.image) -> str:
    return " ".join(_image(node))


@inline_text.register
def _footnote(node: nodes.footnote_reference) -> str:
    """The footnote itself: its number and place are markup."""
    document = node.document
    found = document.ids.get(node.get("refid", "")) if document else None
    if not isinstance(found, nodes.footnote) or _is_within_footnote(node):
        return f" [^{inline_children(node)}]"
    return f" [^{' '.join(_footnote_lines(found))}]"


def _footnote_lines(footnote: nodes.Element) -> Lines:
    for part in footnote.children:
        if isinstance(part, nodes.Element) and not isinstance(part, nodes.label):
            yield from _block(part)


def _is_within_footnote(node: nodes.Element) -> bool:
    """Footnotes may refer to each other, and to themselves."""
    above: nodes.Node | None = node.parent
    while above is not None and not isinstance(above, nodes.footnote):
        above = above.parent
    return above is not None
