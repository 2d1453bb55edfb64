"""Facts with English typography, whatever quotation marks the pages of a build show.

Smart quotes depend on the builder, the language and the configuration, and facts must not. Those of
most builds are English: then nothing is done. Otherwise the text as Sphinx would show it with
English smart quotes is computed from the typed text, and takes its place while facts are read.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

from docutils import nodes
from docutils.transforms.universal import SmartQuotes
from docutils.utils import normalize_language_tag, smartquotes
from sphinx.transforms import SphinxSmartQuotes, SphinxTransform

from sphinxext_opsdocs.ext.lean_reading import CHANGEABLE, DEFAULT_ACTION
from sphinxext_opsdocs.ext.relevance import may_have_facts

__all__ = ["ComputeEnglish", "LocateEnglish", "english_typography"]

KEY = "opsdocs_typography"
ENGLISH = "en"


class _Place(NamedTuple):
    """Where a text is in a doctree, while transforms replace it by an equal or changed one."""

    parent: nodes.Element
    position: int
    english: str


class ComputeEnglish(SphinxTransform):
    """Computes the English form of the text of a page whose smart quotes are not English."""

    default_priority = SphinxSmartQuotes.default_priority - 1

    def apply(self, **_kwargs: Any) -> None:
        """Keep the text before Sphinx changes it."""
        if not _has_english_quotes(self.document) and may_have_facts(self.env):
            _kept(self.env)[id(self.document)] = list(_english_texts(self.document))


class LocateEnglish(SphinxTransform):
    """Finds the text of which an English form was computed, after Sphinx has replaced it."""

    default_priority = SphinxSmartQuotes.default_priority + 1

    def apply(self, **_kwargs: Any) -> None:
        """Keep the nodes in place of their positions, which later transforms may change."""
        kept = _kept(self.env)
        if places := kept.get(id(self.document)):
            texts = ((place.parent.children[place.position], place.english) for place in places)
            kept[id(self.document)] = [(text, form) for text, form in texts if str(text) != form]


@contextmanager
def english_typography(env: Any, document: nodes.document) -> Generator[None]:
    """Let a doctree have English smart quotes for a while."""
    replaced: list[tuple[nodes.Node, nodes.Node]] = []
    for typed, english in _kept(env).get(id(document), ()):
        other = nodes.Text(english)
        if _replace(typed, other):
            replaced.append((other, typed))
    try:
        yield
    finally:
        for new, old in replaced:
            _replace(new, old)


def _kept(env: Any) -> dict[int, Any]:
    """Return what is kept of the documents of the page that is being read, by their ``id``."""
    kept: dict[int, Any] = env.temp_data.setdefault(KEY, {})
    return kept


def _replace(old: nodes.Node, new: nodes.Node) -> bool:
    """Replace a node and nothing else; return whether it is still in a doctree."""
    parent: Any = old.parent
    for index, child in enumerate(parent.children):
        if child is old:  # not by value, as docutils does: equal texts may stand side by side
            parent.children[index] = new
            new.parent = parent
            return True
    return False


def _has_english_quotes(document: nodes.document) -> bool:
    transform = SphinxSmartQuotes(document, None)
    settings: Any = document.settings
    is_default = settings.smart_quotes is True
    is_default &= not getattr(settings, "smartquotes_locales", None)
    action = transform.config.smartquotes_action
    if not (transform.is_available() and is_default and action == DEFAULT_ACTION):
        return False
    quotes = smartquotes.smartchars.quotes
    return quotes.get(_supported(settings.language_code)) == quotes[ENGLISH]


def _supported(language: str) -> str:
    """Return the tag by which docutils has the quotes of a language; empty without them."""
    tags = normalize_language_tag(language)
    return next((tag for tag in tags if tag in smartquotes.smartchars.quotes), "")


def _english_texts(document: nodes.document) -> Iterator[_Place]:
    """Yield the English form of each text that has one, as ``SmartQuotes`` makes it."""
    transform = SphinxSmartQuotes(document, None)
    for block in document.findall(nodes.TextElement):
        # inline elements are texts of the block around them
        if isinstance(block, SmartQuotes.nodes_to_skip) or isinstance(
            block.parent, nodes.TextElement
        ):
            continue
        texts = [
            text
            for text in block.findall(nodes.Text)
            if not isinstance(text.parent, nodes.option_string)
        ]
        if not any(map(CHANGEABLE.search, texts)):
            continue
        language = _supported(block.get_language_code(ENGLISH))
        tokens = transform.get_tokens(texts)
        educated = smartquotes.educate_tokens(tokens, attr=DEFAULT_ACTION, language=language)
        for text, english in zip(texts, educated, strict=True):
            parent: Any = text.parent
            position = next(i for i, child in enumerate(parent.children) if child is text)
            yield _Place(parent, position, english)
