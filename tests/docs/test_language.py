"""How the documentation reads."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from sphinxext_opsdocs.text.language_file import load_language
from sphinxext_opsdocs.text.sentences import split_sentences
from tests.commands import ROOT
from tests.docs.doc_pages import doc_pages

DOCS = ROOT / "docs"
MOST_WORDS = 30
MOST_LONG_ONES = 0.03
"""Share of the sentences."""
WORD = re.compile(r"[\w'’./-]*\w[\w'’./-]*")
FRONT_MATTER = re.compile(r"\A---\n.*?^---\n", re.DOTALL | re.MULTILINE)
ROLE = re.compile(r"\{[\w-]+\}(?=`)")


def sentences(page: Path) -> Iterator[str]:
    """The sentences of paragraphs and list items; what stands in directives is left out."""
    language = load_language("en", DOCS)
    assert language
    source = FRONT_MATTER.sub("", page.read_text(encoding="utf-8"))
    tokens = MarkdownIt("commonmark").enable("table").parse(ROLE.sub("", source))
    for before, token in pairwise(tokens):
        if before.type == "paragraph_open" and token.type == "inline":
            text = "".join(map(shown, token.children or ()))
            for start, end in split_sentences(text, language.words("abbreviations")):
                yield text[start:end]


def shown(token: Token) -> str:
    """What a reader counts as words; a piece of code is one."""
    if token.type == "code_inline":
        return "`x`"
    return " " if token.type == "softbreak" else token.content


def test_few_sentences_are_long(tmp_path: Path) -> None:
    pages = [ROOT / "README.md", *doc_pages(tmp_path)]
    every = [text for page in pages for text in sentences(page)]
    long_ones = [text for text in every if len(WORD.findall(text)) > MOST_WORDS]
    assert len(every) > 1500
    share = len(long_ones) / len(every)
    assert share <= MOST_LONG_ONES, f"{share:.1%} of {len(every)}: {long_ones}"
