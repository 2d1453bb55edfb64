"""Text of writers in Markdown, terminals and annotations, as its readers' tools read it."""

from __future__ import annotations

import re
from html import unescape

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from sphinxext_opsdocs.facts.model import Place
from sphinxext_opsdocs.findings.escaping import code_span, markdown_text, printable_lines
from sphinxext_opsdocs.findings.finding import Finding, printable
from sphinxext_opsdocs.findings.result import CheckResult
from sphinxext_opsdocs.reports import github, text

MARKDOWN = MarkdownIt("gfm-like", {"linkify": False})
HOSTILE = (
    "<img src=x onerror=alert(1)>",
    "`</code><script>alert(1)</script>`",
    "``a`b``",
    "[click](javascript:alert(1))",
    "@acme/everyone and @jo, see #12, acme/api#7, !3, %v2 and $5",
    "a | b ~~c~~ &amp; **d** _e_ \\*f\\*",
    "\x1b[2J\x1b]0;owned\x07",
    "one\ntwo\rthree\u2028four",
    "`",
    "",
)
LINE = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)


def shown(markdown: str) -> str:
    """The text that a reader of the rendered Markdown sees."""
    return unescape(re.sub(r"<[^>]*>", "", MARKDOWN.renderInline(markdown)))


def as_line(content: str) -> str:
    return printable(re.sub(r"\s+", " ", content))


@pytest.mark.parametrize("content", HOSTILE)
def test_markdown_shows_hostile_text_as_it_is(content: str) -> None:
    html = MARKDOWN.renderInline(f"x {markdown_text(content)} y")
    assert re.findall(r"<[a-z/][^>]*>", html) == []
    assert shown(f"x {markdown_text(content)} y").split() == f"x {as_line(content)} y".split()


@given(LINE)
def test_any_text_is_shown_as_it_is(content: str) -> None:
    assert shown(f"x{markdown_text(content)}y") == f"x{as_line(content)}y"


@given(LINE)
def test_code_span_shows_any_text(content: str) -> None:
    html = MARKDOWN.renderInline(f"x {code_span(content)} y")
    assert html.startswith("x <code>")
    assert html.endswith("</code> y")
    inner = unescape(html.removeprefix("x <code>").removesuffix("</code> y"))
    assert inner.strip() == as_line(content).strip()


@pytest.mark.parametrize("word", ["@jo", "@acme/everyone", "#12", "acme/api#7", "!3", '%"v 2"'])
def test_no_word_is_left_that_hosts_take_for_a_mention(word: str) -> None:
    html = MARKDOWN.renderInline(f"see {markdown_text(word)}.")
    assert unescape(html) != f"see {word}."
    assert "<!-- -->" in html


def test_addresses_of_mail_are_no_mentions() -> None:
    assert markdown_text("ops@example.org") == "ops@example.org"


def finding(path: str, message: str) -> CheckResult:
    result = Finding("owner_unknown", "warning", message, Place(path, 3), "ops/a", "0" * 16)
    return CheckResult((result,), ())


@pytest.mark.parametrize("render", [text.render, github.render])
def test_file_name_cannot_steer_a_terminal(render: object) -> None:
    output = render(finding("ops/\x1b[2Ja.rst", "m"), "docs")  # type: ignore[operator]
    assert "\x1b" not in output
    assert "\\x1b[2Ja.rst" in output


def test_parts_of_a_line_keep_the_blanks_between_them() -> None:
    assert "".join(map(markdown_text, ("a", ", ", "b"))) == "a, b"


def test_lines_stay_lines() -> None:
    assert printable_lines("a\x1b\nb\tc") == "a\\x1b\nb\\tc"
