"""What ``opsdocs accept`` shows before it asks: how a section changed, and what depends on it."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import click

from sphinxext_opsdocs.canonical.lock_file import Lock, Pin
from sphinxext_opsdocs.canonical.section import CanonicalSection
from sphinxext_opsdocs.cli._options import show
from sphinxext_opsdocs.facts.model import DocumentFacts, Place
from sphinxext_opsdocs.findings.finding import printable
from sphinxext_opsdocs.graph.nodes import CanonicalEdge

__all__ = ["passages", "show_section"]

CONTEXT = 40
"""Lines of a page that are shown around a reference."""
COLORS = {"+": "green", "-": "red"}
DIFF_HEADER = 2
"""Lines with the names of the files at the start of a unified diff."""


def show_section(
    section: CanonicalSection,
    text: Sequence[str],
    pin: Pin | None,
    lock: Lock,
    heading: str,
) -> None:
    """Print a section: the difference from its pinned text, or its whole text."""
    click.echo()
    click.secho(printable(f"{heading}{section.id}: {section.full_title}"), bold=True)
    where = section.url or f"{section.place.path}:{section.place.line}"
    status, version = section.status or "status unknown", section.page.version or "-"
    show(f"{where}, {status}, version {version}")
    pinned_text: Sequence[str] = ()
    if pin:
        pinned = f"pinned on {pin.on} by {pin.by}, version {pin.version or '-'}: {pin.reason}"
        show(pinned)
        # a lock that was merged by hand can lack the text of a pin
        pinned_text = lock.texts.get(pin.digest, ())
    if not pinned_text:
        click.echo("".join(f"{printable(line)}\n" for line in text), nl=False)
        return
    for line in _changes(pinned_text, text):
        click.secho(printable(line), fg=COLORS.get(line[:1]))


def _changes(old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    """A unified diff of two texts, with dots between its parts."""
    lines = list(difflib.unified_diff(old, new, lineterm="", n=2))[DIFF_HEADER:]
    for index, line in enumerate(lines):
        if not line.startswith("@@"):
            yield line
        elif index:
            yield "..."


def passages(srcdir: Path, facts: DocumentFacts, edges: Iterable[CanonicalEdge]) -> Iterator[str]:
    """The lines of a page's sections that contain these references, each section once."""
    shown: set[tuple[str, int]] = set()
    for edge in edges:
        place = edge.place
        lines = _source_lines(srcdir / place.path)
        first, last = _section_lines(facts, place, len(lines))
        if (place.path, first) in shown:
            continue
        shown.add((place.path, first))
        yield ""
        yield f"passage that depends on it, {place.path}:{place.line}"
        # a section can be as long as its page
        first, last = max(first, place.line - CONTEXT // 2), min(last, place.line + CONTEXT // 2)
        for number in range(first, last + 1):
            mark = " "
            if number == place.line:
                mark = ">"
            yield f"{mark}{number:>5} {lines[number - 1]}".rstrip()


def _section_lines(facts: DocumentFacts, place: Place, count: int) -> tuple[int, int]:
    """First and last line of the section at a place, in a file with this many lines."""
    # sections of an included file are in that file, not in the page's own
    starts = [section.place.line for section in facts.sections if section.place.path == place.path]
    first = max((start for start in starts if start <= place.line), default=1)
    following = min((start for start in starts if start > place.line), default=count + 1)
    return first, min(count, following - 1)


def _source_lines(path: Path) -> list[str]:
    try:
        return path.read_text("utf-8", "replace").splitlines()
    except OSError:
        return []  # a facts file can be checked without its sources
