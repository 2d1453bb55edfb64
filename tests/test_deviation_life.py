"""The life of a deviation: what the snapshot says of its issue, drafts, confirmation, resolution."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from sphinxext_opsdocs.cli import main
from sphinxext_opsdocs.config.schema import Config, Tracker
from sphinxext_opsdocs.issues.reference import format_issue_address, format_issue_id, resolve_issue
from sphinxext_opsdocs.issues.snapshot import IssueState, dump_snapshot
from tests.project import RUNBOOK_SECTIONS_RST, SPEC_PAGE, Build, Project, md_page, rst_page
from tests.tracker_replies import github_issue
from tests.tracker_server import Answer, Request, TrackerServer

PAGES = {"rst": rst_page, "md": md_page}
BEFORE = {
    "rst": "Mitigation\n----------\n\nStop traffic.\n\n",
    "md": "## Mitigation\n\nStop traffic.\n\n",
}
AFTER = {"rst": "\nEscalation\n----------\n\nCall.\n", "md": "\n## Escalation\n\nCall.\n"}


def deviation(suffix: str, workaround: bool = False, **options: str | None) -> str:
    given = {
        "id": "DEV-0007",
        "spec": "api:rate-limits",
        "issue": "API-7",
        "observed": "2026-10-30",
        "severity": "major",
        "state": "open",
    } | options
    lines = [f":{name.replace('_', '-')}: {text}" for name, text in given.items() if text]
    nested = {
        "rst": "\n.. workaround::\n\n   Raise the period.\n",
        "md": "\n```{workaround}\nRaise the period.\n```\n",
    }[suffix]
    body = "\n".join([*lines, "", "The gateway answered 503.", nested if workaround else ""])
    if suffix == "md":
        return f"````{{observed-deviation}} Throttled clients get 503\n{body.rstrip()}\n````\n"
    inner = "\n".join(f"   {line}".rstrip() for line in body.rstrip().splitlines())
    return f".. observed-deviation:: Throttled clients get 503\n{inner}\n"


def page(suffix: str, **options: Any) -> str:
    return PAGES[suffix](BEFORE[suffix] + deviation(suffix, **options) + AFTER[suffix])


def snapshot(*states: tuple[str, IssueState], tracker: str = "api-issues") -> str:
    return dump_snapshot({tracker: dict(states)}).decode()


def state(**told: Any) -> IssueState:
    sound = {"outcome": "found", "checked": "2026-11-20T06:00:00Z", "state": "open"}
    return IssueState(**({"title": "503 during a drain"} | sound | told))


def built(project: Project, suffix: str, *states: tuple[str, IssueState], **options: Any) -> Build:
    files = {"specs/api/limits.rst": SPEC_PAGE, f"ops/page.{suffix}": page(suffix, **options)}
    if states:
        files["opsdocs-issues.json"] = snapshot(*states)
    project.write(files)
    return project.build("html")


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


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


def test_id_that_fits_two_trackers_is_ambiguous(make_project: Callable[..., Project]) -> None:
    config = """
    [trackers.one]
    pattern = '#\\d+'
    url = "https://one.example/issues/{id}"
    [trackers.two]
    pattern = '#\\d+'
    url = "https://two.example/issues/{id}"
    [domains.api]
    paths = ["specs/api/**"]
    """
    project = make_project(config=config)
    (finding,) = built(project, "rst", issue='"#7"').of("deviation_issue_unknown")
    assert 'fits the trackers "one", "two"' in finding.message
    assert not built(project, "rst", issue="https://two.example/issues/7").of(
        "deviation_issue_unknown"
    )


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
    assert "as of 2026" in text.replace("\\-", "-")


def test_page_is_written_again_when_the_snapshot_changes(project: Project) -> None:
    build = built(project, "rst", ("7", state()))
    assert "(as of 2026-11-20)" in build.text("ops/page.html")
    project.write({"opsdocs-issues.json": snapshot(("7", state(title="Another title")))})
    assert "Another title" in project.build("html").text("ops/page.html")
    (project.srcdir / "opsdocs-issues.json").unlink()
    assert "as of" not in project.build("html").text("ops/page.html")


# Edits


@pytest.mark.parametrize("suffix", PAGES)
def test_resolving_moves_a_deviation_into_the_history_of_its_page(
    project: Project, suffix: str
) -> None:
    name = f"ops/page.{suffix}"
    built(project, suffix, workaround=True)
    before = (project.srcdir / name).read_text()
    result = run("deviations", "resolve", "DEV-0007", "-s", project.srcdir, "--today", "2026-11-23")
    assert result.exit_code == 0, result.output
    after = (project.srcdir / name).read_text()
    assert "workaround" not in after
    assert "Resolved deviations" in after
    assert after.index("Escalation") < after.index("Resolved deviations") < after.index("DEV-0007")
    build = project.build("html")
    (found,) = build.documents["ops/page"].deviations
    assert (found.state, found.resolved) == ("resolved", "2026-11-23")
    assert not [r for r in build.rules if r.startswith(("deviation", "workaround", "input"))]
    assert not build.warnings or "opsdocs" in build.warnings
    kept = [line for line in before.splitlines() if line.strip()]
    lost = [line for line in kept if line not in after.splitlines()]
    assert all(
        "state" in text or "workaround" in text or "Raise" in text or not text.strip("`")
        for text in lost
    )
    assert run("deviations", "resolve", "DEV-0007", "-s", project.srcdir).exit_code == 2


@pytest.mark.parametrize("suffix", PAGES)
def test_next_resolved_deviation_joins_the_section(project: Project, suffix: str) -> None:
    one, two = deviation(suffix), deviation(suffix, id="DEV-0008")
    text = PAGES[suffix](BEFORE[suffix] + one + "\n" + two + AFTER[suffix])
    project.write({"specs/api/limits.rst": SPEC_PAGE, f"ops/page.{suffix}": text})
    for number in ("DEV-0007", "DEV-0008"):
        assert run("deviations", "resolve", number, "-s", project.srcdir).exit_code == 0
    after = (project.srcdir / f"ops/page.{suffix}").read_text()
    assert after.count("Resolved deviations") == 1
    build = project.build("html")
    assert {d.state for d in build.documents["ops/page"].deviations} == {"resolved"}
    assert after.index("DEV-0008") < after.index("DEV-0007")


def test_resolving_in_place_changes_two_lines(project: Project) -> None:
    built(project, "rst")
    before = (project.srcdir / "ops/page.rst").read_text()
    run("deviations", "resolve", "DEV-0007", "--in-place", "-s", project.srcdir)
    after = (project.srcdir / "ops/page.rst").read_text()
    expected = before.replace(
        "   :state: open\n", "   :state: resolved\n   :resolved: 2026-11-23\n"
    )
    assert after == expected


def test_windows_line_ends_are_kept(project: Project) -> None:
    built(project, "rst")
    path = project.srcdir / "ops/page.rst"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    run("deviations", "resolve", "DEV-0007", "-s", project.srcdir)
    assert path.read_bytes().count(b"\n") == path.read_bytes().count(b"\r\n")


@pytest.mark.parametrize(
    ("number", "said"), [("DEV-0070", 'did you mean "DEV-0007"'), ("NONE-1", "no deviation")]
)
def test_unknown_deviation(project: Project, number: str, said: str) -> None:
    built(project, "rst")
    result = run("deviations", "resolve", number, "-s", project.srcdir)
    assert result.exit_code == 2
    assert said in result.output


@pytest.mark.parametrize("suffix", PAGES)
def test_confirming_says_when_where_and_how_it_was_seen_again(
    project: Project, suffix: str
) -> None:
    built(project, suffix, observed="2026-06-30", severity="minor")
    seen = ("--version", "4.7.1", "--evidence", "https://grafana.example/d/1?a=1,2")
    result = run("deviations", "confirm", "DEV-0007", *seen, "-s", project.srcdir)
    assert result.exit_code == 0, result.output
    build = project.build("html")
    (found,) = build.documents["ops/page"].deviations
    assert (found.last_observed, found.seen_in) == ("2026-11-23", "4.7.1")
    assert found.evidence == "https://grafana.example/d/1?a=1,2"
    assert not [rule for rule in build.rules if rule.startswith(("deviation", "input"))]
    text = build.text("ops/page.html")
    assert 'last 2026-11-23 in 4.7.1 (<a class="reference external" href="https://graf' in text


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


def github_project(make_project: Callable[..., Project], api: str) -> Project:
    return make_project(
        config=f"""
        governed = ["ops/**"]
        [owners.team-orders]
        title = "Orders team"
        contact = "#orders-oncall"
        [owners.team-api]
        [trackers.api-issues]
        kind = "github"
        project = "acme/api"
        api = "{api}"
        pattern = 'API-(?P<number>\\d+)'
        url = "https://github.com/acme/api/issues/{{number}}"
        [domains.api]
        owner = "team-api"
        tracker = "api-issues"
        paths = ["specs/api/**"]
        """
    )


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
        "Orders team, #orders-oncall",
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


@pytest.mark.parametrize(
    ("pattern", "url", "kind", "written", "ref", "text"),
    [
        (r"API-(?P<number>\d+)", "https://t.example/{number}", "github", "API-7", "7", "API-7"),
        (r"API-(?P<number>\d+)", "https://t.example/{number}", "github", "https://t.example/7", "7", "API-7"),
        (r"#\d+", "https://t.example/issues/{id}", "gitlab", "#12", "12", "#12"),
        (r"[A-Z]+-\d+", "https://j.example/browse/{id}", "jira", "OPS-3", "OPS-3", "OPS-3"),
        (r"[A-Z]+-\d+", "https://j.example/browse/{id}", "jira", "https://j.example/browse/OPS-3?x=1", "OPS-3", "OPS-3"),
        (r"issue(?P<n>\d+)", "https://r.example/issue{n}", "roundup", "issue4", "4", "issue4"),
        (r"(?P<project>[\w/]+)#(?P<number>\d+)", "https://g.example/{project}/issues/{number}", "github", "a/b#5", "a/b#5", "a/b#5"),
        (r"(?P<project>[\w/]+)#(?P<number>\d+)", "https://g.example/{project}/issues/{number}", "github", "https://g.example/a/b/issues/5", "a/b#5", "a/b#5"),
        (r"(?:GH|gh)-(?P<number>[0-9]{1,5})", "https://t.example/{number}", "github", "GH-7", "7", "https://t.example/7"),
    ],
)  # fmt: skip
def test_ids_and_addresses(
    pattern: str, url: str, kind: str, written: str, ref: str, text: str
) -> None:
    tracker = Tracker(pattern=pattern, url=url, kind=kind, project="acme/api")  # type: ignore[arg-type]
    config = Config(trackers={"t": tracker})
    issue = resolve_issue(config, written)
    assert (issue.tracker, issue.ref) == ("t", ref)
    assert format_issue_id(config, "t", ref) == text
    assert resolve_issue(config, text).ref == ref
    if address := format_issue_address(tracker, ref):
        assert resolve_issue(config, address).ref == ref


@pytest.mark.parametrize(
    ("kind", "pattern", "url", "written", "ref"),
    [
        ("github", r"API-(?P<number>\d+)", "https://github.com/a/b/issues/{number}", "http://GitHub.com/a/b/pull/7", "7"),
        ("gitlab", r"#(?P<n>\d+)", "https://g.example/a/b/-/issues/{n}", "https://g.example/a/b/-/work_items/7", "7"),
        ("jira", r"(?P<project>[A-Z]+)-(?P<number>\d+)", "", "XYZ-3", "XYZ-3"),
        ("jira", r"API-(?P<number>\d+)", "", "API-12", "ABC-12"),
        ("jira", r"(?i:[a-z]+-\d+)", "", "api-7", "API-7"),
        ("redmine", r"(?P<project>\w+)#(?P<number>\d+)", "", "ops#12", "12"),
        ("github", r"(?P<team>[A-Z]+)-(?P<n>\d+)", "", "OPS-12", "12"),
        ("github", r"API-(?P<number>\d+)", "", "API-0", ""),
        ("github", r"[a-z]+", "", "new", ""),
    ],
)  # fmt: skip
def test_ids_in_their_trackers(kind: str, pattern: str, url: str, written: str, ref: str) -> None:
    project = "ABC" if kind == "jira" else "a/b"
    tracker = Tracker(pattern=pattern, url=url, kind=kind, project=project)  # type: ignore[arg-type]
    issue = resolve_issue(Config(trackers={"t": tracker}), written)
    assert (issue.tracker, issue.ref) == ("t" if ref else "", ref)


ODD_RST = {
    "note": ".. note::\n\n{inner}",
    "list": "1. Stop.\n\n{inner}\n2. Go on.\n",
    "label": ".. _dev-label:\n\n{block}\nSee :ref:`a title <dev-label>`.\n",
    "rst-class": ".. rst-class:: wide\n\n{block}\nText.\n",
    "shown history": "{block}\n::\n\n   Resolved deviations\n   -------------------\n",
    "aligned title": None,
}
ODD_MD = {
    "note": "````````{{note}}\n{block}````````\n",
    "eval-rst": "```````{{eval-rst}}\n{rst}```````\n",
    "no blank lines": "First.\n{block}Second.\n",
    "rule behind": "First.\n{block}---\n",
    "label": "(dev-label)=\n{block}\nSee {{ref}}`a title <dev-label>`.\n",
    "shown history": "{block}\n```text\n## Resolved deviations\n```\n",
    "fence in code": None,
    "open fence": "{block}\n```text\nThe end.\n",
    "yaml list": None,
    "yaml flow": None,
}


def odd_page(suffix: str, name: str) -> str:
    template = {"rst": ODD_RST, "md": ODD_MD}[suffix][name]
    block = deviation(suffix)
    inner = "".join(f"   {line}".rstrip() + "\n" for line in block.splitlines())
    if template:
        body = template.format(block=block, inner=inner, rst=deviation("rst"))
    elif name == "aligned title":
        title = ".. observed-deviation:: Throttled clients"
        body = block.replace(f"{title} get 503", f"{title}\n{' ' * 24}get 503")
    elif name == "fence in code":
        body = block.replace("answered 503.", "answered 503:\n\n    ````\n\nAnd so on.")
    else:
        options = block[block.index(":id:") : block.index("\n\nThe gateway")]
        pairs = [line[1:].split(": ", 1) for line in options.splitlines()]
        if name == "yaml flow":
            made = "{" + ", ".join(f'{key}: "{text}"' for key, text in pairs) + "}"
        else:
            lines = [f"{k}:\n- {v}" if k == "spec" else f"{k}: {v}" for k, v in pairs]
            made = "\n".join(["# a comment", *lines[:2], "", *lines[2:]])
        body = block.replace(options, f"---\n{made}\n---")
    return PAGES[suffix](BEFORE[suffix] + body)


@pytest.mark.parametrize(
    ("suffix", "name"),
    [*(("rst", name) for name in ODD_RST), *(("md", name) for name in ODD_MD)],
)
@pytest.mark.parametrize("command", ["resolve", "confirm"])
def test_edit_of_an_odd_page_is_right_or_refused(
    project: Project, suffix: str, name: str, command: str
) -> None:
    """Whatever stands around it: no text, label, section or option of others is touched."""
    file = project.srcdir / f"ops/page.{suffix}"
    project.write({"specs/api/limits.rst": SPEC_PAGE, f"ops/page.{suffix}": odd_page(suffix, name)})
    before, text = project.build("dummy"), file.read_text()
    (old,) = before.documents["ops/page"].deviations
    evidence = ("--evidence", 'log "503": it\'s #1 \\new:') if command == "confirm" else ()
    result = run("deviations", command, "DEV-0007", *evidence, "-s", project.srcdir)
    if result.exit_code:
        assert result.exit_code == 2
        assert "cannot be edited safely" in result.output
        assert file.read_text() == text
        return
    after = project.build("dummy")
    (new,) = after.documents["ops/page"].deviations
    assert (new.title, new.observed, new.severity) == (old.title, old.observed, old.severity)
    assert [value.text for value in new.specs] == ["api:rate-limits"]
    if command == "resolve":
        assert (new.state, new.resolved) == ("resolved", "2026-11-23")
    else:
        assert new.evidence == 'log "503": it\'s #1 \\new:'
    assert set(after.rules) <= {*before.rules}
    titles = [s.title for s in before.documents["ops/page"].sections]
    left = [s.title for s in after.documents["ops/page"].sections]
    assert [title for title in left if title != "Resolved deviations"] == titles


SHOWN = {
    "rst": "Shown so::\n\n      .. workaround::\n\n         Wait.\n",
    "md": "~~~text\n:::{workaround}\nWait.\n:::\n~~~\n",
}


@pytest.mark.parametrize("suffix", PAGES)
def test_workaround_that_is_only_shown_stays(project: Project, suffix: str) -> None:
    inner = SHOWN[suffix]
    if suffix == "rst":
        inner = f"   {inner}"
    block = deviation(suffix)
    last = block.rstrip().rpartition("\n")
    body = f"{block.rstrip()}\n\n{inner}" if suffix == "rst" else f"{last[0]}\n{inner}{last[2]}\n"
    text = PAGES[suffix](BEFORE[suffix] + body)
    project.write({"specs/api/limits.rst": SPEC_PAGE, f"ops/page.{suffix}": text})
    result = run("deviations", "resolve", "DEV-0007", "-s", project.srcdir)
    assert result.exit_code == 0, result.output
    changed = (project.srcdir / f"ops/page.{suffix}").read_text()
    assert "state: resolved" in changed
    assert changed.count("workaround") == 1
    assert "Wait." in changed


def test_edit_in_an_included_file_finds_the_right_deviation(project: Project) -> None:
    inc = deviation("rst", id="DEV-0008") + "\n" + deviation("rst")
    start = deviation("rst", id="DEV-0008").count("\n") + 1
    page_text = rst_page(f".. include:: /inc.txt\n   :start-line: {start}\n")
    project.write({"specs/api/limits.rst": SPEC_PAGE, "inc.txt": inc, "ops/page.rst": page_text})
    result = run("deviations", "resolve", "DEV-0007", "-s", project.srcdir)
    changed = (project.srcdir / "inc.txt").read_text()
    first, second = changed.split("DEV-0007") if "DEV-0007" in changed else (changed, "")
    assert "state: open" in first
    assert result.exit_code in (0, 2)
    assert ("state: resolved" in second) == (result.exit_code == 0)


def test_edit_keeps_mode_and_link_of_a_file(project: Project) -> None:
    built(project, "rst")
    file = project.srcdir / "ops/page.rst"
    target = project.srcdir.parent / "kept.rst"
    file.rename(target)
    file.symlink_to(target)
    target.chmod(0o664)
    assert run("deviations", "confirm", "DEV-0007", "-s", project.srcdir).exit_code == 0
    assert file.is_symlink()
    assert target.stat().st_mode & 0o777 == 0o664
    assert "last-observed: 2026-11-23" in target.read_text()


def test_sections_of_a_runbook_are_not_disturbed(project: Project) -> None:
    text = rst_page(RUNBOOK_SECTIONS_RST + deviation("rst"))
    project.write({"specs/api/limits.rst": SPEC_PAGE, "ops/page.rst": text})
    assert run("deviations", "resolve", "DEV-0007", "-s", project.srcdir).exit_code == 0
    build = project.build("html")
    assert not build.of("section_missing")
    assert [s.title for s in build.documents["ops/page"].sections][-1] == "Resolved deviations"
