"""The message catalogues of the package.

    python -m tests.catalogue

writes the template and the catalogue of each language anew, and keeps the translations. A language
is added with ``python -m tests.catalogue LANGUAGE``.
"""

from __future__ import annotations

import ast
import io
import sys
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

PACKAGE = Path(__file__).parents[1] / "sphinxext_opsdocs"
LOCALE = PACKAGE / "locale"
DOMAIN = "opsdocs"
MESSAGE_AT = {
    "phrase": 0,
    "translate": 0,
    "translatable": 0,
    "Column": 1,
    "Chip": 1,
    "badge": 0,
    "_count": 1,
}
"""Function -> which of its arguments is a message."""
NO_DATE = datetime(2026, 1, 1, tzinfo=UTC)
Message = str | tuple[str, str]


def messages() -> Iterator[tuple[Message, str]]:
    """Every message of the package, with the file that it stands in."""
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE.parent).as_posix()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name | ast.Attribute):
                function = node.func.id if isinstance(node.func, ast.Name) else node.func.attr
                for message in _of_call(node, function):
                    yield message, name
    classes = tomllib.loads((PACKAGE / "data/document_classes.toml").read_text(encoding="utf-8"))
    for table in classes.values():
        yield table["title"], "sphinxext_opsdocs/data/document_classes.toml"


def _of_call(node: ast.Call, function: str) -> Iterator[Message]:
    texts = [a.value if isinstance(a, ast.Constant) else None for a in node.args]
    if function in ("counted", "translate_count"):
        singular, plural = texts[:2]
        if isinstance(singular, str) and isinstance(plural, str):
            yield singular, plural
    elif function in MESSAGE_AT and len(texts) > MESSAGE_AT[function]:
        text = texts[MESSAGE_AT[function]]
        if isinstance(text, str):  # others pass a variable, whose value is marked elsewhere
            yield text


def template() -> Catalog:
    """The catalogue without translations."""
    catalog = Catalog(project="sphinxext-opsdocs", charset="utf-8", header_comment="# Messages.")
    for message, name in sorted(messages(), key=str):
        catalog.add(message, locations=[(name, 0)])
    return catalog


def languages() -> list[str]:
    """The languages that the package has a catalogue of."""
    return sorted(path.parents[1].name for path in LOCALE.glob(f"*/LC_MESSAGES/{DOMAIN}.po"))


class UnstampedCatalog(Catalog):
    """A catalogue that does not say which version of Babel wrote it."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        """The headers of the file."""
        return [each for each in super().mime_headers if each[0] != "Generated-By"]


def catalogue(language: str) -> Catalog:
    """The catalogue of a language, brought up to date with the messages."""
    path = LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    catalog = UnstampedCatalog(locale=language)
    catalog.update(template(), no_fuzzy_matching=True)
    if path.is_file():
        with path.open("rb") as file:
            kept = read_po(file, locale=language)
        for message in catalog:
            if message.id and (old := kept.get(message.id)):
                message.string = old.string
    catalog.project, catalog.version = "sphinxext-opsdocs", ""
    catalog.header_comment = f"# Texts on pages, {catalog.locale.english_name}."
    catalog.fuzzy = False
    catalog.creation_date = catalog.revision_date = NO_DATE  # equal messages give equal bytes
    return catalog


def written(catalog: Catalog, write: object) -> bytes:
    """A catalogue as a file: ``write`` is ``write_po`` or ``write_mo``."""
    file = io.BytesIO()
    if write is write_po:
        write_po(
            file, catalog, width=100, omit_header=False, include_lineno=False, sort_output=True
        )
    else:
        write_mo(file, catalog)
    return file.getvalue()


def main() -> None:
    for language in sorted({*languages(), *sys.argv[1:]}):
        folder = LOCALE / language / "LC_MESSAGES"
        folder.mkdir(parents=True, exist_ok=True)
        catalog = catalogue(language)
        for suffix, write in (("po", write_po), ("mo", write_mo)):
            (folder / f"{DOMAIN}.{suffix}").write_bytes(written(catalog, write))
        missing = [message.id for message in catalog if message.id and not message.string]
        print(f"{language}: {len(catalog)} messages, {len(missing)} not translated")


if __name__ == "__main__":
    main()
