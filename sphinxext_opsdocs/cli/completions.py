"""``opsdocs completions``: names of sections, deviations and owners for editors."""

from __future__ import annotations

import os
from pathlib import Path

import click

from sphinxext_opsdocs.cli._options import (
    SphinxOptions,
    format_option,
    output_option,
    source_argument,
)
from sphinxext_opsdocs.cli._source import read_source
from sphinxext_opsdocs.cli._writing import write_report, writing
from sphinxext_opsdocs.reports.completions import COMPLETION_FORMATS

__all__ = ["completions"]


@click.command(epilog="Example: opsdocs completions -o .vscode/opsdocs.code-snippets")
@source_argument
@format_option(list(COMPLETION_FORMATS), "vscode", "File that the editor reads.")
@output_option
def completions(options: SphinxOptions, format_name: str, output: Path | None) -> None:
    """Write names that editors complete.

    They are the canonical sections that have a name, the deviations and the owners: as snippets of
    VS Code, or as a tags file (of ctags) for Vim and others. Run it again after names have changed.
    """
    source = read_source(options, is_partial=True)
    # editors look for a file from where the tags file is
    folder = output.parent if output else Path()
    base = Path(os.path.relpath(source.srcdir, folder)).as_posix()
    text = COMPLETION_FORMATS[format_name](source.graph, source.owners, base)
    if output:
        with writing(output):
            output.parent.mkdir(parents=True, exist_ok=True)
    write_report(text, output)
