"""Times whole processes, ours against plain Sphinx or a peer, in turn, and prints ratios.

    python benchmarks/run.py --rounds 15 [--only html,check] [--corpus ../shared/data] [--trlc TRLC]

Every row runs its commands one after the other, round by round, so that a machine that changes its
speed does so for all of them. Seconds are CPU seconds (user and system) of the process and its
children, or those of the clock where a row says so; a ratio is the median of the ratios of the
rounds. Rows of growth divide the seconds by the number of things that there are more and more of.
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from workload import main as write_workload

from sphinxext_opsdocs.rules import RULES

HERE = Path(__file__).parent
PROSE_OFF = f"opsdocs_rules = {dict.fromkeys((r.name for r in RULES if r.judges_prose), 'off')}\n"
"""For a conf.py: no rule that reads what pages say."""
Command = Sequence[str | Path]
ITSELF = "itself"
MOST_NOISE = 0.05
"""By how much the ratio of a command against itself may differ from 1."""


class Row:
    """One comparison: commands by name, the first is what the others are held against."""

    def __init__(
        self,
        title: str,
        bound: float,
        commands: dict[str, Command],
        fresh: Sequence[Path] = (),
        prepare: Callable[[], None] = lambda: None,
        sizes: dict[str, int] | None = None,
        is_wall: bool = False,
    ) -> None:
        self.title, self.bound, self.commands, self.fresh = title, bound, commands, fresh
        self.prepare = prepare
        """Done before each command, and not measured."""
        self.sizes = sizes or {}
        """By command, the number of things that its seconds are divided by."""
        self.is_wall = is_wall
        """Whether seconds are those of the clock: for what is done in several processes."""


@contextmanager
def workplace() -> Iterator[Path]:
    """A folder to measure in, on a day that stands still.

    Compiled modules are kept from the first run on, as those of an installed package are, also
    where the environment forbids it.
    """
    with tempfile.TemporaryDirectory() as folder:
        os.environ["SOURCE_DATE_EPOCH"] = "1795435200"
        os.environ["PYTHONPYCACHEPREFIX"] = f"{folder}/compiled"
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        yield Path(folder)


def timed(command: Command, cwd: Path, is_wall: bool = False) -> tuple[float, float]:
    """CPU seconds and peak memory in MiB of a command that has to succeed or find something."""
    start = time.perf_counter()
    process = subprocess.Popen(
        [*map(str, command)], cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    )
    assert process.stderr
    errors = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    if os.waitstatus_to_exitcode(status) not in (0, 1):
        raise SystemExit(f"{command}: {errors.decode()[-2000:]}")
    used = usage.ru_utime + usage.ru_stime
    if is_wall:
        used = time.perf_counter() - start
    return used, usage.ru_maxrss / 1024


def measure(row: Row, rounds: int, cwd: Path) -> None:
    """Run a row and print a line of the table for each command but the first.

    The first command runs twice in each round: its ratio against itself says how quiet the machine
    is. Where that is off by more than a twentieth, no figure of the row proves anything.
    """
    first = next(iter(row.commands))
    row.commands = {first: row.commands[first], ITSELF: row.commands[first], **row.commands}
    if row.sizes:
        row.sizes[ITSELF] = row.sizes[first]
    seconds: dict[str, list[float]] = {name: [] for name in row.commands}
    memory: dict[str, list[float]] = {name: [] for name in row.commands}
    for _ in range(rounds):
        for name, command in row.commands.items():
            for path in row.fresh:
                shutil.rmtree(path, ignore_errors=True)
            row.prepare()
            used, peak = timed(command, cwd, row.is_wall)
            seconds[name].append(used / row.sizes.get(name, 1))
            memory[name].append(peak)
    base, *others = row.commands
    ratios = {
        name: statistics.median(a / b for a, b in zip(seconds[name], seconds[base], strict=True))
        for name in others
    }
    noise = "" if abs(ratios[ITSELF] - 1) <= MOST_NOISE else " NOISY"
    digits = ".2e" if row.sizes else ".2f"
    for name, ratio in ratios.items():
        print(
            f"| {row.title}: {name} / {base}{noise} | {ratio:.2f} | {row.bound:.2f} | "
            f"{statistics.median(seconds[name]):{digits}} / "
            f"{statistics.median(seconds[base]):{digits}} | "
            f"{statistics.median(memory[name]):.0f} / {statistics.median(memory[base]):.0f} | "
            f"{rounds} |",
            flush=True,
        )


def sphinx(source: Path, out: Path, builder: str = "html", *options: str) -> Command:
    """A Sphinx build."""
    return [sys.executable, "-m", "sphinx", "-q", "-b", builder, *options, source, out]


def opsdocs(*arguments: str | Path) -> Command:
    """Our command line."""
    return [sys.executable, "-m", "sphinxext_opsdocs", *arguments]


def trlc_peer(work: Path, trlc: Path) -> Command:
    """TRLC over as many items in its own language, which are written there."""
    lines = ["package Ops", "type Spec { status String }", "type Issue { status String }"]
    lines += ["type Deviation { text String  deviates Spec  tracked Issue }"]
    (work / "trlc").mkdir(exist_ok=True)
    (work / "trlc/ops.rsl").write_text("\n".join(lines))
    items = ["package Ops"]
    for number in range(2000):
        items.append(f'Spec S{number} {{ status = "open" }}')
        items.append(f'Issue I{number} {{ status = "open" }}')
    items += [
        f'Deviation D{n} {{ text = "The probe answers otherwise"  deviates = S{n % 2000}'
        f"  tracked = I{n * 7 % 2000} }}"
        for n in range(10_000)
    ]
    (work / "trlc/all.trlc").write_text("\n".join(items))
    return [trlc, "--no-lint", work / "trlc"]


def rows(work: Path, corpus: Path | None, trlc: Path | None) -> dict[str, Callable[[], Row]]:
    """The rows by name; each writes what it needs when it is asked for."""
    tree, out = work / "5000", work / "out"

    def html() -> Row:
        write_workload(tree, 5000)
        commands = {
            "plain": sphinx(tree / "plain", out / "fresh"),
            "ours": sphinx(tree / "ours", out / "fresh"),
        }
        return Row("html, 5,000 deviations", 1.06, commands, [out / "fresh"])

    def needs() -> Row:
        write_workload(tree, 5000)
        commands = {
            "plain": sphinx(tree / "plain", out / "fresh"),
            "ours with sphinx-needs": sphinx(tree / "ours-needs", out / "fresh"),
        }
        return Row("html with needs.json, 5,000 deviations", 1.26, commands, [out / "fresh"])

    def check() -> Row:
        write_workload(tree, 5000)
        commands = {
            "plain dummy build": sphinx(tree / "plain", out / "fresh", "dummy"),
            "opsdocs check": opsdocs("check", "--no-cache", tree / "ours"),
        }
        return Row("cold check, 5,000 deviations", 0.54, commands, [out / "fresh"])

    def cold() -> Row:
        assert corpus
        docs = corpus / "phalanx/docs"
        line = 'extensions.append("sphinxext_opsdocs")\nopsdocs_governed = ["**"]\n'
        plain, governed = confdir("cold plain", "phalanx", ""), confdir("cold", "phalanx", line)
        commands = {
            "plain dummy build": sphinx(docs, out / "fresh", "dummy", "-c", str(plain)),
            "opsdocs check": opsdocs("check", "--no-cache", docs, "-c", governed),
        }
        return Row("cold check, 346 real pages", 0.55, commands, [out / "fresh"])

    def again() -> Row:
        write_workload(tree, 5000)
        commands = {
            "plain": sphinx(tree / "plain", out / "kept-plain"),
            "ours": sphinx(tree / "ours", out / "kept-ours"),
        }
        for command in commands.values():
            timed(command, work)
        return Row("no-change build, 5,000 deviations", 1.12, commands)

    def phalanx() -> Row:
        assert corpus
        docs = corpus / "phalanx/docs"
        commands = {
            name: sphinx(docs, out / "fresh", "html", "-c", str(confdir(name, "phalanx", line)))
            for name, line in (("plain", ""), ("ours", 'extensions.append("sphinxext_opsdocs")\n'))
        }
        return Row("346 real pages, no markup of ours", 1.02, commands, [out / "fresh"])

    def confdir(name: str, conf: str, further: str) -> Path:
        """A folder with a conf.py that is one of the corpus, and more."""
        assert corpus
        path = corpus / "conf" / conf / "conf.py"
        text = f"p = {str(path)!r}\nexec(open(p).read().replace('__file__', repr(p)))\n{further}"
        (work / name).mkdir(exist_ok=True)
        (work / name / "conf.py").write_text(text)
        return work / name

    def prose() -> Row:
        assert corpus
        line = 'extensions.append("sphinxext_opsdocs")\nopsdocs_governed = ["**"]\n'
        docs = corpus / "phalanx/docs"
        commands = {}
        for name, further in (("off", PROSE_OFF), ("prose rules", "")):
            conf = confdir(f"prose {name}", "phalanx", line + further)
            commands[name] = sphinx(docs, out / "fresh", "html", "-c", str(conf))
        return Row("346 real pages, all governed", 1.04, commands, [out / "fresh"])

    def copies() -> Row:
        assert corpus
        line = 'extensions.append("sphinxext_opsdocs")\nopsdocs_domains = {"nova": '
        conf = confdir("specs", "nova-specs", line + '{"paths": ["**"]}}\n')
        specs = corpus / "nova-specs/specs"
        timed(sphinx(specs, out / "specs", "html", "-c", str(conf)), work)
        index = str(out / "specs/canonical-index.json.gz")
        line += f'{{"index": {index!r}, "default_status": "Canonical"}}}}\n'
        commands = {}
        for name, further in (("off", PROSE_OFF), ("prose rules", "")):
            conf = confdir(f"copies {name}", "nova", f'{line}opsdocs_governed = ["**"]\n{further}')
            docs, built = corpus / "nova/doc/source", out / f"copies {name}"
            timed(sphinx(docs, built, "html", "-c", str(conf)), work)
            commands[name] = opsdocs("check", built / "opsdocs.json", "-c", conf)
        return Row("check of 240 pages against 840 specifications", 0, commands)

    def warm(title: str, bound: float, change: Callable[[Path], None]) -> Row:
        """A check of real pages with its cache, against a plain html build of the same tree."""
        assert corpus
        docs = work / "phalanx/docs"
        if not docs.exists():  # pages include files beside them
            shutil.copytree(corpus / "phalanx", docs.parent)
        governed = 'extensions.append("sphinxext_opsdocs")\nopsdocs_governed = ["**"]\n'
        commands = {
            "plain": sphinx(
                docs, out / "warm", "html", "-c", str(confdir("warm plain", "phalanx", ""))
            ),
            "check": opsdocs("check", docs, "-c", confdir("warm", "phalanx", governed)),
        }
        for command in commands.values():
            timed(command, work)
        return Row(title, bound, commands, prepare=lambda: change(docs))

    def warm_unchanged() -> Row:
        return warm("346 real pages, nothing changed", 0.95, lambda docs: None)

    def warm_changed() -> Row:
        numbers = iter(range(10**6))

        def change(docs: Path) -> None:
            page = docs / "index.rst"
            page.write_text(f"{page.read_text()}\n.. change {next(numbers)}\n")

        return warm("346 real pages, one changed", 1.0, change)

    def warm_restored() -> Row:
        moments = iter(range(10**9, 2 * 10**9))

        def touch(docs: Path) -> None:
            # all times are others, as in a fresh clone; to plain Sphinx these are just old
            moment = next(moments)
            for path in docs.rglob("*.*"):
                os.utime(path, (moment, moment))

        return warm("346 real pages, restored cache", 0.98, touch)

    def parallel() -> Row:
        write_workload(tree, 5000)
        check_tree = opsdocs("check", "--no-cache", tree / "ours")
        commands = {"serial": check_tree, "-j auto": [*check_tree, "-j", "auto"]}
        return Row("cold check, 5,000 deviations, wall clock", 0.70, commands, is_wall=True)

    def index() -> Row:
        assert corpus
        line = (
            'extensions.append("sphinxext_opsdocs")\n'
            'opsdocs_domains = {"nova": {"paths": ["**"], "default_status": "Canonical"}}\n'
        )
        specs = corpus / "nova-specs/specs"
        commands = {
            name: sphinx(
                specs,
                out / "fresh",
                "html",
                "-c",
                str(confdir(f"specs {name}", "nova-specs", further)),
            )
            for name, further in (("without", ""), ("with its index", line))
        }
        return Row("840 real specifications", 1.05, commands, [out / "fresh"])

    def facts() -> Row:
        write_workload(work / "10000", 10_000)
        timed(sphinx(work / "10000/ours", out / "facts"), work)
        check_facts = opsdocs("check", out / "facts/opsdocs.json")
        if not trlc:
            commands = {"itself": check_facts, "ours": check_facts}
            return Row("facts of 10,000 deviations", 1.0, commands)
        peer = trlc_peer(work, trlc)
        return Row("facts of 10,000 deviations", 1.0, {"trlc": peer, "opsdocs check": check_facts})

    def growth(kind: str, bound: float, counts: Sequence[int]) -> Row:
        """Checks of ever larger trees, by the CPU seconds for each thing there is more of."""
        sizes = {f"{count:,} {kind}": count for count in counts}
        commands: dict[str, Command] = {}
        for name, count in sizes.items():
            docs = work / name
            # in a process of its own: what is measured would inherit its peak of memory
            writer = [sys.executable, HERE / "growing_trees.py", docs, kind, str(count)]
            subprocess.run([*map(str, writer)], check=True)
            commands[name] = opsdocs("check", "--no-cache", docs)
        return Row(f"cold check, CPU s for each of {kind}", bound, commands, sizes=sizes)

    def pages() -> Row:
        return growth("pages", 1.2, (2000, 1000, 5000, 20_000))

    def sections() -> Row:
        return growth("sections", 1.0, (1000, 10_000, 100_000))

    def references() -> Row:
        return growth("references", 1.1, (5000, 1000, 10_000, 50_000))

    def small() -> Row:
        write_workload(work / "1000", 1000)
        commands = {
            "plain": sphinx(work / "1000/plain", out / "fresh"),
            "ours": sphinx(work / "1000/ours", out / "fresh"),
        }
        return Row("html, 1,000 deviations", 1.08, commands, [out / "fresh"])

    def parallel_real() -> Row:
        assert corpus
        docs = corpus / "phalanx/docs"
        line = 'extensions.append("sphinxext_opsdocs")\nopsdocs_governed = ["**"]\n'
        check_tree = opsdocs("check", "--no-cache", docs, "-c", confdir("cold", "phalanx", line))
        commands = {"serial": check_tree, "-j auto": [*check_tree, "-j", "auto"]}
        return Row("cold check, 346 real pages, wall clock", 0.70, commands, is_wall=True)

    found = {"html": html, "needs": needs, "check": check, "again": again, "facts": facts}
    found |= {"small": small, "parallel": parallel}
    found |= {"pages": pages, "sections": sections, "references": references}
    real = {"phalanx": phalanx, "index": index, "prose": prose, "copies": copies, "cold": cold}
    real["parallel-real"] = parallel_real
    real |= {"warm": warm_unchanged, "changed": warm_changed, "restored": warm_restored}
    return found | (real if corpus else {})


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--only", default="")
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--trlc", type=Path)
    given = parser.parse_args()
    print("| what | ratio | bound | CPU s | peak MiB | rounds |\n|---|---|---|---|---|---|")
    with workplace() as work:
        corpus = given.corpus.resolve() if given.corpus else None
        for name, make in rows(work, corpus, given.trlc).items():
            if not given.only or name in given.only.split(","):
                measure(make(), given.rounds, work)
        if not given.only or "handlers" in given.only.split(","):
            write_workload(work / "5000", 5000)
            os.environ["PYTHONPATH"] = str(HERE)
            options = ("-D", "extensions=sphinxext_opsdocs,handler_clock")
            for label in ("cold", "no change"):
                command = sphinx(work / "5000/ours", work / "out/clock", "html", *options)
                done = subprocess.run(
                    [*map(str, command)], capture_output=True, text=True, check=True
                )
                print(f"\n5,000 deviations, {label}: {done.stdout.strip()}")


if __name__ == "__main__":
    main()
