"""Markup that a parser could not read: misspelt names of ours, and the errors that it reports."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from docutils import nodes
from docutils.utils import Reporter

from sphinxext_opsdocs.config.schema import DOMAIN_PREFIX
from sphinxext_opsdocs.facts.model import Fix, Place, Problem
from sphinxext_opsdocs.markup.names import hint_at_name, is_near_our_names, only_near_name
from sphinxext_opsdocs.markup.places import InlinePlaces, locate_line
from sphinxext_opsdocs.markup.unregistered_names import UnknownName

__all__ = ["find_misspelt_names", "find_unread_markup"]

UNKNOWN = ("Unknown directive type", "Unknown interpreted text role")
"""How docutils starts its messages on names that the lookups have noted already."""
STRAIGHT = str.maketrans({**dict.fromkeys("“”", '"'), **dict.fromkeys("‘’", "'"), "…": "..."})
"""Undoes smart quotes, which Sphinx puts into the messages that are in the doctree."""
MYST_TYPE = re.compile(r" \[myst\.\w+\]\Z")
MYST_LOSS = re.compile(
    r"\[myst\.(?:substitution|render|directive_body)\]\Z"
    r"|none permitted \[myst\.directive_parse\]\Z"
)
"""Warnings of MyST on text that it then leaves out, which are errors in reStructuredText."""


def find_misspelt_names(
    env: Any, names: Sequence[UnknownName], has_short_names: bool
) -> Iterator[Problem]:
    """Yield a problem for each use of a name that was probably meant for one of ours."""
    for name, place in _located(env, [name for name in names if is_near_our_names(name.text)]):
        hint = hint_at_name(name.kind, name.text, has_short_names)
        if not hint:
            hint = (
                f"; this extension has no such {name.kind}, and {DOMAIN_PREFIX} names are its own"
            )
        message = f'unknown {name.kind} "{name.text}"{hint}'
        nearest = only_near_name(name.kind, name.text, has_short_names)
        fix = Fix(name.text, nearest) if nearest else None
        yield Problem("markup_unknown", message, place, fix)


def find_unread_markup(
    env: Any, doctree: nodes.document, names: Sequence[UnknownName]
) -> Iterator[Problem]:
    """Yield a problem for all other markup of the page that the parser could not read."""
    for name, place in _located(env, [name for name in names if not is_near_our_names(name.text)]):
        message = f'unknown {name.kind} "{name.text}"; its text is left out'
        yield Problem("markup_broken", message, place)
    for reported in _system_messages(doctree):
        text = _text_of(reported)
        is_error = reported["level"] >= Reporter.ERROR_LEVEL and not text.startswith(UNKNOWN)
        if is_error or MYST_LOSS.search(text):
            text = MYST_TYPE.sub("", text)
            place = locate_line(env, reported.get("source"), reported.get("line"))
            yield Problem("markup_broken", f"this markup cannot be read: {text}", place)


def _located(env: Any, names: Sequence[UnknownName]) -> Iterator[tuple[UnknownName, Place]]:
    """Yield each use of a name with its line, once also where its text was parsed twice."""
    places = InlinePlaces(env)
    seen: set[UnknownName] = set()
    for name in names:
        place: Place | None = None
        if name.kind == "role":
            place = places.role_place(name.text, name.place)
        if place or name not in seen:
            yield name, place or name.place
        seen.add(name)


def _system_messages(doctree: nodes.document) -> Sequence[nodes.system_message]:
    """Return the messages of parser and transforms, each once.

    MyST only inserts its own into the doctree, and docutils drops some of its own from there.
    """
    messages = (
        *doctree.parse_messages,
        *doctree.transform_messages,
        *doctree.findall(nodes.system_message),
    )
    return list({id(message): message for message in messages}.values())


def _text_of(message: nodes.system_message) -> str:
    """Return the text of a message without the source text that it quotes."""
    paragraphs = (child for child in message.children if isinstance(child, nodes.paragraph))
    text = " ".join(paragraph.astext() for paragraph in paragraphs)
    return " ".join(text.translate(STRAIGHT).split())
