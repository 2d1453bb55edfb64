"""``opsdocs new``: starts a page of a document class."""

from __future__ import annotations

import glob
import json
from datetime import date
from pathlib import Path

import click

from sphinxext_opsdocs.cli._options import (
    Failure,
    day_of,
    day_option,
    project_option,
    show,
    source_of,
)
from sphinxext_opsdocs.cli._source import read_configuration
from sphinxext_opsdocs.cli._writing import write_new_file
from sphinxext_opsdocs.config.classes import DocumentClass, document_classes
from sphinxext_opsdocs.config.did_you_mean import did_you_mean
from sphinxext_opsdocs.config.lifecycle import Lifecycle
from sphinxext_opsdocs.config.schema import Config
from sphinxext_opsdocs.edits.source_text import column_width
from sphinxext_opsdocs.facts.placeholders import TODO

__all__ = ["new"]


@click.command(epilog="Example: opsdocs new runbook ops/drain-node.rst --owner team-ops")
@click.argument("document_class")
@click.argument("page", type=click.Path(path_type=Path))
@click.option("--title", default="", help="Title of the page.  [default: from its file name]")
@click.option(
    "--owner",
    default=TODO,
    show_default=True,
    help="Owner of the page, a key of the owners in opsdocs.toml.",
)
@project_option
@click.option(
    "-c",
    "--confdir",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of conf.py, if it is not SOURCE.",
)
@day_option
def new(
    document_class: str,
    page: Path,
    title: str,
    owner: str,
    source: Path | None,
    confdir: Path | None,
    day: str,
) -> None:
    """Start a page with header and sections.

    DOCUMENT_CLASS, such as runbook, decides the header fields and the sections. PAGE is the file to
    write, as seen from here or from SOURCE; it ends in .rst or .md, which decides the syntax.
    """
    folder = source_of(source, None if source else confdir)
    config = read_configuration(confdir or folder)
    classes = document_classes(config)
    if document_class not in classes:
        hint = did_you_mean(document_class, classes)
        raise Failure(f'no class "{document_class}", only {", ".join(classes)}{hint}')
    if page.suffix not in (".rst", ".md"):
        raise Failure(f'"{page}" must end in .rst or .md')
    title = " ".join(title.split()) or page.stem.replace("-", " ").replace("_", " ").capitalize()
    _refuse_names(config, classes[document_class], page.stem, title)
    path = _path_below(folder, page)
    if others := [each for each in path.parent.glob(f"{glob.escape(path.stem)}.*") if each != path]:
        raise Failure(f'"{others[0]}" is the page of that name already')
    template = {".rst": _rst_template, ".md": _myst_template}[page.suffix]
    fields, sections = _content(classes[document_class], owner, day_of(day))
    write_new_file(path, template(fields, title, sections).encode("utf-8"))
    show(f"wrote {path}", err=True)


def _path_below(folder: Path, page: Path) -> Path:
    """The file as seen from here if that is below the source directory, else from there.

    Of two possible files it is the one whose folder exists. Raises Failure for a file elsewhere.
    """
    root = folder.resolve()
    paths = [path for path in (page, folder / page) if path.resolve().is_relative_to(root)]
    if not paths:
        raise Failure(f'"{page}" is not below "{folder}", where Sphinx would read it')
    return next((path for path in paths if path.parent.is_dir()), paths[0])


def _refuse_names(config: Config, document_class: DocumentClass, stem: str, title: str) -> None:
    """Raise Failure for a file name or title that the class refuses."""
    for name, pattern, text in (
        ("file name", document_class.file_pattern, stem),
        ("title", document_class.title_pattern, title),
    ):
        if pattern and not config.patterns.allows(pattern, text):
            raise Failure(
                f'the {name} of a {document_class.name} must match "{pattern}", not "{text}"'
            )


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
    written = (f"{name}: {json.dumps(text, ensure_ascii=False)}" for name, text in fields.items())
    header = "\n".join(["---", *written, "---"])
    return _page(header, f"# {title}", [f"## {name}" for name in sections])


def _rst_template(fields: dict[str, str], title: str, sections: list[str]) -> str:
    header = "\n".join(f":{name}: {text}" for name, text in fields.items())
    headings = [f"{name}\n{'-' * column_width(name)}" for name in sections]
    return _page(header, f"{title}\n{'=' * column_width(title)}", headings)


def _page(header: str, title: str, headings: list[str]) -> str:
    return "\n\n".join([header, title, *(f"{text}\n\n{TODO}" for text in headings)]) + "\n"
