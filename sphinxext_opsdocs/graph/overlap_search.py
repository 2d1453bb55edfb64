"""Looks for what operational pages say in the text of all canonical sections."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from sphinxext_opsdocs.canonical.page_source import PageSource
from sphinxext_opsdocs.canonical.section import CanonicalSection
from sphinxext_opsdocs.facts.model import Passage, Place
from sphinxext_opsdocs.graph.overlap import COPY, TERM, VALUE, Overlap
from sphinxext_opsdocs.text.copied_passages import Block, CopyIndex, Text
from sphinxext_opsdocs.text.language import Language
from sphinxext_opsdocs.text.quantities import StatedValue, is_same_value, stated_values
from sphinxext_opsdocs.text.terms import defined_in_text, listed_terms, term_key
from sphinxext_opsdocs.text.words import text_words

__all__ = ["OverlapSearch"]

LEAST_SHARED = 2
"""Words of two definitions of the same thing; homonyms seldom share any."""
LONGEST_LEAD = 24
"""Words of a sentence before a list that says nothing without the list."""


class _Text(NamedTuple):
    """The own text of a canonical section."""

    section: CanonicalSection
    lines: Sequence[str]

    @property
    def page(self) -> str:
        """Docname of the page of this project that it stands on; empty for another project's."""
        return "" if self.section.is_external else self.section.docname


def _texts(sources: Mapping[str, Sequence[PageSource]]) -> Iterator[_Text]:
    """The sections that say how the system works, or will, live ones first."""
    found: list[_Text] = []
    for domain in sorted(sources):
        for source in sources[domain]:
            for section in source.sections if source.kind.knows_text else ():
                page, words = section.page, section.entry.words
                if words and page.is_specification and section.status != "Archived":
                    found.append(_Text(section, words.split("\n")))
    found.sort(key=lambda text: not text.section.is_live)
    yield from found


class OverlapSearch:
    """Looks for what some pages say in all canonical texts."""

    def __init__(
        self,
        pages: Mapping[str, Sequence[Passage]],
        sources: Mapping[str, Sequence[PageSource]],
        language: Language | None,
    ) -> None:
        """``pages`` are passages by docname."""
        self._pages, self._language = pages, language
        self._texts = list(_texts(sources))
        self._plain: Collection[str] = language.words("function") if language else frozenset()
        blocks = [(docname, list(map(_block, passages))) for docname, passages in pages.items()]
        others = [Text(text.lines, text.page) for text in self._texts]
        self._copies = CopyIndex(blocks, self._plain).matches(others)

    def overlaps(self, docname: str) -> Iterator[Overlap]:
        """What a page repeats, in document order by kind."""
        yield from self._copied(docname)
        yield from self._restated(docname)
        yield from self._redefined(docname)

    def _copied(self, docname: str) -> Iterator[Overlap]:
        for match in self._copies.get(docname, ()):
            text = self._texts[match.source]
            passage = self._pages[docname][match.block]
            place = _place_of_words(passage, match.words)
            is_whole = len(match.words) == len(text_words(passage.text))
            shown = " ".join(passage.text.split() if is_whole else match.words)
            yield Overlap(COPY, text.section.id, shown, place)

    def _restated(self, docname: str) -> Iterator[Overlap]:
        term = ""
        for passage in self._pages[docname]:
            is_defined = bool(term) and passage.kind == "definition"
            name = f"{term} | " if is_defined else ""  # a term names the value in its definition
            term = passage.text if passage.kind == "term" else ""
            for value in stated_values(name + passage.text, self._plain):
                for text, other in self._candidates(value):
                    if text.page != docname and is_same_value(value, other):
                        line = passage.text.count("\n", 0, max(value.offset - len(name), 0))
                        place = Place(passage.place.path, passage.place.line + line)
                        shown = f"{value.name}: {value.text}"
                        yield Overlap(VALUE, text.section.id, shown, place)
                        break

    def _redefined(self, docname: str) -> Iterator[Overlap]:
        passages = self._pages[docname]
        for index, passage in enumerate(passages):
            found: Iterable[tuple[str, int]] = ()
            said = [passage]
            if passage.kind == "term":
                said = list(_definition(passages, index))
                is_cited = any(other.is_cited for other in said)
                found = () if is_cited else [(term_key(passage.text), 0)]
            elif self._language and not passage.is_cited:
                found = defined_in_text(passage.text, self._language)
            for key, offset in found:
                text = self._terms.get(key)
                if text and text.page != docname:
                    line = passage.text.count("\n", 0, offset)
                    place = Place(passage.place.path, passage.place.line + line)
                    lines = [other.text for other in said]
                    is_alike = self._is_on_the_same(key, lines, _lines_on(key, text.lines))
                    yield Overlap(TERM, text.section.id, key, place, is_alike)

    def _is_on_the_same(self, key: str, one: Iterable[str], other: Iterable[str]) -> bool:
        """Whether two definitions of a term share words beside those of the term."""
        plain = {*self._plain, *key.split()}
        words = [
            {term_key(w) for w in text_words(" ".join(lines))} - plain for lines in (one, other)
        ]
        return len((words[0] & words[1]) - {""}) >= LEAST_SHARED

    @cached_property
    def _values(self) -> Mapping[tuple[str, str], list[tuple[_Text, StatedValue]]]:
        found: dict[tuple[str, str], list[tuple[_Text, StatedValue]]] = defaultdict(list)
        for text in self._texts:
            for line in text.lines:
                for value in stated_values(line, self._plain):
                    for key in _keys(value):
                        found[key].append((text, value))
        return found

    def _candidates(self, value: StatedValue) -> Iterator[tuple[_Text, StatedValue]]:
        for key in _keys(value):
            yield from self._values.get(key, ())

    @cached_property
    def _terms(self) -> Mapping[str, _Text]:
        found: dict[str, _Text] = {}
        for text in self._texts:
            for key in self._defined(text):
                found.setdefault(key, text)
        return found

    def _defined(self, text: _Text) -> Iterator[str]:
        """Keys of the terms that a section defines: in a glossary, a list or a sentence."""
        entry, language = text.section.entry, self._language
        yield from filter(None, map(term_key, entry.terms))
        if language and ": " in entry.words:
            yield from listed_terms(entry.title, text.lines, language)
        if language and language.pattern("definitions").search(entry.words.lower()):
            for line in text.lines:
                yield from (key for key, _ in defined_in_text(line.lstrip("*#| "), language))


def _keys(value: StatedValue) -> Iterator[tuple[str, str]]:
    """What one of two same values is looked up by: they share their last word, or a code."""
    return ((value.quantity, name) for name in sorted({value.last, *value.codes}))


def _definition(passages: Sequence[Passage], index: int) -> Iterator[Passage]:
    """The passages of the definition that follows a term."""
    for passage in islice(passages, index + 1, None):
        if passage.kind == "term" or passage.section != passages[index].section:
            return
        yield passage


def _lines_on(key: str, lines: Sequence[str]) -> Iterator[str]:
    """The lines that have a term, each with the one behind it, as its definition may be."""
    for index, line in enumerate(lines):
        if key in line.lower():
            yield " ".join(lines[index : index + 2])


def _block(passage: Passage) -> Block:
    words = text_words(passage.text)
    is_lead = passage.text.endswith(":") and len(words) <= LONGEST_LEAD
    is_lead &= ". " not in passage.text and ".\n" not in passage.text
    return Block(words, passage.kind in ("item", "row"), is_lead, passage.section)


def _place_of_words(passage: Passage, words: Sequence[str]) -> Place:
    """The line of a passage on which these words start."""
    lines = passage.text.split("\n")
    for index, line in enumerate(lines):
        start = text_words(" ".join(lines[index : index + 2]))
        here = len(text_words(line))
        for at in range(here):
            if start[at : at + 4] == list(words[:4]):
                return Place(passage.place.path, passage.place.line + index)
    return passage.place
