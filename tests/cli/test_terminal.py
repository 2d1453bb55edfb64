"""Colour and progress of messages, and the sentence for a conf.py without the extension."""

from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.commands import git, run, run_piped
from tests.project import CONF, SPEC_PAGE, Project, rst_page

ESCAPE = "\x1b["
COLOR_END = "\x1b[39;49;00m"
"""What Sphinx writes after a coloured message."""
BROKEN = {"other.rst": "Other\n=====\n\n.. no-such-directive::\n"}


def on_terminal(folder: Path, arguments: list[str], variables: Mapping[str, str]) -> str:
    """Standard error of the command line where it is a terminal."""
    near, far = pty.openpty()
    environment = {key: value for key, value in os.environ.items() if "COLOR" not in key}
    process = subprocess.Popen(
        [sys.executable, "-m", "sphinxext_opsdocs", *arguments],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=far,
        env={**environment, "TERM": "xterm", **variables},
    )
    os.close(far)
    output = b""
    try:
        while part := os.read(near, 65536):
            output += part
    except OSError:  # Linux reports the end of a terminal as an error
        pass
    os.close(near)
    process.wait()
    return output.decode()


@pytest.mark.parametrize(
    ("arguments", "variables", "has_color"),
    [
        (["check", "."], {}, True),
        (["check", "."], {"NO_COLOR": ""}, True),
        (["check", "."], {"NO_COLOR": "1"}, False),
        (["check", ".", "--no-color"], {}, False),
        (["--no-color", "check", "."], {}, False),
        (["report", "register", ".", "--no-color"], {}, False),
    ],
)
def test_warnings_on_a_terminal_are_coloured_unless_switched_off(
    project: Project, arguments: list[str], variables: dict[str, str], has_color: bool
) -> None:
    project.write(BROKEN)
    output = on_terminal(project.srcdir, arguments, variables)
    assert "no-such-directive" in output
    assert (COLOR_END in output) == has_color


def commit(folder: Path) -> None:
    """Everything in the folder as the first commit of a repository."""
    for words in (("init", "-q", "-b", "main"), ("add", "-A"), ("commit", "-qm", "all")):
        git(folder, *words)


def test_nothing_is_coloured_in_a_pipe(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")  # it is for the tests of pytest itself
    project.write({**BROKEN, "ops/page.rst": rst_page("Text.")})
    commit(project.srcdir)
    for arguments in (["check"], ["report", "register"], ["review"], ["explain", "owner_unknown"]):
        done = run_piped(*arguments, cwd=project.srcdir)
        assert ESCAPE not in done.stdout + done.stderr, arguments


COMMANDS = [
    ["check"],
    ["baseline"],
    ["report", "register"],
    ["impact", "api:rate-limits"],
    ["impact", "--since", "HEAD"],
    ["accept", "ops/page", "api:rate-limits", "--reason", "read"],
    ["change", "ops/page", "--why", "it moved", "--what", "address"],
    ["deviations", "confirm", "DEV-1"],
    ["deviations", "resolve", "DEV-1"],
    ["issues", "draft", "DEV-1"],
    ["issues", "refresh"],
    ["review"],
]


@pytest.mark.parametrize("arguments", COMMANDS, ids=" ".join)
def test_conf_py_without_the_extension_is_one_sentence(
    project: Project, monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    project.write(
        {"conf.py": CONF.format(extensions=["myst_parser"]), "ops/page.rst": rst_page("Text.")}
    )
    project.write({"specs/api/limits.rst": SPEC_PAGE})
    commit(project.srcdir)
    monkeypatch.chdir(project.srcdir)
    done = run(*arguments)
    assert done.stderr == (
        'Error: conf.py does not load the extension; add "sphinxext_opsdocs" to extensions\n'
    )
    assert done.exit_code == 2


def test_review_reads_a_base_without_the_extension(project: Project) -> None:
    conf = (project.srcdir / "conf.py").read_text()
    project.write({"conf.py": CONF.format(extensions=["myst_parser"])})
    commit(project.srcdir)
    project.write({"conf.py": conf, "ops/page.rst": rst_page("Text.")})
    done = run_piped("review", cwd=project.srcdir)
    assert "changed in meaning since main" in done.stderr
    assert done.returncode == 0


SLOW = """
import time
def read(app, docname, source):
    time.sleep(0.15)
def setup(app):
    app.connect("source-read", read)
"""


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_terminal_shows_how_far_the_reading_is(project: Project, jobs: str) -> None:
    project.append("conf.py", SLOW)
    project.write({f"ops/page{number}.rst": rst_page("Text.") for number in range(20)})
    project.write(BROKEN)
    output = on_terminal(project.srcdir, ["check", "-j", jobs, "--no-color"], {})
    states = [int(done) for done in re.findall(r"\rreading pages: (\d+) of 22\x1b\[K", output)]
    assert states == sorted(states)
    assert len(states) > 2
    # a message takes the place of the line, and nothing of it is left at the end
    assert re.search(r"^(\r[^\r\n]*\x1b\[K)*\r\x1b\[K\S*other.rst:4: ", output, re.MULTILINE)
    assert "\r\x1b[K" in output.rpartition("reading pages")[2]


def test_pipe_and_quick_work_show_no_progress(project: Project) -> None:
    project.write({"ops/page.rst": rst_page("Text.")})
    assert "reading pages" not in on_terminal(project.srcdir, ["check", "--no-color"], {})
    project.append("conf.py", SLOW)
    project.write({f"ops/page{number}.rst": rst_page("Text.") for number in range(6)})
    assert "reading pages" not in run_piped("check", cwd=project.srcdir).stderr
