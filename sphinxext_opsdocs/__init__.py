"""Keeps operational documentation honest about the canonical specifications it depends on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.config import Config
    from sphinx.util.typing import ExtensionMetadata


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the extension with Sphinx."""
    from sphinxext_opsdocs.ext.domain import OpsDomain
    from sphinxext_opsdocs.ext.facts_build import FactsBuilder, ReviewBuilder
    from sphinxext_opsdocs.ext.needs import declare_need_types
    from sphinxext_opsdocs.ext.on_build_finished import write_files
    from sphinxext_opsdocs.ext.on_doctree_read import read_document
    from sphinxext_opsdocs.ext.on_doctree_resolved import fill_reports
    from sphinxext_opsdocs.ext.on_env_updated import update
    from sphinxext_opsdocs.ext.registry import add_markup
    from sphinxext_opsdocs.ext.settings import add_config_values, load_settings
    from sphinxext_opsdocs.facts.file import FORMAT
    from sphinxext_opsdocs.version import __version__

    add_config_values(app)
    add_markup(app)
    app.add_domain(OpsDomain)
    app.add_builder(FactsBuilder)
    app.add_builder(ReviewBuilder)
    app.connect("config-inited", load_settings, priority=9)
    # sphinx-needs resolves its own types at 12 and builds its directives from them at 500
    app.connect("config-inited", declare_need_types, priority=13)
    # before docinfo is taken away, and before links are resolved
    app.connect("doctree-read", read_document, priority=1)
    app.connect("env-updated", update)
    app.connect("doctree-resolved", fill_reports)
    app.connect("build-finished", write_files)
    app.connect("config-inited", _add_files)
    app.add_css_file("opsdocs.css")
    return {
        "version": __version__,
        "env_version": FORMAT,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }


def _add_files(app: Sphinx, config: Config) -> None:
    from sphinxext_opsdocs.ext.on_build_finished import OUTPUT_FILES

    config["html_static_path"] = [*config.html_static_path, str(Path(__file__).parent / "static")]
    config["epub_exclude_files"] = [*config.epub_exclude_files, *OUTPUT_FILES]
