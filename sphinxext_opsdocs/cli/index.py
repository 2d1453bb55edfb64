"""``opsdocs index``: the canonical index of a project that need not have the extension."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from sphinxext_opsdocs.canonical.index_file import INDEX_FORMAT, CanonicalIndex
from sphinxext_opsdocs.cli._options import (
    Failure,
    SphinxOptions,
    show,
    source_argument,
)
from sphinxext_opsdocs.cli._published import (
    builder_option,
    domains_with_pages,
    output_file_option,
    page_builder,
    pages_option,
)
from sphinxext_opsdocs.cli._source import read_configuration, run_sphinx
from sphinxext_opsdocs.cli._writing import write_output
from sphinxext_opsdocs.config.schema import INDEX_FILE
from sphinxext_opsdocs.findings.finding import counted_noun
from sphinxext_opsdocs.storage import unpack

__all__ = ["index"]


@click.command(epilog="Example: opsdocs index --output public/canonical-index.json.gz")
@source_argument
@output_file_option(INDEX_FILE)
@pages_option("paths of the spec domains, or all pages")
@builder_option
def index(options: SphinxOptions, output: Path, pages: tuple[str, ...], builder: str) -> None:
    """Write the canonical index of specifications.

    Publish the file next to objects.inv, for projects whose documents refer to these
    specifications. SOURCE is the folder of conf.py, which need not load the extension: a project
    that loads it writes the index with every html build, if it has specifications.
    """
    spec_domains = read_configuration(options.confdir).domains
    overrides: dict[str, Any] = {}
    if pages or not any(spec_domain.paths for spec_domain in spec_domains.values()):
        overrides["opsdocs_domains"] = domains_with_pages(spec_domains, pages or ("**",))

    def work(app: Any, ops_domain: Any) -> bytes:
        from sphinxext_opsdocs.ext.index_of_build import index_of

        return index_of(app, ops_domain.graph, page_builder(app, builder))

    data = run_sphinx(options, work, overrides, loads_extension=True)
    canonical_index = INDEX_FORMAT.parse(unpack(data))
    if not canonical_index.pages:
        raise Failure(f'"{options.source}" has no specifications; name them with --pages')
    write_output(output, data)
    show(f"{output}: {_summary(canonical_index)}, {len(data):,} bytes", err=True)


def _summary(canonical_index: CanonicalIndex) -> str:
    sections = sum(len(page.sections) for page in canonical_index.pages)
    pages = counted_noun(len(canonical_index.pages), "page")
    redirects = counted_noun(len(canonical_index.redirects), "redirect")
    return f"{counted_noun(sections, 'section')} on {pages}, {redirects}"
