"""Edits of pages and files as they are in the wild: nothing is swallowed, broken or lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from sphinxext_opsdocs.edits.conf_py import add_extension
from sphinxext_opsdocs.edits.source_text import EditError, SourceText
from sphinxext_opsdocs.edits.toctree import add_to_toctree
from tests.commands import git, run
from tests.project import CONFIG, HEADER, SPEC_PAGE, Project, md_page, rst_page

FRONT = "".join(f":{name}: {text}\n" for name, text in HEADER.items())


def test_change_leaves_a_quotation_below_the_title(project: Project) -> None:
    page = f"{FRONT}\nTitle\n=====\n\n   A quotation.\n\n   -- someone\n\nText.\n"
    project.write({"ops/page.rst": page})
    assert (
        run("change", "ops/page", "-s", project.srcdir, "--why", "a", "--what", "b").exit_code == 0
    )
    assert "<blockquote" in project.build("html").text("ops/page.html")


@pytest.mark.parametrize("prelude", [".. rst-class:: wide", ".. index:: foo", ".. _label:"])
def test_deviation_does_not_part_a_title_from_what_belongs_to_it(
    project: Project, prelude: str
) -> None:
    body = f"A\n-\n\na\n\n{prelude}\n\nB\n-\n\nb\n"
    project.write({"specs/api/limits.rst": SPEC_PAGE, "ops/page.rst": rst_page(body)})
    words = ("deviations", "new", "ops/page", "Slow", "--section", "A", "--spec", "api:rate-limits")
    assert run(*words, "-s", project.srcdir).exit_code == 0
    text = (project.srcdir / "ops/page.rst").read_text()
    assert f"\n{prelude}\n\nB\n-\n" in text


@pytest.mark.parametrize(("suffix", "write"), [(".rst", rst_page), (".md", md_page)])
def test_deviation_takes_several_paragraphs_and_code_in_its_title(
    project: Project, suffix: str, write
) -> None:  # type: ignore[no-untyped-def]
    project.write({"specs/api/limits.rst": SPEC_PAGE, f"ops/page{suffix}": write("Text.")})
    title = "Flag ``--x`` is ignored" if suffix == ".rst" else "Flag `--x` is ignored"
    words = (
        "deviations",
        "new",
        "ops/page",
        title,
        "--spec",
        "api:rate-limits",
        "--issue",
        "API-1",
    )
    done = run(*words, "--text", "One.\n\nTwo.", "-s", project.srcdir)
    assert done.exit_code == 0, done.output
    build = project.build("html")
    assert "Two.</p>" in build.text("ops/page.html").partition("opsdocs-deviation")[2]
    assert build.documents["ops/page"].deviations[0].title.count("--x") == 1


def test_refused_deviation_says_why(project: Project) -> None:
    project.write({"ops/page.rst": rst_page("Text.")})
    words = ("deviations", "new", "ops/page", "Slow", "-s", project.srcdir)
    done = run(*words, "--severity", "blocker")
    assert 'severity must be "critical", "major" or "minor"' in done.output
    assert run(*words).exit_code == 0
    found = project.build("dummy").of("deviation_field_invalid")
    assert any("must be filled in; say what was observed" in finding.message for finding in found)


@pytest.mark.parametrize("suffix", [".rst", ".md"])
def test_empty_and_missing_fields_are_filled_in(project: Project, suffix: str) -> None:
    mark = "" if suffix == ".md" else ":"
    head = f"{mark}class: legacy\n{mark}owner: team-orders\n{mark}status: Draft\n{mark}version:\n"
    text = f"---\n{head}---\n\n# T\n\nText.\n" if suffix == ".md" else f"{head}\nT\n=\n\nText.\n"
    project.write({f"ops/page{suffix}": text})
    done = run(
        "change", "ops/page", "-s", project.srcdir, "--why", "a", "--what", "b", "--reviewed"
    )
    assert done.exit_code == 0, done.output
    header = project.build("dummy").documents["ops/page"].header
    assert header
    assert (header.version, header.last_reviewed) == ("1.0", "2026-11-23")
    assert (project.srcdir / f"ops/page{suffix}").read_text().count("version:") == 1


@pytest.mark.parametrize(
    "text",
    [
        ".. A licence\n\n:orphan:\n\nTitle\n=====\n",
        ":doc:`/index` is first.\n\nTitle\n=====\n",
        ":owner:\n:class:\n\nTitle\n=====\n",
        ":orphan:\n\nTitle\n=====\n",
        "Title\n=====\n",
    ],
)
def test_adopt_finds_the_place_of_the_header(project: Project, text: str) -> None:
    project.write({"opsdocs.toml": 'governed = ["ops/**"]\n', "ops/page.rst": text})
    done = run("adopt", "-s", project.srcdir, "--owner", "Jo O", "--write")
    assert "1 page adopted" in done.output, done.output
    build = project.build("dummy")
    header = build.documents["ops/page"].header
    assert header
    assert header.document_class == "legacy"
    assert build.rules == []


def test_owners_are_added_to_a_file_as_it_is_or_not_at_all(
    project: Project, tmp_path: Path
) -> None:
    root = project.srcdir.parent
    git(root, "init", "-q", "-b", "main")
    (root / "CODEOWNERS").write_text("* @acme/ops\n")
    shared = tmp_path / "shared.toml"
    shared.write_bytes(b'governed = ["ops/**"]\r\n\r\n[owners.x]\r\ntitle = "X"\r\n')
    (project.srcdir / "opsdocs.toml").unlink()
    (project.srcdir / "opsdocs.toml").symlink_to(shared)
    project.write({"ops/page.rst": "T\n=\n"})
    run("adopt", "-s", project.srcdir, "--write")
    assert (project.srcdir / "opsdocs.toml").is_symlink()
    assert shared.read_bytes().endswith(b'title = "X"\r\n\r\n[owners."@acme/ops"]\r\n')
    closed = 'governed = ["ops/**"]\nowners = {x = {title = "X"}}\n'
    shared.write_text(closed)
    project.write({"ops/other.rst": "T\n=\n"})
    done = run("adopt", "-s", project.srcdir, "--write")
    assert done.exit_code == 2
    assert '[owners."@acme/ops"]' in done.output
    assert shared.read_text() == closed


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("index.md", "```{toctree}\na\n```\n\n````md\n```{toctree}\nfoo\n```\n````\n", "a"),
        ("index.md", "```{toctree}\na\n```\n\n<!-- old\n```{toctree}\nb\n```\n-->\n", "a"),
        ("index.rst", ".. toctree::\n\n   a\n\nWrite::\n\n   .. toctree::\n\n      b\n", "   a"),
    ],
)
def test_page_goes_into_a_toctree_that_is_one(
    tmp_path: Path, name: str, text: str, line: str
) -> None:
    (tmp_path / name).write_text(text)
    lines = add_to_toctree(SourceText.read(tmp_path / name), "new")
    assert lines[lines.index(line) + 1].strip() == "new"
    assert [each for each in lines if each.strip() != "new"] == text.split("\n")


def test_page_goes_to_the_end_where_all_toctrees_are_inside_something(tmp_path: Path) -> None:
    path = tmp_path / "index.rst"
    path.write_text(".. only:: html\n\n   .. toctree::\n\n      a\n")
    assert add_to_toctree(SourceText.read(path), "new")[-4:] == [".. toctree::", "", "   new", ""]
    for text in ("```text\nopen\n", "<!-- open\n"):
        path = tmp_path / "index.md"
        path.write_text(text)
        with pytest.raises(EditError):
            add_to_toctree(SourceText.read(path), "new")
    path = tmp_path / "index.rst"
    path.write_text(".. toctree::\n   :glob:\n\n   /*\n")
    assert add_to_toctree(SourceText.read(path), "new") == path.read_text().split("\n")


@pytest.mark.parametrize(
    "text",
    [
        'extensions = ["a", ("b")]\n',
        "extensions = ('a',)\n",
        "extensions = ['a']\nif True:\n    extensions = ['b']\n",
    ],
)
def test_odd_lists_of_extensions_are_left_to_people(text: str) -> None:
    with pytest.raises(EditError, match="extensions = \\[\\*extensions, "):
        add_extension(text, "x")


def test_extensions_are_read_where_they_are_set() -> None:
    text = "suppress_warnings = ['x']\nextensions = []\n"
    assert add_extension(text, "x") == "suppress_warnings = ['x']\nextensions = [\"x\"]\n"
    assert add_extension("\ufeffextensions = []\n", "x") == '\ufeffextensions = ["x"]\n'
    assert add_extension("project = 'p'", "x") == "project = 'p'\n\nextensions = [\"x\"]\n"


def test_init_takes_a_free_name_and_a_root_in_a_folder(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    (docs / "manual").mkdir(parents=True)
    (docs / "conf.py").write_text("root_doc = 'manual/index'\nextensions = ['myst_parser']\n")
    (docs / "manual/index.rst").write_text("M\n=\n\n.. toctree::\n\n   /governance\n")
    (docs / "governance.md").write_text("# Ours\n")
    (docs / "broken.rst").symlink_to("nowhere.rst")
    assert run("init", "-y", "-s", docs).exit_code == 0
    assert (docs / "opsdocs.rst").is_file()
    assert (docs / "manual/index.rst").read_text().endswith("   /governance\n   /opsdocs\n")


def test_fix_gives_no_field_twice(project: Project) -> None:
    page = rst_page("Text.", header=HEADER | {"versions": "1.0, 0.9"})
    project.write({"ops/page.rst": page})
    run("fix", "-s", project.srcdir, "--write")
    assert (project.srcdir / "ops/page.rst").read_text() == page


def test_header_order_is_settled_once_with_defaults(project: Project) -> None:
    settings = '[header.aliases]\nlast-reviewed = ["last_reviewed_on"]\n[header.defaults]\nclass = "legacy"\nstatus = "Draft"\n'
    fields = {"last_reviewed_on": "2026-11-01", "owner": "team-orders", "version": "1.0"}
    project.write(
        {"opsdocs.toml": CONFIG + settings, "ops/page.md": md_page("Text.", header=fields)}
    )
    path = project.srcdir / "ops/page.md"
    run("fix", "-s", project.srcdir, "--write", "--header-order")
    once = path.read_text()
    assert [line.partition(":")[0] for line in once.splitlines()[1:4]] == [
        "owner",
        "version",
        "last_reviewed_on",
    ]
    assert (
        "nothing to correct" in run("fix", "-s", project.srcdir, "--write", "--header-order").output
    )
    assert path.read_text() == once


def test_new_page_has_a_title_of_its_width_and_a_name_of_its_own(project: Project) -> None:
    done = run("new", "runbook", "ops/再起動手順書.rst", "--owner", 'a"b', "-s", project.srcdir)
    assert done.exit_code == 0, done.output
    assert "underline too short" not in project.build("dummy").warnings
    done = run("new", "runbook", "ops/再起動手順書.md", "-s", project.srcdir)
    assert "is the page of that name already" in done.output
