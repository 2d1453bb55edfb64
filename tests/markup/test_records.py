"""Records on pages: drills and real runs, and approvals."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sphinxext_opsdocs.facts.model import Verification
from tests.commands import run
from tests.project import CONFIG, HEADER, SPEC_PAGE, Project, md_page, rst_page

PAGES = {"rst": rst_page, "md": md_page}
PASSED = {"result": "passed", "kind": "drill", "by": "team-orders", "version": "2.1"}


def block(suffix: str, name: str, argument: str, text: str = "", **options: str) -> str:
    """A directive in either syntax."""
    fields = [f":{key.replace('_', '-')}: {value}" for key, value in options.items()]
    lines = [*fields, *(["", text] if text else [])]
    if suffix == "md":
        return "\n".join([f"```{{{name}}} {argument}", *lines, "```", ""])
    return "\n".join([f".. {name}:: {argument}", *(f"   {line}".rstrip() for line in lines), ""])


def write(
    project: Project, suffix: str, *blocks: str, config: str = "", name: str = "page", **header: str
) -> Path:
    """Write a page with these blocks at its end; fields of None are left out."""
    fields = HEADER | {key.replace("_", "-"): text for key, text in header.items()}
    text = PAGES[suffix]("Stop the node.\n\n" + "\n".join(blocks), "Drain a node", fields)
    files = {"specs/api/limits.rst": SPEC_PAGE, f"ops/{name}.{suffix}": text}
    project.write({**files, **({"opsdocs.toml": CONFIG + config} if config else {})})
    return project.srcdir / f"ops/{name}.{suffix}"


@pytest.mark.parametrize("suffix", PAGES)
def test_verification_is_a_fact_and_not_part_of_the_text(project: Project, suffix: str) -> None:
    options = PASSED | {"environment": "staging", "evidence": "https://ci.example/1"}
    text = "The gateway must be restarted: a workaround for the bug."
    write(project, suffix, block(suffix, "verification", "2026-11-20", text, **options))
    build = project.build("html")
    facts = build.documents["ops/page"]
    (record,) = facts.verifications
    assert record == Verification(record.place, "2026-11-20", issues=(), **options)
    assert text not in " ".join(passage.text for passage in facts.passages)
    assert not {"input_unreadable", "normative_statement", "workaround_unrecorded"} & {*build.rules}
    html = build.text("ops/page.html")
    for shown in ("Verification 2026-11-20", "passed", "staging", "https://ci.example/1", text):
        assert shown in html


@pytest.mark.parametrize("builder", ["epub", "latex", "text", "man", "singlehtml"])
def test_records_in_other_builders(project: Project, builder: str) -> None:
    for suffix in PAGES:
        drill = block(suffix, "verification", "2026-11-20", "Went well.", **PASSED)
        approval = block(
            suffix, "approval", "Ben", role="operations", date="2026-11-20", version="2.1"
        )
        write(project, suffix, drill, approval, name=f"page-{suffix}")
    config = {"man_pages": [("index", "acme", "Acme", "", 7)]}
    build = project.build(builder, version="1", epub_show_urls="no", **config)
    assert "unknown node" not in build.warnings
    shown = "".join(
        path.read_text(encoding="utf-8", errors="ignore")
        for path in build.outdir.rglob("*")
        if path.suffix in (".xhtml", ".tex", ".txt", ".7", ".html")
    )
    assert shown.count("Went well.") == len(PAGES)
    assert shown.count("approved by Ben") == len(PAGES)


@pytest.mark.parametrize("suffix", PAGES)
@pytest.mark.parametrize(
    ("argument", "options", "messages"),
    [
        ("", PASSED, ["missing date; write the day on which it was done"]),
        ("20 November", PASSED, ['date must be a date such as 2026-11-02, not "20 November"']),
        ("2026-11-20", {"by": "x"}, ['missing option "result"']),
        ("2026-11-20", {"result": "passed"}, ['missing option "by"']),
        (
            "2026-11-20",
            PASSED | {"result": "ok"},
            ['result must be "passed", "partly" or "failed", not "ok"'],
        ),
        ("2026-11-20", PASSED | {"kind": "test"}, ['kind must be "drill" or "real", not "test"']),
        (
            "2026-11-20",
            PASSED | {"environment": "stagin"},
            ['environment must be "staging" or "production", not "stagin"'],
        ),
        ("2026-11-20", PASSED | {"result": "passed", "who": "x"}, ['unknown option "who"']),
    ],
)
def test_what_is_wrong_with_a_verification(
    project: Project, suffix: str, argument: str, options: dict[str, str], messages: list[str]
) -> None:
    written = block(suffix, "verification", argument, **options)
    config = CONFIG.replace("governed", 'environments = ["staging", "production"]\ngoverned', 1)
    project.write({"opsdocs.toml": config})
    write(project, suffix, written)
    found = [f.message for f in project.build("dummy").of("input_unreadable")]
    assert len(found) == len(messages)
    for message, told in zip(messages, found, strict=True):
        assert f"verification: {message}" in told


@pytest.mark.parametrize("suffix", PAGES)
def test_newest_passed_record_is_the_last_verification(project: Project, suffix: str) -> None:
    def drill(day: str, result: str, **options: str) -> str:
        return block(suffix, "verification", day, **PASSED | {"result": result} | options)

    config = "[classes.runbook]\nverification_interval = 30\n"
    config += 'required_fields = ["class", "owner", "last-verified"]\n'
    write(project, suffix, config=config)
    assert "header_field_missing" in project.build("dummy").rules
    # a record answers for the field, and one that failed does not count
    recent = drill("2026-11-20", "passed")
    write(project, suffix, recent, drill("2026-11-22", "failed", issue="API-1"), config=config)
    rules = project.build("dummy").rules
    assert not {"header_field_missing", "verification_overdue", "last_verified_wrong"} & {*rules}
    write(project, suffix, drill("2026-08-01", "passed"), config=config)
    (finding,) = project.build("dummy").of("verification_overdue")
    assert "on 2026-08-01, 114 days ago (limit: 30)" in finding.message
    write(project, suffix, drill("2026-11-22", "failed", issue="API-1"), config=config)
    (finding,) = project.build("dummy").of("verification_overdue")
    assert "no verification has passed yet (last: failed on 2026-11-22)" in finding.message
    write(project, suffix, recent, config=config, last_verified="2026-11-21")
    (finding,) = project.build("dummy").of("last_verified_wrong")
    assert "is 2026-11-21, but the newest verification that passed is of 2026-11-20" in (
        finding.message
    )
    assert run("fix", "--write", project.srcdir).exit_code == 0
    assert not project.build("dummy").of("last_verified_wrong")


@pytest.mark.parametrize("suffix", PAGES)
def test_header_of_a_page_shows_the_last_result(project: Project, suffix: str) -> None:
    passed = block(suffix, "verification", "2026-11-13", **PASSED)
    write(project, suffix, passed)
    assert "verified 10 days ago (drill)" in project.build("text").text("ops/page.txt")
    failed = block(
        suffix, "verification", "2026-11-21", **PASSED | {"result": "failed", "issue": "API-1"}
    )
    write(project, suffix, passed, failed)
    text = " ".join(project.build("text").text("ops/page.txt").split())
    assert "tried 2026-11-21: failed, verified 10 days ago" in text


@pytest.mark.parametrize("suffix", PAGES)
def test_register_of_verifications(project: Project, suffix: str) -> None:
    old = block(suffix, "verification", "2025-01-10", **PASSED | {"version": "1.0"})
    new = block(
        suffix, "verification", "2025-02-10", **PASSED | {"version": "2.0", "evidence": "run 12"}
    )
    write(project, suffix, old, new)
    write(project, suffix, name="untried")
    write(project, suffix, name="draft", status="Draft")
    directive = block(suffix, "verification-register", "")
    project.write({f"reports.{suffix}": PAGES[suffix](directive, "Drills", None)})
    build = project.build("html")
    page = build.text("reports.html")
    assert page.index("ops/untried.html") < page.index("2025-02-10") < page.index("2025-01-10")
    assert "ops/draft.html" not in page.partition("<table")[2]
    assert "never" in page
    assert "now 2.1" in page
    source = project.srcdir
    result = run("report", "verifications", source, "--format", "json")
    rows = json.loads(result.stdout)
    assert [(row["Page"], row["Verified"], row["Result"], row["Next"]) for row in rows] == [
        ("Drain a node", "", "", ""),
        ("Drain a node", "2025-02-10", "passed", "286 days ago"),
        ("Drain a node", "2025-01-10", "passed", ""),
    ]
    csv = run("report", "verifications", source, "--filter", "result=passed", "--format", "csv")
    assert csv.stdout.count("\n") == 3


def test_register_changes_with_another_page(project: Project) -> None:
    write(project, "rst", block("rst", "verification", "2026-11-13", **PASSED))
    project.write({"reports.rst": rst_page(".. verification-register::", "Drills", None)})
    assert "2026-11-13" in project.build("html").text("reports.html")
    again = project.build("html")
    assert "updating environment: 0 added, 0 changed, 0 removed" in again.status
    write(project, "rst", block("rst", "verification", "2026-11-14", **PASSED))
    assert "2026-11-14" in project.build("html").text("reports.html")
    project.remove("ops/page.rst")
    assert "2026-11-14" not in project.build("html").text("reports.html")


@pytest.mark.parametrize("suffix", PAGES)
def test_deviation_says_where_and_by_when(project: Project, suffix: str) -> None:
    options = {
        "id": "DEV-0001",
        "spec": "api:rate-limits",
        "issue": "API-1",
        "observed": "2026-11-01",
        "severity": "minor",
        "state": "open",
        "environment": "staging, production",
        "service": "orders-gateway",
        "revisit-by": "2026-11-20, team-api",
    }
    written = block(suffix, "observed-deviation", "Throttled", "It answered 503.", **options)
    write(project, suffix, written)
    build = project.build("html")
    (deviation,) = build.documents["ops/page"].deviations
    assert deviation.environments == ("staging", "production")
    assert deviation.services == ("orders-gateway",)
    assert (deviation.revisit_by, deviation.agreed_by) == ("2026-11-20", "team-api")
    (finding,) = build.of("deviation_overdue")
    assert "looked at again by 2026-11-20 (agreed by team-api)" in finding.message
    html = build.text("ops/page.html")
    assert "2026-11-20, agreed by team-api" in html
    for kept, wanted in (("production", 2), ("development", 1)):
        filters = ("--filter", f"environment={kept}")
        table = run("report", "register", project.srcdir, "--format", "csv", *filters).stdout
        assert table.count("\n") == wanted
    lonely = options | {"revisit-by": "2026-12-20"}
    write(project, suffix, block(suffix, "observed-deviation", "Throttled", "It did.", **lonely))
    (finding,) = project.build("dummy").of("deviation_field_invalid")
    assert 'must be a date and who agreed to it, such as "2027-01-15, team-api"' in finding.message
    listed = "services = {storefront = {}}\n"
    project.write({"opsdocs.toml": listed + CONFIG})
    write(project, suffix, written)
    (finding,) = project.build("dummy").of("service_unknown")
    assert 'unknown service "orders-gateway"' in finding.message


@pytest.mark.parametrize("suffix", PAGES)
def test_dates_of_records_that_cannot_be(project: Project, suffix: str) -> None:
    config = "[classes.runbook]\nverification_interval = 30\n"
    ahead = block(suffix, "verification", "2027-11-20", **PASSED)
    path = write(project, suffix, ahead, config=config)
    (finding,) = project.build("dummy").of("verification_overdue")
    assert "is 2027-11-20, 362 days in the future" in finding.message
    assert "verification" in path.read_text().splitlines()[finding.place.line - 1]
    # a record without a readable date hides no other
    undated = block(suffix, "verification", "in November", **PASSED)
    write(project, suffix, undated, config=config, last_verified="2026-11-20")
    build = project.build("dummy")
    assert len(build.of("input_unreadable")) == 1
    assert not build.of("verification_overdue")


@pytest.mark.parametrize("suffix", PAGES)
def test_record_contains_no_procedure(project: Project, suffix: str) -> None:
    steps = block(suffix, "verification", "2026-11-20", "1. Drop the database.", **PASSED)
    write(project, suffix, steps)
    (finding,) = project.build("dummy").of("input_unreadable")
    assert "its content may be paragraphs alone; write steps on the page" in finding.message
