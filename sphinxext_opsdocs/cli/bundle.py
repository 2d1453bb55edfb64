"""``opsdocs bundle``: what a fleet needs to check this repository again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from sphinxext_opsdocs.cli._options import SphinxOptions, show, source_argument
from sphinxext_opsdocs.cli._published import (
    builder_option,
    domains_with_pages,
    output_file_option,
    page_builder,
    pages_option,
)
from sphinxext_opsdocs.cli._source import read_configuration, run_sphinx
from sphinxext_opsdocs.cli._writing import write_output
from sphinxext_opsdocs.config.schema import BUNDLE_FILE
from sphinxext_opsdocs.findings.finding import counted_noun

__all__ = ["bundle"]


@click.command(epilog="Example: opsdocs bundle --output public/opsdocs-bundle.zip")
@source_argument
@output_file_option(BUNDLE_FILE)
@pages_option("paths of the spec domains")
@builder_option
def bundle(options: SphinxOptions, output: Path, pages: tuple[str, ...], builder: str) -> None:
    """Write the bundle of a repository.

    Publish the file next to objects.inv, for the fleet that watches this repository. SOURCE is the
    folder of conf.py, which need not load the extension: a project that loads it writes the bundle
    with every html build if opsdocs.toml says bundle = true.
    """
    overrides: dict[str, Any] = {}
    if pages:
        spec_domains = read_configuration(options.confdir).domains
        overrides["opsdocs_domains"] = domains_with_pages(spec_domains, pages)

    def work(app: Any, ops_domain: Any) -> tuple[bytes, str]:
        from sphinxext_opsdocs.ext.bundle_of_build import bundle_of
        from sphinxext_opsdocs.ext.index_of_build import index_of
        from sphinxext_opsdocs.ext.on_build_finished import facts_of
        from sphinxext_opsdocs.ext.settings import configured_owners

        site = page_builder(app, builder)
        graph = ops_domain.graph
        index = index_of(app, graph, site) if graph.specifications else b""
        before = output.read_bytes() if output.is_file() else b""
        ops_domain.owners = configured_owners(ops_domain.config, Path(app.confdir))
        data = bundle_of(app, ops_domain, site, facts_of(app, ops_domain), index, before)
        count = counted_noun(len(ops_domain.inputs.pages), "page")
        return data, f"{count}, {len(graph.specifications)} of specifications"

    # a page that cannot be read is a finding of the bundle, and keeps nobody from the others
    data, summary = run_sphinx(options, work, overrides, loads_extension=True, is_partial=True)
    write_output(output, data)
    show(f"{output}: {summary}, {len(data):,} bytes", err=True)
