"""``opsdocs fix``: corrects findings that have one right answer."""

from __future__ import annotations

import difflib
import os
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from sphinxext_opsdocs.cli._edit import run_edit
from sphinxext_opsdocs.cli._options import (
    SphinxOptions,
    day_of,
    day_option,
    show,
    source_argument,
)
from sphinxext_opsdocs.cli._source import shown_folder
from sphinxext_opsdocs.config.alerts import AlertKind
from sphinxext_opsdocs.config.schema import Config
from sphinxext_opsdocs.edits.correction import correct, order_fields
from sphinxext_opsdocs.edits.source_text import EditError, SourceText
from sphinxext_opsdocs.facts.model import DocumentFacts
from sphinxext_opsdocs.findings.finding import Finding, counted_noun, join_path

__all__ = ["fix"]

Corrections = Mapping[str, Sequence[Finding]]
"""Findings with a correction, by docname."""


@click.command(epilog="Example: opsdocs fix --write")
@source_argument
@click.option("--write", is_flag=True, help="Write the corrections into the pages.")
@click.option(
    "--header-order", is_flag=True, help="Also bring header fields into the order of the reference."
)
@day_option
def fix(options: SphinxOptions, write: bool, header_order: bool, day: str) -> None:
    """Correct what has one right answer.

    Prints the corrections as a diff: sections that have moved, issues with a new id, and targets,
    directives, roles, header fields, classes and owners that can be a slip of one other alone; and
    in files of alerts, the addresses of runbooks that have moved. With --write, the files get them.
    Each page is first read with its corrections; one that would have new warnings stays as it is.
    """

    def work(app: Any, ops_domain: Any) -> str:
        from sphinxext_opsdocs.ext.checking import result_of

        base = shown_folder(options.source)
        result = result_of(app, ops_domain, day_of(day))
        by_page: dict[str, list[Finding]] = defaultdict(list)
        by_file: dict[str, list[Finding]] = defaultdict(list)
        for finding in result.findings:
            if finding.fix and finding.is_reported:
                if finding.docname:
                    by_page[finding.docname].append(finding)
                else:
                    by_file[finding.place.path].append(finding)
        names = dict.fromkeys(by_page)
        if header_order:
            names |= dict.fromkeys(_unordered(ops_domain.documents))
        pages = (
            _fixed(app, ops_domain, name, by_page[name], header_order, write, base)
            for name in names
        )
        files = (
            _fixed_rule_file(app, ops_domain.config, found, write, base)
            for found in by_file.values()
        )
        return "".join((*pages, *files))

    diff = run_edit(options, work, is_partial=True)
    click.echo(diff, nl=False)
    if not diff:
        show("nothing to correct", err=True)
    elif not write:
        show("--write writes it", err=True)


def _unordered(documents: Mapping[str, DocumentFacts]) -> Iterator[str]:
    from sphinxext_opsdocs.markup.header import HEADER_FIELDS

    for docname, facts in documents.items():
        given = facts.header.given if facts.header else {}
        lines = [given[name].line for name in HEADER_FIELDS if name in given]
        if lines != sorted(lines):
            yield docname


def _fixed(
    app: Any,
    ops_domain: Any,
    docname: str,
    findings: Sequence[Finding],
    orders_header: bool,
    write: bool,
    base: str,
) -> str:
    """Correct a page, and return the diff; empty for one that stays as it is."""
    from sphinxext_opsdocs.ext.edit_trial import edit_corrections
    from sphinxext_opsdocs.markup.header import HEADER_FIELDS

    changed: list[str] = []
    before: list[str] = []
    corrected: list[Finding] = []

    def attempt(text: SourceText, facts: DocumentFacts) -> list[str]:
        lines = list(text.lines)
        for finding in findings:
            assert finding.fix
            try:
                if finding.place.path != facts.path:
                    raise EditError(f"{finding.place.path} is included; correct it by hand")
                correct(lines, finding.place, finding.fix)
                corrected.append(finding)
            except EditError as error:
                show(f"not corrected: {error}", err=True)
        if orders_header and facts.header:
            lines = order_fields(lines, facts.header, tuple(HEADER_FIELDS))
        before[:], changed[:] = text.lines, lines
        return lines

    try:
        edit_corrections(app, ops_domain, docname, attempt, write)
    except EditError as error:
        show(f"not corrected: {error}", err=True)
        return ""
    if write and before != changed:
        path = join_path(base, ops_domain.documents[docname].path)
        show(f"{path}: {counted_noun(len(corrected), 'correction')}", err=True)
    return _diff(join_path(base, ops_domain.documents[docname].path), before, changed)


def _fixed_rule_file(
    app: Any, config: Config, findings: Sequence[Finding], write: bool, base: str
) -> str:
    """Correct the addresses in a file of alerts; return the diff, empty if it stays as it is."""
    from sphinxext_opsdocs.edits.rule_file import correct_addresses
    from sphinxext_opsdocs.ext.input_paths import alert_files
    from sphinxext_opsdocs.ext.repository import source_in_repository

    name = findings[0].place.path
    path = Path(os.path.normpath(Path(app.srcdir) / name))
    shown = join_path(base, name)
    if join_path(source_in_repository(Path(app.srcdir)), name).startswith("../"):
        show(f"not corrected: {shown} belongs to another repository", err=True)
        return ""
    kinds: dict[Path, AlertKind] = {}
    for kind, _, files in alert_files(config, Path(app.confdir)):
        for file in files:
            kinds.setdefault(Path(os.path.normpath(file)), kind)
    if path not in kinds:
        show(f"not corrected: {shown} is a copy; correct the original, then sync", err=True)
        return ""
    fixes = [(each.place, each.fix) for each in findings if each.fix]
    try:
        before, after = correct_addresses(
            path, kinds[path], config.alerts.annotations, fixes, write
        )
    except EditError as error:
        show(f"not corrected: {error}", err=True)
        return ""
    if write:
        show(f"{shown}: {counted_noun(len(fixes), 'correction')}", err=True)
    return _diff(shown, before, after)


def _diff(path: str, before: Sequence[str], after: Sequence[str]) -> str:
    name = Path(path).as_posix()
    lines = difflib.unified_diff(before, after, name, name, lineterm="", n=1)
    return "".join(f"{line}\n" for line in lines)
