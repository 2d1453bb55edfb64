"""``opsdocs init``: on projects as people have them, and in an empty folder."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from sphinxext_opsdocs.config.parser import parse_config
from sphinxext_opsdocs.edits.conf_py import add_extension
from sphinxext_opsdocs.edits.source_text import EditError
from tests.commands import git, run, run_piped

CONF = 'project = "x"\nextensions = ["myst_parser"]\n'
INDEX = "Manual\n======\n\n.. toctree::\n   :maxdepth: 1\n\n   ops/a\n   api/b\n\nThe end.\n"
ADDED = "sphinxext_opsdocs"


def tree(root: Path, **files: str) -> Path:
    docs = root / "docs"
    pages = {
        "conf.py": CONF,
        "index.rst": INDEX,
        "ops/a.rst": "A\n=\n",
        "api/b.md": "# B\n",
        "contributing/c.rst": ":orphan:\n\nC\n=\n",
    }
    for name, text in {**pages, **files}.items():
        path = docs / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    git(root, "init", "-q", "-b", "main")
    return docs


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('extensions = ["a"]', 'extensions = ["a", "sphinxext_opsdocs"]'),
        ("extensions = ['a']  # x", "extensions = ['a', 'sphinxext_opsdocs']  # x"),
        ("extensions = []", 'extensions = ["sphinxext_opsdocs"]'),
        (
            'extensions = [\n    "a",  # why\n]',
            'extensions = [\n    "a",  # why\n    "sphinxext_opsdocs",\n]',
        ),
        (
            'extensions = [\n    "ä",\n    "b"  # why\n    # more\n]',
            'extensions = [\n    "ä",\n    "b",  # why\n    "sphinxext_opsdocs",\n    # more\n]',
        ),
        (
            'extensions: list[str] = ["a",\n              "b"]',
            'extensions: list[str] = ["a",\n              "b", "sphinxext_opsdocs"]',
        ),
        ('extensions = ["sphinxext_opsdocs"]', 'extensions = ["sphinxext_opsdocs"]'),
        (
            'extensions = []\nextensions.append("sphinxext_opsdocs")',
            'extensions = []\nextensions.append("sphinxext_opsdocs")',
        ),
    ],
)
def test_extension_is_added_as_the_list_is_written(before: str, after: str) -> None:
    assert add_extension(f"# é\n{before}\n", ADDED) == f"# é\n{after}\n"


@pytest.mark.parametrize(
    "text",
    [
        "from shared import *\n",
        "extensions = shared + []\n",
        "extensions = []\nextensions = ['a']\n",
        "if tags.has('x'):\n    extensions = []\n",
        "extensions = [\n",
    ],
)
def test_computed_extensions_are_left_alone(tmp_path: Path, text: str) -> None:
    with pytest.raises(EditError):
        add_extension(text, ADDED)
    docs = tree(tmp_path, **{"conf.py": text})
    done = run_piped("init", "-y", cwd=tmp_path)
    assert done.returncode == 2
    if text != "extensions = [\n":
        assert '  extensions = [*extensions, "sphinxext_opsdocs"]\n' in done.stderr
    assert "Then run opsdocs init again" in done.stderr
    assert git(tmp_path, "status", "--short").split() == ["??", "docs/"]
    assert sorted(path.name for path in docs.iterdir()) == [
        "api",
        "conf.py",
        "contributing",
        "index.rst",
        "ops",
    ]
    assert (docs / "conf.py").read_text() == text


def test_project_is_governed_checked_and_undone(tmp_path: Path) -> None:
    docs = tree(tmp_path)
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "before")
    shown = run_piped("init", "--dry-run", cwd=tmp_path)
    assert shown.returncode == 0
    assert "+   governance" in shown.stdout
    assert git(tmp_path, "status", "--short") == ""
    assert run_piped("init", cwd=tmp_path).returncode == 2  # nobody can be asked
    assert git(tmp_path, "status", "--short") == ""
    done = run_piped("init", "--yes", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (docs / "index.rst").read_text() == INDEX.replace("api/b\n", "api/b\n   governance\n")
    config = tomllib.loads((docs / "opsdocs.toml").read_text())
    assert config["governed"] == ["ops/**"]
    assert config["domains"]["api"]["paths"] == ["api/**"]
    again = run_piped("init", "--yes", cwd=docs / "ops")
    assert "nothing to do" in again.stderr
    check = run_piped("check", cwd=tmp_path)
    assert check.returncode == 1
    assert check.stdout.count("header_missing") == 1
    # what was created, and the two lines that it names
    undo = done.stderr.partition("take opsdocs out again: remove ")[2].partition("\n")[0]
    created, _, changed = undo.partition(", and what was added to ")
    for name in created.split(", "):
        (tmp_path / name).unlink()
    git(tmp_path, "checkout", "-q", *changed.split(", "))
    assert git(tmp_path, "status", "--short", "docs/conf.py", "docs/index.rst") == ""


def test_what_a_repository_knows_is_in_the_configuration(tmp_path: Path) -> None:
    header = "---\nlast_reviewed_on: 2026-03-31\nreview_in: 3 months\nowner_slack: '#ops'\n---\n"
    docs = tree(tmp_path, **{"ops/d.md": f"{header}\n# D\n", "ops/e.md": f"{header}\n# E\n"})
    (tmp_path / ".github").mkdir()
    (tmp_path / ".github/CODEOWNERS").write_text("* @acme/ops\n")
    git(tmp_path, "remote", "add", "origin", "git@gitlab.acme.example:sre/manual.git")
    assert run("init", "-y", "-s", docs).exit_code == 0
    text = (docs / "opsdocs.toml").read_text()
    config = parse_config(tomllib.loads(text))
    assert config.codeowners == "../.github/CODEOWNERS"
    assert config.header.aliases == {
        "last-reviewed": ("last_reviewed_on",),
        "review-interval": ("review_in",),
        "owner": ("owner_slack",),
    }
    assert config.header.defaults == {"class": "legacy", "status": "Canonical"}
    tracker = config.trackers["issues"]
    assert (tracker.kind, tracker.project) == ("gitlab", "sre/manual")
    assert tracker.url == "https://gitlab.acme.example/sre/manual/-/issues/{number}"


def test_dates_with_slashes_are_recognised(tmp_path: Path) -> None:
    pages = {f"ops/{n}.md": f"---\nms.date: {n}/13/2026\n---\n\n# P\n" for n in range(1, 9)}
    docs = tree(tmp_path, **pages)
    assert run("init", "-y", "-s", docs).exit_code == 0
    config = parse_config(tomllib.loads((docs / "opsdocs.toml").read_text()))
    assert config.header.date_order == "month-first"


def test_starter_builds_and_is_clean(tmp_path: Path) -> None:
    folder = tmp_path / "manual"
    folder.mkdir()
    assert run_piped("init", "-y", cwd=folder).returncode == 0
    (folder / "conf.py").unlink()  # as if the run had been killed before its last file
    assert run_piped("init", "-y", cwd=folder).returncode == 0
    check = run_piped("check", cwd=folder)
    assert check.returncode == 0, check.stdout
    assert "0 errors, 0 warnings, 0 notes" in check.stderr
    from sphinx.cmd.build import main as build

    assert build(["-q", "-W", "-b", "html", str(folder), str(tmp_path / "out")]) == 0
    (folder / "conf.py").unlink()
    (folder / "notes.txt").touch()
    assert run_piped("init", "-y", cwd=folder).returncode == 2


def test_project_is_found_from_inside_and_from_the_root(tmp_path: Path) -> None:
    docs = tree(tmp_path)
    run("init", "-y", "-s", docs)
    for folder in (tmp_path, docs, docs / "ops"):
        assert "header_missing" in run_piped("check", cwd=folder).stdout
    (tmp_path / "site").mkdir()
    (tmp_path / "site/conf.py").touch()
    # of two projects, the one that uses opsdocs
    assert "header_missing" in run_piped("check", cwd=tmp_path).stdout
    (tmp_path / "site/opsdocs.toml").touch()
    several = run_piped("check", cwd=tmp_path)
    assert several.returncode == 2
    assert "there are several projects: docs, site; name one with -s" in several.stderr
    twice = run_piped("check", "docs", "-s", "site", cwd=tmp_path)
    assert "SOURCE is given twice" in twice.stderr


def test_governed_folders_are_named_before_there_is_a_configuration(tmp_path: Path) -> None:
    docs = tree(tmp_path)
    assert run("init", "-y", "-s", docs, "--governed", "api/**").exit_code == 0
    assert parse_config(tomllib.loads((docs / "opsdocs.toml").read_text())).governed == ("api/**",)
    late = run("init", "-y", "-s", docs, "--governed", "ops/**")
    assert late.exit_code == 2
    assert 'change "governed" in it' in late.output


def test_project_without_operational_pages_is_clean_at_first(tmp_path: Path) -> None:
    docs = tree(tmp_path)
    (docs / "ops/a.rst").unlink()
    index = INDEX.replace("   ops/a\n", "")
    (docs / "index.rst").write_text(index)
    done = run("init", "-y", "-s", docs)
    assert "governed: none yet" in done.output
    assert run_piped("check", cwd=docs).returncode == 0
