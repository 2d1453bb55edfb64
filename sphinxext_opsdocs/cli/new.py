"""``opsdocs new``: starts a page of a document class."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from sphinxext_opsdocs.cli._options import Failure, day_of, day_option, show
from sphinxext_opsdocs.cli._writing import write_new_file
from sphinxext_opsdocs.config.classes import DocumentClass, document_classes
from sphinxext_opsdocs.config.did_you_mean import did_you_mean
from sphinxext_opsdocs.config.lifecycle import Lifecycle
from sphinxext_opsdocs.config.parser import ConfigurationError, parse_config, read_toml
from sphinxext_opsdocs.config.schema import CONFIG_FILE
from sphinxext_opsdocs.facts.placeholders import TODO

__all__ = ["new"]


@click.command()
@click.argument("document_class")
@click.argument("page", type=click.Path(path_type=Path))
@click.option("--title", default="", help="Title of the page.  [default: from its file name]")
@click.option(
    "--owner",
    default=TODO,
    show_default=True,
    help="Owner of the page, a key of the owners in opsdocs.toml.",
)
@click.option(
    "-c", "--confdir", default=".", type=click.Path(path_type=Path), help="Folder of opsdocs.toml."
)
@day_option
def new(document_class: str, page: Path, title: str, owner: str, confdir: Path, day: str) -> None:
    """Start a page with header and sections.

    DOCUMENT_CLASS, such as runbook, decides the header fields and the sections. PAGE is the file to
    write; it ends in .rst or .md, which decides the syntax.
    """
    try:
        classes = document_classes(parse_config(read_toml(confdir / CONFIG_FILE)))
    except ConfigurationError as error:
        raise Failure(str(error)) from None
    if document_class not in classes:
        hint = did_you_mean(document_class, classes)
        raise Failure(f'no class "{document_class}", only {", ".join(classes)}{hint}')
    if page.suffix not in (".rst", ".md"):
        raise Failure(f'"{page}" must end in .rst or .md')
    title = title or page.stem.replace("-", " ").replace("_", " ").capitalize()
    template = {".rst": _rst_template, ".md": _myst_template}[page.suffix]
    fields, sections = _content(classes[document_class], owner, day_of(day))
    write_new_file(page, template(fields, title, sections).encode("utf-8"))
    show(f"wrote {page}", err=True)


def _content(
    document_class: DocumentClass, owner: str, day: date
) -> tuple[dict[str, str], list[str]]:
    """The header fields and the section titles of a new document."""
    values = {
        "class": document_class.name,
        "owner": owner,
        "status": Lifecycle.DRAFT,
        "version": "0.1",
        "last-reviewed": day.isoformat(),
    }
    fields = {name: values.get(name, TODO) for name in document_class.required_fields}
    # of several allowed titles, the first
    sections = [titles.split("|")[0].strip() for titles in document_class.required_sections]
    return fields, sections


def _myst_template(fields: dict[str, str], title: str, sections: list[str]) -> str:
    # in quotes: YAML reads 2.10 as a number and 2026-11-02 as a date
    header = "\n".join(["---", *(f'{name}: "{text}"' for name, text in fields.items()), "---"])
    return _page(header, f"# {title}", [f"## {name}" for name in sections])


def _rst_template(fields: dict[str, str], title: str, sections: list[str]) -> str:
    header = "\n".join(f":{name}: {text}" for name, text in fields.items())
    headings = [f"{name}\n{'-' * len(name)}" for name in sections]
    return _page(header, f"{title}\n{'=' * len(title)}", headings)


def _page(header: str, title: str, headings: list[str]) -> str:
    return "\n\n".join([header, title, *(f"{text}\n\n{TODO}" for text in headings)]) + "\n"
