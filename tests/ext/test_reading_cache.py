"""The cache of what a check has read: it finds what a check without it finds, and reads little."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from sphinxext_opsdocs.clock import today
from sphinxext_opsdocs.ext.checking import result_of
from sphinxext_opsdocs.ext.facts_build import build_facts
from sphinxext_opsdocs.ext.facts_subprocess import Request
from sphinxext_opsdocs.ext.reading_cache import CACHE_FOLDER, MAX_KEPT
from tests.commands import run
from tests.ext.edit_sequences import Edit, EditedProject, Setting, rounds, settings_of_builds
from tests.project import HEADER, SPEC_PAGE, SPECIFICATION, Project, md_page, rst_page

PAGES = {"rst": rst_page, "md": md_page}


def pages_read(project: Project) -> list[str]:
    """Check with the cache; return the pages that were read."""

    def work(app, ops_domain):  # type: ignore[no-untyped-def]
        result_of(app, ops_domain, today())
        return ops_domain.file_contents.read_pages

    return build_facts(
        Request(project.srcdir, project.srcdir, {}, "1", has_cache=True), work, sys.stderr
    )


def assert_same_as_cold(folder: Path, *words: str) -> None:
    """Compare a check with the cache, and one without it."""
    command = ("check", folder, "-f", "json", *words)
    warm, cold = run(*command), run(*command, "--no-cache")
    assert warm.exit_code == cold.exit_code, warm.output + cold.output
    assert warm.stdout == cold.stdout
    # of two pages with the same label, Sphinx names the one that it reads last
    assert warm.stderr.splitlines()[-1:] == cold.stderr.splitlines()[-1:]


def write_pages(project: Project) -> None:
    project.write(
        {
            "specs/api/limits.rst": SPEC_PAGE,
            "ops/a.rst": rst_page(
                "Text.\n\n.. canonical-ref:: api:gone\n\n.. include:: part.txt\n"
            ),
            "ops/b.md": md_page("Clients must wait.\n\n```{include} part.txt\n```\n"),
            "ops/part.txt": "Every client must have a token.\n",
        }
    )


@settings(max_examples=10, deadline=None, suppress_health_check=list(HealthCheck))
@given(settings_of_builds, rounds)
def test_warm_check_finds_what_a_cold_check_finds(
    setting: Setting, edits_by_round: list[list[Edit]]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        edited = EditedProject(Path(folder), setting)
        edited.build, _ = edited.run()
        assert_same_as_cold(edited.project.srcdir)
        for edits_of_round in edits_by_round:
            for edit in edits_of_round:
                edited.apply(edit)
            assert_same_as_cold(edited.project.srcdir, "-j", str(setting.jobs))


def test_only_what_changed_is_read(project: Project) -> None:
    write_pages(project)
    assert pages_read(project) == ["index", "ops/a", "ops/b", "specs/api/limits"]
    assert pages_read(project) == []
    for path in project.srcdir.rglob("*.*"):
        os.utime(path, (2_000_000_000, 2_000_000_000))
    assert pages_read(project) == []  # it is the content that counts
    project.write({"ops/part.txt": "No client must have a token.\n"})
    assert pages_read(project) == ["ops/a", "ops/b"]
    before = (project.srcdir / "ops/a.rst").stat()
    project.append("ops/a.rst", "\nMore.\n")
    os.utime(project.srcdir / "ops/a.rst", (before.st_atime, before.st_mtime))
    assert pages_read(project) == ["ops/a"]
    project.remove("ops/a.rst")
    # links and tables of contents on others can lead to it
    assert pages_read(project) == ["index", "ops/b", "specs/api/limits"]
    assert_same_as_cold(project.srcdir)


def test_cache_of_another_clone_serves(
    project: Project, make_project: Callable[..., Project]
) -> None:
    write_pages(project)
    pages_read(project)
    clone = make_project("clone")
    shutil.rmtree(clone.srcdir)
    shutil.copytree(project.srcdir, clone.srcdir, copy_function=shutil.copy)
    assert pages_read(clone) == []
    clone.write({"ops/part.txt": "No client must have a token.\n"})
    assert pages_read(clone) == ["ops/a", "ops/b"]
    assert_same_as_cold(clone.srcdir)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("conf.py", 'rst_prolog = "Every client must wait."\n'),
        ("conf.py", "import helper\nrst_prolog = helper.TEXT\n"),
        ("conf.py", "# only a comment\n"),
        ("helper.py", 'TEXT = "Every client must call."\n'),
        ("opsdocs.toml", '\n[rules]\nsection_missing = "off"\n'),
        ("opsdocs.lock", ""),
    ],
)
def test_configuration_and_code_are_part_of_what_was_read(
    project: Project, monkeypatch: pytest.MonkeyPatch, name: str, text: str
) -> None:
    monkeypatch.syspath_prepend(project.srcdir)
    write_pages(project)
    project.write({"helper.py": 'TEXT = "Every client must ask."\n'})
    project.append(
        "conf.py", "import sys\nsys.path.insert(0, '.')\nsys.modules.pop('helper', None)\n"
    )
    project.append("conf.py", "import helper\nrst_prolog = helper.TEXT\n")
    assert_same_as_cold(project.srcdir)
    path = project.srcdir / name
    path.write_text((path.read_text() if path.exists() else "") + text)
    assert_same_as_cold(project.srcdir)


def test_extension_of_the_project_that_changes(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is a module that conf.py loads, whatever it does while pages are read."""
    monkeypatch.syspath_prepend(project.srcdir)
    code = "def setup(app):\n    app.connect('source-read', change)\ndef change(app, name, text):\n"
    write_pages(project)
    project.append("conf.py", "extensions.append('own_ext')\n")
    for word in ("wait", "call"):
        sys.modules.pop("own_ext", None)
        project.write(
            {"own_ext.py": f"{code}    text[0] += '\\n\\nEvery client must {word}.\\n'\n"}
        )
        assert_same_as_cold(project.srcdir)


def test_page_that_is_written_in_another_syntax_is_read(project: Project) -> None:
    write_pages(project)
    assert_same_as_cold(project.srcdir)
    project.remove("ops/a.rst")
    project.write({"ops/a.md": md_page("Every client must wait.\n")})
    assert_same_as_cold(project.srcdir)
    assert "ops/a.md:" in run("check", project.srcdir).stdout


def test_page_that_a_link_was_waiting_for(project: Project) -> None:
    write_pages(project)
    project.append("ops/b.md", "\n[x](old.md)\n")
    assert_same_as_cold(project.srcdir)
    archived = md_page("Text.", header=HEADER | {"status": "Archived"})
    project.write({"ops/old.md": archived})
    assert_same_as_cold(project.srcdir)
    assert "link_to_archived" in run("check", project.srcdir).stdout


def test_need_that_two_pages_defined(make_project: Callable[..., Project]) -> None:
    project = make_project(needs=True)
    need = ".. req:: Limit\n   :id: REQ_00001\n\n   Text.\n"
    project.write(
        {
            name: rst_page(need, name[-5], SPECIFICATION)
            for name in ("specs/api/a.rst", "specs/api/b.rst")
        }
    )
    project.write({"ops/page.rst": rst_page(".. canonical-ref:: api:REQ_00001\n")})
    assert_same_as_cold(project.srcdir)
    project.write({"specs/api/a.rst": rst_page("Text.", "A", SPECIFICATION)})
    assert_same_as_cold(project.srcdir)


def test_settings_of_docutils_are_part_of_what_was_read(project: Project) -> None:
    write_pages(project)
    assert_same_as_cold(project.srcdir)
    project.write({"docutils.conf": "[general]\nfile_insertion_enabled: no\n"})
    assert_same_as_cold(project.srcdir)


def test_file_that_is_saved_while_pages_are_read_is_read_again(project: Project) -> None:
    write_pages(project)
    project.write({"late.py": "import pathlib\ndef setup(app):\n    app.connect('doctree-read', save)\n"
                   "def save(app, tree):\n    path = pathlib.Path(app.srcdir, 'ops/part.txt')\n"
                   "    if app.env.docname == 'ops/b' and 'new' not in path.read_text():\n"
                   "        path.write_text('A new text.')\n"})  # fmt: skip
    sys.path.insert(0, str(project.srcdir))
    project.append("conf.py", "extensions.append('late')\n")
    try:
        run("check", project.srcdir)
        assert_same_as_cold(project.srcdir)
    finally:
        sys.path.remove(str(project.srcdir))


def test_odd_file_names_and_folders_end_no_check(project: Project) -> None:
    write_pages(project)
    folder = project.srcdir / "opsdocs-sources"
    folder.mkdir()
    Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.txt")).touch()
    assert_same_as_cold(project.srcdir)
    (environment,) = (project.srcdir / CACHE_FOLDER).rglob("environment.pickle")
    shutil.rmtree(environment.parent)
    environment.parent.touch()  # a file in the place of the folder
    assert_same_as_cold(project.srcdir)


def test_warnings_of_sphinx_are_shown_each_time(project: Project) -> None:
    write_pages(project)
    project.append("ops/b.md", "\n[x](nowhere.md)\n\n```{unknown}\n```\n")
    project.append("ops/a.rst", "\n``open\n")
    first = run("check", project.srcdir)
    again = run("check", project.srcdir)
    assert "WARNING: Inline literal start-string" in first.stderr
    assert sorted(again.stderr.splitlines()) == sorted(first.stderr.splitlines())


def test_page_that_could_not_be_read_is_tried_again(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(project.srcdir)
    write_pages(project)
    code = "import os\ndef setup(app):\n    app.connect('source-read', read)\n"
    code += "def read(app, name, text):\n    if name == 'ops/a' and not os.path.exists('ready'):\n"
    project.write({"unready.py": f"{code}        raise OSError('no data yet')\n"})
    project.append("conf.py", "extensions.append('unready')\n")
    with contextlib.chdir(project.srcdir):
        for _ in range(2):
            done = run("check", project.srcdir)
            assert "no data yet" in done.stdout, done.output
        project.write({"ready": ""})
        assert "no data yet" not in run("check", project.srcdir).stdout


@pytest.mark.parametrize("data", [b"", b"\x80\x04torn", b"c" * 100])
def test_torn_cache_is_thrown_away(project: Project, data: bytes) -> None:
    write_pages(project)
    run("check", project.srcdir)
    kept = [path for path in (project.srcdir / CACHE_FOLDER).rglob("*/*") if path.is_file()]
    assert len(kept) == 2
    for path in kept:
        path.write_bytes(data)
    assert_same_as_cold(project.srcdir)


def test_cache_is_bounded_and_in_no_way_needed(project: Project) -> None:
    write_pages(project)
    for number in range(MAX_KEPT + 2):
        run("check", project.srcdir, "-D", f"version={number}")
    folder = project.srcdir / CACHE_FOLDER
    assert len([path for path in folder.iterdir() if path.is_dir()]) == MAX_KEPT
    assert (folder / ".gitignore").read_text() == "*\n"
    shutil.rmtree(folder)
    run("check", project.srcdir, "--no-cache")
    assert not folder.exists()
    folder.write_text("a file in its place\n")
    assert (
        run("check", project.srcdir).exit_code
        == run("check", project.srcdir, "--no-cache").exit_code
    )


@pytest.mark.parametrize("words", [("report", "register"), ("impact", "api:rate-limits")])
def test_other_commands_use_the_cache(project: Project, words: tuple[str, ...]) -> None:
    write_pages(project)
    source = ("-s", project.srcdir) if words[0] == "impact" else (project.srcdir,)
    first = run(*words, *source)
    assert pages_read(project) == []
    assert run(*words, *source).stdout == first.stdout


def test_two_checks_at_once(project: Project) -> None:
    write_pages(project)
    command = [
        sys.executable,
        "-m",
        "sphinxext_opsdocs",
        "check",
        str(project.srcdir),
        "-f",
        "json",
    ]
    running = [
        subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(3)
    ]
    answers = {process.communicate()[0] for process in running}
    assert len(answers) == 1
    assert answers != {b""}
    (environment,) = (project.srcdir / CACHE_FOLDER).rglob("environment.pickle")
    before = environment.stat().st_mtime_ns
    subprocess.run(command, capture_output=True, check=False)
    assert environment.stat().st_mtime_ns == before  # nothing was read
