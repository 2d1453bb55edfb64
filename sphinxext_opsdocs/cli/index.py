"""``opsdocs index``: the canonical index of a project that need not have the extension."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click
import msgspec

from sphinxext_opsdocs.canonical.index_file import parse_index
from sphinxext_opsdocs.cli._source import Failure, read_configuration, run_sphinx, source_arguments
from sphinxext_opsdocs.config.schema import INDEX_FILE
from sphinxext_opsdocs.findings.finding import counted_noun
from sphinxext_opsdocs.storage import replace_file, unpacked

__all__ = ["index"]


@click.command()
@source_arguments
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
    help="Pages without a header that are specifications, as globs over docnames.  [default: those "
    "of the spec domains, or all]",
)
@click.option(
    "-b",
    "--builder",
    type=click.Choice(["html", "dirhtml"]),
    default="html",
    show_default=True,
    help="Builder whose addresses the pages have.",
)
def index(
    source: Path,
    confdir: Path | None,
    define: tuple[str, ...],
    jobs: str,
    output: Path,
    pages: tuple[str, ...],
    builder: str,
) -> None:
    """Write the canonical index of the specifications in SOURCE.

    The project need not load the extension in its conf.py. Publish the file next to objects.inv;
    a project that loads the extension writes it there with every html build.
    """
    domains = read_configuration(confdir or source).domains
    overrides: dict[str, Any] = {}
    if pages or not any(spec.paths for spec in domains.values()):
        known = {key: msgspec.to_builtins(spec) for key, spec in domains.items()}
        overrides["opsdocs_domains"] = known | {"pages-": {"paths": list(pages or ("**",))}}

    def take(app: Any, domain: Any) -> bytes:
        from sphinxext_opsdocs.ext.index_file import index_of

        made = app.registry.create_builder(app, builder, app.env)
        made.init()
        return index_of(app, domain.graph, made)

    data = run_sphinx(source, confdir, define, jobs, take, overrides, brings_extension=True)
    made = parse_index(unpacked(data))
    sections = sum(len(page.sections) for page in made.pages)
    if not made.pages:
        raise Failure(f'"{source}" has no specifications; name them with --pages')
    try:
        replace_file(output, data)
    except OSError as error:
        raise Failure(f'cannot write "{output}": {error.strerror}') from None
    pages_of = counted_noun(len(made.pages), "page")
    redirects = counted_noun(len(made.redirects), "redirect")
    said = f"{counted_noun(sections, 'section')} on {pages_of}, {redirects}, {len(data):,} bytes"
    click.echo(f"{output}: {said}", err=True)
