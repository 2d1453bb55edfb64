"""``opsdocs adopt``: headers for pages that a team had before."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sphinxext_opsdocs.config.codeowners import owners_of_path
from tests.commands import git, run
from tests.project import CONFIG, Project

OPS = 'governed = ["ops/**"]\n'
BEFORE = {
    "ops/plain.rst": "Restart the gateway\n===================\n\nText.\n",
    "ops/label.rst": ".. _here:\n\nBackup of the store\n===================\n\nText.\n",
    "ops/docinfo.rst": ":tocdepth: 2\n\nDeploy\n======\n\nText.\n",
    "ops/front.md": "---\nmyst:\n  all_links_external: false\n---\n\n# Rotate a secret\n\nText.\n",
    "ops/alerts.md": "# Gateway alerts\n\nText.\n",
    "ops/windows.md": "# Logging\r\n\r\nText.\r\n",
    "ops/mark.rst": "\ufeffUpgrade\n=======\n\nText.\n",
    "ops/comment.rst": ".. a comment\n\nNothing\n=======\n\nText.\n",
    "ops/whole.rst": ":class: legacy\n:owner: x\n:status: Draft\n\nWhole\n=====\n",
    "other/page.rst": "Other\n=====\n",
}


@pytest.fixture
def team(project: Project) -> Project:
    """A repository with pages without headers, written by Jo and by Al."""
    root = project.srcdir.parent
    project.write({"opsdocs.toml": OPS})
    for name, text in BEFORE.items():
        path = project.srcdir / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(text.encode())
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "all", "--date", "2026-05-04T12:00:00")
    project.append("ops/plain.rst", "\nMore.\n")
    git(root, "commit", "-qam", "more", "--author", "Al <al@acme.example>")
    return project


def shared(one: bytes, other: bytes) -> int:
    """Number of bytes at the start of both."""
    pairs = zip(one, other, strict=False)
    return next((n for n, (a, b) in enumerate(pairs) if a != b), min(len(one), len(other)))


def proposals(project: Project, *words: str) -> dict[str, dict[str, str]]:
    done = run("adopt", "-s", project.srcdir, "-f", "json", *words)
    assert done.exit_code == 0, done.output
    return {row["Page"]: row for row in json.loads(done.stdout)}


def test_headers_are_proposed_with_reasons(team: Project) -> None:
    rows = proposals(team)
    assert sorted(rows) == sorted(
        name.rpartition(".")[0] for name in BEFORE if name[:3] == "ops" and "whole" not in name
    )
    assert rows["ops/plain"]["Class"] == "runbook"
    assert rows["ops/label"]["Class"] == "recovery-procedure"
    assert rows["ops/front"]["Class"] == "access-guidance"
    assert rows["ops/comment"]["Class"] == "unknown"
    assert rows["ops/label"]["Owner"] == "Jo Doe"
    assert rows["ops/label"]["Last commit"] == "2026-05-04"
    assert "class: legacy" in rows["ops/label"]["Header"]
    assert not any("last-reviewed" in row["Header"] for row in rows.values())
    assert git(team.srcdir.parent, "status", "--short") == ""


def test_headers_are_written_and_nothing_else_changes(team: Project) -> None:
    before = team.build("dummy")
    count = before.warnings.count("WARNING")
    done = run("adopt", "-s", team.srcdir, "--write")
    assert done.exit_code == 0, done.output
    assert "adopted" in done.output
    for name, text in BEFORE.items():
        old, new = text.encode(), (team.srcdir / name).read_bytes()
        old += b"\nMore.\n" if name == "ops/plain.rst" else b""
        # one insertion, and all other bytes as they were
        assert shared(old, new) + shared(old[::-1], new[::-1]) >= len(old), name
    assert b"\r\nclass" in (team.srcdir / "ops/windows.md").read_bytes()
    after = team.build("dummy")
    headers = {name: facts.header for name, facts in after.documents.items()}
    assert {header.document_class for header in headers.values() if header} == {"legacy"}
    assert {header.owners for header in headers.values() if header} <= {
        ("Jo Doe",),
        ("Al",),
        ("x",),
    }
    assert after.rules == []
    assert after.warnings.count("WARNING") <= count
    assert proposals(team) == {}


def test_owners_of_codeowners_come_first_and_new_ones_are_added(team: Project) -> None:
    root = team.srcdir.parent
    (root / ".github").mkdir()
    (root / ".github/CODEOWNERS").write_text("/docs/ops/*.rst @acme/ops @acme/sre\n")
    config = OPS + '[owners.team-x]\ntitle = "Al"\n'
    team.write({"opsdocs.toml": config})
    rows = proposals(team)
    assert rows["ops/plain"]["Owner"] == "@acme/ops, @acme/sre"
    assert rows["ops/front"]["Owner"] == "Jo Doe"
    done = run("adopt", "-s", team.srcdir, "--write")
    assert "owners @acme/ops, @acme/sre, Jo Doe added" in done.output
    text = (team.srcdir / "opsdocs.toml").read_text()
    assert text.startswith(config.rstrip())
    assert '[owners."@acme/ops"]' in text
    assert '[owners."Jo Doe"]' in text
    build = team.build("dummy")
    assert [f.docname for f in build.of("owner_unknown")] == ["ops/whole"]
    assert build.documents["ops/plain"].header.owners == ("@acme/ops", "@acme/sre")  # type: ignore[union-attr]


def test_guessed_class_is_written_where_the_page_meets_it(team: Project) -> None:
    header = "---\nversion: '1.0'\nlast-reviewed: 2026-11-02\n---\n\n"
    sections = "".join(
        f"## {name}\n\nText.\n\n" for name in ("Purpose", "Access", "Hygiene", "Escalation")
    )
    team.write({"ops/access.md": f"{header}# Access to production\n\n{sections}"})
    row = proposals(team, "--owner", "team-x")["ops/access"]
    assert "class: access-guidance" in row["Header"]
    assert row["Sure of class"]
    run("adopt", "-s", team.srcdir, "--owner", "team-x", "--write")
    build = team.build("dummy")
    page = build.documents["ops/access"].header
    assert page
    assert (page.document_class, page.version, page.owners) == (
        "access-guidance",
        "1.0",
        ("team-x",),
    )
    assert not [finding for finding in build.findings if finding.docname == "ops/access"]


def test_pages_that_cannot_be_adopted_are_named(team: Project) -> None:
    team.write({"ops/late.rst": "Late\n====\n\n:class: runbook\n:owner: x\n\nText.\n"})
    done = run("adopt", "-s", team.srcdir, "--write")
    assert "ops/late.rst: not adopted, its header is not read" in done.output
    assert "ops/late.rst" not in git(team.srcdir.parent, "diff")


def test_references_and_deviations_are_proposed(project: Project) -> None:
    spec = ".. _limits:\n\nLimits\n======\n\nText.\n"
    base = '\nbase_url = "https://specs.acme.example/"\ndefault_status = "Canonical"\n'
    project.write({"opsdocs.toml": CONFIG + base, "specs/api/limits.rst": spec})
    page = (
        "Page\n====\n\nSee :ref:`limits`, and :doc:`/specs/api/limits`.\n\n"
        "Broken\n------\n\nThe export fails, see API-77.\n"
    )
    project.write({"ops/page.rst": page})
    rows = json.loads(
        run("adopt", "-s", project.srcdir, "--show", "references", "-f", "json").stdout
    )
    links = [(row["Link"], row["Section"]) for row in rows]
    assert links == [("ops/page:4", "api:limits")]
    (row,) = json.loads(
        run("adopt", "-s", project.srcdir, "--show", "deviations", "-f", "json").stdout
    )
    assert (row["Passage"], row["Issue"]) == ("ops/page:9", "API-77")


@pytest.mark.parametrize(
    ("pattern", "matches", "others"),
    [
        ("*", ["a", "x/y"], []),
        ("*.js", ["a.js", "x/y.js"], ["a.jsx"]),
        ("/build/logs/", ["build/logs/a", "build/logs/b/c"], ["x/build/logs/a"]),
        ("docs/*", ["docs/a.md"], ["docs/b/c.md", "x/docs/a.md"]),
        ("apps/", ["apps/a", "x/apps/b/c"], ["apps"]),
        ("**/logs", ["logs/a", "build/logs/x"], ["logsx"]),
        ("/apps/github", ["apps/github", "apps/github/x"], ["apps/githubx"]),
        ("/docs/**", ["docs/a", "docs/x/b"], ["docsx/a"]),
        ("path\\ with\\ spaces/", ["path with spaces/a"], ["path/a"]),
    ],
)
def test_patterns_of_codeowners_match_as_the_hosts_document(
    pattern: str, matches: list[str], others: list[str]
) -> None:
    for path in matches:
        assert owners_of_path(f"{pattern} @a\n", "github", path) == ("@a",)
    for path in others:
        assert owners_of_path(f"{pattern} @a\n", "github", path) == ()


def test_last_entry_of_codeowners_counts_on_gitlab_of_each_section() -> None:
    assert owners_of_path("* @a\n/docs/ @b\n", "github", "docs/x") == ("@b",)
    assert owners_of_path("* @a\n/docs/\n", "github", "docs/x") == ()
    text = "[A] @d\n*.md @x\n*.md\n^[B][2] @e @f\ndocs/\n"
    assert owners_of_path(text, "gitlab", "docs/a.md") == ("@d", "@e", "@f")


def test_tree_without_history_or_owners_is_left_alone(project: Project, tmp_path: Path) -> None:
    project.write({"opsdocs.toml": OPS, "ops/a.rst": "A\n=\n"})
    done = run("adopt", "-s", project.srcdir, "--write")
    assert "nothing tells its owner; name one with --owner" in done.output
    assert run("adopt", "-s", project.srcdir, "--write", "--owner", "team-x").exit_code == 0
    assert (project.srcdir / "ops/a.rst").read_text().startswith(":class: legacy\n:owner: team-x\n")


def test_owner_of_a_header_is_taken_unless_it_is_still_to_be_written(team: Project) -> None:
    team.write({"opsdocs.toml": OPS + '[owners.team-x]\ntitle = "X"\n'})
    team.write({"ops/dba.rst": ":owner: dba\n\nA\n=\n", "ops/todo.rst": ":owner: TODO\n\nB\n=\n"})
    rows = proposals(team)
    assert (rows["ops/dba"]["Owner"], rows["ops/dba"]["Why this owner"]) == ("dba", "header")
    assert rows["ops/todo"]["Owner"] != "TODO"
    done = run("adopt", "-s", team.srcdir, "--write")
    assert "dba" in done.output.partition(": owners ")[2]
    assert "TODO" not in (team.srcdir / "opsdocs.toml").read_text()


def test_adopt_says_why_it_finds_nothing(project: Project) -> None:
    project.write({"opsdocs.toml": 'governed = ["nowhere/**"]\n', "ops/a.rst": "A\n=\n"})
    assert "no page is governed" in run("adopt", "-s", project.srcdir).stderr
    shown = run("adopt", "-s", project.srcdir, "--show", "deviations").stderr
    assert "no tracker is configured" in shown
