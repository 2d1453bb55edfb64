"""Searches for pages, inputs and configurations that raise.

``python -m tests.search_fuzz --examples 10000`` changes the pages of the examples at random, in both
syntaxes, reads and renders them, and does the same to files that a team keeps, to files of other
projects and to configurations. It prints the seed that repeats them, and everything that raised.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import secrets
import sys
import tempfile
import time
import tomllib
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from sphinxext_opsdocs.canonical.index_file import INDEX_FORMAT
from sphinxext_opsdocs.canonical.lock_file import LOCK_FORMAT
from sphinxext_opsdocs.canonical.mirror import MANIFEST_FORMAT
from sphinxext_opsdocs.config.codeowners import code_owners
from sphinxext_opsdocs.config.parser import ConfigurationError, parse_config
from sphinxext_opsdocs.facts.file import FACTS_FORMAT
from sphinxext_opsdocs.findings.baseline import BASELINE_FORMAT
from sphinxext_opsdocs.issues.snapshot import SNAPSHOT_FORMAT
from sphinxext_opsdocs.storage import FileFormat, UnreadableError, unpack
from tests.commands import ROOT, run
from tests.conftest import TODAY
from tests.project import Project, rst_page

BATCH = 250
EXAMPLES = ROOT / "examples"
HOSTILE = (
    "\x00", "\x0c", "\x1b[31m", "\u200f", "\u2028", "\ufeff", "\t", "`", "``", "*", "|", "_", "\\", "${",
    "{{ x }}", "|name|", ":role:`x`", "{role}`x`", "..", "::", "---", "```", "````", ":::", "%", "#", "[^1]",
    "[x](y)", "<a@b>", "<script>", ":spec:", ":id: DEV-1", ".. only:: x", ".. include:: no.txt", "é" * 50, "( " * 60,
)  # fmt: skip
"""Pieces of text that parsers give a meaning to."""


class Mutator:
    """Changes texts at random, the same way for the same seed."""

    def __init__(self, chance: random.Random, texts: Sequence[str]) -> None:
        self._chance = chance
        self._donors = [line for text in texts for line in text.splitlines()]

    def mutate(self, text: str) -> str:
        """Return the text after one to six changes."""
        changes: tuple[Callable[[list[str]], None], ...] = (
            self._remove, self._repeat, self._swap, self._splice, self._indent, self._insert, self._cut,
        )  # fmt: skip
        lines = text.split("\n")
        for _ in range(self._chance.randint(1, 6)):
            self._chance.choice(changes)(lines)
        return "\n".join(lines)

    def mutate_bytes(self, data: bytes) -> bytes:
        """Return the data with some bytes replaced, removed or repeated."""
        found = bytearray(data)
        for _ in range(self._chance.randint(1, 6)):
            start = self._chance.randrange(len(found) + 1)
            end = min(len(found), start + self._chance.choice((0, 1, 1, 2, 8, 40)))
            new = self._chance.choice(
                (
                    b"",
                    self._chance.randbytes(1),
                    b"\xff",
                    b'"',
                    b"{",
                    b"[",
                    b"9" * 30,
                    b"null",
                    b"\n",
                )
            )
            found[start:end] = self._chance.choice((new, bytes(found[start:end]) * 2))
        return bytes(found)

    def _range(self, lines: list[str]) -> slice:
        start = self._chance.randrange(len(lines) + 1)
        return slice(start, start + self._chance.choice((1, 1, 2, 5)))

    def _remove(self, lines: list[str]) -> None:
        del lines[self._range(lines)]

    def _repeat(self, lines: list[str]) -> None:
        place = self._range(lines)
        lines[place.start : place.start] = lines[place] * self._chance.choice((1, 1, 3))

    def _swap(self, lines: list[str]) -> None:
        place = self._range(lines)
        moved = lines[place]
        del lines[place]
        start = self._chance.randrange(len(lines) + 1)
        lines[start:start] = moved

    def _splice(self, lines: list[str]) -> None:
        start, donor = (
            self._chance.randrange(len(lines) + 1),
            self._chance.randrange(len(self._donors)),
        )
        lines[start:start] = self._donors[donor : donor + self._chance.choice((1, 2, 6))]

    def _indent(self, lines: list[str]) -> None:
        place = self._range(lines)
        blanks = " " * self._chance.choice((1, 3, 4))
        is_deeper = self._chance.random() < 0.5
        lines[place] = [
            blanks + line if is_deeper else line.removeprefix(blanks) for line in lines[place]
        ]

    def _insert(self, lines: list[str]) -> None:
        if lines:
            number = self._chance.randrange(len(lines))
            line, piece = lines[number], self._chance.choice(HOSTILE)
            start = self._chance.randrange(len(line) + 1)
            lines[number] = line[:start] + piece + line[start:]

    def _cut(self, lines: list[str]) -> None:
        if lines:
            number = self._chance.randrange(len(lines))
            lines[number] = lines[number][: self._chance.randrange(len(lines[number]) + 1)]


def source_pages() -> Mapping[str, Sequence[str]]:
    """The pages of the examples by suffix."""
    pages: dict[str, list[str]] = {"rst": [], "md": []}
    for path in sorted(EXAMPLES.rglob("*.*")):
        if (
            path.suffix[1:] in pages
            and path.name != "page_unreadable.md"
            and "_build" not in path.parts
        ):
            pages[path.suffix[1:]].append(path.read_text(encoding="utf-8"))
    return pages


def search_pages(count: int, chance: random.Random) -> Iterator[str]:
    """Read and render changed pages; yield what raised, and pages that Sphinx could not read."""
    pages = source_pages()
    config = (EXAMPLES / "acme/opsdocs.toml").read_text(encoding="utf-8")
    mutators = {suffix: Mutator(chance, texts) for suffix, texts in pages.items()}
    for first in range(0, count, BATCH):
        with tempfile.TemporaryDirectory() as folder:
            project = Project(Path(folder), config=config)
            for number in range(first, min(first + BATCH, count)):
                suffix = ("rst", "md")[number % 2]
                text = mutators[suffix].mutate(chance.choice(pages[suffix]))
                path = project.srcdir / f"ops/p{number}.{suffix}"
                path.parent.mkdir(exist_ok=True)
                path.write_bytes(text.encode("utf-8", "surrogatepass"))
            project.write({"ops/control.rst": rst_page(".. canonical-ref:: api:gone\n")})
            yield from _faults_of_batch(project)


def _faults_of_batch(project: Project) -> Iterator[str]:
    done = run("check", project.srcdir, "-f", "json")
    if done.exit_code not in (0, 1):
        trace = "".join(traceback.format_exception(done.exception)) if done.exception else ""
        yield f"check ends with {done.exit_code}: {done.output[-600:]} {trace[-3000:]}"
        return
    findings = json.loads(done.stdout)["findings"]
    if not any(
        f["docname"] == "ops/control" and f["rule"] == "canonical_unresolved" for f in findings
    ):
        yield "the finding of another page is missing"
    for finding in findings:
        if finding["rule"] == "page_unreadable":
            path = project.srcdir / finding["place"]["path"]
            text = path.read_bytes()
            path.unlink()
            if _is_refused_by_sphinx(path.name, text):
                print(f"refused by Sphinx itself: {finding['message']}", flush=True)
            else:
                yield f"{path.name}: {finding['message']}\n{text[:1500]!r}"
    try:
        project.build("html")
    except Exception:
        yield f"html: {traceback.format_exc()[-3000:]}"


def _is_refused_by_sphinx(name: str, data: bytes) -> bool:
    """Whether a page raises in a project without the extension."""
    with tempfile.TemporaryDirectory() as folder:
        project = Project(Path(folder))
        project.write({"conf.py": 'extensions = ["myst_parser"]\n', "ops/index.rst": ""})
        (project.srcdir / "ops" / name).write_bytes(data)
        try:
            project.build_without_extension()
        except Exception:
            return True
    return False


def _formats(project: Project) -> Mapping[str, tuple[FileFormat[object], bytes]]:
    faults, sources = EXAMPLES / "faults", EXAMPLES / "acme/opsdocs-sources"
    project.write({"ops/page.md": (EXAMPLES / "faults/ops/deviation_overdue.rst").read_text()})
    facts = (project.build().outdir / "opsdocs.json").read_bytes()
    (manifest,) = sources.glob("sources.jsonl")
    (index,) = sources.rglob("canonical-index.json.gz")
    return {
        "facts": (FACTS_FORMAT, facts),
        "lock": (LOCK_FORMAT, (faults / "opsdocs.lock").read_bytes()),
        "baseline": (BASELINE_FORMAT, (faults / "opsdocs-baseline.json").read_bytes()),
        "snapshot": (SNAPSHOT_FORMAT, (faults / "opsdocs-issues.json").read_bytes()),
        "manifest": (MANIFEST_FORMAT, manifest.read_bytes()),
        "index": (INDEX_FORMAT, unpack(index.read_bytes())),
    }


def search_inputs(count: int, chance: random.Random) -> Iterator[str]:
    """Read changed files that a team keeps or fetches; yield what raised anything but its refusal."""
    with tempfile.TemporaryDirectory() as folder:
        formats = _formats(Project(Path(folder)))
        path = Path(folder) / "file"
        mutator = Mutator(chance, [])
        for number in range(count):
            name, (kind, data) = chance.choice(list(formats.items()))
            path.write_bytes(mutator.mutate_bytes(data))
            try:
                kind.load(path)
            except UnreadableError as error:
                if not str(error):
                    yield f"input {number}, {name}: refused without a reason"
            except Exception:
                yield f"input {number}, {name}: {traceback.format_exc()[-1500:]}"


def search_configurations(count: int, chance: random.Random) -> Iterator[str]:
    """Read changed configurations; yield what raised anything but a refusal."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(EXAMPLES.rglob("opsdocs.toml"))]
    owners = "* @acme/orders\n[Section][2] @a\n/docs/ @b c@example.org\n^[Optional]\n*.md\n"
    mutator = Mutator(chance, [*texts, owners])
    for number in range(count):
        text = mutator.mutate(chance.choice(texts))
        try:
            parse_config(tomllib.loads(text))
        except tomllib.TOMLDecodeError:
            pass
        except ConfigurationError as error:
            if not str(error):
                yield f"configuration {number}: refused without a reason"
        except Exception:
            yield f"configuration {number}: {traceback.format_exc()[-1500:]}\n{text[:800]}"
        try:
            list(code_owners(mutator.mutate(owners), chance.choice(("github", "gitlab"))))
        except Exception:
            yield f"CODEOWNERS {number}: {traceback.format_exc()[-1500:]}"


def main() -> int:
    """Search; return the exit status."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--examples", type=int, default=10_000, help="of each kind")
    parser.add_argument("--seed", type=int, default=secrets.randbelow(2**32))
    parser.add_argument("--only", choices=["pages", "inputs", "configurations"])
    options = parser.parse_args()
    os.environ["SOURCE_DATE_EPOCH"] = TODAY
    command = f"python -m tests.search_fuzz --examples {options.examples}"
    print(f"seed {options.seed}; to repeat: {command} --seed {options.seed}", flush=True)
    faults = 0
    kinds = {
        "pages": search_pages,
        "inputs": search_inputs,
        "configurations": search_configurations,
    }
    for name, search in kinds.items():
        if options.only and name != options.only:
            continue
        start, found = time.monotonic(), 0
        # each kind has numbers of its own, so that one can be repeated without the others
        for fault in search(options.examples, random.Random(f"{options.seed} {name}")):
            found += 1
            print(f"{name}: {fault}", flush=True)
        faults += found
        print(
            f"{options.examples} {name}, {time.monotonic() - start:.0f} s, raised: {found}",
            flush=True,
        )
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
