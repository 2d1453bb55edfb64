"""``opsdocs check``: the findings of a documentation, without building its pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any, NamedTuple

import click
from msgspec.structs import replace

from sphinxext_opsdocs.cli._options import (
    Failure,
    SphinxOptions,
    day_of,
    day_option,
    format_option,
    output_option,
    show,
    source_argument,
)
from sphinxext_opsdocs.cli._source import read_source, run_sphinx, shown_folder
from sphinxext_opsdocs.cli._writing import write_report
from sphinxext_opsdocs.config.confidence import CONFIDENCES, Confidence
from sphinxext_opsdocs.findings.finding import Finding, counted_noun, has_failures
from sphinxext_opsdocs.findings.result import CheckResult, counts
from sphinxext_opsdocs.reports.code_scanning import SourceLines, render_code_scanning
from sphinxext_opsdocs.reports.finding_formats import FORMATS, render_findings
from sphinxext_opsdocs.review.git import (
    GitError,
    find_changed_paths,
    find_merge_base,
    find_repository,
)
from sphinxext_opsdocs.rules import RULES_BY_NAME
from sphinxext_opsdocs.rules.engine.check import check as run_check

__all__ = ["check"]


GITHUB, SARIF = "github", "sarif"


class _Checked(NamedTuple):
    """The result, and where its paths start."""

    result: CheckResult
    base: str
    srcdir: Path


@click.command(epilog="Example: opsdocs check --format github")
@source_argument
@day_option
@format_option(list(FORMATS), "text", "Format of the findings.")
@click.option(
    "--host",
    type=click.Choice([GITHUB]),
    help="With --format sarif: what code scanning of this host shows right.",
)
@click.option(
    "--category",
    default="",
    help="With --host: tells several uploads for one commit apart.  [default: by SOURCE]",
)
@click.option(
    "--min-confidence",
    type=click.Choice(CONFIDENCES),
    help="Report findings on prose of this confidence and above.  [default: as configured]",
)
@output_option
@click.option(
    "--since",
    default="",
    metavar="REVISION",
    help="On a pull request: what has only become due, such as a review, is a note on pages that "
    "are the same as at the last common commit.",
)
@click.option(
    "--reach",
    is_flag=True,
    help="For each rule, count the places that it checked and its findings.",
)
def check(
    options: SphinxOptions,
    day: str,
    format_name: str,
    host: str | None,
    category: str,
    min_confidence: Confidence | None,
    output: Path | None,
    since: str,
    reach: bool,
) -> None:
    """Check documents against specifications.

    SOURCE is the folder of conf.py, or a facts file (opsdocs.json) from a build. Findings go to
    standard output, everything else to standard error. Errors and warnings make the exit status 1;
    notes (severity info) do not.
    """
    if (host or category) and format_name != SARIF:
        raise Failure("--host and --category need --format sarif")
    checked = _result_of(options, day, format_name, min_confidence)
    if since:
        checked = checked._replace(result=_with_due_as_notes(checked, options, since))
    result = checked.result
    write_report(_rendered(checked, format_name, host, category), output)
    # to standard error: standard output contains the report alone
    if reach:
        click.echo(_reach(result), err=True, nl=False)
    click.echo(_summary(result), err=True)
    raise SystemExit(1 if has_failures(result.findings) else 0)


def _rendered(checked: _Checked, format_name: str, host: str | None, category: str) -> str:
    if not host:
        return render_findings(format_name, checked.result, checked.base)
    read_line = SourceLines(checked.srcdir)
    category = category or f"opsdocs/{checked.base}".rstrip("/")
    text, note = render_code_scanning(checked.result, checked.base, category, read_line)
    if note:
        show(note, err=True)
    return text


def _result_of(
    options: SphinxOptions, day: str, format_name: str, min_confidence: Confidence | None
) -> _Checked:
    """Raises Failure."""
    if options.source.is_file():
        source = read_source(options, is_partial=True)
        graph = source.graph
        if min_confidence:
            graph = graph.evolve(config=replace(graph.config, min_confidence=min_confidence))
        result = run_check(graph, day_of(day), source.owners)
        return _Checked(result, source.base_for(format_name), source.srcdir)

    if min_confidence:
        setting = f"opsdocs_min_confidence={min_confidence}"
        options = options._replace(define=(*options.define, setting))

    def check_documents(app: Any, ops_domain: Any) -> tuple[CheckResult, str]:
        from sphinxext_opsdocs.ext.checking import result_of
        from sphinxext_opsdocs.ext.repository import source_in_repository

        result = result_of(app, ops_domain, day_of(day))
        return result, source_in_repository(Path(app.srcdir))

    result, repository_base = run_sphinx(options, check_documents, is_partial=True, has_cache=True)
    # people read from here, machines from the repository
    base = shown_folder(options.source) if format_name == "text" else repository_base
    return _Checked(result, base, options.source)


def _with_due_as_notes(checked: _Checked, options: SphinxOptions, since: str) -> CheckResult:
    """The result, in which time alone fails no page that a change does not touch.

    Raises Failure.
    """
    if options.source.is_file():
        raise Failure("--since needs the sources, not a facts file")
    try:
        repository = find_repository(options.source)
        paths = find_changed_paths(repository, find_merge_base(repository, since))
    except GitError as error:
        raise Failure(str(error)) from None
    touched = {repository / path for path in paths}

    def as_note(finding: Finding) -> Finding:
        path = (options.source / finding.place.path).resolve()
        is_due = RULES_BY_NAME[finding.rule].comes_with_time and path not in touched
        return replace(finding, severity="info") if is_due else finding

    return replace(checked.result, findings=tuple(map(as_note, checked.result.findings)))


def _reach(result: CheckResult) -> str:
    lines = [f"{'rule':<32}{'places':>8}{'fired':>8}\n"]
    lines += [f"{row.rule:<32}{row.places:>8}{row.fired:>8}\n" for row in result.reach]
    return "".join(lines)


def _summary(result: CheckResult) -> str:
    standing = counts(result.findings)
    suppressed = sum(bool(finding.suppressed) for finding in result.findings)
    parts = [
        counted_noun(standing["error"], "error"),
        counted_noun(standing["warning"], "warning"),
        counted_noun(standing["info"], "note"),
        f"{suppressed} suppressed",
    ]
    if result.has_baseline:
        in_baseline = sum(bool(finding.baseline_date) for finding in result.findings)
        parts.append(f"{in_baseline} known")
    pages = counted_noun(result.pages, "page")
    return f"{', '.join(parts)} in {pages}, {result.governed} governed"
