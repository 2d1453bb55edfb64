"""Edits of writers' files and of the files that a team keeps: nobody's text is lost."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from multiprocessing import get_context
from pathlib import Path

import pytest

from sphinxext_opsdocs.canonical.lock_file import LOCK_FORMAT
from sphinxext_opsdocs.edits.source_text import EditError, SourceText
from sphinxext_opsdocs.ext.facts_build import FOLDER_PREFIX
from sphinxext_opsdocs.storage import ABANDONED_AFTER, TEMPORARY_SUFFIX, exclusive, replace_file
from tests.commands import run
from tests.conftest import TODAY
from tests.deviations import built, deviation, github_project
from tests.network.tracker_replies import github_issue
from tests.network.tracker_server import Answer, Request, TrackerServer
from tests.project import RUNBOOK_SECTIONS_RST, SPEC_PAGE, Project, md_page, rst_page

SUFFIXES = ("rst", "md")
EDITS = {
    "confirm": ("deviations", "confirm", "DEV-0007"),
    "resolve": ("deviations", "resolve", "DEV-0007"),
    "change": ("change", "ops/page", "--why", "Asked for.", "--what", "More."),
}
INCLUDE = {"rst": ".. include:: part.txt\n", "md": "```{include} part.txt\n```\n"}
WATCHING = """
import os
from pathlib import Path
def watch(app, doctree):
    if app.env.docname != "ops/page":
        return
    file = Path(app.srcdir, os.environ["WATCHED"])
    with open(os.environ["WATCH_LOG"], "ab") as log:
        log.write(repr(file.read_bytes()).encode() + b"\\n")
    readings = len(Path(os.environ["WATCH_LOG"]).read_bytes().splitlines())
    if readings == int(os.environ.get("SAVE_AT", "0")):
        file.write_bytes(file.read_bytes() + b"\\nSaved meanwhile.\\n")
def setup(app):
    app.connect("doctree-read", watch)
"""
"""An extension that notes what is in a file whenever a page is read, and can save it like an
editor."""


def environment(**further: str) -> dict[str, str]:
    return {**os.environ, "SOURCE_DATE_EPOCH": TODAY, **further}


def command(*words: str | Path) -> list[str]:
    return [sys.executable, "-m", "sphinxext_opsdocs", *map(str, words)]


@pytest.fixture(params=SUFFIXES)
def suffix(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(params=["page", "included file"])
def edited(
    project: Project, suffix: str, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Path:
    """A project with a deviation on a page or in a file that it includes; returns that file."""
    built(project, suffix)
    name = f"ops/page.{suffix}"
    if request.param == "included file":
        name = "ops/part.txt"
        text = (project.srcdir / f"ops/page.{suffix}").read_text()
        record = deviation(suffix)
        project.write({f"ops/page.{suffix}": text.replace(record, INCLUDE[suffix]), name: record})
    project.append("conf.py", WATCHING)
    monkeypatch.setenv("WATCHED", name)
    monkeypatch.setenv("WATCH_LOG", str(project.srcdir.parent / "log"))
    return project.srcdir / name


def test_file_is_untouched_until_the_edit_is_sound(project: Project, edited: Path) -> None:
    before = edited.read_bytes()
    done = run(*EDITS["confirm"], "-s", project.srcdir)
    assert done.exit_code == 0, done.output
    readings = (project.srcdir.parent / "log").read_bytes().splitlines()
    assert len(readings) == 3  # the documents, the page as it is, and the page with the edit
    assert set(readings) == {repr(before).encode()}
    assert b"last-observed" in edited.read_bytes()
    assert not [path for path in edited.parent.iterdir() if ".opsdocs-" in path.name]


@pytest.mark.parametrize("name", EDITS)
@pytest.mark.parametrize("moment", [2, 3])
def test_save_of_an_editor_is_noticed_and_kept(
    project: Project, suffix: str, name: str, moment: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    built(project, suffix)
    project.append("conf.py", WATCHING)
    path = project.srcdir / f"ops/page.{suffix}"
    monkeypatch.setenv("WATCHED", f"ops/page.{suffix}")
    monkeypatch.setenv("WATCH_LOG", str(project.srcdir.parent / "log"))
    monkeypatch.setenv("SAVE_AT", str(moment))
    before = path.read_bytes()
    done = run(*EDITS[name], "-s", project.srcdir)
    assert done.exit_code == 2, done.output
    assert f'page.{suffix}" was changed by somebody else meanwhile; nothing was written' in (
        done.output
    )
    assert path.read_bytes() == before + b"\nSaved meanwhile.\n"


@pytest.mark.parametrize("moves", [False, True])
def test_save_while_an_issue_is_raised_is_kept(
    make_project: Callable[..., Project], suffix: str, moves: bool
) -> None:
    def handle(request: Request) -> Answer:
        path.write_text(saved)
        return Answer(201, github_issue(31))

    with TrackerServer(handle) as server:
        project = github_project(make_project, server.address)
        built(project, suffix, issue=None)
        path = project.srcdir / f"ops/page.{suffix}"
        saved = path.read_text() + "\nSaved meanwhile.\n"
        if moves:  # the deviation is on another line now
            saved = saved.replace("Stop traffic.", "Stop traffic.\n\nThen wait.")
        done = run("issues", "draft", "DEV-0007", "--create", "-s", project.srcdir)
    assert "raised API-31" in done.output
    if moves:
        assert done.exit_code == 2
        assert "its id is not in the document" in done.output
        assert path.read_text() == saved
    else:
        assert done.exit_code == 0, done.output
        lines = path.read_text().splitlines()
        assert [line for line in lines if "API-31" not in line] == saved.splitlines()


@pytest.mark.parametrize("newline", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("name", EDITS)
def test_line_ends_encoding_and_mode_are_kept(
    project: Project, suffix: str, newline: bytes, mark: bytes, name: str
) -> None:
    built(project, suffix)
    path = project.srcdir / f"ops/page.{suffix}"
    path.write_bytes(mark + path.read_bytes().replace(b"\n", newline))
    path.chmod(0o640)
    done = run(*EDITS[name], "-s", project.srcdir)
    assert done.exit_code == 0, done.output
    data = path.read_bytes()
    assert data.startswith(mark)
    assert data.replace(newline, b"").count(b"\n") + data.replace(newline, b"").count(b"\r") == 0
    assert path.stat().st_mode & 0o777 == 0o640


def test_mixed_line_ends_stay_where_lines_stay(tmp_path: Path) -> None:
    path = tmp_path / "page.rst"
    path.write_bytes(b"one\r\ntwo\nthree\r\nfour\r\n\x0cfive\nsix")
    source = SourceText.read(path)
    assert source.lines == ("one", "two", "three", "four", "\x0cfive", "six")
    assert source.encode(source.lines) == path.read_bytes()
    changed = [*source.lines[:2], "new", *source.lines[2:], "end"]
    source.write(changed)
    assert path.read_bytes() == (b"one\r\ntwo\nnew\r\nthree\r\nfour\r\n\x0cfive\nsix\r\nend")


def test_edit_through_a_link_leaves_the_link(tmp_path: Path) -> None:
    (tmp_path / "page.rst").write_text("one\n")
    (tmp_path / "link.rst").symlink_to("page.rst")
    source = SourceText.read(tmp_path / "link.rst")
    source.write(["two", ""])
    assert (tmp_path / "link.rst").is_symlink()
    assert (tmp_path / "page.rst").read_text() == "two\n"
    with pytest.raises(EditError, match="was changed by somebody else"):
        source.write(["three", ""])
    (tmp_path / "page.rst").unlink()
    with pytest.raises(EditError, match="was changed by somebody else"):
        source.write(["three", ""])


def pinned_sections(project: Project) -> list[tuple[str, str]]:
    lock = LOCK_FORMAT.load_if_present(project.srcdir / "opsdocs.lock")
    assert lock
    return sorted(lock.pins)


def test_two_reviewers_who_accept_at_once_are_both_recorded(project: Project) -> None:
    page = f"{RUNBOOK_SECTIONS_RST}\n.. canonical-ref:: api:rate-limits, api:page-size\n"
    project.write({"specs/api/limits.rst": SPEC_PAGE, "ops/page.rst": rst_page(page)})
    words = ("accept", "ops/page", "-s", project.srcdir, "--by", "Jo")
    # one that asks, and gets its answer only after another one has written
    asking = subprocess.Popen(
        command(*words, "api:page-size"),
        env=environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert asking.stdin and asking.stdout
    shown = b""
    while b"Is the page still correct?" not in shown:
        shown += asking.stdout.read(1)
    done = run(*words, "api:rate-limits", "--yes", "--reason", "read")
    assert done.exit_code == 0, done.output
    asking.stdin.write(b"y\nalso read\n")
    asking.stdin.close()
    assert asking.wait(timeout=60) == 0, asking.stdout.read()
    asking.stdout.close()
    assert pinned_sections(project) == [
        ("ops/page", "api:page-size"),
        ("ops/page", "api:rate-limits"),
    ]


WAITING = """
import os, time
from pathlib import Path
def wait(app, env):
    if "WAIT_FOR" in os.environ:
        Path(os.environ["WAIT_FOR"] + "-started").touch()
        while not Path(os.environ["WAIT_FOR"]).exists():
            time.sleep(0.01)
def setup(app):
    app.connect("env-updated", wait, priority=999)
"""


def test_findings_recorded_meanwhile_keep_their_day(project: Project) -> None:
    project.append("conf.py", WAITING)
    project.write({"ops/page.md": md_page("Every client must have a token.")})
    signal = project.srcdir.parent / "go"
    slow = subprocess.Popen(
        command("baseline", project.srcdir, "--today", "2026-11-25"),
        env=environment(WAIT_FOR=str(signal)),
        stdout=subprocess.PIPE,
    )
    while not signal.with_name("go-started").exists():
        time.sleep(0.01)
    assert run("baseline", project.srcdir, "--today", "2026-11-20").exit_code == 0
    signal.touch()
    assert slow.wait(timeout=60) == 0
    assert slow.stdout
    assert b", 0 new" in slow.stdout.read()
    slow.stdout.close()
    entries = json.loads((project.srcdir / "opsdocs-baseline.json").read_text())["entries"]
    assert {entry["since"] for entry in entries} == {"2026-11-20"}


def test_states_that_another_refresh_wrote_meanwhile_are_kept(
    make_project: Callable[..., Project],
) -> None:
    later = '{"format": 1, "issues": {"api-issues": {"7": {"outcome": "found", "checked": "%s", "state": "closed"}}}}'

    def handle(request: Request) -> Answer:
        path.write_text(later % "2027-01-01T00:00:00Z")
        return Answer(500, {})

    with TrackerServer(handle) as server:
        project = github_project(make_project, server.address)
        path = project.srcdir / "opsdocs-issues.json"
        built(project, "rst")
        path.write_text(later % "2026-11-01T00:00:00Z")
        assert run("issues", "refresh", project.srcdir).exit_code == 2
    assert "2027-01-01" in path.read_text()


def increment(path: Path) -> None:
    for _ in range(20):
        with exclusive(path):
            number = int(path.read_text())
            time.sleep(0.0005)
            replace_file(path, str(number + 1).encode())


def test_processes_that_update_a_file_wait_for_each_other(tmp_path: Path) -> None:
    path = tmp_path / "number"
    path.write_text("0")
    processes = [get_context("spawn").Process(target=increment, args=(path,)) for _ in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(60)
    assert path.read_text() == "80"
    assert [each.name for each in tmp_path.iterdir()] == ["number"]


def test_temporary_files_of_killed_processes_are_removed(tmp_path: Path) -> None:
    path = tmp_path / "opsdocs.lock"
    old, new = (tmp_path / f".opsdocs.lock.{name}{TEMPORARY_SUFFIX}" for name in ("0a", "0b"))
    other = tmp_path / f".page.rst.0a{TEMPORARY_SUFFIX}"
    for file in (old, new, other):
        file.write_text("torn")
    long_ago = time.time() - ABANDONED_AFTER - 1
    os.utime(old, (long_ago, long_ago))
    replace_file(path, b"data")
    # a younger one may belong to a process that is about to rename it
    assert sorted(each.name for each in tmp_path.iterdir()) == [new.name, other.name, path.name]


def test_folders_of_killed_processes_are_removed(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    old, new = (tmp_path / f"{FOLDER_PREFIX}{name}" for name in ("old", "new"))
    for folder in (old, new):
        (folder / "out").mkdir(parents=True)
    os.utime(old, (1, 1))
    run("check", project.srcdir)
    assert sorted(path.name for path in tmp_path.glob(f"{FOLDER_PREFIX}*")) == [new.name]


def test_output_replaces_a_file_in_one_step(project: Project) -> None:
    project.write({"ops/page.rst": "Page\n====\n"})
    output = project.srcdir.parent / "report.json"
    output.write_text("before")
    limited = (
        "import resource, signal, sys\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"  # then a write fails as on a full disk
        "from sphinxext_opsdocs.cli import main\n"
        "sys.argv[0] = 'opsdocs'\n"
        "import sphinxext_opsdocs.cli.check\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))\n"
        "main()"
    )
    words = ["check", str(project.srcdir), "-f", "sarif", "-o", str(output)]
    done = subprocess.run(
        [sys.executable, "-c", limited, *words],
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 2, done.stderr
    assert "cannot write" in done.stderr
    assert output.read_text() == "before"
    assert [path.name for path in output.parent.iterdir() if "opsdocs-tmp" in path.name] == []


def test_output_may_be_a_link_or_a_pipe(project: Project) -> None:
    project.write({"ops/page.rst": "Page\n====\n"})
    folder = project.srcdir.parent
    (folder / "target.json").write_text("")
    (folder / "link.json").symlink_to("target.json")
    run("check", project.srcdir, "-f", "json", "-o", folder / "link.json")
    assert (folder / "link.json").is_symlink()
    assert json.loads((folder / "target.json").read_text())
    os.mkfifo(folder / "pipe")
    received: list[str] = []
    reader = threading.Thread(target=lambda: received.append((folder / "pipe").read_text()))
    reader.start()
    run("check", project.srcdir, "-f", "json", "-o", folder / "pipe")
    reader.join(60)
    assert json.loads(received[0])
    assert (folder / "pipe").is_fifo()


def test_new_files_never_replace_others(tmp_path: Path) -> None:
    for name in ("conf.py", "page.rst", "opsdocs.toml"):
        (tmp_path / name).write_text("# mine\n")
    done = run("new", "runbook", tmp_path / "page.rst", "-s", tmp_path)
    assert done.exit_code == 2
    assert "exists already" in done.output
    run("init", "-y", "-s", tmp_path)
    for name in ("page.rst", "opsdocs.toml"):
        assert (tmp_path / name).read_text() == "# mine\n"
