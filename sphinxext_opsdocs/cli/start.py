"""``opsdocs init`` and ``opsdocs new``: a first configuration, and new documents by class."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from sphinxext_opsdocs.cli._source import Failure, day_of, day_option
from sphinxext_opsdocs.config.classes import DocumentClass, document_classes
from sphinxext_opsdocs.config.parser import ConfigurationError, parse_config, read_toml

__all__ = ["init", "new"]

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
    """Start an opsdocs.toml in SOURCE, beside conf.py."""
    path = source / "opsdocs.toml"
    if path.exists():
        raise Failure(f'"{path}" exists already')
    path.write_text(STARTER, encoding="utf-8")
    click.echo(f"wrote {path}", err=True)
    click.echo(
        'conf.py: extensions = ["myst_parser", "sphinx_needs", "sphinxext_opsdocs"]', err=True
    )


@click.command()
@click.argument("document_class")
@click.argument("page", type=click.Path(path_type=Path))
@click.option("--title", default="", help="Title of the page. Default: made of its file name.")
@click.option("--owner", default="TODO", show_default=True, help="Owner of the page.")
@click.option(
    "-c", "--confdir", default=".", type=click.Path(path_type=Path), help="Folder of opsdocs.toml."
)
@day_option
def new(document_class: str, page: Path, title: str, owner: str, confdir: Path, day: str) -> None:
    """Start a PAGE (.rst or .md) of DOCUMENT_CLASS with its header and required sections."""
    try:
        classes = document_classes(parse_config(read_toml(confdir / "opsdocs.toml")))
    except ConfigurationError as problem:
        raise Failure(str(problem)) from None
    if document_class not in classes:
        raise Failure(f'no class "{document_class}", known: {", ".join(classes)}')
    if page.suffix not in (".rst", ".md"):
        raise Failure(f'"{page}" ends in neither .rst nor .md')
    if page.exists():
        raise Failure(f'"{page}" exists already')
    page.parent.mkdir(parents=True, exist_ok=True)
    title = title or page.stem.replace("-", " ").replace("_", " ").capitalize()
    text = _template(classes[document_class], title, owner, day_of(day), page.suffix == ".md")
    page.write_text(text, encoding="utf-8")
    click.echo(f"wrote {page}", err=True)


def _template(known: DocumentClass, title: str, owner: str, day: date, is_myst: bool) -> str:
    values = {
        "class": known.name,
        "owner": owner,
        "status": "Draft",
        "version": "0.1",
        "last-reviewed": day.isoformat(),
    }
    fields = {name: values.get(name, "TODO") for name in known.required_fields}
    sections = [names.split("|")[0].strip() for names in known.required_sections]
    if is_myst:
        header = "\n".join(["---", *(f'{name}: "{text}"' for name, text in fields.items()), "---"])
        headings = [f"# {title}", *(f"## {name}" for name in sections)]
    else:
        header = "\n".join(f":{name}: {text}" for name, text in fields.items())
        headings = [f"{title}\n{'=' * len(title)}", *(f"{n}\n{'-' * len(n)}" for n in sections)]
    return "\n\n".join([header, headings[0], *(f"{text}\n\nTODO" for text in headings[1:])]) + "\n"
