"""Refreshes 5,000 issues from a server on loopback with 20 ms latency, then once more unchanged;
and checks a facts file of 10,000 deviations with a snapshot of 10,000 issues.

    python benchmarks/issues.py [--rounds N] [--trlc TRLC]

Prints wall and CPU seconds of the refreshing process and its peak memory after 500 and 5,000
issues, and the median of CPU seconds of the whole check; with TRLC in turn, over as many items.
"""

import argparse
import json
import multiprocessing
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

sys.path[:0] = [str(Path(__file__).parents[1]), str(Path(__file__).parent)]

from run import opsdocs, timed, trlc_peer, workplace  # noqa: E402  # scripts beside this one
from workload import main as write_workload  # noqa: E402

from sphinxext_opsdocs.config.schema import Config, Tracker  # noqa: E402
from sphinxext_opsdocs.issues.snapshot import IssueState, Snapshot, dump_snapshot  # noqa: E402
from sphinxext_opsdocs.network.trackers.refresh import refresh  # noqa: E402
from tests.network.tracker_replies import github_issue  # noqa: E402
from tests.network.tracker_server import Answer, Request, TrackerServer  # noqa: E402

LATENCY = 0.02
ISSUES, DEVIATIONS = 5_000, 10_000


def serve(answers: Any) -> None:
    """A server of its own process; its address goes into the queue."""

    def handle(request: Request) -> Answer:
        number = int(request.path.rpartition("/")[2])
        tag = f'W/"{number}"'
        if request.headers.get("if-none-match") == tag:
            return Answer(304, headers={"ETag": tag})
        return Answer(200, github_issue(number), {"ETag": tag})

    with TrackerServer(handle, LATENCY) as server:
        answers.put(server.address)
        time.sleep(3600)


def asked(address: str, count: int, known: Snapshot) -> Snapshot:
    """Refresh that many issues, and print what it took."""
    tracker = Tracker(
        kind="github",
        project="acme/api",
        pattern=r"#(?P<number>\d+)",
        api=address,
        requests_per_minute=0,
    )
    wanted = {"t": {str(number) for number in range(1, count + 1)}}
    wall, cpu = time.monotonic(), time.process_time()
    snapshot, (answer,) = refresh(
        Config(trackers={"t": tracker}), wanted, known, "2026-11-25T00:00:00Z"
    )
    wall, cpu = time.monotonic() - wall, time.process_time() - cpu
    assert answer.is_complete, answer
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    what = "again" if known else "first"
    print(f"| refresh of {count:,} issues, {what} | {wall:.1f} | {cpu:.1f} | {peak:.0f} |")
    return snapshot


def check(work: Path, rounds: int, trlc: Path | None) -> None:
    """Check deviations that name an issue each, without a snapshot and with it."""
    write_workload(work, DEVIATIONS)
    docs, out = work / "ours", work / "out"
    subprocess.run([sys.executable, "-m", "sphinx", "-q", docs, out], check=True)
    facts = json.loads((out / "opsdocs.json").read_text())
    number = 0
    for document in facts["documents"]:
        for deviation in document.get("deviations", ()):
            number += 1
            deviation["issues"][0]["text"] = f"API-{number}"
    (out / "opsdocs.json").write_text(json.dumps(facts))
    states = {
        str(n): IssueState("found", "2026-11-20T00:00:00Z", "open", title=f"Issue {n}")
        for n in range(1, number + 1)
    }
    command = opsdocs("check", out / "opsdocs.json", "-c", docs)
    peer = trlc_peer(work, trlc) if trlc else None
    for what in ("without", "with"):
        if what == "with":
            (docs / "opsdocs-issues.json").write_bytes(dump_snapshot({"api-issues": states}))
        timed(command, work)  # compiles
        peers: list[float] = []
        runs: list[tuple[float, float]] = []
        for _ in range(rounds):
            peers += [timed(peer, work)[0]] if peer else []
            runs.append(timed(command, work))
        seconds = statistics.median(run[0] for run in runs)
        peak = statistics.median(run[1] for run in runs)
        title = f"check of {number:,} deviations {what} {number:,} issues"
        beside = f" (TRLC in turn: {statistics.median(peers):.2f})" if peers else ""
        print(f"| {title}{beside} | | {seconds:.2f} | {peak:.0f} |")


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--trlc", type=Path)
    given = parser.parse_args()
    answers: Any = multiprocessing.Queue()
    server = multiprocessing.Process(target=serve, args=(answers,), daemon=True)
    server.start()
    address = answers.get()
    print("| what | wall s | CPU s | peak MiB |\n|---|---|---|---|")
    asked(address, 500, {})
    asked(address, ISSUES, asked(address, ISSUES, {}))
    server.terminate()
    with workplace() as work:
        check(work, given.rounds, given.trlc)


if __name__ == "__main__":
    main()
