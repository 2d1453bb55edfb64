"""Style sheets and scripts, on the pages that need them."""

from __future__ import annotations

from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.config import Config as SphinxConfig

__all__ = ["add_page_assets", "add_static_files", "is_marked", "mark_page", "table_script"]

STATIC = Path(__file__).parents[1] / "static"
STYLE, TABLE_STYLE, TABLE_SCRIPT = "opsdocs.css", "opsdocs-tables.css", "opsdocs-tables.js"
MARK = "opsdocs_assets"
"""Attribute of a doctree: ``blocks`` for one with something of ours, ``tables`` with tables too."""


@lru_cache(maxsize=1)
def table_script() -> Path | None:
    """The table script of sphinx-needs, which need not be loaded; None if it has another one."""
    spec = find_spec("sphinx_needs")
    for folder in (spec and spec.submodule_search_locations) or ():
        path = Path(folder, "libs/html/needstable.js")
        if path.is_file():
            return path
    return None


def add_static_files(_app: Sphinx, config: SphinxConfig) -> None:
    """Have our static files copied; handler of ``config-inited``."""
    script = table_script()
    files = [str(STATIC), *([str(script)] if script else [])]
    config["html_static_path"] = [*config.html_static_path, *files]


def mark_page(doctree: nodes.document, has_tables: bool = False) -> None:
    """Note that a page shows something of ours."""
    if has_tables or MARK not in doctree.attributes:
        doctree[MARK] = "tables" if has_tables else "blocks"


def is_marked(doctree: nodes.document) -> bool:
    """Return whether a page shows something of ours."""
    return MARK in doctree.attributes


def add_page_assets(
    app: Sphinx, _pagename: str, _template: str, _context: dict[str, Any], doctree: Any
) -> None:
    """Add what a page needs; handler of ``html-page-context``."""
    if not isinstance(doctree, nodes.document):
        return
    # a document of many pages has none of their attributes
    mark = "tables" if app.builder.name == "singlehtml" else doctree.get(MARK)
    if not mark:
        return
    app.add_css_file(STYLE)
    if mark == "tables":
        app.add_css_file(TABLE_STYLE)
        if script := table_script():
            app.add_js_file(script.name)
            app.add_js_file(TABLE_SCRIPT)
