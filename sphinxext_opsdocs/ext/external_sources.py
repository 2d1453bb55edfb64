"""Sources that know names alone: a needs.json and an inventory (objects.inv)."""

from __future__ import annotations

import zlib
from collections import defaultdict
from io import BytesIO
from typing import Any, cast

from msgspec.structs import replace

from sphinxext_opsdocs.canonical.page_source import SourcePages, plain_url
from sphinxext_opsdocs.canonical.section import INVENTORY, NEEDS, CanonicalEntry, CanonicalPage
from sphinxext_opsdocs.storage import LIMIT

__all__ = ["from_inventory", "from_needs"]

NEED_TYPE = "needs:need"


def from_needs(data: bytes) -> SourcePages:
    """The needs of the current version in a needs.json. Raises ValueError."""
    from ub_needs_exchange import ExchangeError, parse

    try:
        records = parse(data).select_version(None).records()
    except (ExchangeError, RecursionError) as error:
        raise ValueError(str(error)) from None
    entries: dict[str, list[CanonicalEntry]] = defaultdict(list)
    for record in records:
        docname, title = record.fields.get("docname"), record.fields.get("title")
        if isinstance(docname, str):
            entry = CanonicalEntry(
                title=str(title or record.key), anchors=(record.key,), is_need=True
            )
            entries[docname].append(entry)
    pages = (
        CanonicalPage(name, name, f"{name}.html", sections=tuple(found))
        for name, found in sorted(entries.items())
    )
    return SourcePages(NEEDS, tuple(pages))


def from_inventory(data: bytes) -> SourcePages:
    """The pages, labels and needs in an objects.inv. Raises ValueError.

    https://www.sphinx-doc.org/en/master/usage/extensions/intersphinx.html
    """
    from sphinx.util.inventory import InventoryFile

    try:
        _refuse_bomb(data)
        file = cast(Any, BytesIO(data))  # reads as Sphinx wants, with another name of an argument
        inventory = InventoryFile.load(file, "", lambda _uri, location: location)
    except (zlib.error, UnicodeDecodeError, IndexError, RecursionError) as error:
        raise ValueError(f"is no inventory: {error}") from None
    entries: dict[str, list[CanonicalEntry]] = defaultdict(list)
    pages: dict[str, CanonicalPage] = {}
    docnames: dict[str, str] = {}
    for kind in ("std:doc", "std:label", NEED_TYPE):
        for name, item in sorted(inventory.get(kind, {}).items()):
            uri, title = _address_and_title(name, item)
            url, _, anchor = uri.partition("#")
            if kind == "std:doc":
                docnames[plain_url(url)] = name
                pages[name] = CanonicalPage(name, title, url)
            elif anchor:  # pages such as the general index have labels without one
                docname = docnames.setdefault(plain_url(url), plain_url(url) or "index")
                pages.setdefault(docname, CanonicalPage(docname, docname, url))
                is_need = kind == NEED_TYPE
                label = "" if is_need else name
                entry = CanonicalEntry(title, (anchor,), label, is_need=is_need)
                entries[docname].append(entry)
    return SourcePages(
        INVENTORY,
        tuple(replace(pages[name], sections=tuple(entries[name])) for name in sorted(pages)),
    )


def _address_and_title(name: str, item: Any) -> tuple[str, str]:
    """Of an item of an inventory: a tuple up to Sphinx 8.1, with attributes from then on."""
    uri, title = (item.uri, item.display_name) if hasattr(item, "uri") else (item[2], item[3])
    return str(uri), name if title == "-" else str(title)


def _refuse_bomb(data: bytes) -> None:
    """Sphinx unpacks an inventory whatever its size; four lines stand before what is packed."""
    parts = data.split(b"\n", 4)
    if len(parts) == 5 and b"zlib" in parts[3]:
        unpacker = zlib.decompressobj()
        unpacker.decompress(parts[4], LIMIT)
        if unpacker.unconsumed_tail:
            raise ValueError(f"unpacks to more than {LIMIT:,} bytes")
