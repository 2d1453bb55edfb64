"""``opsdocs verified``: records that somebody has followed a page."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import click

from sphinxext_opsdocs.cli._edit import run_edit, shown_path
from sphinxext_opsdocs.cli._options import (
    Failure,
    SphinxOptions,
    day_of,
    day_option,
    show,
    source_option,
)
from sphinxext_opsdocs.cli._source import page_of
from sphinxext_opsdocs.cli._user import user_name
from sphinxext_opsdocs.config.did_you_mean import one_of
from sphinxext_opsdocs.edits.add_directive import NewDirective, add_directive
from sphinxext_opsdocs.edits.header import put_fields
from sphinxext_opsdocs.edits.source_text import SourceText
from sphinxext_opsdocs.facts.model import DocumentFacts, Place, Value, Verification
from sphinxext_opsdocs.facts.records import KINDS, RESULTS

__all__ = ["verified"]

NOWHERE = Place("", 0)
FIELD = "last-verified"
OPENERS = (".", "`", "~", ":")
"""How the line of a directive starts that stands by itself."""


@click.command(
    epilog="Example: opsdocs verified ops/drain-node --result passed --environment staging "
    "--evidence https://ci.acme.example/drills/31"
)
@click.argument("page")
@click.option(
    "--result",
    type=click.Choice(RESULTS),
    required=True,
    help="How it went.",
)
@click.option(
    "--kind",
    type=click.Choice(KINDS),
    default=KINDS[0],
    show_default=True,
    help="Whether it was a drill, or real operation.",
)
@click.option("--by", default="", help="Who followed the page.  [default: user.name of git]")
@click.option("--environment", default="", help="Where, such as staging.")
@click.option("--evidence", default="", help="Address of a log or report, or a few words.")
@click.option("--issue", "issues", multiple=True, help="Issue with what is to change.")
@click.option("--text", default="", help="What happened.")
@source_option
@day_option
def verified(
    page: str,
    result: str,
    kind: str,
    by: str,
    environment: str,
    evidence: str,
    issues: tuple[str, ...],
    text: str,
    options: SphinxOptions,
    day: str,
) -> None:
    """Record that you have followed a page.

    Writes a verification of today into PAGE, a docname or a path: after its other records, else at
    the end. The version is that of the page. Where the header has last-verified and the result
    is passed, that becomes today too.

    The page is first read with the edit; if anything else in it would change, nothing is written.
    """

    def work(app: Any, ops_domain: Any) -> str:
        from sphinxext_opsdocs.ext.edit_trial import edit_record

        facts = page_of(ops_domain.graph.documents, page, options.source)
        if not facts.header:
            raise Failure(f'"{facts.docname}" has no header; add one')
        record = Verification(
            NOWHERE,
            date=day_of(day).isoformat(),
            result=result,
            kind=kind,
            by=_one_line(by) or user_name(),
            version=facts.header.version,
            environment=_one_line(environment),
            evidence=_one_line(evidence),
            issues=tuple(Value(each, NOWHERE) for issue in issues for each in _parts(issue)),
        )
        config = ops_domain.config
        _refuse_environment(record.environment, config.environments)
        has_short_names = config.short_names and not ops_domain.taken_names
        directive = _directive(record, text)
        newest = max((each.date for each in facts.verifications), default="")
        has_date = FIELD in facts.header.given and result == "passed" and record.date >= newest

        def attempt(source: SourceText, before: DocumentFacts) -> list[str]:
            last = _last_record(source, before)
            lines = add_directive(source, before, directive, None, has_short_names, last)
            if not has_date:
                return lines
            is_myst = source.path.suffix == ".md"
            return put_fields(lines, before, {FIELD: record.date}, config.header, is_myst)

        edit_record(app, ops_domain, facts.docname, attempt, record)
        line = f"{shown_path(options, facts.path)}: {_describe(record)}"
        if result != "passed" and not issues:
            line += "; raise an issue with what is to change, and add :issue:"
        return line

    show(run_edit(options, work))


def _describe(record: Verification) -> str:
    return f"verification of {record.date} recorded: {record.result} ({record.kind})"


def _refuse_environment(name: str, allowed: Sequence[str]) -> None:
    """Raise Failure for an environment that is not configured."""
    if name and allowed and name not in allowed:
        raise Failure(f'--environment must be {one_of(allowed)}, not "{name}"')


def _last_record(source: SourceText, facts: DocumentFacts) -> Place | None:
    """The last record that stands in the page itself and by itself, not in a list."""
    places = [each.place for each in facts.verifications if each.place.path == facts.path]
    own = [place for place in places if source.lines[place.line - 1][:1] in OPENERS]
    return max(own, default=None)


def _directive(record: Verification, text: str) -> NewDirective:
    values = {
        "result": record.result,
        "kind": record.kind,
        "by": record.by,
        "version": record.version,
        "environment": record.environment,
        "evidence": record.evidence,
        "issue": ", ".join(issue.text for issue in record.issues),
    }
    return NewDirective("verification", record.date, values, text.strip())


def _parts(issue: str) -> Iterator[str]:
    yield from filter(None, map(_one_line, issue.split(",")))


def _one_line(text: str) -> str:
    # what a terminal would act on has no place in a page
    return " ".join("".join(filter(str.isprintable, text.replace("\n", " "))).split())
