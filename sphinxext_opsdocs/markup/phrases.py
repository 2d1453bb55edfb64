"""Texts of ours on pages, in the language of the project.

Facts and digests are those of the English text, whatever the language: so a page first contains its
phrases in English, as nodes, and they are translated once its facts are taken.
"""

from __future__ import annotations

from docutils import nodes
from sphinx.locale import get_translation, get_translator

__all__ = [
    "CATALOG",
    "in_english",
    "phrase",
    "translatable",
    "translate",
    "translate_count",
    "translate_phrases",
]

CATALOG = "opsdocs"
"""Name of the message catalogue, in the folder ``locale`` of the package."""
TEMPLATE, VALUES = "opsdocs_template", "opsdocs_values"
_gettext = get_translation(CATALOG)


def translatable(text: str) -> str:
    """Mark a message for the catalogue that is translated elsewhere, from a variable."""
    return text


WORDS = (
    translatable("Draft"),
    translatable("Canonical"),
    translatable("Deprecated"),
    translatable("Archived"),
    translatable("open"),
    translatable("closed"),
    translatable("resolved"),
    translatable("completed"),
    translatable("not planned"),
    translatable("duplicate"),
    translatable("critical"),
    translatable("major"),
    translatable("minor"),
    translatable("passed"),
    translatable("partly"),
    translatable("failed"),
    translatable("drill"),
    translatable("real"),
)
"""Values of facts that pages show."""


def in_english(template: str, **values: str) -> str:
    """Return a message as it is written here, with its fields filled in."""
    return template.format_map(values) if values else template


def translate(template: str, **values: str) -> str:
    """Return a message in the language of the project, with its fields filled in.

    Without values it is returned as it is: a word of a team may contain braces.
    """
    text = str(_gettext(template))
    return text.format_map(values) if values else text


def translate_count(singular: str, plural: str, count: int) -> str:
    """Return the message for a count, whose field is ``{count}``."""
    template = get_translator(CATALOG).ngettext(singular, plural, count)
    return template.format(count=count)


def phrase(template: str, **values: str) -> nodes.inline:
    """A text on a page, in English until ``translate_phrases`` replaces it."""
    node = nodes.inline("", in_english(template, **values))
    node[TEMPLATE], node[VALUES] = template, values
    return node


def translate_phrases(doctree: nodes.document) -> None:
    """Replace every phrase of a page by plain text in the language of the project."""
    for node in list(doctree.findall(nodes.inline)):
        if TEMPLATE in node.attributes:
            text = translate(node[TEMPLATE], **node[VALUES])
            node.parent.replace(node, nodes.Text(text))
