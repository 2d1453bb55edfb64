"""Reading in several processes: the same findings, and every end of a process in bounded time."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.project import Project, rst_page

COUNT = 30
FAILING_PAGE = "ops/page17"
ENDS = {
    "exit": "os._exit(5)",
    "kill": "os.kill(os.getpid(), signal.SIGKILL)",
    "crash": "os.kill(os.getpid(), signal.SIGSEGV)",
    "pickle": "app.env.opsdocs_test = lambda: 0",
}
"""What an extension does to the process that reads a page."""
MESSAGES = {
    "exit": f'the process that read "{FAILING_PAGE}" ended early: exit status 5',
    "kill": f'"{FAILING_PAGE}" ended early: it was killed, perhaps because memory ran out',
    "crash": f'the process that read "{FAILING_PAGE}" ended early: signal 11',
    "pickle": "a process cannot return the pages that it has read: ",
}
MERGE = """
def merge(app, env, docnames, other):
    raise ValueError("no merge")
def setup(app):
    app.connect("env-merge-info", merge)
"""
LONGEST = 60
"""Seconds that a command may take which needs two."""


def write_pages(project: Project) -> None:
    project.write(
        {
            f"ops/page{number}.rst": rst_page(f".. canonical-ref:: api:gone{number}\n")
            for number in range(COUNT)
        }
    )


def check(project: Project, *options: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sphinxext_opsdocs", "check", project.srcdir, *options]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=LONGEST)


@pytest.mark.parametrize("end", ENDS)
def test_process_that_ends_early_ends_the_check_with_its_page(project: Project, end: str) -> None:
    write_pages(project)
    handler = f"""
import os, signal
def read(app, doctree):
    if app.env.docname == {FAILING_PAGE!r}:
        {ENDS[end]}
def setup(app):
    app.connect("doctree-read", read)
"""
    project.append("conf.py", handler)
    done = check(project, "-j", "3")
    assert done.returncode == 3
    assert MESSAGES[end] in done.stderr
    assert "Traceback" not in done.stderr
    assert "; with -j 1, one process reads all pages" in done.stderr


def test_data_that_cannot_be_merged_ends_the_check_with_the_reason(project: Project) -> None:
    write_pages(project)
    project.append("conf.py", MERGE)
    done = check(project, "-j", "2")
    assert done.returncode == 3
    assert "no merge" in done.stderr


@pytest.mark.parametrize("jobs", ["2", "3", "7", "auto"])
def test_report_is_that_of_one_process(project: Project, jobs: str) -> None:
    write_pages(project)
    project.append("ops/page3.rst", "\n.. no-such-directive::\n")
    serial, parallel = check(project), check(project, "--no-cache", "-j", jobs)
    assert parallel.stdout == serial.stdout
    assert sorted(parallel.stderr.splitlines()) == sorted(serial.stderr.splitlines())
    assert serial.stdout.count("canonical_unresolved") == COUNT


def test_warm_check_reads_what_has_changed_in_parallel(project: Project) -> None:
    write_pages(project)
    check(project, "-j", "2")
    for number in range(10):
        project.append(f"ops/page{number}.rst", "\n.. canonical-ref:: api:another\n")
    warm, cold = check(project, "-j", "2"), check(project, "--no-cache")
    assert warm.stdout == cold.stdout
    assert warm.stdout.count("canonical_unresolved") == COUNT + 10
