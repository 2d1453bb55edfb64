"""Keeps operational documentation honest about the canonical specifications it depends on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sphinx.application import Sphinx
    from sphinx.util.typing import ExtensionMetadata


def setup(app: Sphinx) -> ExtensionMetadata:
    """Register the extension with Sphinx."""
    from sphinxext_opsdocs.ext.domain import OpsDomain
    from sphinxext_opsdocs.ext.facts_builder import FactsBuilder, ReviewBuilder
    from sphinxext_opsdocs.ext.late_handlers import (
        ShowBlocks,
        add_reading_transforms,
        keep_source,
        on_doctree_read,
        on_source_read,
    )
    from sphinxext_opsdocs.ext.needs import declare_need_types
    from sphinxext_opsdocs.ext.on_build_finished import on_build_finished
    from sphinxext_opsdocs.ext.on_builder_inited import on_builder_inited
    from sphinxext_opsdocs.ext.on_config_inited import on_config_inited
    from sphinxext_opsdocs.ext.on_env_before_read_docs import on_env_before_read_docs
    from sphinxext_opsdocs.ext.on_env_get_outdated import on_env_get_outdated
    from sphinxext_opsdocs.ext.on_env_updated import on_env_updated
    from sphinxext_opsdocs.ext.on_warn_missing_reference import on_warn_missing_reference
    from sphinxext_opsdocs.ext.page_assets import add_page_assets, add_static_files
    from sphinxext_opsdocs.ext.registry import add_nodes
    from sphinxext_opsdocs.ext.settings import add_config_values
    from sphinxext_opsdocs.ext.short_names import register_short_names
    from sphinxext_opsdocs.facts.file import FORMAT
    from sphinxext_opsdocs.markup.phrases import CATALOG
    from sphinxext_opsdocs.version import __version__

    add_config_values(app)
    add_nodes(app)
    app.add_domain(OpsDomain)
    app.add_builder(FactsBuilder)
    app.add_builder(ReviewBuilder)
    app.connect("config-inited", on_config_inited, priority=9)
    # sphinx-needs resolves its own types at 12 and builds its directives from them at 500
    app.connect("config-inited", declare_need_types, priority=13)
    app.connect("config-inited", register_short_names, priority=900)
    # the last look: an extension may register its markup as late as here
    app.connect("builder-inited", on_builder_inited, priority=999)
    app.connect("env-get-outdated", on_env_get_outdated)
    # after sphinx-needs, which prepares its data and can add pages to read at 500
    app.connect("env-before-read-docs", on_env_before_read_docs, priority=900)
    app.connect("source-read", keep_source, priority=-900)
    # after intersphinx, which knows further names: the last one to observe is asked first
    app.connect("source-read", on_source_read, priority=900)
    app.connect("env-before-read-docs", add_reading_transforms)
    app.add_post_transform(ShowBlocks)
    # before Sphinx removes the docinfo and resolves links
    app.connect("doctree-read", on_doctree_read, priority=1)
    app.connect("env-updated", on_env_updated)
    app.connect("warn-missing-reference", on_warn_missing_reference)
    app.connect("build-finished", on_build_finished)
    app.connect("config-inited", add_static_files)
    app.connect("html-page-context", add_page_assets)
    app.add_message_catalog(CATALOG, str(Path(__file__).parent / "locale"))
    return {
        "version": __version__,
        "env_version": FORMAT,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
