"""Our markup that a parser took for something else: the writer meant a fact, and got text.

Every pattern is looked for in text that is shown as prose, so pages that quote our markup in
literals are left alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from docutils import nodes

__all__ = ["is_suspicious", "lost_in_block", "lost_in_paragraph"]

DIRECTIVES = (
    "canonical-ref",
    "observed-deviation",
    "workaround",
    "document-change",
    "opsdocs-ignore",
    "deviation-register",
    "traceability-matrix",
    "document-inventory",
    "canonical-impact",
)
NAMES = "|".join(DIRECTIVES)
LOST_DIRECTIVE = re.compile(
    rf"^[ \t]*(?:\.\. ?({NAMES})::?(?:\s|$)|[`~:]{{3,}}\s*\{{\s*({NAMES})\s*\}})", re.MULTILINE
)
LOST_COMMENT = re.compile(rf"({NAMES}):(?:\s|$)")
LOST_LANGUAGE = re.compile(rf"\{{?\s*({NAMES})\b")
LOST_LITERAL = re.compile(rf"`\{{({NAMES})\}}")
"""What reStructuredText makes of a fence of MyST."""
LOST_ROLE = re.compile(r"\{(canonical|deviation)\}`|:(canonical|deviation):`")
CUT_ROLE = re.compile(r"(?:\{\s*(canonical|deviation)\s*\}|:(canonical|deviation):)\s*$")
BARE_ROLE = re.compile(r"(?:^|\s)(canonical|deviation):$")
SUSPICIOUS = re.compile(
    rf"{NAMES.replace('workaround|', '')}|[{{.]\s*workaround|(?:canonical|deviation)\s*\}}?:?\s*`"
)
WORDS = ("canonical", "deviation", "workaround", "document-", "opsdocs-", "traceability-")
"""One of them is in whatever SUSPICIOUS finds; looking for plain words first takes no time."""


def is_suspicious(text: str) -> bool:
    """Whether a source text has a word of ours at all: only then is it worth a closer look."""
    return any(word in text for word in WORDS) and SUSPICIOUS.search(text) is not None


def lost_in_paragraph(paragraph: nodes.Element) -> Iterator[tuple[str, int]]:
    """What is lost in a paragraph, with the lines before it there."""
    before, starts_line = 0, True
    for index, child in enumerate(paragraph.children):
        text = child.astext()
        if isinstance(child, nodes.Text):
            following = paragraph.children[index + 1 : index + 2]
            for name, offset in _lost_in_text(text, starts_line, following):
                yield name, before + text.count("\n", 0, offset)
        elif isinstance(child, nodes.literal) and (match := LOST_LITERAL.match(text)):
            yield f'"{match[1]}"', before
        before += text.count("\n")
        starts_line = text.endswith("\n")


def _lost_in_text(
    text: str, starts_line: bool, following: Sequence[nodes.Node]
) -> Iterator[tuple[str, int]]:
    """What is lost in one run of text, and where in it."""
    for match in LOST_DIRECTIVE.finditer(text):
        if starts_line or match.start():
            yield f'"{match[1] or match[2]}"', match.end()
    for match in LOST_ROLE.finditer(text):
        yield f"the {match[1] or match[2]} role", match.end()
    if following and isinstance(following[0], nodes.literal | nodes.title_reference):
        role = CUT_ROLE.search(text)
        if not role and isinstance(following[0], nodes.title_reference):
            role = BARE_ROLE.search(text)
        if role:
            yield f"the {next(filter(None, role.groups()))} role", role.end()


def lost_in_block(node: nodes.Element) -> str:
    """What is lost in a comment or a literal block; empty when nothing is."""
    if isinstance(node, nodes.comment):
        match = LOST_COMMENT.match(node.astext())
    else:
        match = LOST_LANGUAGE.match(str(node.get("language", "")))
    return f'"{match[1]}"' if match else ""
