"""The normalised text of a doctree, which reformatting does not change, in either syntax.

It has no white space of its own, list marks, emphasis, comments, ids or smart quotes. It has
inline code, link targets, literal blocks, and the structure of lists and tables. Each block is one
line, except literal blocks (docs/adr/0011-digest-of-normalised-text.md).

A change of this text for an unchanged source needs a new ``DIGEST_FORMAT``.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import singledispatch

from docutils import nodes
from sphinx import addnodes

from sphinxext_opsdocs.markup import nodes as ops_nodes
from sphinxext_opsdocs.markup.normalise_inline import (
    UNSEEN,
    collapse_space,
    describe_leaf,
    normalise_text,
    render_children,
    render_inline,
)

__all__ = ["normalise_block", "normalise_blocks", "normalise_quotation"]

Lines = Iterator[str]


def normalise_blocks(parent: nodes.Element) -> Lines:
    """Yield the lines of all blocks below a node, without sections and their titles."""
    for child in parent.children:
        if isinstance(child, nodes.Element):
            yield from _block(child)
        elif text := collapse_space(child.astext()):
            yield text


def normalise_block(node: nodes.Element) -> Lines:
    """Yield the lines of one block."""
    return _block(node)


def normalise_quotation(quote: nodes.Element) -> Lines:
    """Yield the lines of all blocks of a quotation, without its attribution."""
    for child in quote.children:
        if isinstance(child, nodes.Element) and not isinstance(child, nodes.attribution):
            yield from _block(child)


@singledispatch
def _block(node: nodes.Element) -> Lines:
    """Yield the lines of a container or leaf; other kinds of blocks are registered below."""
    summary = node.get(ops_nodes.NEED_SUMMARY)
    if summary:
        yield summary
    if "expr" in node:  # the condition of only, ifconfig and similar directives
        condition = f"{node.__class__.__name__} {node['expr']}: "
        yield from _indented(normalise_blocks(node), condition)
    elif node.children:
        yield from normalise_blocks(node)
    elif not summary and (text := describe_leaf(node)):
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
@_block.register(ops_nodes.ignore_marker)
# an entry of the change history, or a record, describes the text and is not part of it
@_block.register(ops_nodes.document_change)
@_block.register(ops_nodes.record)
def _nothing(_node: nodes.Element) -> Lines:
    yield from ()


@_block.register(nodes.footnote)
def _unused_footnote(node: nodes.Element) -> Lines:
    """Yield a footnote without references; others are rendered at each reference."""
    if not node.get("backrefs"):
        yield from _indented(_footnote_lines(node), "[^] ")


@_block.register(nodes.reference)
def _block_reference(node: nodes.Element) -> Lines:
    """Yield a picture with a link around it."""
    yield collapse_space(render_inline(node))


@_block.register(nodes.line_block)
def _line_block(node: nodes.Element) -> Lines:
    for child in node.children:
        if isinstance(child, nodes.line_block):
            yield from (f"  {line}" for line in _line_block(child))
        else:
            yield f"| {normalise_text(child)}".rstrip()


@_block.register(nodes.TextElement)
def _line(node: nodes.Element) -> Lines:
    if text := normalise_text(node):
        yield text


@_block.register(nodes.title)
def _title(node: nodes.Element) -> Lines:
    """Yield the title of a table or an admonition; the digest of a section adds its own."""
    if isinstance(node.parent, nodes.section):
        return _nothing(node)
    return _line(node)


@_block.register(nodes.FixedTextElement)
def _literal(node: nodes.Element) -> Lines:
    # a parsed-literal has markup; in plain code, quotes are code and stay as they are
    is_plain = all(isinstance(child, nodes.Text) for child in node.children)
    text = node.astext() if is_plain else render_children(node)
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
    mark = _list_mark(node)
    for item in node.children:
        if isinstance(item, nodes.Element):
            yield from _indented(normalise_blocks(item), mark)
            mark = f"{mark[0]} "


def _list_mark(node: nodes.Element) -> str:
    if isinstance(node, nodes.bullet_list):
        return "* "
    # numbers move when an item is added, so only the first is kept, if the writer chose it
    start = node.get("start", 1)
    return "# " if start == 1 else f"#{start} "


def _indented(lines: Lines, mark: str) -> Lines:
    """Yield lines with a mark before the first one and as much space before the others."""
    start = mark
    for line in lines:
        yield start + line
        start = " " * len(mark)
    if start == mark:
        yield mark.rstrip()


@_block.register(nodes.block_quote)
def _quote(node: nodes.Element) -> Lines:
    return (f"> {line}" for line in normalise_blocks(node))


@_block.register(nodes.definition)
def _definition(node: nodes.Element) -> Lines:
    return _indented(normalise_blocks(node), ": ")


@_block.register(nodes.field)
def _field(node: nodes.Element) -> Lines:
    name, body = node.children
    assert isinstance(body, nodes.Element)
    return _indented(normalise_blocks(body), f"{normalise_text(name)}: ")


@_block.register(nodes.Admonition)
def _admonition(node: nodes.Element) -> Lines:  # type: ignore[misc]  # a marker above elements
    return _indented(normalise_blocks(node), f"{node.__class__.__name__}: ")


@_block.register(nodes.row)
def _row(node: nodes.Element) -> Lines:
    mark = "|=" if isinstance(node.parent, nodes.thead) else "|"
    cells: list[str] = []
    for entry in node.children:
        if isinstance(entry, nodes.Element):
            cell = " / ".join(normalise_blocks(entry)).replace("|", "\\|")
            spans = [entry.get("morecols", 0), entry.get("morerows", 0)]
            if any(spans):
                cell += f" {spans}"
            cells.append(cell)
    yield f"{mark} {' | '.join(cells)}"


@_block.register(nodes.image)
def _image(node: nodes.Element) -> Lines:
    yield f"![{collapse_space(node.get('alt', ''))}]({node.get('uri', '')})"


@render_inline.register
def _inline_image(node: nodes.image) -> str:
    return " ".join(_image(node))


@render_inline.register
def _footnote(node: nodes.footnote_reference) -> str:
    """Return the text of the footnote in place of its number."""
    document = node.document
    footnote = document.ids.get(node.get("refid", "")) if document else None
    # footnotes may refer to each other, and to themselves
    if not isinstance(footnote, nodes.footnote) or _is_within_footnote(node):
        return f" [^{render_children(node)}]"
    return f" [^{' '.join(_footnote_lines(footnote))}]"


def _footnote_lines(footnote: nodes.Element) -> Lines:
    for part in footnote.children:
        if isinstance(part, nodes.Element) and not isinstance(part, nodes.label):
            yield from _block(part)


def _is_within_footnote(node: nodes.Element) -> bool:
    ancestor: nodes.Node | None = node.parent
    while ancestor is not None and not isinstance(ancestor, nodes.footnote):
        ancestor = ancestor.parent
    return ancestor is not None
