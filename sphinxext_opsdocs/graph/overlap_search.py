"""Searches the text of all canonical sections for what operational pages contain."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import islice, pairwise
from typing import NamedTuple

from sphinxext_opsdocs.canonical.section import CanonicalSection
from sphinxext_opsdocs.canonical.source_sections import PageSource
from sphinxext_opsdocs.config.confidence import Confidence
from sphinxext_opsdocs.config.lifecycle import Lifecycle
from sphinxext_opsdocs.facts.model import DocumentFacts, Place
from sphinxext_opsdocs.facts.prose import Passage
from sphinxext_opsdocs.graph.overlap import COPY, TERM, VALUE, Overlap, PassagesOf
from sphinxext_opsdocs.text.copied_passages import Block, CopyIndex, Text
from sphinxext_opsdocs.text.copy_spans import GRAM
from sphinxext_opsdocs.text.language_file import Language, default_language
from sphinxext_opsdocs.text.quantities import (
    BAR,
    StatedValue,
    find_stated_values,
    is_same_value,
)
from sphinxext_opsdocs.text.terms import (
    DefinedTerm,
    find_defined_terms,
    find_listed_terms,
    normalise_term,
)
from sphinxext_opsdocs.text.words import quote_words, split_words

__all__ = ["OverlapSearch"]

LEAST_SHARED = 2
"""Words that two definitions of the same thing share; homonyms seldom share any."""
LONGEST_LEAD = 24
"""Words of a sentence that only introduces a list."""
NO_PASSAGE = Passage("", Place("", 0))


class _CanonicalText(NamedTuple):
    """The own text of a canonical section."""

    section: CanonicalSection
    lines: Sequence[str]

    @property
    def page(self) -> str:
        """Docname of its page in this project; empty for another project's section."""
        if self.section.is_external:
            return ""
        return self.section.docname


def _canonical_texts(sources: Mapping[str, Sequence[PageSource]]) -> list[_CanonicalText]:
    """Return the text of the sections that describe how the system works, or will work."""
    texts = [
        _CanonicalText(section, section.entry.words.split("\n"))
        for domain_key in sorted(sources)
        for source in sources[domain_key]
        if source.kind.has_text
        for section in source.sections
        if section.entry.words and section.page.is_specification
        if section.status != Lifecycle.ARCHIVED
    ]
    # live sections first: of several with the same text, the first one is reported
    return sorted(texts, key=lambda text: not text.section.is_live)


class OverlapSearch:
    """Searches all canonical texts for what some pages contain."""

    def __init__(
        self,
        pages: Iterable[DocumentFacts],
        passages_of: PassagesOf,
        sources: Mapping[str, Sequence[PageSource]],
        language: Language | None,
    ) -> None:
        # called again for each page: of many pages, all passages at once take much memory
        self._passages_of, self._language = passages_of, language
        # without a language file, numbers, units and plurals are still read
        self._notation = language or default_language()
        self._function_words: Collection[str] = ()
        if language:
            self._function_words = language.words("function")
        self._texts = _canonical_texts(sources)
        copy_index = CopyIndex(_blocks(pages, passages_of), self._function_words)
        self._copies = copy_index.find_matches(
            [Text(each.lines, each.page) for each in self._texts]
        )

    def overlaps(self, page: DocumentFacts) -> Iterator[Overlap]:
        """Yield what a page repeats: copies, values, then terms, each in document order."""
        passages = self._passages_of(page)
        yield from self._copied(page.docname, passages)
        copied = {match.block for match in self._copies.get(page.docname, ())}
        yield from self._restated(page.docname, passages, copied)
        yield from self._redefined(page.docname, passages)

    def _copied(self, docname: str, passages: Sequence[Passage]) -> Iterator[Overlap]:
        for match in self._copies.get(docname, ()):
            text = self._texts[match.source]
            passage = passages[match.block]
            words: Sequence[str] = match.words
            quote = quote_words(passage.text, words)
            # a passage that is copied as a whole has its punctuation in the fingerprint
            if len(words) == len(split_words(passage.text)):
                words = passage.text.split()
                quote = passage.text
            place = _place_of_words(passage, match.words)
            confidence: Confidence = "medium" if match.is_rephrased else "high"
            yield Overlap(
                COPY,
                text.section.id,
                " ".join(words),
                place,
                quotes=(quote,),
                confidence=confidence,
            )

    def _restated(
        self, docname: str, passages: Sequence[Passage], copied: Container[int]
    ) -> Iterator[Overlap]:
        """Yield the restated values of a page, but those of passages that are copied."""
        for index, (name, passage) in enumerate(_with_terms(passages)):
            if index in copied:
                continue
            text = name + passage.text
            for value in find_stated_values(text, self._function_words, self._notation):
                if stating := self._text_that_states(value, docname):
                    place = _place_at(passage, max(value.offset - len(name), 0))
                    key = f"{value.label}: {value.text}"
                    quotes = _quote_value(text, value)
                    yield Overlap(VALUE, stating.section.id, key, place, quotes=quotes)

    def _text_that_states(self, value: StatedValue, docname: str) -> _CanonicalText | None:
        """Return a canonical text, of another page, that states the same value.

        The first one whose words right before the value are the same comes first.
        """
        alike: _CanonicalText | None = None
        for key in _lookup_keys(value):
            for text, other in self._values.get(key, ()):
                if text.page != docname and is_same_value(value, other):
                    if value.name[0] == other.name[0]:
                        return text
                    alike = alike or text
        return alike

    def _redefined(self, docname: str, passages: Sequence[Passage]) -> Iterator[Overlap]:
        for index, passage in enumerate(passages):
            definition, terms = self._definition_at(passages, index)
            for term in terms:
                text = self._terms.get(term.key)
                if text and text.page != docname:
                    is_alike = self._is_about_same(
                        term.key,
                        [part.text for part in definition],
                        _lines_with(term.key, text.lines),
                    )
                    if is_alike or term.is_certain:
                        place, key = _place_at(passage, term.offset), term.key
                        yield Overlap(TERM, text.section.id, key, place, is_alike, (term.text,))

    def _definition_at(
        self, passages: Sequence[Passage], index: int
    ) -> tuple[Sequence[Passage], Iterable[DefinedTerm]]:
        """Return the definition at a passage, and the terms that it defines.

        A definition with a canonical reference refers to the specification and redefines nothing.
        """
        passage = passages[index]
        if passage.kind == "term":
            definition = list(_definition_of_term(passages, index))
            if any(part.is_cited for part in definition):
                return definition, ()
            return definition, [DefinedTerm(self._term_key(passage.text), passage.text, 0)]
        if self._language and not passage.is_cited:
            return [passage], find_defined_terms(passage.text, self._language)
        return [passage], ()

    def _term_key(self, text: str) -> str:
        return normalise_term(text, self._notation)

    def _is_about_same(self, key: str, one: Iterable[str], other: Iterable[str]) -> bool:
        """Whether two definitions of a term share words besides those of the term."""
        one_words = {self._term_key(word) for word in split_words(" ".join(one))}
        other_words = {self._term_key(word) for word in split_words(" ".join(other))}
        shared = (one_words & other_words) - {*self._function_words, *key.split(), ""}
        return len(shared) >= LEAST_SHARED

    @cached_property
    def _values(self) -> Mapping[tuple[str, str], list[tuple[_CanonicalText, StatedValue]]]:
        values: dict[tuple[str, str], list[tuple[_CanonicalText, StatedValue]]] = defaultdict(list)
        for text in self._texts:
            for line in text.lines:
                for value in find_stated_values(line, self._function_words, self._notation):
                    for key in _lookup_keys(value):
                        values[key].append((text, value))
        return values

    @cached_property
    def _terms(self) -> Mapping[str, _CanonicalText]:
        terms: dict[str, _CanonicalText] = {}
        for text in self._texts:
            for key in self._defined_terms(text):
                terms.setdefault(key, text)
        return terms

    def _defined_terms(self, text: _CanonicalText) -> Iterator[str]:
        """Yield keys of the terms that a section defines: in a glossary, a list or a sentence."""
        entry, language = text.section.entry, self._language
        yield from filter(None, map(self._term_key, entry.terms))
        if language and ": " in entry.words:
            yield from find_listed_terms(entry.title, text.lines, language)
        if language:
            for line in text.lines:
                # normalised text has these marks before list items and table rows
                terms = find_defined_terms(line.lstrip("*#| "), language)
                yield from (term.key for term in terms)


def _lookup_keys(value: StatedValue) -> Iterator[tuple[str, str]]:
    """Yield what a value is looked up by: same values share a word of their names, or a code."""
    return ((value.quantity, name) for name in sorted(value.words | value.codes))


def _quote_value(text: str, value: StatedValue) -> tuple[str, ...]:
    """Return the words of a value from its name on; in a table row, its cell behind the name's."""
    end = value.end + text.startswith("`", value.end)  # of a value that is written as code
    cells = text[value.start : end].split(BAR)
    return tuple(dict.fromkeys((cells[0].strip(), cells[-1].strip())))


def _with_terms(passages: Sequence[Passage]) -> Iterator[tuple[str, Passage]]:
    """Yield passages behind the term that names the values in them, if they are its definition."""
    for previous, passage in pairwise([NO_PASSAGE, *passages]):
        name = ""
        if previous.kind == "term" and previous.text and passage.kind == "definition":
            name = f"{previous.text} | "
        yield name, passage


def _definition_of_term(passages: Sequence[Passage], index: int) -> Iterator[Passage]:
    """Yield the passages of the definition that follows a term."""
    for passage in islice(passages, index + 1, None):
        if passage.kind == "term" or passage.section != passages[index].section:
            return
        yield passage


def _lines_with(key: str, lines: Sequence[str]) -> Iterator[str]:
    """Yield the lines that contain a term, each with the next one, which may be its definition."""
    for index, line in enumerate(lines):
        if key in line.lower():
            yield " ".join(lines[index : index + 2])


def _blocks(
    pages: Iterable[DocumentFacts], passages_of: PassagesOf
) -> Iterator[tuple[str, Sequence[Block]]]:
    """Yield docname and blocks of each page; equal words are one object in all of them."""
    vocabulary: dict[str, str] = {}
    for page in pages:
        yield page.docname, [_block(passage, vocabulary) for passage in passages_of(page)]


def _block(passage: Passage, vocabulary: dict[str, str]) -> Block:
    words = [vocabulary.setdefault(word, word) for word in split_words(passage.text)]
    is_one_sentence = ". " not in passage.text and ".\n" not in passage.text
    is_lead = passage.text.endswith(":") and len(words) <= LONGEST_LEAD and is_one_sentence
    return Block(words, passage.kind in ("item", "row"), is_lead, passage.section)


def _place_at(passage: Passage, offset: int) -> Place:
    """Return the line of a passage on which a character is."""
    return Place(passage.place.path, passage.place.line + passage.text.count("\n", 0, offset))


def _place_of_words(passage: Passage, words: Sequence[str]) -> Place:
    """Return the line of a passage on which these words start."""
    lines = passage.text.split("\n")
    start = list(words[:GRAM])
    for index, line in enumerate(lines):
        # the first words of a match may be divided by a line break
        line_words = split_words(" ".join(lines[index : index + 2]))
        for position in range(len(split_words(line))):
            if line_words[position : position + GRAM] == start:
                return Place(passage.place.path, passage.place.line + index)
    return passage.place
