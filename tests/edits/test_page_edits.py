"""Edits of pages by command: versions, reviews and new deviations, in both syntaxes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.commands import git, run
from tests.project import HEADER, SPEC_PAGE, Project, md_page, rst_page

WRITERS = {".rst": rst_page, ".md": md_page}
SUFFIXES = tuple(WRITERS)
TAIL = {".rst": "Mitigation\n----------\n\nStop it.\n\nEscalation\n----------\n\nAsk.\n",
        ".md": "## Mitigation\n\nStop it.\n\n## Escalation\n\nAsk.\n"}  # fmt: skip


def written(project: Project, suffix: str) -> Path:
    body = f"Text.\n\n{TAIL[suffix]}"
    project.write({"specs/api/limits.rst": SPEC_PAGE, f"ops/page{suffix}": WRITERS[suffix](body)})
    root = project.srcdir.parent
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "all")
    return project.srcdir / f"ops/page{suffix}"


def added(before: str, after: str) -> list[str]:
    """The lines that are new, if nothing else has changed."""
    rest = iter(after.splitlines())
    new: list[str] = []
    for line in before.splitlines():
        for other in rest:
            if other == line:
                break
            new.append(other)
        else:
            pytest.fail(f"{line!r} is gone")
    return [*new, *rest]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_change_takes_inline_markup(project: Project, suffix: str) -> None:
    path = written(project, suffix)
    why = "``drain`` is new" if suffix == ".rst" else "`drain` is new"
    what = "See :doc:`/index`." if suffix == ".rst" else "See {doc}`/index`."
    done = run("change", "ops/page", "-s", project.srcdir, "--why", why, "--what", what)
    assert done.exit_code == 0, done.output
    assert why in path.read_text()
    assert what in path.read_text()
    (entry,) = project.build("dummy").documents["ops/page"].changes
    assert entry.version == "2.2"


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_change_raises_a_version_once_in_a_change_set(project: Project, suffix: str) -> None:
    path = written(project, suffix)
    words = ("change", "ops/page", "-s", project.srcdir, "--why", "x", "--what", "y")
    assert run(*words).exit_code == 0
    once = path.read_bytes()
    again = run(*words)
    assert again.exit_code == 0
    assert "raised the version already, 2.1 → 2.2" in again.output
    assert path.read_bytes() == once
    assert run(*words, "--version", "3.0").exit_code == 0
    git(project.srcdir.parent, "commit", "-qam", "next")
    assert "3.0 → 3.1" in run(*words).output
    assert run(*words, "--base", "nowhere").exit_code == 2


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_change_adds_the_entry_of_a_version_that_was_raised_by_hand(
    project: Project, suffix: str
) -> None:
    path = written(project, suffix)
    path.write_text(path.read_text().replace("2.1", "2.2"))
    done = run("change", "ops/page", "-s", project.srcdir, "--why", "x", "--what", "y")
    assert "2.1 → 2.2" in done.output
    facts = project.build("dummy").documents["ops/page"]
    assert facts.header
    assert facts.header.version == "2.2"
    assert [entry.version for entry in facts.changes] == ["2.2"]


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_reviewed_sets_one_field_alone(project: Project, suffix: str) -> None:
    path = written(project, suffix)
    before = path.read_text()
    done = run("reviewed", f"ops/page{suffix}", "-s", project.srcdir)
    assert "last reviewed 2026-11-02 → 2026-11-23" in done.output
    assert path.read_text() == before.replace("2026-11-02", "2026-11-23")
    legacy = WRITERS[suffix](
        "Text.", header={"class": "legacy", "owner": "team-orders", "status": "Draft"}
    )
    path.write_text(legacy)
    assert "last reviewed never →" in run("reviewed", "ops/page", "-s", project.srcdir).output
    (line,) = added(legacy, path.read_text())
    assert "last-reviewed" in line


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_reviewed_knows_the_names_of_the_team(project: Project, suffix: str) -> None:
    path = written(project, suffix)
    project.append("opsdocs.toml", '[header.aliases]\nlast-reviewed = ["last_reviewed_on"]\n')
    text = path.read_text().replace("last-reviewed", "last_reviewed_on")
    path.write_text(text)
    assert run("reviewed", "ops/page", "-s", project.srcdir).exit_code == 0
    assert path.read_text() == text.replace("2026-11-02", "2026-11-23")


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_new_deviation_gets_the_next_id_and_changes_nothing_else(
    project: Project, suffix: str
) -> None:
    path = written(project, suffix)
    before = path.read_text()
    words = ("deviations", "new", "ops/page", "Clients get 503", "-s", project.srcdir,
             "--spec", "api:rate-limits", "--issue", "API-1", "--text", "Seen once.")  # fmt: skip
    assert "DEV-0001 recorded" in run(*words, "--section", "Mitigation").output
    lines = added(before, path.read_text())
    assert [line.strip() for line in lines if line.strip()][1] == ":id: DEV-0001"
    build = project.build("dummy")
    (deviation,) = build.documents["ops/page"].deviations
    assert (deviation.section, deviation.observed, deviation.severity) == (
        "mitigation",
        "2026-11-23",
        "minor",
    )
    assert not [f for f in build.findings if f.rule.startswith("deviation")]
    assert "DEV-0002 recorded" in run(*words).output
    second = project.build("dummy").documents["ops/page"].deviations[1]
    assert (second.id, second.section) == ("DEV-0002", "escalation")
    assert run(*words, "--id", "DEV-0002").exit_code == 2
    assert 'has no section "Nowhere"' in run(*words, "--section", "Nowhere").output


def test_new_deviation_is_before_resolved_ones(project: Project) -> None:
    path = written(project, ".rst")
    words = (
        "deviations",
        "new",
        "ops/page",
        "One",
        "-s",
        project.srcdir,
        "--spec",
        "api:rate-limits",
    )
    run(*words, "--issue", "API-1")
    run("deviations", "resolve", "DEV-0001", "-s", project.srcdir)
    run(*words, "--issue", "API-2")
    assert re.findall(r"DEV-\d+|Resolved dev", path.read_text()) == [
        "DEV-0002",
        "Resolved dev",
        "DEV-0001",
    ]


def test_new_page_is_written_below_the_source_directory(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.append(
        "opsdocs.toml", "[classes.runbook]\nfile_pattern = '[a-z-]+'\ntitle_pattern = '[A-Z].*'\n"
    )
    root = project.srcdir.parent
    monkeypatch.chdir(root)
    assert "wrote docs/ops/drain.rst" in run("new", "runbook", "docs/ops/drain.rst").output
    assert "wrote docs/ops/other.md" in run("new", "runbook", "ops/other.md").output
    monkeypatch.chdir(project.srcdir / "ops")
    assert "wrote here.rst" in run("new", "runbook", "here.rst").output
    assert "wrote ../ops/there.rst" in run("new", "runbook", "ops/there.rst").output
    for page, message in (
        (root / "out.rst", "where Sphinx would read it"),
        ("Drain_2.rst", 'file name of a runbook must match "[a-z-]+", not "Drain_2"'),
        ("x.txt", "must end in .rst or .md"),
    ):
        done = run("new", "runbook", page)
        assert done.exit_code == 2
        assert message in done.output
    assert "title of a runbook must match" in run("new", "runbook", "y.rst", "--title", "y").output
    bare = root / "bare"
    bare.mkdir()
    assert (
        "has neither opsdocs.toml nor conf.py" in run("new", "runbook", "y.rst", "-s", bare).output
    )
    assert HEADER["class"] == "runbook"


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_verified_records_and_changes_nothing_else(project: Project, suffix: str) -> None:
    path = written(project, suffix)
    before = path.read_text()
    words = ("verified", "ops/page", "-s", project.srcdir, "--by", "Ben Berg", "--text", "Well.")
    result = run(*words, "--result", "passed", "--environment", "staging", "--evidence", "run 31")
    assert "verification of 2026-11-23 recorded: passed (drill)" in result.output
    assert added(before, path.read_text())
    result = run(*words, "--result", "failed", "--kind", "real", "--today", "2026-11-24")
    assert "raise an issue with what is to change" in result.output
    facts = project.build("dummy").documents["ops/page"]
    first, second = facts.verifications
    assert (first.date, first.by, first.version, first.environment, first.evidence) == (
        "2026-11-23",
        "Ben Berg",
        "2.1",
        "staging",
        "run 31",
    )
    assert (second.date, second.result, second.kind) == ("2026-11-24", "failed", "real")
    # a record is no part of the text, so that the page keeps its version and review
    review = run("review", "main", "-s", project.srcdir)
    assert (review.exit_code, "0 pages changed in meaning" in review.output) == (0, True)
    assert run("verified", "ops/nowhere", *words[2:], "--result", "passed").exit_code == 2


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_verified_keeps_a_date_in_the_header_right(project: Project, suffix: str) -> None:
    path = written(project, suffix)
    assert run("reviewed", "ops/page", "-s", project.srcdir).exit_code == 0
    text = path.read_text()
    field = {".rst": ":last-verified: 2026-01-02\n", ".md": 'last-verified: "2026-01-02"\n'}[suffix]
    start = {".rst": ":class:", ".md": "class:"}[suffix]
    path.write_text(text.replace(start, field + start, 1))
    for result, day in (("failed", "2026-01-02"), ("passed", "2026-11-23")):
        done = run("verified", "ops/page", "-s", project.srcdir, "--result", result)
        assert done.exit_code == 0, done.output
        header = project.build("dummy").documents["ops/page"].header
        assert header
        assert header.last_verified == day


def test_verified_refuses_an_environment_that_is_not_configured(project: Project) -> None:
    path = written(project, ".rst")
    before = path.read_text()
    config = project.srcdir / "opsdocs.toml"
    config.write_text('environments = ["production"]\n' + config.read_text())
    result = run(
        "verified", "ops/page", "-s", project.srcdir, "--result", "passed", "--environment", "prod"
    )
    assert result.exit_code == 2
    assert 'environment must be "production", not "prod"' in result.output
    assert path.read_text() == before
