"""``opsdocs accept``: pins sections that somebody has compared with a page."""

from __future__ import annotations

import getpass
import glob
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import click
from msgspec.structs import replace

from sphinxext_opsdocs.canonical.lock_file import LOCK_FILE, LOCK_FORMAT, Lock, Pin, dump_lock
from sphinxext_opsdocs.canonical.pin_comparison import section_text
from sphinxext_opsdocs.canonical.section import CanonicalSection
from sphinxext_opsdocs.cli._options import (
    Failure,
    SphinxOptions,
    day_of,
    day_option,
    show,
    source_option,
)
from sphinxext_opsdocs.cli._pin_display import passages, show_section
from sphinxext_opsdocs.cli._source import Source, page_of, read_source
from sphinxext_opsdocs.cli._writing import update_file, write_result
from sphinxext_opsdocs.facts.model import DocumentFacts
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.graph.nodes import CanonicalEdge
from sphinxext_opsdocs.storage import UnreadableError

__all__ = ["accept"]

Edges = dict[str, list[CanonicalEdge]]
"""The references of a page to sections whose text is available, by the section's id."""


class _Page(NamedTuple):
    """The page whose sections are accepted."""

    source: Source
    facts: DocumentFacts
    lock: Lock
    edges: Edges


class _Answers(NamedTuple):
    """Answers from the command line."""

    reason: str
    by: str
    yes: bool


@click.command()
@click.argument("page")
@click.argument("sections", nargs=-1, metavar="[SECTION]...")
@click.option(
    "--reason", default="", help="Why the page is still correct; asked for if it is not given."
)
@click.option("--by", default="", help="Name of the reviewer.  [default: user.name of git]")
@click.option("-y", "--yes", is_flag=True, help="Do not ask; needs SECTION and --reason.")
@source_option
@day_option
def accept(
    page: str,
    sections: tuple[str, ...],
    reason: str,
    by: str,
    yes: bool,
    options: SphinxOptions,
    day: str,
) -> None:
    """Pin reviewed sections for a page.

    A pin records that somebody compared PAGE with a section of a specification. For each SECTION,
    the command shows how it changed since it was pinned (or its text, if it is new) and the passage
    of PAGE that depends on it; then it asks. Without SECTION, it asks for all sections that are new
    or have changed. PAGE is a docname or a path, SECTION a target as in a canonical reference.

    After the last answer it writes opsdocs.lock beside conf.py: commit it. Pins that PAGE no longer
    needs, and those of removed pages, are dropped.
    """
    if yes and not (sections and reason):
        raise Failure("--yes needs the sections by name, and --reason")
    source = read_source(options)
    facts = page_of(source.graph.documents, page, source.shown_base)
    edges = _edges_by_section(source.graph, facts.docname)
    context = _Page(source, facts, _lock_of(source.graph), edges)
    keys = list(edges)
    if sections:
        keys = _ids_of(source.graph, edges, facts, sections)
    answers = _Answers(reason, by or _user(), yes)
    pins, texts = _new_pins(context, keys, answers, day_of(day).isoformat(), bool(sections))
    obsolete = list(_obsolete_pins(context, pins))
    if pins or obsolete:
        _save(source.confdir / LOCK_FILE, pins, texts, obsolete)
    for pin in obsolete:
        show(f"{pin.section}: no longer pinned for {pin.document}")
    show(f"pinned {len(pins)} of {len(keys)} for {facts.docname}")


def _new_pins(
    page: _Page, keys: Iterable[str], answers: _Answers, date: str, is_verbose: bool
) -> tuple[list[Pin], dict[str, tuple[str, ...]]]:
    """The pins for these sections, and the pinned texts by digest. Raises Failure."""
    pins: list[Pin] = []
    texts: dict[str, tuple[str, ...]] = {}
    reason = answers.reason
    for key in keys:
        edge = page.edges[key][0]  # all references of a page to a section share one pin
        section, pin = edge.resolution.section, page.source.graph.pin_of(edge)
        if not section:
            continue
        if pin and pin.digest == section.entry.whole_digest:
            pins += _renamed(pin, section, is_verbose)
            continue
        text = section_text(section)
        show_section(section, text, pin, page.lock)
        for line in passages(page.source.srcdir, page.facts, page.edges[key]):
            show(line)
        if not answers.yes:
            answer = _ask(answers.reason, reason)
            if answer is None:
                continue
            reason = answer
        texts[section.entry.whole_digest] = text
        pins.append(_pin(page.facts, section, reason, answers.by, date))
    return pins, texts


def _save(
    path: Path, pins: list[Pin], texts: dict[str, tuple[str, ...]], obsolete: list[Pin]
) -> None:
    """Add pins to the lock as it is now, and remove those that are obsolete. Raises Failure."""
    with update_file(path):
        # while this command asked, another may have pinned sections of other pages
        try:
            lock = LOCK_FORMAT.load_if_present(path) or Lock()
        except UnreadableError as error:
            raise Failure(f'"{path}" cannot be read: {error}') from None
        removed = [pin for pin in obsolete if lock.pins.get((pin.document, pin.section)) == pin]
        write_result(path, dump_lock(lock.with_pins(pins, texts, removed)))


def _lock_of(graph: TraceabilityGraph) -> Lock:
    for problem in graph.inputs.problems:
        if Path(problem.place.path).name == LOCK_FILE:
            raise Failure(problem.message)
    return graph.inputs.lock or Lock()


def _edges_by_section(graph: TraceabilityGraph, docname: str) -> Edges:
    edges: Edges = {}
    for edge in graph.edges_by_document.get(docname, ()):
        if (section := edge.resolution.section) and section.entry.digest:
            edges.setdefault(section.id, []).append(edge)
    return edges


def _ids_of(
    graph: TraceabilityGraph, edges: Edges, facts: DocumentFacts, names: Iterable[str]
) -> list[str]:
    """The ids of the sections with these names. Raises Failure for the first that has none."""
    ids: dict[str, None] = {}
    for name in names:
        resolution = graph.resolve(name)
        section = resolution.section
        if not section:
            reason = resolution.reason or "it is ambiguous"
            raise Failure(f'cannot resolve "{name}": {reason}')
        if not section.entry.digest:
            raise Failure(f'cannot pin "{name}": {section.kind.title} does not contain its text')
        if section.id not in edges:
            raise Failure(f'"{facts.docname}" does not refer to "{name}"')
        ids[section.id] = None
    return list(ids)


def _ask(reason: str, default: str) -> str | None:
    """Ask whether the page is still correct, and why if no reason was given; None for no.

    Raises Failure if nobody answers.
    """
    try:
        if not click.confirm("Is the page still correct?"):
            return None
        return reason or str(click.prompt("Why", default=default or None))
    except click.Abort:
        raise Failure(
            "no answer, so nothing was pinned; in a script, give the sections, --yes and --reason"
        ) from None


def _renamed(pin: Pin, section: CanonicalSection, is_verbose: bool) -> list[Pin]:
    """The pin of a text that has not changed, if its section has another name now."""
    renamed = replace(pin, section=section.id, name=_name(section))
    if renamed != pin:
        show(f"{section.id}: same text as pinned for {pin.section}")
        return [renamed]
    if is_verbose:
        show(f"{section.id}: already pinned, unchanged")
    return []


def _name(section: CanonicalSection) -> str:
    """``page#anchor`` of a section, whatever its id."""
    return f"{section.docname}#{section.entry.anchor}".removesuffix("#")


def _pin(facts: DocumentFacts, section: CanonicalSection, reason: str, by: str, on: str) -> Pin:
    entry = section.entry
    own = entry.digest
    if own == entry.whole_digest:
        own = ""  # a section without subsections has one digest
    return Pin(
        document=facts.docname,
        section=section.id,
        name=_name(section),
        digest=entry.whole_digest,
        own=own,
        version=section.page.version,
        by=by,
        on=on,
        reason=" ".join(reason.split()),  # one line, as every value of the lock
    )


def _obsolete_pins(page: _Page, pins: Iterable[Pin]) -> Iterator[Pin]:
    """The pins that nothing uses: of this page, and of pages removed from the sources."""
    if page.source.graph.inputs.problems:
        return  # a file that cannot be read may need any of them
    used = _used_pins(page)
    renewed = {pin.section for pin in pins}
    keeps_unused = _may_use_other_pins(page)
    for pin in page.lock.pins.values():
        if pin.document != page.facts.docname:
            if _is_of_removed_page(pin, page.source):
                yield pin
            continue
        key = used.get(pin, "")
        # a section with a new name was pinned again under that name
        is_replaced = key in renewed and key != pin.section
        if is_replaced or not (key or keeps_unused):
            yield pin


def _used_pins(page: _Page) -> dict[Pin | None, str]:
    """The pins of the page's references, with the id of the section of each."""
    return {page.source.graph.pin_of(edges[0]): key for key, edges in page.edges.items()}


def _may_use_other_pins(page: _Page) -> bool:
    """Whether a reference of the page is unresolved, or leads to a section without its text."""
    sections = (
        edge.resolution.section
        for edge in page.source.graph.edges_by_document.get(page.facts.docname, ())
    )
    return any(not (section and section.entry.digest) for section in sections)


def _is_of_removed_page(pin: Pin, source: Source) -> bool:
    # a facts file does not contain pages without markup of ours: only the sources can tell
    return not source.is_facts and not any(source.srcdir.glob(f"{glob.escape(pin.document)}.*"))


def _user() -> str:
    """The name that git would sign a commit with, else that of the operating system."""
    try:
        done = subprocess.run(
            ["git", "config", "user.name"], capture_output=True, text=True, check=False
        )
    except OSError:
        return getpass.getuser()
    return done.stdout.strip() or getpass.getuser()
