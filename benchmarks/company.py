"""Builds other people's Sphinx projects with and without the extension, and compares their pages.

    python benchmarks/company.py FOLDER... [--timeout 60]

Each folder is the source of a Sphinx extension, or of Sphinx itself: every conf.py in its folder of
tests (tests/roots, test/roots, tests/doc_test, ...) is a project. A project is built as it is, and
with each literal ``confoverrides`` that a test of that folder gives it. Left out are projects that
do not build without the extension, and those whose pages differ between two builds without it.
Pages are compared byte by byte, but for links to our own style sheet. Ends with status 1 if a page
differs, or if a project does not build with the extension.
"""

import argparse
import ast
import contextlib
import importlib
import io
import os
import random
import re
import shutil
import signal
import sys
import tempfile
import uuid
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

from sphinx.application import Sphinx, builtin_extensions
from sphinx.util.docutils import docutils_namespace, patch_docutils

OWN_LINK = re.compile(rb"[ \t]*<link\b[^>]*\bopsdocs\.css[^>]*>\s*?\n?")
PREFIX = "test-"
"""Before the name of a project in the folder, but not in the tests of Sphinx."""


class Case(NamedTuple):
    """A project with the settings of a test, as the text of a dictionary."""

    root: Path
    overrides: str

    def __str__(self) -> str:
        return f"{self.root} {self.overrides}".removesuffix(" {}")


class Comparison(NamedTuple):
    """How many pages were compared, and which of them differ."""

    pages: int
    difference: list[str]


class WithExtension(Sphinx):
    """Sphinx as if our extension was the last of conf.py."""

    def preload_builder(self, name: str) -> None:
        self.setup_extension("sphinxext_opsdocs")
        super().preload_builder(name)


def cases_below(folder: Path) -> Iterator[Case]:
    """Every project in the tests of a folder, with each of its settings once."""
    tests = [path for path in sorted(folder.iterdir()) if path.name in ("test", "tests")]
    for test_folder in tests:
        overrides = overrides_by_name(test_folder)
        for conf in sorted(test_folder.rglob("conf.py")):
            root = conf.parent
            for text in {"{}": None, **overrides.get(root.name.removeprefix(PREFIX), {})}:
                yield Case(root, text)


def overrides_by_name(test_folder: Path) -> Mapping[str, Mapping[str, None]]:
    """The literal ``confoverrides`` in the tests, each once, by the name of a project."""
    by_name: dict[str, dict[str, None]] = defaultdict(dict)
    for path in sorted(test_folder.rglob("test_*.py")):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            values = arguments_of(node)
            try:
                settings = ast.literal_eval(values.pop("confoverrides"))
            except (KeyError, ValueError):
                continue
            for name in names_in(values):
                by_name[name][repr(settings)] = None
    return by_name


def arguments_of(node: ast.AST) -> dict[str, ast.expr]:
    """The arguments of a call, or the items of a dictionary, as tests write either."""
    if isinstance(node, ast.Call):
        return {word.arg: word.value for word in node.keywords if word.arg}
    if isinstance(node, ast.Dict):
        pairs = zip(node.keys, node.values, strict=True)
        return {str(key.value): value for key, value in pairs if isinstance(key, ast.Constant)}
    return {}


def names_in(values: Mapping[str, ast.expr]) -> Iterator[str]:
    """The names of projects among the arguments of a test: the last part of each path."""
    for key in ("testroot", "srcdir"):
        for node in ast.walk(values[key]) if key in values else ():
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                yield node.value.rpartition("/")[2].removeprefix(PREFIX)


def build(case: Case, work: Path, name: str, timeout: int) -> dict[str, bytes] | None:
    """The pages of one build by path; None if it fails or takes too long.

    Each build has a process of its own, as extensions leave traces in the module tables, and the
    source at the same place, as pages may contain its path.
    """
    source, out = work / "source", work / name
    shutil.rmtree(source, ignore_errors=True)
    shutil.copytree(case.root, source, symlinks=True)
    process = os.fork()
    if process == 0:
        signal.alarm(timeout)
        os._exit(run(case, source, out, WithExtension if name == "with" else Sphinx))
    if os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]):
        return None
    return {
        path.relative_to(out).as_posix(): OWN_LINK.sub(b"", path.read_bytes())
        for path in sorted(out.rglob("*.html"))
    }


def run(case: Case, source: Path, out: Path, application: type[Sphinx]) -> int:
    """Build in this process; the exit status."""
    stand_in = source.parent / "plantuml"
    overrides = {"plantuml": str(stand_in), **ast.literal_eval(case.overrides)}
    sink = io.StringIO()
    # sphinx-needs makes ids of pages from it
    chance = random.Random(0)
    uuid.uuid4 = lambda: uuid.UUID(int=chance.getrandbits(128), version=4)
    os.chdir(source)
    try:
        with (
            contextlib.redirect_stdout(sink),
            contextlib.redirect_stderr(sink),
            patch_docutils(str(source)),
            docutils_namespace(),
        ):
            app = application(
                source, source, out, out / ".doctrees", "html", overrides, sink, sink, True
            )
            app.build(force_all=True)
    except BaseException:  # conf.py can do anything, SystemExit included
        return 1
    return app.statuscode


def differing_pages(pages: Mapping[str, bytes], others: Mapping[str, bytes]) -> list[str]:
    """The pages that are not the same in two builds, or only in one of them."""
    return sorted(
        name for name in pages.keys() | others.keys() if pages.get(name) != others.get(name)
    )


def compare(case: Case, timeout: int) -> Comparison | None:
    """Build a project without the extension and with it; None if it is left out."""
    with tempfile.TemporaryDirectory() as name:
        work = Path(name)
        # draws nothing, but the name of a picture is a digest of its source
        (work / "plantuml").write_text("#!/bin/sh\ncat\n")
        (work / "plantuml").chmod(0o755)
        without = build(case, work, "without", timeout)
        if not without:
            return None
        with_extension = build(case, work, "with", timeout)
        if with_extension is None:
            return Comparison(len(without), ["does not build"])
        difference = differing_pages(without, with_extension)
        # some projects differ from one build to the next
        if difference and differing_pages(without, build(case, work, "again", timeout) or {}):
            return None
        return Comparison(len(without), difference)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--timeout", type=int, default=60, help="seconds for one build")
    parser.add_argument("--verbose", action="store_true", help="name the projects left out")
    arguments = parser.parse_args()
    os.environ["SOURCE_DATE_EPOCH"] = "1795435200"
    for module in builtin_extensions:  # once for all builds, which are forks of this process
        importlib.import_module(module)
    compared: dict[Case, Comparison] = {}
    left_out = 0
    for case in (case for folder in arguments.folders for case in cases_below(folder.resolve())):
        comparison = compare(case, arguments.timeout)
        if comparison is None:
            left_out += 1
            if arguments.verbose:
                print(f"left out: {case}", flush=True)
            continue
        compared[case] = comparison
        if comparison.difference:
            print(f"differs: {case}: {', '.join(comparison.difference[:5])}", flush=True)
    differing = sum(bool(comparison.difference) for comparison in compared.values())
    print(
        f"{len({case.root for case in compared})} projects, {len(compared)} builds, "
        f"{sum(comparison.pages for comparison in compared.values())} pages compared; "
        f"{left_out} builds left out; builds with pages that differ: {differing}"
    )
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
