"""``opsdocs init``: a first configuration."""

from __future__ import annotations

from pathlib import Path

import click

from sphinxext_opsdocs.cli._options import show
from sphinxext_opsdocs.cli._writing import write_new_file
from sphinxext_opsdocs.config.schema import CONFIG_FILE

__all__ = ["init"]

STARTER = """\
# Settings of sphinxext_opsdocs. "opsdocs schema config" prints a JSON Schema for editors.

# Folders where a page without a header is a finding.
governed = ["ops/**"]

[owners.team-ops]
title = "Operations"
contact = "#ops"

# One table for each set of specifications: a reference to one is written api:label.
[domains.api]
title = "API contracts"
owner = "team-api"
tracker = "api-issues"
paths = ["specs/api/**"]

# Specifications of another project are read from a copy that "opsdocs sync" fetches:
# [domains.platform]
# index = "https://specs.example/platform/canonical-index.json.gz"

[owners.team-api]
title = "API team"
contact = "#api"

[trackers.api-issues]
pattern = 'API-(?P<number>\\d+)'
url = "https://tracker.example/issues/{number}"
"""


@click.command()
@click.argument(
    "source", default=".", type=click.Path(exists=True, file_okay=False, path_type=Path)
)
def init(source: Path) -> None:
    """Start an opsdocs.toml beside conf.py.

    SOURCE is the folder of conf.py. Edit the file that this command writes: its owners, spec
    domains and trackers are examples.
    """
    path = source / CONFIG_FILE
    write_new_file(path, STARTER.encode("utf-8"))
    show(f"wrote {path}", err=True)
    show('conf.py: extensions = ["myst_parser", "sphinx_needs", "sphinxext_opsdocs"]', err=True)
