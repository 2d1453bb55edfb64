"""What ``opsdocs index`` and ``bundle`` share: pages that are specifications, and their builder."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click
import msgspec

from sphinxext_opsdocs.cli._options import Failure
from sphinxext_opsdocs.cli._source import exit_code_of
from sphinxext_opsdocs.config.schema import SpecDomain

__all__ = [
    "builder_option",
    "domains_with_pages",
    "output_file_option",
    "page_builder",
    "pages_option",
]

Command = TypeVar("Command", bound=Callable[..., Any])

builder_option = click.option(
    "-b",
    "--builder",
    type=click.Choice(["html", "dirhtml"]),
    default="html",
    show_default=True,
    help="Builder that publishes the pages: it decides their addresses.",
)


def pages_option(default: str) -> Callable[[Command], Command]:
    """Take ``--pages``; ``default`` says which pages are specifications without it."""
    return click.option(
        "--pages",
        multiple=True,
        metavar="GLOB",
        help=f"Docnames of specifications without a header.  [default: {default}]",
    )


def output_file_option(name: str) -> Callable[[Command], Command]:
    """Take ``--output``, a file with this name if none is given."""
    return click.option(
        "-o",
        "--output",
        type=click.Path(dir_okay=False, path_type=Path),
        default=Path(name),
        show_default=True,
        help="File to write.",
    )


def page_builder(app: Any, builder: str) -> Any:
    """Return a builder that knows the addresses of pages. Raises Failure."""
    created = app.registry.create_builder(app, builder, app.env)
    try:
        created.init()  # reads html_file_suffix and html_link_suffix for the addresses
    except Exception as error:  # an extension can raise anything, as in a build
        message = f"the builder {builder} cannot start: {type(error).__name__}: {error}"
        raise Failure(message, exit_code_of(is_configuration=False)) from error
    return created


def domains_with_pages(
    spec_domains: Mapping[str, SpecDomain], globs: tuple[str, ...]
) -> dict[str, Any]:
    """Return the tables of spec domains, with one more for pages without a header."""
    tables = {key: msgspec.to_builtins(spec_domain) for key, spec_domain in spec_domains.items()}
    # beside the team's own spec domains, under a key that no reference uses
    return tables | {"pages-": {"paths": list(globs)}}
