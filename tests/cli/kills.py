"""Commands that are killed: before and after every file-system call of their writes, or at random.

``python -m tests.cli.kills`` kills each command at all of these moments, and compares the files with
those of before and those of an undisturbed run. Anything else would be a torn file or lost text.
"""

from __future__ import annotations

import argparse
import builtins
import io
import os
import random
import secrets
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from sphinx.cmd.build import main as sphinx_main

from sphinxext_opsdocs.canonical.index_file import dump_index
from sphinxext_opsdocs.canonical.section import CanonicalEntry, CanonicalPage
from sphinxext_opsdocs.cli import main
from sphinxext_opsdocs.ext.reading_cache import CACHE_FOLDER
from sphinxext_opsdocs.storage import LOCK_SUFFIX, TEMPORARY_SUFFIX
from tests.conftest import TODAY
from tests.deviations import page as deviation_page
from tests.network.tracker_replies import github_issue
from tests.network.tracker_server import Answer, Request, TrackerServer
from tests.project import CONFIG, RUNBOOK_SECTIONS_RST, SPEC_PAGE, Project, rst_page
from tests.review.kept_files import KINDS, Repository, table

KILLED = 137
BY_PATH = ("open", "chmod", "replace", "rename", "unlink", "remove", "mkdir", "symlink", "link")
BY_DESCRIPTOR = ("write", "fsync", "close")
DAY = ("--today", "2026-11-20")
Files = Mapping[str, bytes]


class Moment(NamedTuple):
    """When a process ends: at a call counted from 1 (0 for never), or after some seconds."""

    call: int = 0
    is_before: bool = True
    seconds: float = 0.0


class Calls:
    """Counts the file-system calls below a folder, and ends the process at one of them."""

    def __init__(self, root: Path, names: tuple[str, ...], moment: Moment) -> None:
        self._root, self._names, self._moment = str(root), names, moment
        self._descriptors: set[int] = set()
        self.count = 0

    def watch(self) -> None:
        """Put this object between Python and the system."""
        for name in (*BY_PATH, *BY_DESCRIPTOR):
            setattr(os, name, self._watched(name, getattr(os, name)))
        # nobody should write with them, but a new piece of code could
        io.open = builtins.open = self._watched("io.open", builtins.open)  # type: ignore[assignment]

    def _watched(self, name: str, call: Callable[..., Any]) -> Callable[..., Any]:
        def watched(*args: Any, **options: Any) -> Any:
            if not self._concerns(name, args, options):
                return call(*args, **options)
            self.count += 1
            is_now = self.count == self._moment.call
            if is_now and self._moment.is_before:
                if name == "write":  # the disk got only a part
                    call(args[0], args[1][: len(args[1]) // 2])
                os._exit(KILLED)
            try:
                result = call(*args, **options)
            finally:
                if is_now:
                    os._exit(KILLED)
            if name == "open":
                self._descriptors.add(result)
            elif name == "close":
                self._descriptors.discard(args[0])
            return result

        return watched

    def _concerns(self, name: str, args: tuple[Any, ...], options: Mapping[str, Any]) -> bool:
        if name in BY_DESCRIPTOR:
            return args[0] in self._descriptors
        if name == "io.open":
            mode = str(options.get("mode") or (args[1] if len(args) > 1 else "r"))
            if not set(mode) & set("wxa+"):
                return False
        if name == "open" and not args[1] & (os.O_WRONLY | os.O_RDWR):
            return False
        names = [os.fspath(arg) for arg in args[:2] if isinstance(arg, str | os.PathLike)]
        paths = [str(Path(name).absolute()) for name in map(os.fsdecode, names)]
        return any(map(self._is_watched, paths))

    def _is_watched(self, path: str) -> bool:
        name = Path(path).name
        is_named = not self._names or any(each in name for each in self._names)
        return is_named and path.startswith(self._root) and "/.git/" not in path


class Scenario(NamedTuple):
    """A command in a prepared folder."""

    name: str
    prepare: Callable[[Path, str], None]
    """Writes the files of a project, given the address of a tracker."""
    words: tuple[str, ...]
    is_repeatable: bool = True
    """Whether the command, run again, does what it would have done."""
    run: Callable[[list[str]], object] = lambda words: main(words, prog_name="opsdocs")
    names: tuple[str, ...] = ()
    """The files to look at; all if none is named."""


def _project(folder: Path, config: str = CONFIG) -> Project:
    project = Project(folder, config=config)
    project.write({"specs/api/limits.rst": SPEC_PAGE})
    return project


def _deviations(folder: Path, address: str, **options: Any) -> None:
    kind = f'kind = "github"\nproject = "acme/api"\napi = "{address}"\n'
    config = CONFIG.replace("[trackers.api-issues]\n", f"[trackers.api-issues]\n{kind}")
    project = _project(folder, config)
    project.write({"ops/page.md": deviation_page("md", **options)})


def _without_issue(folder: Path, address: str) -> None:
    _deviations(folder, address, issue=None)


def _snapshot(folder: Path, address: str) -> None:
    _deviations(folder, address)
    old = '{"format": 1, "issues": {"api-issues": {"7": {"outcome": "found", "checked": "2026-11-01"}}}}'
    (folder / "docs/opsdocs-issues.json").write_text(old)


def _references(folder: Path, _address: str) -> None:
    page = f"{RUNBOOK_SECTIONS_RST}\n.. canonical-ref:: api:rate-limits, api:page-size\n"
    _project(folder).write({"ops/page.rst": rst_page(page)})
    _finish(folder, "accept", "ops/page", "api:page-size", "--yes", "--reason", "x", "--by", "Jo")


def _recorded(folder: Path, _address: str) -> None:
    project = _project(folder)
    project.write({"ops/page.rst": rst_page("Every client must have a token.")})
    _finish(folder, "baseline")
    project.append("ops/page.rst", "\nAll partners must use TLS.\n")


def _with_outputs(folder: Path, _address: str) -> None:
    _recorded(folder, "")
    for name in ("findings.sarif", "index.json.gz", "review.md"):
        (folder / "docs" / name).write_text("before")


def _committed(folder: Path, address: str) -> None:
    _with_outputs(folder, address)
    repository = Repository(folder / "docs")
    repository.git("init", "-q", "-b", "main")
    repository.commit({})
    (folder / "docs/ops/page.rst").write_text(rst_page("Another text."))


def _synced(folder: Path, _address: str) -> None:
    origins = {key: f"../{key}.json.gz" for key in ("one", "two", "old")}
    tables = {key: f'[domains.{key}]\nindex = "{path}"\n' for key, path in origins.items()}
    Project(folder, config="".join(tables.values()))
    for title, keys in (("Before", ("one", "old")), ("After", ("one", "two"))):
        for key in keys:
            entry = CanonicalEntry(title, ("a",), "a", digest="w1:0", words="Text.")
            page = CanonicalPage("a", title, "a.html", status="Canonical", sections=(entry,))
            (folder / f"{key}.json.gz").write_bytes(dump_index(key, "1", "", {}, [page]))
        config = "".join(tables[key] for key in keys)
        (folder / "docs/opsdocs.toml").write_text(config)
        if title == "Before":
            _finish(folder, "sync", source=())


def _conflict(folder: Path, _address: str) -> None:
    sides = ({}, {("a", 1): 0, ("b", 1): 1}, {("a", 2): 0, ("b", 1): 2})
    files = [{kind.name: kind.dump(table(kind, side)) for kind in KINDS} for side in sides]
    (folder / "docs").mkdir()
    Repository(folder / "docs").merge(*files)


def _built(folder: Path, _address: str) -> None:
    _recorded(folder, "")
    _quietly(lambda: sphinx_main(["-q", "-b", "html", str(folder / "docs"), str(folder / "out")]))
    (folder / "docs/ops/page.rst").write_text(rst_page("Another text."))


def _finish(folder: Path, *words: str, source: tuple[str, ...] = ("-s",)) -> None:
    arguments = [*words, *source, str(folder / "docs"), "--today", "2026-11-10"]
    if words[0] == "baseline":
        arguments.remove("-s")
    _quietly(lambda: main(arguments, standalone_mode=False))


def _quietly(work: Callable[[], object]) -> None:
    """Run something in a process of its own, without its messages."""
    status = _in_child(work)
    assert os.waitstatus_to_exitcode(os.waitpid(status, 0)[1]) in (0, 1)


OUTPUTS = ("opsdocs.json", "opsdocs-findings.json", "opsdocs.sarif", "canonical-index.json.gz")
ACCEPT = ("accept", "ops/page", "api:rate-limits", "--yes", "--reason", "read", "--by", "Jo")
CHANGE = ("change", "ops/page", "--why", "Asked.", "--what", "More.", *DAY, "-s", "docs")
SCENARIOS = (
    Scenario("accept", _references, (*ACCEPT, *DAY, "-s", "docs")),
    Scenario("baseline", _recorded, ("baseline", "docs", "--all", *DAY)),
    Scenario("change", _deviations, CHANGE, is_repeatable=False),
    Scenario("check", _with_outputs, ("check", "docs", "-f", "sarif", "-o", "docs/findings.sarif")),
    Scenario("confirm", _deviations, ("deviations", "confirm", "DEV-0007", *DAY, "-s", "docs")),
    Scenario(
        "resolve",
        _deviations,
        ("deviations", "resolve", "DEV-0007", *DAY, "-s", "docs"),
        is_repeatable=False,
    ),
    Scenario("index", _with_outputs, ("index", "docs", "-o", "docs/index.json.gz")),
    Scenario("init", lambda folder, _: (folder / "docs").mkdir(), ("init", "-ys", "docs"), False),
    Scenario(
        "draft",
        _without_issue,
        ("issues", "draft", "DEV-0007", "--create", "-s", "docs"),
        is_repeatable=False,
    ),
    Scenario("refresh", _snapshot, ("issues", "refresh", "docs", *DAY)),
    Scenario("merge", _conflict, ("merge", *(f"docs/{kind.name}" for kind in KINDS))),
    Scenario(
        "new",
        lambda folder, _: _project(folder) and None,
        ("new", "runbook", "docs/ops/new.md", "-c", "docs", *DAY),
        is_repeatable=False,
    ),
    Scenario(
        "review",
        _committed,
        ("review", "HEAD", "-s", "docs", "-f", "markdown", "-o", "docs/review.md"),
    ),
    Scenario("sync", _synced, ("sync", "docs", *DAY)),
    # what Sphinx itself writes can be torn, so that its next build fails
    Scenario("build", _built, ("-q", "-b", "html", "docs", "out"), False, sphinx_main, OUTPUTS),
)


def _in_child(work: Callable[[], object]) -> int:
    """Start something in a copy of this process; return the number of that process."""
    pid = os.fork()
    if pid:
        return pid
    status = 3
    try:
        null = os.open(os.devnull, os.O_RDWR)
        for descriptor in (0, 1, 2):
            os.dup2(null, descriptor)
        sys.stdin, sys.stdout, sys.stderr = sys.__stdin__, sys.__stdout__, sys.__stderr__
        status = int(work() or 0)  # type: ignore[call-overload]
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 1
    finally:
        os._exit(status)


def run_until(scenario: Scenario, folder: Path, moment: Moment) -> tuple[int, int]:
    """Run a command until a moment; return its exit status and the number of its calls."""
    counted = folder.parent / "calls"

    def work() -> object:
        os.chdir(folder)
        calls = Calls(folder, scenario.names, moment)
        calls.watch()
        try:
            return scenario.run(list(scenario.words))
        finally:
            counted.write_text(str(calls.count))

    counted.unlink(missing_ok=True)
    pid = _in_child(work)
    if moment.seconds:
        time.sleep(moment.seconds)
        os.kill(pid, signal.SIGKILL)
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    # a process that was killed may have begun to write it
    text = counted.read_text() if counted.exists() else ""
    return status, int(text or 0)


def read_files(scenario: Scenario, folder: Path) -> Files:
    """The files that matter, without those that only a running process needs."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
        and ".git" not in path.parts
        and CACHE_FOLDER not in path.parts  # in no way needed
        and not path.name.endswith((TEMPORARY_SUFFIX, LOCK_SUFFIX))
        and (path.name in scenario.names if scenario.names else "out" not in path.parts)
    }


class Trial:
    """A scenario with its files before and after an undisturbed run."""

    def __init__(self, scenario: Scenario, root: Path, address: str) -> None:
        self.scenario, self._root = scenario, root / scenario.name
        self._template = self._root / "template"
        self._template.mkdir(parents=True)
        scenario.prepare(self._template, address)
        self.before = read_files(scenario, self._template)
        start = time.monotonic()
        folder = self._copy()
        status, self.calls = run_until(scenario, folder, Moment())
        self.seconds = time.monotonic() - start
        assert status in (0, 1), f"{scenario.name} ends with {status}"
        self.after = read_files(scenario, folder)
        assert self.after != self.before, f"{scenario.name} changes nothing"

    def kill_at(self, moment: Moment) -> str:
        """Kill the command once; return what was wrong afterwards, empty for nothing."""
        folder = self._copy()
        status, _ = run_until(self.scenario, folder, moment)
        if moment.call and status != KILLED:
            return f"{moment}: was not killed, but ended with {status}"
        if fault := self._difference(read_files(self.scenario, folder)):
            return f"{moment}: {fault}"
        if self.scenario.is_repeatable:
            run_until(self.scenario, folder, Moment())
            if read_files(self.scenario, folder) != self.after:
                return f"{moment}: run again, the command does not finish its work"
        return ""

    def every_call(self) -> Iterator[Moment]:
        """The moments before and after each file-system call."""
        for call in range(1, self.calls + 1):
            yield Moment(call)
            yield Moment(call, is_before=False)

    def random_moments(self, chance: random.Random, count: int) -> Iterator[Moment]:
        """Some moments while the command runs."""
        for _ in range(count):
            yield Moment(seconds=max(chance.uniform(0, self.seconds), 0.001))

    def _difference(self, found: Files) -> str:
        for name in sorted({*found, *self.before, *self.after}):
            if found.get(name) not in (self.before.get(name), self.after.get(name)):
                data = found.get(name)
                return f"{name} is {'missing' if data is None else f'torn: {data[:200]!r}'}"
        return ""

    def _copy(self) -> Path:
        folder = self._root / "work"
        shutil.rmtree(folder, ignore_errors=True)
        return Path(shutil.copytree(self._template, folder, symlinks=True))


@contextmanager
def trials(names: tuple[str, ...] = ()) -> Iterator[Iterator[Trial]]:
    """Prepare the scenarios, or those with some names, one after another."""

    def handle(request: Request) -> Answer:
        return Answer(201 if request.method == "POST" else 200, github_issue(31))

    os.environ["SOURCE_DATE_EPOCH"] = TODAY
    with tempfile.TemporaryDirectory() as root, TrackerServer(handle) as server:
        tempfile.tempdir = root  # what killed processes leave there goes, too
        chosen = (scenario for scenario in SCENARIOS if not names or scenario.name in names)
        try:
            yield (Trial(scenario, Path(root), server.address) for scenario in chosen)
        finally:
            tempfile.tempdir = None


def main_of_search() -> int:
    """Kill every command at every moment; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", action="append", default=[], metavar="COMMAND")
    parser.add_argument("--random", type=int, default=20, help="random moments of each command")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(2**32))
    options = parser.parse_args()
    print(
        f"seed {options.seed}; to repeat: python -m tests.cli.kills --seed {options.seed}",
        flush=True,
    )
    chance = random.Random(options.seed)
    faults = kills = 0
    with trials(tuple(options.only)) as prepared:
        for trial in prepared:
            moments = [*trial.every_call(), *trial.random_moments(chance, options.random)]
            found = list(filter(None, map(trial.kill_at, moments)))
            kills, faults = kills + len(moments), faults + len(found)
            print(f"{trial.scenario.name}: {trial.calls} calls, {len(moments)} kills", flush=True)
            for fault in found:
                print(f"    {fault}", flush=True)
    print(f"{kills} kills, torn files or lost text: {faults} (seed {options.seed})")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main_of_search())
