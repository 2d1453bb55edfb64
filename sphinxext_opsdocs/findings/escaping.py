"""Text of writers, trackers and file names, made harmless for the place that it is written to."""

from __future__ import annotations

import re

from sphinxext_opsdocs.findings.finding import printable

__all__ = ["code_span", "markdown_text", "printable_lines", "without_mentions"]

MARKDOWN = re.compile(r"([\\`*_\[\]<>|~&])")
"""What starts markup or HTML; ``~`` and ``&`` strike text out and start an entity."""
MENTION = re.compile(r"(?<![\w/])@(?=\w)|(?<!\w)[!$](?=\d)|#(?=\d)|(?<!\w)%(?=[\w\"])")
"""``@team``, ``#12``, ``org/repo#12``, and on GitLab ``!12``, ``%milestone`` and ``$snippet``."""
EMPTY_COMMENT = "<!-- -->"
BACKTICKS = re.compile("`+")
WHITE_SPACE = re.compile(r"\s+")


def printable_lines(text: str) -> str:
    """Return text of several lines for a terminal, with control characters escaped."""
    return "\n".join(map(printable, text.split("\n")))


def without_mentions(text: str) -> str:
    """Return Markdown in which no name or number notifies people or links an issue.

    Hosts look for mentions in the rendered text, where a backslash or an entity is gone; a comment
    splits the word.
    """
    return MENTION.sub(lambda match: f"{match[0]}{EMPTY_COMMENT}", text)


def markdown_text(text: str) -> str:
    """Return one line of Markdown that shows the text as it is, without any effect."""
    # blanks at the ends stay: the text may be a part of a line, such as the comma of a list
    line = printable(WHITE_SPACE.sub(" ", text))
    return without_mentions(MARKDOWN.sub(r"\\\1", line))


def code_span(text: str) -> str:
    """Return a code span of Markdown with the text: hosts read neither HTML nor mentions in it."""
    line = printable(" ".join(text.split()))
    longest = max(map(len, BACKTICKS.findall(line)), default=0)
    fence = "`" * (longest + 1)
    # a blank on both sides keeps backticks at the ends apart from the fence (CommonMark 6.1)
    padding = " " if "`" in line or not line else ""
    return f"{fence}{padding}{line}{padding}{fence}"
