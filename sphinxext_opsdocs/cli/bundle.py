"""``opsdocs bundle``: what a fleet needs to check this repository again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from sphinxext_opsdocs.cli._options import Failure, SphinxOptions, show, source_argument
from sphinxext_opsdocs.cli._source import exit_code_of, run_sphinx
from sphinxext_opsdocs.cli._writing import write_output
from sphinxext_opsdocs.config.schema import BUNDLE_FILE
from sphinxext_opsdocs.findings.finding import counted_noun

__all__ = ["bundle"]


@click.command(epilog="Example: opsdocs bundle --output public/opsdocs-bundle.zip")
@source_argument
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path(BUNDLE_FILE),
    show_default=True,
    help="File to write.",
)
@click.option(
    "-b",
    "--builder",
    type=click.Choice(["html", "dirhtml"]),
    default="html",
    show_default=True,
    help="Builder that publishes the pages: it decides their addresses.",
)
def bundle(options: SphinxOptions, output: Path, builder: str) -> None:
    """Write the bundle of a repository.

    Publish the file next to objects.inv, for the fleet that watches this repository. SOURCE is the
    folder of conf.py. A project with opsdocs_bundle = true writes it with every html build.
    """

    def work(app: Any, ops_domain: Any) -> tuple[bytes, int]:
        from sphinxext_opsdocs.ext.bundle_of_build import bundle_of
        from sphinxext_opsdocs.ext.index_of_build import index_of
        from sphinxext_opsdocs.ext.on_build_finished import facts_of
        from sphinxext_opsdocs.ext.settings import configured_owners

        page_builder = app.registry.create_builder(app, builder, app.env)
        try:
            page_builder.init()  # reads html_file_suffix and html_link_suffix for the addresses
        except Exception as error:  # an extension can raise anything, as in a build
            message = f"the builder {builder} cannot start: {type(error).__name__}: {error}"
            raise Failure(message, exit_code_of(is_configuration=False)) from error
        graph = ops_domain.graph
        index = index_of(app, graph, page_builder) if graph.specifications else b""
        before = output.read_bytes() if output.is_file() else b""
        ops_domain.owners = configured_owners(ops_domain.config, Path(app.confdir))
        facts = facts_of(app, ops_domain)
        data = bundle_of(app, ops_domain, page_builder, facts, index, before)
        return data, len(ops_domain.inputs.pages)

    data, pages = run_sphinx(options, work, is_partial=True)
    write_output(output, data)
    show(f"{output}: {counted_noun(pages, 'page')}, {len(data):,} bytes", err=True)
