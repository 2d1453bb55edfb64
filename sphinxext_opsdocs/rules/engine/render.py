"""The source text of examples, in either syntax."""

import re
import textwrap
from collections.abc import Mapping

from sphinxext_opsdocs.rules.engine.examples import Block, Example

__all__ = ["SUFFIXES", "render", "render_block", "render_header"]

SUFFIXES = {"rst": ".rst", "myst": ".md"}
"""Suffix of a source file by syntax."""
UNDERLINES = "=-~"
HEADING = re.compile(r"(=+) (.*)")
INLINE = re.compile(r"\{(canonical|deviation|doc|label):([^}]*)\}")
WIDTH = 70
"""Characters of a line of running text: with the indent of a listing it fits 80 columns."""
FENCE = "```"


def render(example: Example, syntax: str) -> str:
    """Return the source of an example's page; ``syntax`` is ``rst`` or ``myst``."""
    blocks = [render_block(block, syntax) for block in example.body]
    if example.header:
        blocks.insert(0, render_header(example.header, syntax))
    return "\n\n".join(blocks) + "\n"


def render_header(fields: Mapping[str, str], syntax: str) -> str:
    """Return a governed header: a field list, or front matter."""
    if syntax == "rst":
        return "\n".join(f":{name}: {text}" for name, text in fields.items())
    # quoted, because YAML would turn a version such as 2.10 into a number
    lines = [f'{name}: "{text}"' for name, text in fields.items()]
    return "\n".join(["---", *lines, "---"])


def render_block(block: str | Block, syntax: str) -> str:
    """Return a heading, a paragraph or a directive without the blank lines around it."""
    if isinstance(block, Block):
        return _rst_directive(block) if syntax == "rst" else _myst_directive(block)
    heading = HEADING.match(block)
    if heading:
        return _heading(len(heading[1]), heading[2], syntax)
    return _paragraph(block, syntax)


def _heading(level: int, title: str, syntax: str) -> str:
    if syntax == "myst":
        return f"{'#' * level} {title}"
    return f"{title}\n{UNDERLINES[level - 1] * len(title)}"


def _paragraph(text: str, syntax: str) -> str:
    source = INLINE.sub(lambda match: _inline(match[1], match[2], syntax), text)
    return textwrap.fill(source, WIDTH, break_long_words=False, break_on_hyphens=False)


def _inline(kind: str, target: str, syntax: str) -> str:
    if syntax == "myst":
        return f"({target})=" if kind == "label" else f"{{{kind}}}`{target}`"
    return f".. _{target}:" if kind == "label" else f":{kind}:`{target}`"


def _options(block: Block) -> list[str]:
    return [f":{name}: {text}".rstrip() for name, text in block.options.items()]


def _rst_directive(block: Block) -> str:
    head = f".. {block.name}:: {block.argument}".rstrip()
    lines = [head, *(f"   {option}" for option in _options(block))]
    body = [textwrap.indent(render_block(part, "rst"), "   ") for part in block.content]
    return "\n\n".join(["\n".join(lines), *body])


def _myst_directive(block: Block) -> str:
    # a fence of the same length inside would end the outer one early
    is_nested = any(isinstance(part, Block) for part in block.content)
    fence = FENCE + "`" * is_nested
    head = f"{fence}{{{block.name}}} {block.argument}".rstrip()
    body = [render_block(part, "myst") for part in block.content]
    text = "\n\n".join(["\n".join([head, *_options(block)]), *body])
    return f"{text}\n{fence}"
