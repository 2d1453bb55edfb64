"""What 10,000 alert rules cost a warm check of 2,000 pages.

    python benchmarks/alerts.py [--rounds 5]

Prints CPU seconds of whole processes, medians: of a check without alerts, with alerts of which no
file changed, and with alerts in files that all changed; and of the YAML library alone (PyYAML with
libyaml, ``yaml.compose_all``) for these files. In each of the first two kinds of check one page has
changed too, so that the graph is built anew.
"""

import argparse
import statistics
import sys
from collections.abc import Callable
from pathlib import Path

from run import opsdocs, timed, workplace

PAGES, FILES, RULES_IN_FILE = 2000, 20, 500
BASE = "https://docs.example/"
COMPOSE = """\
import pathlib, sys, yaml
for path in sorted(pathlib.Path(sys.argv[1]).glob("*.yml")):
    list(yaml.compose_all(path.read_text(), Loader=yaml.CSafeLoader))
"""
STARTED = "import pathlib, sys, yaml"
RULES_OFF = '[rules]\nsection_missing = "off"\ncanonical_missing = "off"\n'


def write_pages(docs: Path) -> None:
    names = []
    for number in range(PAGES):
        alerts = ", ".join(f"Alert{number + PAGES * each}" for each in range(5))
        text = (
            f":class: runbook\n:owner: team\n:status: Canonical\n:version: 1.0\n"
            f":last-reviewed: 2026-11-02\n:alerts: {alerts}\n\nPage {number}\n=========\n\n"
            f"Meaning\n-------\n\nLook at the dashboard of node {number}.\n"
        )
        names.append(f"   ops/page-{number}")
        path = docs / f"ops/page-{number}.rst"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    (docs / "index.rst").write_text("Index\n=====\n\n.. toctree::\n\n" + "\n".join(names) + "\n")
    (docs / "conf.py").write_text(f'extensions = ["sphinxext_opsdocs"]\nhtml_baseurl = "{BASE}"\n')


def write_rules(folder: Path, note: str) -> None:
    folder.mkdir(exist_ok=True)
    for file in range(FILES):
        lines = [f"# {note}", "groups:", f"- name: group-{file}", "  rules:"]
        for rule in range(RULES_IN_FILE):
            number = file * RULES_IN_FILE + rule
            lines += [
                f"  - alert: Alert{number}",
                f'    expr: rate(requests_total{{node="{number}"}}[5m]) > {rule}',
                "    for: 5m",
                "    labels: {severity: page, team: team}",
                "    annotations:",
                f"      summary: Node {number} answers slowly",
                f"      runbook_url: {BASE}ops/page-{number % PAGES}.html#meaning",
            ]
        (folder / f"rules-{file:02}.yml").write_text("\n".join(lines) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    with workplace() as work:
        docs, rules = {}, work / "rules"
        for name in ("without", "with"):
            docs[name] = work / name
            write_pages(docs[name])
        write_rules(rules, "first")
        (docs["without"] / "opsdocs.toml").write_text(RULES_OFF)
        files = '[alerts]\nfiles = ["../rules/*.yml"]\n'
        (docs["with"] / "opsdocs.toml").write_text(RULES_OFF + files)
        used: dict[str, list[float]] = {}

        def take(name: str, folder: str, prepare: Callable[[int], None], round_: int) -> None:
            page = docs[folder] / "ops/page-7.rst"
            page.write_text(f"{page.read_text()}\n.. change {name} {round_}\n")
            prepare(round_)
            seconds, _ = timed(opsdocs("check", docs[folder]), work)
            used.setdefault(name, []).append(seconds)

        for folder in docs.values():
            timed(opsdocs("check", folder), work)
        for round_ in range(rounds):
            take("without alerts", "without", lambda _: None, round_)
            take("without alerts, again", "without", lambda _: None, round_)
            take("files unchanged", "with", lambda _: None, round_)
            take("files changed", "with", lambda n: write_rules(rules, f"round {n}"), round_)
            for name, code in (("YAML alone", COMPOSE), ("its start", STARTED)):
                seconds, _ = timed([sys.executable, "-c", code, rules], work)
                used.setdefault(name, []).append(seconds)
        medians = {name: statistics.median(values) for name, values in used.items()}
        for name, value in medians.items():
            print(f"{name:<24}{value:6.2f} CPU s")
        base = medians["without alerts"]
        yaml = medians["YAML alone"] - medians["its start"]
        print(f"files unchanged: {medians['files unchanged'] - base:.2f} CPU s more (bound 0.30)")
        ratio = (medians["files changed"] - base) / yaml
        print(f"files changed: {ratio:.2f} of the YAML library alone (bound 1.50)")


if __name__ == "__main__":
    main()
