"""``opsdocs adopt``: proposes headers for pages that a team had before, and writes them."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import click

from sphinxext_opsdocs.adoption.code_owners_file import find_code_owners
from sphinxext_opsdocs.adoption.further_proposals import find_deviations, find_references
from sphinxext_opsdocs.adoption.git_history import read_history
from sphinxext_opsdocs.adoption.owner_guess import CodeOwnersFile
from sphinxext_opsdocs.adoption.proposals import Proposal, find_proposals, unknown_owners
from sphinxext_opsdocs.cli._edit import run_edit
from sphinxext_opsdocs.cli._options import (
    Failure,
    SphinxOptions,
    day_of,
    day_option,
    format_option,
    show,
    source_argument,
)
from sphinxext_opsdocs.cli._source import shown_folder
from sphinxext_opsdocs.config.classes import LEGACY
from sphinxext_opsdocs.config.codeowners import dialect_of
from sphinxext_opsdocs.config.did_you_mean import toml_key
from sphinxext_opsdocs.config.lifecycle import Lifecycle
from sphinxext_opsdocs.config.parser import ConfigurationError, parse_config
from sphinxext_opsdocs.config.schema import CONFIG_FILE, Config
from sphinxext_opsdocs.edits.header import add_fields
from sphinxext_opsdocs.edits.source_text import EditError, SourceText
from sphinxext_opsdocs.facts.model import DocumentFacts
from sphinxext_opsdocs.findings.finding import counted_noun, join_path
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.reports.blocks import Cell, text_cell
from sphinxext_opsdocs.reports.table_formats import TABLE_FORMATS
from sphinxext_opsdocs.reports.table_model import Row, Table
from sphinxext_opsdocs.review.git import GitError, find_repository
from sphinxext_opsdocs.rules import RULES
from sphinxext_opsdocs.rules.engine.check import check

__all__ = ["adopt"]

HEADERS, REFERENCES, DEVIATIONS = "headers", "references", "deviations"
TITLES = (
    "Page",
    "Class",
    "Sure of class",
    "Why this class",
    "Owner",
    "Sure of owner",
    "Why this owner",
    "Last commit",
    "Header",
)
MYST_SUFFIX = ".md"
EDITED_SUFFIXES = (".rst", ".txt", MYST_SUFFIX)


@click.command(epilog="Example: opsdocs adopt --write")
@source_argument
@click.option("--write", is_flag=True, help="Write the headers into the pages.")
@click.option(
    "--show",
    "kind",
    type=click.Choice([HEADERS, REFERENCES, DEVIATIONS]),
    default=HEADERS,
    show_default=True,
    help="Proposals to print.",
)
@click.option(
    "--owner", default="", help="Owner of pages of which neither CODEOWNERS nor git tells one."
)
@click.option(
    "--status",
    type=click.Choice([str(Lifecycle.CANONICAL), str(Lifecycle.DRAFT)]),
    default=str(Lifecycle.CANONICAL),
    show_default=True,
    help="Status of the pages: people follow them, or nobody should yet.",
)
@format_option(list(TABLE_FORMATS), "markdown", "Format of the table.")
@day_option
def adopt(
    options: SphinxOptions,
    write: bool,
    kind: str,
    owner: str,
    status: str,
    format_name: str,
    day: str,
) -> None:
    """Propose headers for the pages that you have.

    For each page of a governed folder that lacks class, owner or status, prints what it would get
    and why. With --write, the pages get it, and nothing else in them changes.

    The class is guessed from path, title and sections. It is written where the page meets all that
    the class asks for; any other page gets the class legacy, which asks for class, owner and status
    alone. The owner comes from CODEOWNERS, else from git. last-reviewed is never written: a commit
    is no review.

    --show references prints links that lead to specifications, and --show deviations passages that
    name an issue: what pages could record next.
    """

    def work(app: Any, ops_domain: Any) -> str:
        graph: TraceabilityGraph = ops_domain.graph
        srcdir = Path(app.srcdir)
        if kind == DEVIATIONS and not graph.config.trackers:
            show(
                "no tracker is configured, so nothing is found; add [trackers.NAME]",
                err=True,
            )
        if kind != HEADERS:
            return TABLE_FORMATS[format_name](_further(kind, graph, srcdir))
        proposals = find_proposals(
            graph,
            read_history(srcdir),
            _code_owners(graph.config, srcdir, Path(app.confdir)),
            Lifecycle(status),
            owner,
            day_of(day),
            _faulty_pages,
        )
        if not any(map(graph.is_governed_folder, graph.documents)):
            globs = ", ".join(graph.config.governed) or "nothing"
            show(f'no page is governed: "governed" in {CONFIG_FILE} is {globs}', err=True)
        if write:
            _write(app, ops_domain, proposals)
        else:
            show(_summary(proposals), err=True)
        return TABLE_FORMATS[format_name](_table(proposals))

    click.echo(run_edit(options, work, reads_governed=True, is_partial=True), nl=False)


def _code_owners(config: Config, srcdir: Path, confdir: Path) -> CodeOwnersFile | None:
    """The CODEOWNERS file that is configured, else the one that hosts find; None without any."""
    try:
        repository = find_repository(srcdir)
    except GitError:
        return None
    path = confdir / config.codeowners if config.codeowners else find_code_owners(repository)
    if path is None or not path.is_file():
        return None
    text = path.read_text(encoding="utf-8", errors="replace")
    dialect = config.codeowners_dialect
    base = srcdir.resolve().relative_to(repository.resolve()).as_posix()
    return CodeOwnersFile(
        text,
        dialect_of(path, text) if dialect == "auto" else dialect,
        "" if base == "." else f"{base}/",
    )


def _faulty_pages(graph: TraceabilityGraph, today: date) -> Collection[str]:
    rules = [rule for rule in RULES if not rule.judges_prose and not rule.is_review]
    result = check(graph, today, (), rules)
    return {finding.docname for finding in result.findings if finding.severity != "info"}


def _table(proposals: Sequence[Proposal]) -> Table:
    return Table(TITLES, tuple(Row(tuple(_cells(proposal))) for proposal in proposals))


def _cells(proposal: Proposal) -> Iterator[Cell]:
    guess, owner = proposal.guess, proposal.owner
    yield text_cell(proposal.facts.docname)
    yield text_cell(guess.name or "unknown")
    yield text_cell(guess.sureness)
    yield text_cell(guess.why)
    yield text_cell(", ".join(owner.names) or "unknown")
    yield text_cell(owner.sureness)
    yield text_cell(owner.why)
    yield text_cell(proposal.last_commit)
    yield text_cell(", ".join(f"{name}: {text}" for name, text in proposal.fields.items()))


def _further(kind: str, graph: TraceabilityGraph, srcdir: Path) -> Table:
    def read_lines(facts: DocumentFacts) -> list[str]:
        return (srcdir / facts.path).read_text(encoding="utf-8", errors="replace").split("\n")

    if kind == REFERENCES:
        rows = [
            (f"{each.docname}:{each.line}", each.target, each.title)
            for each in sorted(find_references(graph, read_lines))
        ]
        titles = ("Link", "Section", "Title")
    else:
        rows = [
            (f"{each.docname}:{each.line}", each.issue, each.text)
            for each in sorted(find_deviations(graph))
        ]
        titles = ("Passage", "Issue", "Text")
    return Table(titles, tuple(Row(tuple(map(text_cell, row))) for row in rows))


def _write(app: Any, ops_domain: Any, proposals: Sequence[Proposal]) -> None:
    """Write the headers, and owners that nobody has configured. Raises Failure."""
    from sphinxext_opsdocs.ext.edit_trial import edit_header

    written: list[Proposal] = []
    for proposal in proposals:
        if fault := _obstacle(proposal):
            show(f"{proposal.facts.path}: not adopted, {fault}", err=True)
            continue
        try:
            edit_header(
                app, ops_domain, proposal.facts.docname, _attempt(proposal), _expected(proposal)
            )
        except EditError as error:
            show(f"not adopted: {error}", err=True)
            continue
        written.append(proposal)
    owners = ops_domain.config.owners
    if ops_domain.config.codeowners or owners:
        from sphinxext_opsdocs.ext.settings import configured_owners

        known = configured_owners(ops_domain.config, Path(app.confdir))
        _add_owners(Path(app.confdir, CONFIG_FILE), unknown_owners(written, known))
    legacy = sum(proposal.document_class == LEGACY for proposal in written)
    show(
        f"{counted_noun(len(written), 'page')} adopted, {legacy} of them as legacy, "
        f"{len(proposals) - len(written)} not",
        err=True,
    )
    show('next: "opsdocs baseline" records the findings of today', err=True)


def _obstacle(proposal: Proposal) -> str:
    facts = proposal.facts
    if Path(facts.path).suffix not in EDITED_SUFFIXES:
        return f"opsdocs cannot edit {Path(facts.path).suffix}"
    if proposal.stray:
        return f"its header is not read: {proposal.stray}"
    if not proposal.fields:
        return "nothing tells its owner; name one with --owner"
    return ""


def _attempt(proposal: Proposal) -> Callable[[SourceText, DocumentFacts], list[str]]:
    def attempt(text: SourceText, _facts: DocumentFacts) -> list[str]:
        return add_fields(text.lines, proposal.fields, text.path.suffix == MYST_SUFFIX)

    return attempt


def _expected(proposal: Proposal) -> Mapping[str, object]:
    values: dict[str, object] = {}
    if "class" in proposal.fields:
        values["document_class"] = proposal.document_class
    if "owner" in proposal.fields:
        values["owners"] = proposal.owner.names
    if "status" in proposal.fields:
        values["status"] = proposal.fields["status"]
    return values


def _add_owners(path: Path, owners: Sequence[str]) -> None:
    """Add owners to opsdocs.toml. Raises Failure, also where the file would be broken."""
    if not owners:
        return
    tables = [line for name in owners for line in ("", f"[owners.{toml_key(name)}]")]
    try:
        source = SourceText.read(path)
        end = len(source.lines) - (not source.lines[-1])
        lines = [*source.lines[:end], *tables, ""]
        parse_config(tomllib.loads(source.as_parsed(lines)))
        source.write(lines)
    except (EditError, ConfigurationError, ValueError) as error:
        text = "\n".join(tables)
        raise Failure(f"{path} is not edited: {error}; add these owners:\n{text}") from None
    shown = join_path(shown_folder(path.parent), path.name)
    show(f"{shown}: owners {', '.join(owners)} added", err=True)


def _summary(proposals: Sequence[Proposal]) -> str:
    legacy = sum(proposal.document_class == LEGACY for proposal in proposals)
    text = f"{counted_noun(len(proposals), 'page')} without a header, {legacy} would be legacy"
    return f"{text}; --write writes them"
