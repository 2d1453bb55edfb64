"""Markup of this extension that a parser read as plain text, and its fact with it.

The patterns are only searched for in text that is shown as prose, so that pages may quote the
markup in literals (docs/adr/0009-lost-markup.md).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from docutils import nodes

from sphinxext_opsdocs.config.schema import DOMAIN_PREFIX
from sphinxext_opsdocs.markup.names import DIRECTIVE_NAMES, ROLE_NAMES, is_near_our_names

__all__ = [
    "find_lost_in_block",
    "find_lost_in_paragraph",
    "find_malformed_directive",
    "find_malformed_roles",
    "is_suspicious",
]

NAMES = f"(?:{DOMAIN_PREFIX})?(?:{'|'.join(DIRECTIVE_NAMES)})"
ROLES = f"(?:{DOMAIN_PREFIX})?(?:{'|'.join(ROLE_NAMES)})"
# each pattern matches what a parser leaves of one mistake
LOST_DIRECTIVE = re.compile(
    rf"^[ \t]*(?:\.\. ?({NAMES})::?(?:\s|$)|[`~:]{{3,}}\s*\{{\s*({NAMES})\s*\}})", re.MULTILINE
)
"""No blank line before a directive, one colon after its name, or a fence that MyST cannot open."""
LOST_COMMENT = re.compile(rf"({NAMES}):(?:\s|$)")
"""One colon after the name of a directive makes it a comment of reStructuredText."""
LOST_LANGUAGE = re.compile(rf"\{{?\s*({NAMES})\b")
"""A fence whose braces are missing or misplaced is a code block of that language."""
LOST_LITERAL = re.compile(rf"`\{{({NAMES})\}}")
"""A fence of MyST in a reStructuredText file is a literal."""
LOST_ROLE = re.compile(rf"\{{({ROLES})\}}`|:({ROLES}):`")
"""A role of the other syntax, as a whole."""
CUT_ROLE = re.compile(rf"(?:\{{\s*({ROLES})\s*\}}|:({ROLES}):)\s*$")
"""The name of such a role, before its text as a literal or title reference."""
BARE_ROLE = re.compile(rf"(?:^|\s)({ROLES}):$")
"""A role of reStructuredText without its first colon."""
# "workaround" is an ordinary word, which counts only after the mark of a directive
UNIQUE_NAMES = "|".join(name for name in DIRECTIVE_NAMES if name != "workaround")
SUSPICIOUS = re.compile(
    rf"{UNIQUE_NAMES}|[{{.]\s*(?:{DOMAIN_PREFIX})?workaround|(?:{'|'.join(ROLE_NAMES)})\s*\}}?:?\s*`"
)
WORDS = (
    *("canonical", "deviation", "workaround"),
    *("document-", "opsdocs-", "traceability-", "baseline-"),
)
"""SUSPICIOUS only matches text with one of these words."""
SIMPLE_NAME = re.compile(r"(?:(?!_)\w)+(?:[-._+:](?:(?!_)\w)+)*")
"""The names that reStructuredText knows (``Inliner.simplename`` of docutils)."""
MARKED_NAME = re.compile(r"^[ \t]*\.\.[ \t]+([\w.:+-]+?)::(?:\s|$)|:([\w.:+-]+):`", re.MULTILINE)
COMMENT_NAME = re.compile(r"([\w.:+-]+?)::(?:\s|$)")
"""A directive whose name is none, such as ``canonical--ref``, is a comment."""
ROLE_END = re.compile(r":([\w.:+-]+):$")
"""A role whose name is none is text before a title reference."""


def is_suspicious(text: str) -> bool:
    """Return whether a source text may use, or try to use, markup of this extension."""
    # the search for plain words is much faster than the pattern, and enough for most pages
    if any(word in text for word in WORDS) and SUSPICIOUS.search(text):
        return True
    names = (match[1] or match[2] for match in MARKED_NAME.finditer(text))
    return any(not SIMPLE_NAME.fullmatch(name) and is_near_our_names(name) for name in names)


def find_malformed_directive(comment: nodes.comment) -> str:
    """Return a name near ours that made its directive a comment; may be empty."""
    match = COMMENT_NAME.match(comment.astext())
    return match[1] if match and is_near_our_names(match[1]) else ""


def find_malformed_roles(paragraph: nodes.Element) -> Iterator[str]:
    """Yield the names near ours that made their roles plain text."""
    for text, following in pairwise(paragraph.children):
        if isinstance(text, nodes.Text) and isinstance(following, nodes.title_reference):
            match = ROLE_END.search(text.astext())
            if match and not SIMPLE_NAME.fullmatch(match[1]) and is_near_our_names(match[1]):
                yield match[1]


def find_lost_in_paragraph(paragraph: nodes.Element) -> Iterator[tuple[str, int]]:
    """Yield the name of each markup that is lost, and the number of lines before it."""
    lines_before, is_line_start = 0, True
    for index, child in enumerate(paragraph.children):
        text = child.astext()
        if isinstance(child, nodes.Text):
            following = paragraph.children[index + 1 : index + 2]
            for name, offset in _find_lost_in_text(text, is_line_start, following):
                yield name, lines_before + text.count("\n", 0, offset)
        elif isinstance(child, nodes.literal) and (match := LOST_LITERAL.match(text)):
            yield f'"{match[1]}"', lines_before
        lines_before += text.count("\n")
        is_line_start = text.endswith("\n")


def _find_lost_in_text(
    text: str, is_line_start: bool, following: Sequence[nodes.Node]
) -> Iterator[tuple[str, int]]:
    """Yield what is lost in one run of text, and its offset."""
    for match in LOST_DIRECTIVE.finditer(text):
        if is_line_start or match.start():
            yield f'"{match[1] or match[2]}"', match.end()
    for match in LOST_ROLE.finditer(text):
        yield f"the {match[1] or match[2]} role", match.end()
    for node in following:
        if role := _find_cut_role(text, node):
            yield f"the {next(filter(None, role.groups()))} role", role.end()


def _find_cut_role(text: str, following: nodes.Node) -> re.Match[str] | None:
    """Return the name of a role at the end of a text, if the node after it is the role's text."""
    if isinstance(following, nodes.title_reference):
        # reStructuredText reads `...` without a role as a title reference
        return CUT_ROLE.search(text) or BARE_ROLE.search(text)
    if isinstance(following, nodes.literal):
        return CUT_ROLE.search(text)
    return None


def find_lost_in_block(node: nodes.Element) -> str:
    """Return the name of the markup that is lost in a comment or a literal block; may be empty."""
    if isinstance(node, nodes.comment):
        match = LOST_COMMENT.match(node.astext())
    else:
        match = LOST_LANGUAGE.match(str(node.get("language", "")))
    return f'"{match[1]}"' if match else ""
