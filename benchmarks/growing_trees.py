"""Writes documentation that has much of one thing: pages, sections of specifications, references.

python growing_trees.py OUT pages|sections|references COUNT
"""

import sys
from collections.abc import Callable, Iterable
from pathlib import Path

from index_load import SECTIONS
from index_load import write as write_index
from workload import CONF, CONFIGURATION, INTRODUCTION, deviation, header, heading, write

SPEC_SECTIONS = 1000
FEW_PAGES = 5
"""Pages that share the references."""


def write_pages(out: Path, count: int) -> None:
    """One deviation and two links on each page, 100 pages of specifications."""
    _write_project(out, CONFIGURATION, count, lambda page: deviation(page, SPEC_SECTIONS, True))
    _write_specifications(out)


def write_sections(out: Path, count: int) -> None:
    """100 pages with ten references each, to an index of that many sections."""
    index = CONFIGURATION.replace('paths = ["specs/**"]', 'index = "index.json.gz"')

    def references(page: int) -> str:
        numbers = [(page * 10 + number) * 7919 % count for number in range(10)]
        return _references(f"label-{n // SECTIONS}-{n % SECTIONS}" for n in numbers)

    _write_project(out, index, 100, references)
    write_index(out / "index.json.gz", count // SECTIONS)


def write_references(out: Path, count: int) -> None:
    """That many references on five pages, in paragraphs of ten."""
    share = count // FEW_PAGES

    def references(page: int) -> str:
        numbers = [(page * share + number) % SPEC_SECTIONS for number in range(share)]
        return _references(f"contract-{number:05d}" for number in numbers)

    _write_project(out, CONFIGURATION, FEW_PAGES, references)
    _write_specifications(out)


def _references(labels: Iterable[str]) -> str:
    roles = [f":canonical:`api:{label}`" for label in labels]
    lines = [", ".join(roles[start : start + 10]) for start in range(0, len(roles), 10)]
    return "".join(f"See {line}.\n\n" for line in lines)


def _write_project(out: Path, settings: str, pages: int, body: Callable[[int], str]) -> None:
    write(out / "conf.py", CONF.format(extensions=["sphinxext_opsdocs"]))
    write(out / "opsdocs.toml", settings)
    write(out / "index.rst", heading("Manual", "=") + ".. toctree::\n   :glob:\n\n   */*\n")
    for page in range(pages):
        text = header(True, "runbook", "team-ops") + heading(f"Runbook {page}", "=")
        text += f"{INTRODUCTION}\n\n" + heading("Mitigation", "-") + body(page)
        write(out / f"ops/runbook{page:05d}.rst", text)


def _write_specifications(out: Path) -> None:
    for page in range(SPEC_SECTIONS // 10):
        text = header(True, "specification", "team-api") + heading(f"Contract {page}", "=")
        for section in range(page * 10, page * 10 + 10):
            text += f".. _contract-{section:05d}:\n\n" + heading(f"Section {section}", "-")
            text += "The health probe is answered with a status code.\n\n"
        write(out / f"specs/contract{page:04d}.rst", text)


TREES = {"pages": write_pages, "sections": write_sections, "references": write_references}


if __name__ == "__main__":
    TREES[sys.argv[2]](Path(sys.argv[1]), int(sys.argv[3]))
