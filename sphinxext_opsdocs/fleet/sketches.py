"""The sketches of a bundle: a few numbers for each text, by which copies are found in a fleet.

Whoever publishes a bundle computes them, once for each build.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from sphinxext_opsdocs.canonical.index_file import CanonicalIndex
from sphinxext_opsdocs.canonical.page_url import with_anchor
from sphinxext_opsdocs.config.lifecycle import Lifecycle
from sphinxext_opsdocs.facts.model import DocumentFacts, Place
from sphinxext_opsdocs.storage import FileFormat
from sphinxext_opsdocs.text.sketch import sketch_passage, sketch_text

__all__ = ["SKETCHES_FILE", "SKETCHES_FORMAT", "SKETCHES_NUMBER", "Sketches", "make_sketches"]

SKETCHES_FILE = "sketches.json"
SKETCHES_NUMBER = 1
Digest = Annotated[int, Meta(ge=0, le=2**31 - 1)]
"""A whole number that every engine has."""


class PassageSketch(Struct, frozen=True, gc=False, array_like=True):
    """The sketch of a passage of an operational page."""

    page: str
    """Docname."""
    number: Digest
    """Of the passage on its page, from 0."""
    place: Place
    digests: tuple[Digest, ...]


class SectionSketch(Struct, frozen=True, gc=False, array_like=True):
    """The sketch of a published section."""

    section: str
    """``page#anchor``."""
    digests: tuple[Digest, ...]


class Sketches(Struct, frozen=True):
    """All sketches of a repository."""

    format: int
    passages: tuple[PassageSketch, ...]
    sections: tuple[SectionSketch, ...]


SKETCHES_FORMAT = FileFormat(
    "list of sketches", msgspec.json.Decoder(Sketches).decode, SKETCHES_NUMBER
)


def make_sketches(judged: Iterable[DocumentFacts], index: CanonicalIndex | None) -> Sketches:
    """Return the sketches of the pages whose prose is judged, and of the published sections."""
    passages = tuple(_of_passages(judged))
    return Sketches(SKETCHES_NUMBER, passages, tuple(_of_sections(index)) if index else ())


def _of_passages(pages: Iterable[DocumentFacts]) -> Iterator[PassageSketch]:
    for page in pages:
        for number, passage in enumerate(page.passages):
            if digests := sketch_passage(passage.text):
                yield PassageSketch(page.docname, number, passage.place, digests)


def _of_sections(index: CanonicalIndex) -> Iterator[SectionSketch]:
    for page in index.pages:
        if not page.is_specification or page.status == Lifecycle.ARCHIVED:
            continue
        for entry in page.sections:
            if entry.words:
                digests = sketch_text(entry.words.split("\n"))
                yield SectionSketch(with_anchor(page.docname, entry.anchor), tuple(digests))
