"""The rows of sketches, by which copies are found in the tables."""

from __future__ import annotations

from collections.abc import Iterator

from sphinxext_opsdocs.fleet.member import Member
from sphinxext_opsdocs.fleet.rows import PageGramRow, PassageRow, Row, SectionGramRow
from sphinxext_opsdocs.fleet.sketches import Sketches

__all__ = ["sketch_rows"]


def sketch_rows(member: Member, sketches: Sketches) -> Iterator[Row]:
    """Yield the rows of all passages and published sections of a repository."""
    name = member.name
    for each in sketches.passages:
        page, number, place = each.page, each.number, each.place
        yield PassageRow(name, page, place.path, place.line, number, len(each.digests))
        for digest in each.digests:
            yield PageGramRow(name, page, number, digest)
    for section in sketches.sections:
        for digest in section.digests:
            yield SectionGramRow(name, member.index_address, section.section, digest)
