"""Texts that Sphinx and docutils write in the language of a build, in that of the source.

Some directives write such a text while a page is parsed. They are part of digests.
"""

from __future__ import annotations

import gettext
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sphinx
from docutils import nodes
from docutils.languages import get_language
from docutils.utils import Reporter
from sphinx import addnodes
from sphinx.domains.changeset import versionlabels
from sphinx.environment import BuildEnvironment
from sphinx.locale import translators

from sphinxext_opsdocs.ext.domain import OpsDomain

__all__ = ["QuietReporter", "put_into_source_language"]


class QuietReporter(Reporter):
    """Reports nothing: of a page that is read twice, one reading reports."""

    def __init__(self) -> None:
        super().__init__("", self.SEVERE_LEVEL + 1, self.SEVERE_LEVEL + 1, stream=False)


def put_into_source_language(document: nodes.document, env: BuildEnvironment) -> None:
    """Change the texts of a page that no writer wrote, right after it is parsed."""
    language = OpsDomain.of(env).source_language
    _rename_contents(document, str(env.config.language), language)
    shown = _field_labels(env)
    with _sphinx_in(language):
        names = dict(zip(shown, _field_labels(env), strict=True))
        _rename_version_notes(document)
    for description in document.findall(addnodes.desc):
        for node in description.findall(nodes.field_name):
            if name := names.get(node.astext()):
                node[:] = [nodes.Text(name)]


def _rename_contents(document: nodes.document, language: str, source_language: str) -> None:
    reporter = QuietReporter()
    shown, name = (
        get_language(code, reporter).labels["contents"] for code in (language, source_language)
    )
    for node in document.findall(nodes.title):
        if "contents" in node.parent["classes"] and node.astext() == shown:
            node[:] = [nodes.Text(name)]


def _rename_version_notes(document: nodes.document) -> None:
    for node in document.findall(addnodes.versionmodified):
        text = str(versionlabels[node["type"]] % node["version"])
        for label in node.findall(nodes.inline):
            if "versionmodified" in label["classes"]:
                end = ": " if label.astext().endswith(": ") else "."
                label[:] = [nodes.Text(text + end)]
                break


def _field_labels(env: BuildEnvironment) -> list[str]:
    """Return the names that domains write before parameters, results and the like."""
    return [
        str(field.label)
        for domain in env.domains.sorted()
        for directive in domain.directives.values()
        for field in getattr(directive, "doc_field_types", ())
    ]


@contextmanager
def _sphinx_in(language: str) -> Generator[None]:
    """Give the texts of Sphinx in another language for a while."""
    key = "general", "sphinx"
    current: Any = translators.get(key)
    folder = Path(sphinx.__file__).parent / "locale"
    translators[key] = gettext.translation("sphinx", str(folder), [language], fallback=True)
    try:
        yield
    finally:
        del translators[key]
        if current is not None:
            translators[key] = current
