"""The header of a page that was read, and the faults that only its source text shows."""

from __future__ import annotations

from typing import NamedTuple

from docutils import nodes
from msgspec.structs import replace
from sphinx.environment import BuildEnvironment

from sphinxext_opsdocs.config.documents import HeaderSettings
from sphinxext_opsdocs.facts.model import Header, Place, Problem, StrayHeader
from sphinxext_opsdocs.markup.fields import Field, YamlError
from sphinxext_opsdocs.markup.header import (
    HEADER_FIELDS,
    docinfo_node_fields,
    is_governed_header,
    parse_header,
    read_header_fields,
    stray_front_matter,
)
from sphinxext_opsdocs.markup.open_fences import find_open_fence, has_colon_fences
from sphinxext_opsdocs.markup.places import locate_node
from sphinxext_opsdocs.markup.read_as_text import is_suspicious
from sphinxext_opsdocs.markup.read_source import ReadSource

__all__ = ["PageText", "read_page_text"]

STRAY_FIELDS = (":owner:", ":last-reviewed:")
"""Fields that few field lists outside headers have."""


class PageText(NamedTuple):
    """What the source text of a page contributes, apart from its doctree."""

    path: str
    header: Header | None
    stray_header: StrayHeader | None
    problems: list[Problem]
    is_suspicious: bool
    """The text contains words of our markup, which the parser may have read as plain text."""


def read_page_text(
    env: BuildEnvironment, doctree: nodes.document, is_governed: bool, settings: HeaderSettings
) -> PageText:
    """Read the source of the page that Sphinx is reading; ``is_governed`` is of its folder."""
    source = ReadSource.of(env)
    may_have_markup = is_suspicious(source.text)
    header, problems = _header(doctree, source, is_governed, settings)
    if source.is_myst(None) and (header or is_governed or may_have_markup):
        problems += _open_fences(env, source)
    stray_header = None
    if not header:
        stray_header = _stray_header(env, doctree, source, is_governed, settings)
    # in a governed folder, the rule header_missing reports the stray header with its reason
    if stray_header and not is_governed:
        message = f"the header of this page is not read: {stray_header.reason}"
        problems.append(Problem("input_unreadable", message, stray_header.place))
    return PageText(source.path, header, stray_header, problems, may_have_markup)


def _header(
    doctree: nodes.document, source: ReadSource, is_governed: bool, settings: HeaderSettings
) -> tuple[Header | None, list[Problem]]:
    # the parser decides whether there is a header; values and lines come from the source, because
    # YAML changes values and both parsers lose lines
    docinfo = next((node for node in doctree.children if isinstance(node, nodes.docinfo)), None)
    if not docinfo:
        return None, []
    fields = _typed_fields(source) or docinfo_node_fields(docinfo)
    if not is_governed_header((field.name for field in fields), settings, is_governed):
        return None, []
    return parse_header(fields, source.path, settings)


def _typed_fields(source: ReadSource) -> list[Field]:
    try:
        fields = read_header_fields(source.text, source.is_myst(None))
    except YamlError:
        return []  # the parser accepted what we cannot read: its own values are used
    return [field._replace(line=source.text_line(field.line + 1) - 1) for field in fields]


def _open_fences(env: BuildEnvironment, source: ReadSource) -> list[Problem]:
    index = find_open_fence(source.text.split("\n"), has_colon_fences(env.config))
    if index is None:
        return []
    message = (
        "this fence is never closed and contains all text after it; close it, and make a fence "
        "around another one longer than that"
    )
    place = Place(source.path, source.text_line(index + 1))
    return [Problem("input_unreadable", message, place)]


def _stray_header(
    env: BuildEnvironment,
    doctree: nodes.document,
    source: ReadSource,
    is_governed: bool,
    settings: HeaderSettings,
) -> StrayHeader | None:
    """Header fields that the parser did not read as a header; None if there are none."""
    if source.is_myst(None):
        stray = stray_front_matter(source.text, source.path)
        return stray and replace(
            stray, place=Place(source.path, source.text_line(stray.place.line))
        )
    # a walk over the whole doctree, so only where there is something to look for
    if is_governed or any(field in source.text for field in STRAY_FIELDS):
        return _stray_field_list(env, doctree, is_governed, settings)
    return None


def _stray_field_list(
    env: BuildEnvironment, doctree: nodes.document, is_governed: bool, settings: HeaderSettings
) -> StrayHeader | None:
    for node in doctree.findall(nodes.field_list):
        fields = [field for field in node.children if isinstance(field, nodes.field)]
        names = {field[0].astext().lower() for field in fields}
        # outside governed folders, a single field of such a name can mean something else
        is_header = is_governed or len(names & HEADER_FIELDS.keys()) > 1
        if is_header and is_governed_header(names, settings):
            reason = (
                "a field list in this place is not a header; move it, not indented, to the first "
                "lines of the file, before the title"
            )
            return StrayHeader(reason, locate_node(env, fields[0]))
    return None
