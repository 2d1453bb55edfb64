"""What operational pages say that specifications say too: copied passages, values and terms."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import NamedTuple

import msgspec
from msgspec import Struct

from sphinxext_opsdocs.canonical import CanonicalSection
from sphinxext_opsdocs.model import DocumentFacts, Passage, Place
from sphinxext_opsdocs.sources import PageSource
from sphinxext_opsdocs.text.copied import Block, CopyIndex, Text, text_words
from sphinxext_opsdocs.text.language import Language
from sphinxext_opsdocs.text.terms import defined_in_text, listed_terms, term_key
from sphinxext_opsdocs.text.values import StatedValue, is_same_value, stated_values

__all__ = ["COPY", "TERM", "VALUE", "Checked", "Overlap", "find_overlaps"]

COPY, VALUE, TERM = "copy", "value", "term"
LONGEST_LEAD = 24
"""Words of a sentence before a list that says nothing without the list."""


class Overlap(Struct, frozen=True, gc=False):
    """Something that a page and a canonical section both say."""

    kind: str
    target: str
    """Identity of the section."""
    text: str
    place: Place
    """Where the page says it."""
    section: str = ""
    """First anchor of the page's section."""


class Checked(Struct, frozen=True, gc=False):
    """The overlaps of one page, and the digest of all that they were found from."""

    key: str
    overlaps: tuple[Overlap, ...] = ()


class _Text(NamedTuple):
    """The own text of a canonical section."""

    section: CanonicalSection
    lines: Sequence[str]

    def is_of(self, page: DocumentFacts) -> bool:
        """Whether it stands on that page."""
        return not self.section.is_external and self.section.docname == page.docname


def find_overlaps(
    pages: Sequence[DocumentFacts],
    sources: Mapping[str, Sequence[PageSource]],
    language: Language | None,
    before: Mapping[str, Checked],
) -> dict[str, Checked]:
    """By docname. A page is looked at again only when it, or a specification, has changed."""
    pages = [page for page in pages if page.passages]
    if not pages:
        return {}
    state = _digest_of_sources(sources, language)
    keys = {page.docname: _digest(msgspec.msgpack.encode(page.passages), state) for page in pages}
    found: dict[str, Checked] = {}
    changed: list[DocumentFacts] = []
    for page in pages:
        known = before.get(page.docname)
        if known and known.key == keys[page.docname]:
            found[page.docname] = known
        else:
            changed.append(page)
    if changed:
        search = _Search(changed, list(_texts(sources)), language)
        for page in changed:
            found[page.docname] = Checked(keys[page.docname], tuple(search.overlaps(page)))
    return found


def _digest(*parts: bytes) -> str:
    return hashlib.blake2b(b"\0".join(parts), digest_size=12).hexdigest()


def _digest_of_sources(
    sources: Mapping[str, Sequence[PageSource]], language: Language | None
) -> bytes:
    digest = hashlib.blake2b(repr(language).encode(), digest_size=12)
    for domain, found in sorted(sources.items()):
        for source in found:
            for page in source.pages.values():
                text = "\n".join(
                    f"{entry.label} {entry.anchors[0]} {entry.digest}" for entry in page.sections
                )
                head = f"{domain} {page.docname} {page.status} {page.is_specification}\n"
                digest.update((head + text).encode("utf-8", "surrogatepass"))
    return digest.digest()


def _texts(sources: Mapping[str, Sequence[PageSource]]) -> Iterator[_Text]:
    """The sections that say how the system works, or will, live ones first."""
    found: list[_Text] = []
    for domain in sorted(sources):
        for source in sources[domain]:
            for section in source.sections() if source.kind.knows_text else ():
                page, words = section.page, section.entry.words
                if words and page.is_specification and section.status != "Archived":
                    found.append(_Text(section, words.split("\n")))
    found.sort(key=lambda text: not text.section.is_live)
    yield from found


class _Search:
    """Looks for what some pages say in all canonical texts."""

    def __init__(
        self, pages: Sequence[DocumentFacts], texts: Sequence[_Text], language: Language | None
    ) -> None:
        self._texts, self._language = texts, language
        self._plain: Collection[str] = language.words("function") if language else frozenset()
        blocks = [(page.docname, [_block(passage) for passage in page.passages]) for page in pages]
        others = [
            Text(text.lines, "" if text.section.is_external else text.section.docname)
            for text in texts
        ]
        self._copies = CopyIndex(blocks, self._plain).matches(others)

    def overlaps(self, page: DocumentFacts) -> Iterator[Overlap]:
        """What a page repeats, in document order by kind."""
        yield from self._copied(page)
        yield from self._restated(page)
        yield from self._redefined(page)

    def _copied(self, page: DocumentFacts) -> Iterator[Overlap]:
        for match in self._copies.get(page.docname, ()):
            text = self._texts[match.source]
            passage = page.passages[match.block]
            place = _place_of_words(passage, match.words)
            is_whole = len(match.words) == len(text_words(passage.text))
            shown = " ".join(passage.text.split() if is_whole else match.words)
            yield Overlap(COPY, text.section.id, shown, place, passage.section)

    def _restated(self, page: DocumentFacts) -> Iterator[Overlap]:
        for passage in page.passages:
            for value in stated_values(passage.text, self._plain):
                for text, other in self._values.get(value.quantity, ()):
                    if not text.is_of(page) and is_same_value(value, other):
                        line = passage.text.count("\n", 0, value.offset)
                        place = Place(passage.place.path, passage.place.line + line)
                        shown = f"{value.name}: {value.text}"
                        yield Overlap(VALUE, text.section.id, shown, place, passage.section)
                        break

    def _redefined(self, page: DocumentFacts) -> Iterator[Overlap]:
        passages = page.passages
        for index, passage in enumerate(passages):
            found: Iterable[tuple[str, int]] = ()
            if passage.kind == "term":
                is_cited = any(other.is_cited for other in _definition(passages, index))
                found = () if is_cited else [(term_key(passage.text), 0)]
            elif self._language and not passage.is_cited:
                found = defined_in_text(passage.text, self._language)
            for key, offset in found:
                text = self._terms.get(key)
                if text and not text.is_of(page):
                    line = passage.text.count("\n", 0, offset)
                    place = Place(passage.place.path, passage.place.line + line)
                    yield Overlap(TERM, text.section.id, key, place, passage.section)

    @cached_property
    def _values(self) -> Mapping[str, list[tuple[_Text, StatedValue]]]:
        found: dict[str, list[tuple[_Text, StatedValue]]] = defaultdict(list)
        for text in self._texts:
            for line in text.lines:
                for value in stated_values(line, self._plain):
                    found[value.quantity].append((text, value))
        return found

    @cached_property
    def _terms(self) -> Mapping[str, _Text]:
        found: dict[str, _Text] = {}
        for text in self._texts:
            for key in self._defined(text):
                found.setdefault(key, text)
        return found

    def _defined(self, text: _Text) -> Iterator[str]:
        """Keys of the terms that a section defines: in a glossary, a list or a sentence."""
        yield from filter(None, map(term_key, text.section.entry.terms))
        if self._language:
            yield from listed_terms(text.section.title, text.lines, self._language)
            for line in text.lines:
                yield from (key for key, _ in defined_in_text(line.lstrip("*#| "), self._language))


def _definition(passages: Sequence[Passage], index: int) -> Iterator[Passage]:
    """The passages of the definition that follows a term."""
    for passage in passages[index + 1 :]:
        if passage.kind == "term" or passage.section != passages[index].section:
            return
        yield passage


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
