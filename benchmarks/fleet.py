"""What a fleet of repositories costs, against the same checks one by one.

    python benchmarks/fleet.py [--repositories 1000] [--rounds 1] [--keep FOLDER]

The repositories are those of fleet_workload.py. Prints CPU seconds of whole commands with all their
processes, and the largest memory of all of them together (their proportional set sizes, asked for
ten times a second). "One by one" is the time that the rules and the graph take in one process, with
every bundle read before: what a fleet adds is reading, sketches of texts, rows and tables. Reports
of ten times as many repositories are measured on ten copies of the tables, side by side.
"""

import argparse
import csv
import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import NamedTuple

import duckdb
from fleet_workload import Repository, bundle_of, name_of, write_fleet

from sphinxext_opsdocs.config.schema import BUNDLE_FILE, INDEX_FILE
from sphinxext_opsdocs.fleet.bundle import read_bundle, read_entry
from sphinxext_opsdocs.fleet.check_repository import graph_of_bundle
from sphinxext_opsdocs.fleet.fleet_findings import fleet_findings_query
from sphinxext_opsdocs.fleet.generation import CURRENT, GENERATIONS, current, table_paths
from sphinxext_opsdocs.fleet.member import PublishedIndex
from sphinxext_opsdocs.fleet.plan import make_tasks
from sphinxext_opsdocs.fleet.pool import check_in_pool
from sphinxext_opsdocs.fleet.queries import REPORTS
from sphinxext_opsdocs.fleet.refresh import repository_bundles
from sphinxext_opsdocs.fleet.schema import TABLES, columns_of
from sphinxext_opsdocs.fleet.settings import STATE_FOLDER, FleetSettings, read_fleet
from sphinxext_opsdocs.fleet.state import FleetState
from sphinxext_opsdocs.rules.engine.check import check

DAY = date(2026, 11, 23)
OPSDOCS = (sys.executable, "-m", "sphinxext_opsdocs", "fleet")
MIB = 1024 * 1024
duckdb.sql("SET enable_progress_bar = false")


class Cost(NamedTuple):
    """CPU seconds, seconds of the clock, and the largest memory in MiB."""

    cpu: float
    wall: float
    memory: float

    def __str__(self) -> str:
        return f"{self.cpu:7.1f} CPU s, {self.wall:6.1f} s, {self.memory:5.0f} MiB"


def measured(*words: str, folder: Path) -> Cost:
    """The cost of a command of a fleet."""
    return cost_of(*OPSDOCS, *words, "-s", str(folder))


def cost_of(*command: str) -> Cost:
    """The cost of a process and those that it starts."""
    before, started = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    process = subprocess.Popen(
        command,
        cwd=Path(__file__).parent,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "SOURCE_DATE_EPOCH": "1795435200"},
    )
    with watched(process.pid) as peak:
        process.wait()
    assert process.returncode in (0, 1), command
    wall = time.perf_counter() - started
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Cost(cpu, wall, peak[0] / MIB)


@contextmanager
def watched(pid: int) -> Iterator[list[float]]:
    """Watch the memory of a process and of those that it starts."""
    peak, is_done = [0.0], threading.Event()

    def watch() -> None:
        while not is_done.wait(0.1):
            peak[0] = max(peak[0], sum(map(memory_of, tree_of(pid))))

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield peak
    finally:
        is_done.set()
        thread.join()


def tree_of(pid: int) -> Iterator[int]:
    yield pid
    try:
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except OSError:
        return
    for child in children:
        yield from tree_of(int(child))


def memory_of(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)


ONE_BY_ONE = "import fleet, sys; print(fleet.one_by_one(sys.argv[1], int(sys.argv[2])))"


def one_by_one(out: str, repositories: int) -> float:
    """CPU seconds of the rules over all repositories, each read before its time begins."""
    total = 0.0
    indexes = {}
    for number in range(repositories):
        bundle = read_bundle((Path(out) / name_of(number) / BUNDLE_FILE).read_bytes())
        for source in bundle.manifest.sources:
            if source.origin not in indexes:
                path = Path(out) / source.origin.split("/")[3] / BUNDLE_FILE
                data = read_entry(path.read_bytes(), INDEX_FILE)
                indexes[source.origin] = PublishedIndex(source.origin, source.sha256, data)
        wanted = {source.origin: indexes[source.origin] for source in bundle.manifest.sources}
        started = time.process_time()
        check(graph_of_bundle(bundle, wanted), DAY, bundle.facts.owners)
        total += time.process_time() - started
    return total


def time_one_by_one(out: Path, repositories: int) -> float:
    command = [sys.executable, "-c", ONE_BY_ONE, str(out), str(repositories)]
    done = subprocess.run(
        command, cwd=Path(__file__).parent, capture_output=True, text=True, check=True
    )
    return float(done.stdout)


IN_POOL = "import fleet, sys; fleet.check_all(sys.argv[1], int(sys.argv[2]))"


def check_all(folder: str, jobs: int) -> None:
    """Check all repositories whose bundles a fleet has, and drop the rows."""
    state = FleetState(Path(folder) / STATE_FOLDER)
    members = repository_bundles(read_fleet(Path(folder)), state.load())
    for checked in check_in_pool(make_tasks(members, DAY), state, jobs, 300):
        assert not checked.fault, checked.fault


def size_of(*paths: Path) -> float:
    """The size of files in MB, as on a disk with blocks of 4 kB."""
    return sum(path.stat().st_blocks * 512 for path in paths) / 1e6


def files_below(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def change_some(out: Path, repositories: int, chance: random.Random) -> None:
    for number in chance.sample(range(repositories), 5):
        path = out / name_of(number) / BUNDLE_FILE
        path.write_bytes(bundle_of(number, repositories, f"Changed {chance.random()}"))


def report_all(folder: Path, out: Path, name: str) -> Cost:
    """The cost of all reports, one after another, each as a file of all its rows."""
    kinds = [kind for kind in REPORTS if kind != "impact"]
    commands = [("report", kind, "-f", "csv", "-o", str(out / f"{kind}.csv")) for kind in kinds]
    commands.append(("report", "impact", f"{name}:specs/page-0#section-0"))
    commands.append(("check", "-f", "csv", "-o", str(out / "findings.csv")))
    costs = [measured(*words, folder=folder) for words in commands]
    return Cost(
        sum(cost.cpu for cost in costs),
        sum(cost.wall for cost in costs),
        max(cost.memory for cost in costs),
    )


def recall_of_copies(out: Path, repositories: int) -> tuple[int, int, int]:
    """How many planted copies there are, are found, and are reported without being planted."""
    planted = set()
    for number in range(repositories):
        repository = Repository(number, repositories)
        list(repository.pages())
        planted |= {(repository.name, page) for page in repository.copies}
    with (out / "findings.csv").open(newline="") as file:
        found = {
            (row["repository"], row["page"])
            for row in csv.DictReader(file)
            if row["rule"] == "copied_unconfigured"
        }
    return len(planted), len(planted & found), len(found - planted)


def write_days(folder: Path, days: int) -> list[Path]:
    """Give a fleet as many days of counts, as if it had been refreshed on each."""
    generation = current(folder / STATE_FOLDER)
    assert generation
    (known,) = table_paths(generation, "counts")
    for number in range(days - 1):
        day = f"2026-{1 + number // 28:02}-{1 + number % 28:02}"
        query = f"SELECT * REPLACE ('{day}' AS day) FROM read_parquet('{known}')"
        target = generation.history(day)
        duckdb.sql(f"COPY ({query}) TO '{target}' (FORMAT parquet, COMPRESSION zstd)")
    return table_paths(generation, "counts")


def multiply(folder: Path, times: int, larger: Path) -> None:
    """Make the state of a fleet of as many copies of this one, each with names of its own."""
    generation = current(folder / STATE_FOLDER)
    assert generation
    target = larger / STATE_FOLDER / GENERATIONS / "000001"
    shutil.copytree(generation.folder, target)
    shutil.copy(folder / "fleet.toml", larger)
    (larger / STATE_FOLDER / CURRENT).write_text("000001\n")
    copy = current(larger / STATE_FOLDER)
    assert copy
    names = ("repository", "index_address", "issue_address")
    for table in TABLES:
        columns = columns_of(table)
        if not {"repository", "index_address"} & columns.keys():
            continue
        changes = [f"{name} || '-' || n AS {name}" for name in names if name in columns]
        if "gram" in columns:
            changes.append("CAST(xor(gram, n * 1000003) AS INTEGER) AS gram")
        replaced = f"* REPLACE ({', '.join(changes)})"
        for path in table_paths(copy, table):
            query = f"SELECT {replaced} FROM read_parquet('{path}'), range({times}) AS r(n)"
            rows = f"SELECT * EXCLUDE n FROM ({query})"
            part = path.with_suffix(".new")
            duckdb.sql(f"COPY ({rows}) TO '{part}' (FORMAT parquet, COMPRESSION zstd)")
            part.replace(path)


def time_findings(folder: Path) -> float:
    """CPU seconds of the rules of the fleet, as in a refresh."""
    script = "import sys, fleet; from pathlib import Path; fleet.find_again(Path(sys.argv[1]))"
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run(
        [sys.executable, "-c", script, str(folder)], cwd=Path(__file__).parent, check=True
    )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def find_again(folder: Path) -> None:
    """Run the rules of the fleet over its tables."""
    from sphinxext_opsdocs.fleet.database import Database

    generation = current(folder / STATE_FOLDER)
    assert generation
    database = Database(memory="2GB")
    for table in TABLES:
        database.view(table, table_paths(generation, table))
    database.rows(f"SELECT count(*) FROM ({fleet_findings_query(FleetSettings())})")


def median_of(work: Callable[[], Cost], rounds: int) -> Cost:
    costs = [work() for _ in range(rounds)]
    return Cost(*(statistics.median(values) for values in zip(*costs, strict=True)))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repositories", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="use, or make and keep, the fleet in this folder")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        run(options.keep or Path(place), options.repositories, options.rounds)


def run(out: Path, repositories: int, rounds: int) -> None:
    folder = out / "fleet"
    if not folder.is_dir():
        write_fleet(out, repositories)
        folder.mkdir()
        measured("add", "--from", str(out / "list.csv"), folder=folder)

    def refresh_all() -> Cost:
        shutil.rmtree(folder / STATE_FOLDER, ignore_errors=True)
        return measured("refresh", folder=folder)

    print(f"{repositories:,} repositories", flush=True)
    alone = [time_one_by_one(out, repositories)]
    whole = median_of(refresh_all, rounds)
    checked = [cost_of(sys.executable, "-c", IN_POOL, str(folder), "2") for _ in range(2)]
    alone.append(time_one_by_one(out, repositories))
    print(f"one by one                   {alone[0]:7.1f} and {alone[1]:.1f} CPU s")
    for cost in checked:
        ratio = cost.cpu / statistics.mean(alone)
        print(f"check of all, in a pool      {cost}, {ratio:.2f} of one by one")
    ratio = whole.cpu / statistics.mean(alone)
    print(f"refresh of all               {whole}, {ratio:.2f} of one by one", flush=True)
    chance = random.Random(rounds)
    costs = []
    for _ in range(3):
        change_some(out, repositories, chance)
        costs.append(measured("refresh", folder=folder))
    changed = sorted(costs, key=lambda cost: cost.wall)[1]
    print(f"refresh, 5 changed           {changed}", flush=True)
    print(f"all reports                  {report_all(folder, out, name_of(0))}", flush=True)
    generation = current(folder / STATE_FOLDER)
    assert generation
    print(f"tables                       {size_of(*files_below(generation.folder)):7.1f} MB")
    planted, found, others = recall_of_copies(out, repositories)
    print(f"copies                       {found} of {planted} planted found, {others} others")
    days = write_days(folder, 100)
    print(f"trend over 100 days          {measured('report', 'trend', folder=folder)}")
    print(f"counts of 100 days           {size_of(*days):7.1f} MB", flush=True)
    larger = out / "larger"
    shutil.rmtree(larger, ignore_errors=True)
    larger.mkdir()
    multiply(folder, 10, larger)
    first = f"{name_of(0)}-0"
    print(f"all reports, ten times       {report_all(larger, larger, first)}")
    print(f"rules of the fleet, once and ten times  {time_findings(folder):.1f} and "
          f"{time_findings(larger):.1f} CPU s")  # fmt: skip
    shutil.rmtree(larger)


if __name__ == "__main__":
    main()
