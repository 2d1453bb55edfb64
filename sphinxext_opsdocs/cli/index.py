"""``opsdocs index``: the canonical index of a project that need not have the extension."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import click
import msgspec

from sphinxext_opsdocs.canonical.index_file import INDEX_FORMAT, CanonicalIndex
from sphinxext_opsdocs.cli._options import (
    Failure,
    SphinxOptions,
    show,
    source_argument,
)
from sphinxext_opsdocs.cli._source import exit_code_of, read_configuration, run_sphinx
from sphinxext_opsdocs.cli._writing import write_output
from sphinxext_opsdocs.config.schema import INDEX_FILE, SpecDomain
from sphinxext_opsdocs.findings.finding import counted_noun
from sphinxext_opsdocs.storage import unpack

__all__ = ["index"]


@click.command(epilog="Example: opsdocs index --output public/canonical-index.json.gz")
@source_argument
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    default=Path(INDEX_FILE),
    show_default=True,
    help="File to write.",
)
@click.option(
    "--pages",
    multiple=True,
    metavar="GLOB",
    help="Docnames of specifications without a header.  [default: paths of the spec domains, or "
    "all pages]",
)
@click.option(
    "-b",
    "--builder",
    type=click.Choice(["html", "dirhtml"]),
    default="html",
    show_default=True,
    help="Builder that publishes the pages: it decides their addresses.",
)
def index(options: SphinxOptions, output: Path, pages: tuple[str, ...], builder: str) -> None:
    """Write the canonical index of specifications.

    Publish the file next to objects.inv, for projects whose documents refer to these
    specifications. SOURCE is the folder of conf.py, which need not load the extension: a project
    that loads it writes the index with every html build.
    """
    spec_domains = read_configuration(options.confdir).domains
    overrides: dict[str, Any] = {}
    if pages or not any(spec_domain.paths for spec_domain in spec_domains.values()):
        overrides["opsdocs_domains"] = _with_pages(spec_domains, pages or ("**",))

    def work(app: Any, ops_domain: Any) -> bytes:
        from sphinxext_opsdocs.ext.index_of_build import index_of

        page_builder = app.registry.create_builder(app, builder, app.env)
        try:
            page_builder.init()  # reads html_file_suffix and html_link_suffix for the addresses
        except Exception as error:  # an extension can raise anything, as in a build
            message = f"the builder {builder} cannot start: {type(error).__name__}: {error}"
            raise Failure(message, exit_code_of(is_configuration=False)) from error
        return index_of(app, ops_domain.graph, page_builder)

    data = run_sphinx(options, work, overrides, loads_extension=True)
    canonical_index = INDEX_FORMAT.parse(unpack(data))
    if not canonical_index.pages:
        raise Failure(f'"{options.source}" has no specifications; name them with --pages')
    write_output(output, data)
    show(f"{output}: {_summary(canonical_index)}, {len(data):,} bytes", err=True)


def _with_pages(spec_domains: Mapping[str, SpecDomain], globs: tuple[str, ...]) -> dict[str, Any]:
    tables = {key: msgspec.to_builtins(spec_domain) for key, spec_domain in spec_domains.items()}
    # beside the team's own spec domains, under a key that no reference uses
    return tables | {"pages-": {"paths": list(globs)}}


def _summary(canonical_index: CanonicalIndex) -> str:
    sections = sum(len(page.sections) for page in canonical_index.pages)
    pages = counted_noun(len(canonical_index.pages), "page")
    redirects = counted_noun(len(canonical_index.redirects), "redirect")
    return f"{counted_noun(sections, 'section')} on {pages}, {redirects}"
