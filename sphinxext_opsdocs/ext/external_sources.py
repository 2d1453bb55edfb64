"""Canonical sections of other projects: a reader for each kind of source."""

from __future__ import annotations

import zlib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from io import BytesIO
from typing import Any, cast

from msgspec.structs import replace

from sphinxext_opsdocs.canonical.index_file import INDEX_FORMAT
from sphinxext_opsdocs.canonical.page_url import plain_url
from sphinxext_opsdocs.canonical.section import (
    INDEX,
    INVENTORY,
    NEEDS,
    CanonicalEntry,
    CanonicalPage,
)
from sphinxext_opsdocs.canonical.source_sections import SourcePages
from sphinxext_opsdocs.config.schema import is_address
from sphinxext_opsdocs.storage import LIMIT, UnreadableError

__all__ = ["READERS", "parse_source"]

NEED_TYPE = "needs:need"
"""The type that needs have in an inventory: domain and object type of sphinx-needs."""
PACKED_FROM = 4
"""Lines at the start of an inventory that are not compressed."""


def parse_source(kind: str, data: bytes) -> SourcePages:
    """The pages in a file of this kind of source. Raises UnreadableError."""
    return READERS[kind](data)


def _from_index(data: bytes) -> SourcePages:
    """The pages of a canonical index. Raises UnreadableError."""
    index = INDEX_FORMAT.parse(data)
    base = index.base_url
    if not is_address(base):  # the project may be built without html_baseurl
        base = ""
    return SourcePages(INDEX, index.pages, index.redirects, base)


def _from_needs(data: bytes) -> SourcePages:
    """The needs of the current version in a needs.json. Raises UnreadableError."""
    from ub_needs_exchange import ExchangeError, parse

    try:
        records = parse(data).select_version(None).records()
    except (ExchangeError, RecursionError) as error:
        raise UnreadableError(str(error)) from None
    entries: dict[CanonicalPage, list[CanonicalEntry]] = defaultdict(list)
    for record in records:
        title = str(record.fields.get("title") or record.key)
        entry = CanonicalEntry(title=title, anchors=(record.key,), is_need=True)
        entries[_page_of_need(record.fields)].append(entry)
    pages = (
        replace(page, sections=tuple(sections))
        for page, sections in sorted(entries.items(), key=lambda item: item[0].docname)
    )
    return SourcePages(NEEDS, tuple(pages))


def _page_of_need(fields: Mapping[str, object]) -> CanonicalPage:
    """The page of a need without its sections; one without a name if it is unknown."""
    docname, address = fields.get("docname"), fields.get("external_url")
    if isinstance(docname, str) and docname:
        return CanonicalPage(docname, docname, f"{docname}.html")
    if isinstance(address, str) and is_address(address):  # of a need from yet another project
        url = address.partition("#")[0]
        return CanonicalPage(url, "", url)
    return CanonicalPage("", "")


def _from_inventory(data: bytes) -> SourcePages:
    """The pages, labels and needs in an objects.inv. Raises UnreadableError.

    https://www.sphinx-doc.org/en/master/usage/extensions/intersphinx.html
    """
    from sphinx.util.inventory import InventoryFile

    try:
        _refuse_bomb(data)
        # to type checkers, BytesIO is not the protocol that Sphinx declares: read() has an argument
        # of another name
        inventory = InventoryFile.load(cast(Any, BytesIO(data)), "", lambda _base, uri: uri)
    except UnreadableError:
        raise
    except (zlib.error, ValueError, IndexError, RecursionError) as error:
        raise UnreadableError(f"is not an inventory: {error}") from None
    pages: dict[str, CanonicalPage] = {}
    docnames: dict[str, str] = {}
    for name, url, _, title in _items(inventory, "std:doc"):
        docnames[plain_url(url)] = name
        pages[name] = CanonicalPage(name, title, url)
    sections: dict[str, list[CanonicalEntry]] = defaultdict(list)
    for kind in ("std:label", NEED_TYPE):
        for name, url, anchor, title in _items(inventory, kind):
            if not anchor:  # labels such as "genindex" name whole pages without a source
                continue
            docname = docnames.setdefault(plain_url(url), plain_url(url) or "index")
            pages.setdefault(docname, CanonicalPage(docname, docname, url))
            sections[docname].append(_entry(kind, name, anchor, title))
    return SourcePages(
        INVENTORY,
        tuple(replace(pages[name], sections=tuple(sections[name])) for name in sorted(pages)),
    )


def _items(inventory: Any, kind: str) -> Iterator[tuple[str, str, str, str]]:
    """Name, address of the page, anchor and title of each item of a type, by name."""
    for name, item in sorted(inventory.get(kind, {}).items()):
        uri, title = _address_and_title(item)
        url, _, anchor = uri.partition("#")
        if title == "-":  # stands for a title that is equal to the name
            title = name
        yield name, url, anchor, title


def _address_and_title(item: Any) -> tuple[str, str]:
    if hasattr(item, "uri"):
        return str(item.uri), str(item.display_name)
    return str(item[2]), str(item[3])  # up to Sphinx 8.1, items are tuples


def _entry(kind: str, name: str, anchor: str, title: str) -> CanonicalEntry:
    if kind == NEED_TYPE:
        return CanonicalEntry(title, (anchor,), is_need=True)
    return CanonicalEntry(title, (anchor,), name)


def _refuse_bomb(data: bytes) -> None:
    # Sphinx decompresses an inventory of any size
    parts = data.split(b"\n", PACKED_FROM)
    if len(parts) > PACKED_FROM and b"zlib" in parts[PACKED_FROM - 1]:
        unpacker = zlib.decompressobj()
        unpacker.decompress(parts[PACKED_FROM], LIMIT)
        if unpacker.unconsumed_tail:
            raise UnreadableError(f"unpacks to more than {LIMIT:,} bytes")
        if not unpacker.eof:
            raise UnreadableError("is cut off")
        if unpacker.unused_data:
            raise UnreadableError("has further data after its end")


READERS: Mapping[str, Callable[[bytes], SourcePages]] = {
    INDEX.name: _from_index,
    NEEDS.name: _from_needs,
    INVENTORY.name: _from_inventory,
}
"""By the key of ``[domains.X]`` that names such files."""
