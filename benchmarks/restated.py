"""How much is found of what operational pages repeat of specifications in other words.

    python benchmarks/restated.py [--half kept] [--errors]

``labels/restated_*.json`` holds values, terms, paragraphs and lists of invented specifications,
with pages that repeat them and pages that only look so; the half ``kept`` was written apart and put
aside. They are read as one project. Ends with status 1 when a figure is below its bound.
"""

import argparse
import json
import sys
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from sphinx.application import Sphinx

from sphinxext_opsdocs.clock import today
from sphinxext_opsdocs.config.confidence import Confidence
from sphinxext_opsdocs.ext.domain import OpsDomain
from sphinxext_opsdocs.ext.facts_build import Request, build_facts
from sphinxext_opsdocs.findings.finding import Finding
from sphinxext_opsdocs.rules.engine.check import check

LABELS = Path(__file__).parent / "labels"
CONF = """
project = "restated"
extensions = ["myst_parser", "sphinxext_opsdocs"]
root_doc = "index"
opsdocs_governed = ["ops/**"]
opsdocs_domains = {"spec": {"paths": ["specs/**"], "default_status": "Canonical"}}
"""
HIGH: tuple[Confidence, ...] = ("high",)
BOTH: tuple[Confidence, ...] = ("high", "medium")
ENTRY = "## Entry "
Entries = Sequence[Mapping[str, Any]]


def page(texts: Iterable[str]) -> str:
    """A page with a section for each text."""
    return "# Page\n" + "".join(
        f"\n{ENTRY}{number}\n\n{text}\n" for number, text in enumerate(texts)
    )


def block(text: str) -> str:
    """A text, or a table of one row for one with bars between cells."""
    if " | " not in text or text.startswith("-"):
        return text
    columns = text.count(" | ") + 1
    head = f"| {' | '.join('abcdef'[:columns])} |"
    return f"{head}\n|{'---|' * columns}\n| {text} |"


def bullets(lead: str, items: Sequence[str]) -> str:
    return f"{lead}\n\n" + "\n".join(f"- {item}" for item in items)


def pages_of(data: Mapping[str, Entries]) -> dict[str, str]:
    """The pages of the project, by docname."""
    pages: dict[str, str] = {}
    for kind in ("values", "terms"):
        pages[f"specs/{kind}"] = page(entry["spec"] for entry in data[kind])
        pages[f"ops/{kind}"] = page(block(entry["page"]) for entry in data[kind])
    pages["specs/paragraphs"] = page(entry["spec"] for entry in data["paragraphs"])
    for kind in ("light", "passive", "merged", "other"):
        pages[f"ops/{kind}"] = page(entry[kind] for entry in data["paragraphs"])
    lists = data["lists"]
    pages["specs/lists"] = page(bullets(e["spec_lead"], e["spec_items"]) for e in lists)
    pages["ops/lists"] = page(bullets(e["page_lead"], e["page_items"]) for e in lists)
    pages["ops/other_lists"] = page(bullets(e["other_lead"], e["other_items"]) for e in lists)
    return pages


def find(pages: Mapping[str, str]) -> tuple[Finding, ...]:
    """Build the project, and return its findings."""
    with tempfile.TemporaryDirectory() as folder:
        srcdir = Path(folder)
        (srcdir / "conf.py").write_text(CONF, encoding="utf-8")
        for docname, text in {"index": "# Index\n", **pages}.items():
            path = srcdir / f"{docname}.md"
            path.parent.mkdir(exist_ok=True)
            path.write_text(text, encoding="utf-8")

        def findings_of(_app: Sphinx, ops_domain: OpsDomain) -> tuple[Finding, ...]:
            return check(ops_domain.graph, today("2026-11-26")).findings

        return build_facts(Request(srcdir, srcdir, {}, "1"), findings_of, sys.stderr)


class Measured:
    """The entries of the pages that are found, and how the figures compare with their bounds."""

    def __init__(self, pages: Mapping[str, str], findings: Iterable[Finding]) -> None:
        self.is_good = True
        self._found: dict[tuple[str, str], dict[int, Confidence]] = {}
        for finding in findings:
            lines = pages.get(finding.docname, "").split("\n")[: finding.place.line]
            entry = next((line for line in reversed(lines) if line.startswith(ENTRY)), "")
            if entry:
                key = finding.rule, finding.docname
                self._found.setdefault(key, {})[int(entry.split()[-1])] = finding.confidence

    def entries(self, rule: str, docname: str, confidences: Sequence[Confidence]) -> set[int]:
        found = self._found.get((rule, docname), {})
        return {entry for entry, confidence in found.items() if confidence in confidences}

    def show(self, name: str, share: float, bound: float, number: int) -> None:
        print(f"| {name} | {share:.2f} | {bound:.2f} | {number} |")
        self.is_good &= share >= bound


def measure(data: Mapping[str, Entries], has_errors: bool) -> bool:
    """Print all figures; return whether each keeps its bound."""
    pages = pages_of(data)
    measured = Measured(pages, find(pages))
    print("| what | share | bound | number |\n|---|---|---|---|")
    for kind, rule, bounds in (
        ("values", "restated_value", (0.90, 0.60)),
        ("terms", "term_redefined", (0.85, 0.60)),
    ):
        found = measured.entries(rule, f"ops/{kind}", HIGH)
        wanted = {number for number, entry in enumerate(data[kind]) if entry["fires"]}
        right = len(found & wanted)
        measured.show(f"{rule}, precision", right / max(len(found), 1), bounds[0], len(found))
        measured.show(f"{rule}, recall", right / len(wanted), bounds[1], len(wanted))
        if has_errors:
            for number in sorted(found ^ wanted):
                print(
                    f"    {'false' if number in found else 'missed'}: {data[kind][number]['page']}"
                )
    number = len(data["paragraphs"])
    for kind, confidences, bound in (
        ("light", HIGH, 0.95),
        ("merged", BOTH, 0.80),
        ("passive", BOTH, 0.80),
    ):
        found = measured.entries("copied_canonical", f"ops/{kind}", confidences)
        name = f"copied_canonical, {kind} paraphrase ({' and '.join(confidences)})"
        measured.show(name, len(found) / number, bound, number)
    lists = measured.entries("copied_canonical", "ops/lists", HIGH)
    measured.show(
        "copied_canonical, lists", len(lists) / len(data["lists"]), 0.80, len(data["lists"])
    )
    for kind in ("other", "other_lists"):
        wrong = measured.entries("copied_canonical", f"ops/{kind}", BOTH)
        total = len(data["lists" if kind == "other_lists" else "paragraphs"])
        measured.show(f"copied_canonical, {kind}: not found", 1 - len(wrong) / total, 0.97, total)
    return measured.is_good


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--half", choices=("kept", "tune"), default="kept")
    parser.add_argument("--errors", action="store_true", help="list every error")
    given = parser.parse_args()
    data = json.loads((LABELS / f"restated_{given.half}.json").read_text(encoding="utf-8"))
    sys.exit(not measure(data, given.errors))


if __name__ == "__main__":
    main()
