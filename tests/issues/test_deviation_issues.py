"""What the snapshot says of the issue of a deviation, and drafts of issues."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.commands import run
from tests.deviations import (
    PAGES,
    built,
    deviation,
    github_project,
    snapshot,
    state,
)
from tests.network.tracker_replies import github_issue
from tests.network.tracker_server import Answer, Request, TrackerServer
from tests.project import SPEC_PAGE, Project, rst_page

RESOLVED = {"state": "resolved", "resolved": "2026-11-10"}


@pytest.mark.parametrize("suffix", PAGES)
@pytest.mark.parametrize(
    ("told", "options", "rule", "words"),
    [
        ({}, {}, "", ""),
        ({"state": "closed"}, {}, "deviation_issue_closed", "resolve the deviation"),
        (
            {"state": "closed", "reason": "not planned"},
            {},
            "deviation_issue_closed",
            "closed as not planned (checked 2026-11-20)",
        ),
        ({"state": "closed", "reason": "duplicate"}, {}, "deviation_issue_closed", "duplicates"),
        ({"outcome": "gone", "state": ""}, {}, "deviation_issue_unknown", 'no issue "API-7"'),
        ({"outcome": "no access", "state": ""}, {}, "", ""),
        (
            {"outcome": "moved", "moved_to": "acme/x#3"},
            {},
            "deviation_issue_unknown",
            "was moved to acme/x#3",
        ),
        ({"outcome": "gone"}, RESOLVED, "deviation_issue_unknown", "may not show it"),
        ({}, RESOLVED, "deviation_resolved_issue_open", "have it closed"),
        ({"state": "closed"}, RESOLVED, "", ""),
        ({"checked": "2026-10-01T06:00:00Z"}, {}, "issues_stale", "53 days old"),
    ],
)
def test_state_of_the_issue(
    project: Project,
    suffix: str,
    told: dict[str, Any],
    options: dict[str, Any],
    rule: str,
    words: str,
) -> None:
    build = built(project, suffix, ("7", state(**told)), **options)
    fired = [f for f in build.findings if f.rule.startswith(("deviation", "issues"))]
    assert [finding.rule for finding in fired] == ([rule] if rule else [])
    if fired and rule != "issues_stale":
        assert words in fired[0].message
        source = (project.srcdir / fired[0].place.path).read_text().splitlines()
        assert "issue" in source[fired[0].place.line - 1]
    elif fired:
        assert words in fired[0].message
        assert fired[0].place.path == "opsdocs-issues.json"


def test_one_open_issue_of_several_will_do(project: Project) -> None:
    states = (("7", state(state="closed")), ("8", state()))
    assert not built(project, "rst", *states, issue="API-7, API-8").of("deviation_issue_closed")
    states = (("7", state(state="closed")), ("8", state(state="closed")))
    build = built(project, "rst", *states, issue="API-7, API-8")
    assert len(build.of("deviation_issue_closed")) == 2


def test_without_a_snapshot_nothing_is_said_of_issues(project: Project) -> None:
    build = built(project, "rst")
    assert not [rule for rule in build.rules if rule.startswith(("deviation", "issues"))]


def test_stale_snapshot_is_one_finding_for_all_and_names_what_it_lacks(
    make_project: Callable[..., Project],
) -> None:
    config = """
    [trackers.api-issues]
    kind = "github"
    project = "acme/api"
    pattern = 'API-(?P<number>\\d+)'
    [domains.api]
    tracker = "api-issues"
    paths = ["specs/api/**"]
    """
    project = make_project(config=config)
    old = state(checked="2026-10-01T06:00:00Z")
    build = built(project, "rst", ("7", old), ("8", old), issue="API-7, API-8, API-9, API-10")
    (finding,) = build.of("issues_stale")
    assert "2 issues is up to 53 days old" in finding.message
    assert "lacks 2 issues" in finding.message


def test_deviation_that_nobody_saw_for_long_is_reported(project: Project) -> None:
    build = built(project, "rst", observed="2026-06-30", severity="minor")
    (finding,) = build.of("deviation_unconfirmed")
    assert "146 days ago (limit: 90)" in finding.message
    build = built(
        project, "rst", observed="2026-06-30", severity="minor", last_observed="2026-11-01"
    )
    assert not build.of("deviation_unconfirmed")


def test_unconfirmed_deviation_tells_of_a_changed_section(project: Project) -> None:
    built(project, "rst", observed="2026-06-30", severity="minor")
    arguments = ("ops/page", "api:rate-limits", "--reason", "read", "--by", "Jo", "--yes")
    assert run("accept", *arguments, "-s", project.srcdir).exit_code == 0
    text = (project.srcdir / "specs/api/limits.rst").read_text()
    project.write(
        {"specs/api/limits.rst": text.replace("What a throttled", "All that a throttled")}
    )
    (finding,) = project.build("html").of("deviation_unconfirmed")
    assert '"Rate limits" (pinned 2026-11-23) changed since' in finding.message


@pytest.mark.parametrize("suffix", PAGES)
@pytest.mark.parametrize("builder", ["html", "singlehtml", "epub", "latex", "text", "man"])
def test_page_shows_title_and_state_as_of_the_snapshot(
    project: Project, suffix: str, builder: str
) -> None:
    built(project, suffix, ("7", state(state="closed", reason="duplicate")))
    build = project.build(builder, man_pages=[("index", "t", "t", "t", 1)])
    names = {"epub": "ops/page.xhtml", "text": "ops/page.txt", "html": "ops/page.html"}
    names |= {"singlehtml": "index.html", "latex": "test.tex", "man": "t.1"}
    text = " ".join(build.text(names[builder]).split())
    assert "503 during a drain" in text
    assert "asked 2026" in text.replace("\\-", "-")


def test_page_is_written_again_when_the_snapshot_changes(project: Project) -> None:
    build = built(project, "rst", ("7", state()))
    assert "asked 2026-11-20" in build.text("ops/page.html")
    project.write({"opsdocs-issues.json": snapshot(("7", state(title="Another title")))})
    assert "Another title" in project.build("html").text("ops/page.html")
    (project.srcdir / "opsdocs-issues.json").unlink()
    assert "asked" not in project.build("html").text("ops/page.html")


# Edits


def test_register_tells_age_time_to_resolve_and_state_of_the_issue(project: Project) -> None:
    body = deviation("rst") + "\n" + deviation("rst", id="DEV-0008", **RESOLVED)
    project.write({"specs/api/limits.rst": SPEC_PAGE, "ops/page.rst": rst_page(body)})
    project.write({"opsdocs-issues.json": snapshot(("7", state(state="closed")))})
    result = run("report", "register", project.srcdir, "-f", "json")
    first, second = json.loads(result.stdout)
    cells = json.dumps(first), json.dumps(second)
    assert "API-7 (closed)" in cells[0]
    assert '"24"' in cells[0]
    assert '"11"' in cells[1]


# Drafts


@pytest.mark.parametrize("suffix", PAGES)
def test_draft_tells_all_that_an_owner_needs(
    make_project: Callable[..., Project], suffix: str
) -> None:
    project = github_project(make_project, "http://127.0.0.1:9")
    built(project, suffix, issue=None, workaround=True, where="eu-1")
    result = run("issues", "draft", "DEV-0007", "-s", project.srcdir)
    assert result.exit_code == 0, result.output
    text = result.output
    for part in (
        "Throttled clients get 503",
        "The gateway answered 503.",
        "Limits › Rate limits (api:rate-limits, version 2.1): specs/api/limits.rst:",
        "Observed on 2026-10-30, in eu-1. Severity: major.",
        f"DEV-0007 on ops/page.{suffix}",
        "Orders team (#orders-oncall)",
    ):
        assert part in text
    assert "Raise the period" not in text


@pytest.mark.parametrize(
    ("suffix", "block", "line"),
    [
        ("rst", "", "   :issue: API-31"),
        ("md", "", ":issue: API-31"),
        ("md", "yaml", "issue: API-31"),
    ],
)
def test_created_issue_is_written_into_the_document(
    make_project: Callable[..., Project], suffix: str, block: str, line: str
) -> None:
    def handle(request: Request) -> Answer:
        assert (request.method, request.path) == ("POST", "/repos/acme/api/issues")
        sent = json.loads(request.body)
        assert sent["title"] == "Throttled clients get 503"
        return Answer(201, github_issue(31))

    with TrackerServer(handle) as server:
        project = github_project(make_project, server.address)
        built(project, suffix, issue=None)
        path = project.srcdir / f"ops/page.{suffix}"
        if block:
            text = path.read_text()
            start, end = text.index(":id:"), text.index(":state: open") + len(":state: open")
            options = text[start:end].replace("\n:", "\n").removeprefix(":")
            path.write_text(f"{text[:start]}---\n{options}\n---{text[end:]}")
        before = path.read_text().splitlines()
        result = run("issues", "draft", "DEV-0007", "--create", "-s", project.srcdir)
        assert result.exit_code == 0, result.output
        after = path.read_text().splitlines()
        assert [text for text in after if text not in before] == [line]
        assert [text for text in after if text != line] == before
        (found,) = project.build("dummy").documents["ops/page"].deviations
        assert [issue.text for issue in found.issues] == ["API-31"]
        assert len(server.requests) == 1
        again = run("issues", "draft", "DEV-0007", "--create", "-s", project.srcdir)
        assert again.exit_code == 2
        assert "already has an issue for spec domain api" in again.output


def test_refused_creation_leaves_the_document(make_project: Callable[..., Project]) -> None:
    with TrackerServer(lambda _: Answer(403, {"message": "no"})) as server:
        project = github_project(make_project, server.address)
        built(project, "rst", issue=None)
        before = (project.srcdir / "ops/page.rst").read_text()
        result = run("issues", "draft", "DEV-0007", "--create", "-s", project.srcdir)
        assert result.exit_code == 2
        assert "answers 403" in result.output
        assert (project.srcdir / "ops/page.rst").read_text() == before


# Ids


@pytest.mark.parametrize("suffix", PAGES)
def test_draft_names_environment_and_addresses(
    make_project: Callable[..., Project], suffix: str
) -> None:
    project = github_project(make_project, "http://127.0.0.1:9")
    built(project, suffix, issue=None, environment="production", service="orders")
    address = "html_baseurl=https://docs.example"
    text = run("issues", "draft", "DEV-0007", "-s", project.srcdir, "-D", address).output
    assert "environment production, service orders. Severity: major." in text
    assert "https://docs.example/specs/api/limits.html#rate-limits" in text
    assert "https://docs.example/ops/page.html#dev-0007" in text.lower()


@pytest.mark.parametrize("written", ["TODO", ""])
@pytest.mark.parametrize("suffix", PAGES)
def test_no_issue_is_raised_for_a_deviation_that_says_nothing_yet(
    make_project: Callable[..., Project], suffix: str, written: str
) -> None:
    with TrackerServer(lambda _: Answer(201, github_issue(31))) as server:
        project = github_project(make_project, server.address)
        built(project, suffix, issue=None)
        path = project.srcdir / f"ops/page.{suffix}"
        path.write_text(path.read_text().replace("The gateway answered 503.", written))
        shown = run("issues", "draft", "DEV-0007", "-s", project.srcdir)
        assert "DEV-0007 has no description yet" in shown.stderr
        refused = run("issues", "draft", "DEV-0007", "--create", "-s", project.srcdir)
        assert refused.exit_code == 2
        assert "has no description yet" in refused.output
        assert not server.requests
