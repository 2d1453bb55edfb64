"""``opsdocs accept``: pins sections that somebody has held a page against."""

from __future__ import annotations

import difflib
import getpass
import glob
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import click
from msgspec.structs import replace

from sphinxext_opsdocs.canonical.lock_file import LOCK_FILE, Lock, Pin, dump_lock
from sphinxext_opsdocs.canonical.pins import section_text
from sphinxext_opsdocs.canonical.section import CanonicalSection
from sphinxext_opsdocs.cli._source import (
    Failure,
    Source,
    day_of,
    day_option,
    page_of,
    read_source,
    source_options,
)
from sphinxext_opsdocs.facts.model import DocumentFacts
from sphinxext_opsdocs.findings.finding import printable
from sphinxext_opsdocs.graph.graph import CanonicalEdge, TraceabilityGraph
from sphinxext_opsdocs.storage import replace_file

__all__ = ["accept"]

SHOWN = 40
"""Lines of a page that are shown around a reference."""


@click.command()
@click.argument("page")
@click.argument("sections", nargs=-1, metavar="[SECTION]...")
@click.option("--reason", default="", help="Why the page holds; asked for when it is not given.")
@click.option("--by", default="", help="Who looked.  [default: git's user.name]")
@click.option("-y", "--yes", is_flag=True, help="Do not ask. Needs SECTIONs and a reason.")
@source_options
@day_option
def accept(
    page: str,
    sections: tuple[str, ...],
    reason: str,
    by: str,
    yes: bool,
    source: Path,
    confdir: Path | None,
    define: tuple[str, ...],
    jobs: str,
    day: str,
) -> None:
    """Pin SECTIONs for PAGE in opsdocs.lock, after a look at both sides.

    Shows how each section changed since it was pinned (or its text, when it is new) and the
    passage of PAGE that depends on it, and asks. Without SECTIONs it goes through all that are
    new or changed. Nothing is written before the last answer. Pins that PAGE does not need any
    more, and those of pages that are gone, are dropped.
    """
    if yes and not (sections and reason):
        raise Failure("--yes needs the sections by name, and --reason")
    found = read_source(source, confdir, define, jobs)
    lock = _lock_of(found.graph)
    facts = page_of(found.graph.documents, page, found.shown_base)
    edges = _edges_by_section(found.graph, facts.docname)
    wanted = _named(found.graph, edges, facts, sections) if sections else list(edges)
    pins: list[Pin] = []
    texts: dict[str, tuple[str, ...]] = {}
    why = reason
    for key in wanted:
        edge = edges[key][0]
        section, pin = edge.resolution.section, found.graph.pin_of(edge)
        if not section:
            continue
        if pin and pin.digest == section.entry.whole_digest:
            pins += _renamed(pin, section, tells=bool(sections))
            continue
        text = section_text(section)
        _show(section, text, pin, lock, _passages(found, facts, edges[key]))
        if not yes:
            answer = _asked(reason, why)
            if answer is None:
                continue
            why = answer
        texts[section.entry.whole_digest] = text
        pins.append(_pin(facts, section, why, by or _user(), day_of(day).isoformat()))
    gone = list(_gone(found, lock, facts, edges, pins))
    if pins or gone:
        path = found.confdir / LOCK_FILE
        try:
            replace_file(path, dump_lock(lock.with_pins(pins, texts, gone)))
        except OSError as error:
            raise Failure(f'cannot write "{path}": {error.strerror}') from None
    for pin in gone:
        click.echo(printable(f"{pin.section}: no longer pinned for {pin.document}"))
    click.echo(f"pinned {len(pins)} of {len(wanted)} for {facts.docname}")


def _lock_of(graph: TraceabilityGraph) -> Lock:
    for problem in graph.inputs.problems:
        if Path(problem.place.path).name == LOCK_FILE:
            raise Failure(problem.message)
    return graph.inputs.lock or Lock()


def _edges_by_section(graph: TraceabilityGraph, docname: str) -> dict[str, list[CanonicalEdge]]:
    """The references of a page to sections that can be pinned, by the section's identity."""
    edges: dict[str, list[CanonicalEdge]] = {}
    for edge in graph.edges_by_document.get(docname, ()):
        if (section := edge.resolution.section) and section.entry.digest:
            edges.setdefault(section.id, []).append(edge)
    return edges


def _named(
    graph: TraceabilityGraph,
    edges: dict[str, list[CanonicalEdge]],
    facts: DocumentFacts,
    names: Iterable[str],
) -> list[str]:
    """The identities of the sections of these names. Raises Failure for the first that has none."""
    found: dict[str, None] = {}
    for name in names:
        resolution = graph.resolve(name)
        section = resolution.section
        if not section:
            reason = resolution.reason or "it is ambiguous"
            raise Failure(f'cannot resolve "{name}": {reason}')
        if not section.entry.digest:
            raise Failure(f'"{name}" is known from {section.kind.title}: its text cannot be pinned')
        if section.id not in edges:
            raise Failure(f'"{facts.docname}" does not refer to "{name}"')
        found[section.id] = None
    return list(found)


def _show(
    section: CanonicalSection,
    text: Sequence[str],
    pin: Pin | None,
    lock: Lock,
    passages: Iterable[str],
) -> None:
    click.echo()
    click.secho(printable(f"{section.id}: {section.page_title} › {section.title}"), bold=True)
    where = section.url or f"{section.place.path}:{section.place.line}"
    status, version = section.status or "status unknown", section.page.version or "-"
    click.echo(printable(f"{where}, {status}, version {version}"))
    if pin:
        told = f"pinned on {pin.on} by {pin.by}, version {pin.version or '-'}: {pin.reason}"
        click.echo(printable(told))
    old = lock.texts.get(pin.digest, ()) if pin else ()
    for line in _changes(old, text) if old else text:
        click.secho(printable(line), fg={"+": "green", "-": "red"}.get(line[:1]) if old else None)
    for line in passages:
        click.echo(printable(line))


def _changes(old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    """A unified diff of two texts, without its head."""
    for number, line in enumerate(difflib.unified_diff(old, new, lineterm="", n=2)):
        if line.startswith("@@"):
            yield from ["..."] if number > 2 else []
        elif number > 1:
            yield line


def _passages(found: Source, facts: DocumentFacts, edges: Iterable[CanonicalEdge]) -> Iterator[str]:
    """The lines of the page's sections that refer to a canonical section, each once."""
    seen: set[tuple[str, int]] = set()
    for edge in edges:
        path, line = edge.place.path, edge.place.line
        try:
            lines = Path(found.srcdir, path).read_text("utf-8", "replace").splitlines()
        except OSError:
            lines = []
        starts = sorted(s.place.line for s in facts.sections if s.place.path == path)
        first = max([1, *(start for start in starts if start <= line)])
        if (path, first) in seen:
            continue
        seen.add((path, first))
        last = min([len(lines), *(start - 1 for start in starts if start > line)])
        first, last = max(first, line - SHOWN // 2), min(last, line + SHOWN // 2)
        yield ""
        yield f"what depends on it, {path}:{line}"
        for number in range(first, last + 1):
            mark = ">" if number == line else " "
            yield f"{mark}{number:>5} {lines[number - 1]}".rstrip()


def _asked(reason: str, last: str) -> str | None:
    """Why the page holds, None when it does not: the reason given, or asked for with the last one.

    Raises Failure when nobody answers.
    """
    try:
        if not click.confirm("Does the page still hold?"):
            return None
        return reason or str(click.prompt("Why", default=last or None))
    except click.Abort:
        raise Failure(
            "nobody answered, so nothing was pinned. In a script, name the sections and give --yes "
            "and --reason"
        ) from None


def _renamed(pin: Pin, section: CanonicalSection, tells: bool) -> list[Pin]:
    """The pin of a text that has not changed, where its section has another name now."""
    renamed = replace(pin, section=section.id, name=_name(section))
    if renamed != pin:
        click.echo(f"{section.id}: its text is the one that was pinned as {pin.section}")
        return [renamed]
    if tells:
        click.echo(f"{section.id}: pinned as it is")
    return []


def _name(section: CanonicalSection) -> str:
    """``page#anchor`` of a section, whatever its identity."""
    return f"{section.docname}#{section.entry.anchor}".removesuffix("#")


def _pin(facts: DocumentFacts, section: CanonicalSection, reason: str, by: str, on: str) -> Pin:
    entry = section.entry
    return Pin(
        document=facts.docname,
        section=section.id,
        name=_name(section),
        digest=entry.whole_digest,
        own=entry.digest if entry.digest != entry.whole_digest else "",
        version=section.page.version,
        by=by,
        on=on,
        reason=" ".join(reason.split()),
    )


def _gone(
    found: Source,
    lock: Lock,
    facts: DocumentFacts,
    edges: dict[str, list[CanonicalEdge]],
    pins: Iterable[Pin],
) -> Iterator[Pin]:
    """The pins that nothing uses: of this page, and of pages that are gone from the sources."""
    if found.graph.inputs.problems:
        return  # what cannot be read may need any of them
    used = {found.graph.pin_of(group[0]): key for key, group in edges.items()}
    renewed = {pin.section for pin in pins}
    own = found.graph.edges_by_document.get(facts.docname, ())
    # a reference that is not resolved, or whose text is not known, may need any of them
    are_all_known = all(e.resolution.section and e.resolution.section.entry.digest for e in own)
    for pin in lock.pins.values():
        if pin.document == facts.docname:
            key = used.get(pin, "")
            if (not key and are_all_known) or (key in renewed and key != pin.section):
                yield pin
        elif not found.is_facts and not any(found.srcdir.glob(f"{glob.escape(pin.document)}.*")):
            yield pin


def _user() -> str:
    try:
        done = subprocess.run(
            ["git", "config", "user.name"], capture_output=True, text=True, check=False
        )
    except OSError:
        return getpass.getuser()
    return done.stdout.strip() or getpass.getuser()
