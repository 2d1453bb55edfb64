"""``opsdocs accept``: pins sections that somebody has compared with a page."""

from __future__ import annotations

import getpass
import glob
import subprocess
from collections.abc import Iterable, Iterator, Sequence
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
from sphinxext_opsdocs.cli._revision import read_both
from sphinxext_opsdocs.cli._source import Source, page_of, read_source
from sphinxext_opsdocs.cli._writing import update_file, write_result
from sphinxext_opsdocs.config.did_you_mean import listed
from sphinxext_opsdocs.facts.model import DocumentFacts
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.graph.nodes import CanonicalEdge
from sphinxext_opsdocs.storage import UnreadableError

__all__ = ["accept"]

Edges = dict[str, list[CanonicalEdge]]
"""The references of a page to sections whose text is available, by the section's id."""


class _Page(NamedTuple):
    """A page whose sections are accepted."""

    source: Source
    facts: DocumentFacts
    lock: Lock
    edges: Edges


class _Item(NamedTuple):
    """A section that somebody has to compare with a page."""

    page: _Page
    key: str
    is_named: bool
    """Whether the command line names page and section."""

    @property
    def edge(self) -> CanonicalEdge:
        """The first reference; all references of a page to a section share one pin."""
        return self.page.edges[self.key][0]

    @property
    def pin(self) -> Pin | None:
        """What is pinned today."""
        return self.page.source.graph.pin_of(self.edge)

    @property
    def section(self) -> CanonicalSection:
        """The section as it is today."""
        section = self.edge.resolution.section
        assert section
        return section

    @property
    def is_same(self) -> bool:
        """Whether the text is the one that was pinned."""
        return bool(self.pin and self.pin.digest == self.section.entry.whole_digest)


class _Answers(NamedTuple):
    """Answers from the command line."""

    reason: str
    by: str
    yes: bool


class _NoAnswerError(Exception):
    """Nobody answers any more."""


@click.command(epilog="Example: opsdocs accept ops/drain-node api:rate-limits")
@click.argument("page", default="")
@click.argument("sections", nargs=-1, metavar="[SECTION]...")
@click.option(
    "--section",
    "of_sections",
    multiple=True,
    metavar="SECTION",
    help="This section, on every page that refers to it.",
)
@click.option(
    "--since", default="", metavar="REV", help="Sections that have changed since this revision."
)
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
    of_sections: tuple[str, ...],
    since: str,
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
    or have changed; without PAGE, on all pages. PAGE is a docname or a path, SECTION a target as in
    a canonical reference. --section and --since narrow what it asks for.

    Each answer is written to opsdocs.lock beside conf.py at once: commit it. Pins that a page no
    longer needs, and those of removed pages, are dropped.
    """
    if yes and not ((sections or of_sections) and reason):
        raise Failure("--yes needs the sections by name, and --reason")
    before: TraceabilityGraph | None = None
    if since:
        source, before = read_both(options, since)
    else:
        source = read_source(options)
    pages = _pages(source, page)
    items = _items(pages, sections, of_sections, before)
    answers = _Answers(reason, by or _user(), yes)
    path, date = source.confdir / LOCK_FILE, day_of(day).isoformat()
    run = _Run(path, answers, date)
    try:
        run.pin_all(items)
    finally:
        run.drop_obsolete(pages)
    where = f" for {pages[0].facts.docname}" if page else ""
    show(f"pinned {run.number} of {len(items)}{where}")


class _Run:
    """The pins of one run, each written as soon as somebody has answered."""

    def __init__(self, path: Path, answers: _Answers, date: str) -> None:
        self._path, self._answers, self._date = path, answers, date
        self._reason = answers.reason
        self._pins: list[Pin] = []

    @property
    def number(self) -> int:
        """How many pins were written."""
        return len(self._pins)

    def pin_all(self, items: Sequence[_Item]) -> None:
        """Ask for each section, and write its pin. Raises Failure if nobody answers."""
        to_compare = [item for item in items if not item.is_same]
        for item in items:
            if item.is_same:
                self._write(_renamed(item), {})
        for number, item in enumerate(to_compare, 1):
            position = f"{number} of {len(to_compare)}: " if len(to_compare) > 1 else ""
            try:
                self._compare(item, position)
            except _NoAnswerError:
                left = len(to_compare) - number + 1
                raise Failure(
                    f"no answer: {self.number} pinned, {left} left; in a script, give the "
                    "sections, --yes and --reason"
                ) from None

    def drop_obsolete(self, pages: Sequence[_Page]) -> None:
        """Drop the pins that nothing uses any more."""
        obsolete = dict.fromkeys(pin for page in pages for pin in _obsolete_pins(page, self._pins))
        if obsolete:
            _save(self._path, [], {}, list(obsolete))
        for pin in obsolete:
            show(f"{pin.section}: no longer pinned for {pin.document}")

    def _compare(self, item: _Item, position: str) -> None:
        page, section = item.page, item.section
        text = section_text(section)
        show_section(section, text, item.pin, page.lock, f"{position}{page.facts.docname}, ")
        for line in passages(page.source.srcdir, page.facts, page.edges[item.key]):
            show(line)
        if not self._answers.yes:
            answer = _ask(self._answers.reason, self._reason)
            if answer is None:
                return
            self._reason = answer
        pin = _pin(page.facts, section, self._reason, self._answers.by, self._date)
        self._write([pin], {section.entry.whole_digest: text})

    def _write(self, pins: list[Pin], texts: dict[str, tuple[str, ...]]) -> None:
        if pins:
            _save(self._path, pins, texts, [])
            self._pins += pins


def _pages(source: Source, name: str) -> list[_Page]:
    """The page of that name, or all that refer to sections with a text. Raises Failure."""
    graph, lock = source.graph, _lock_of(source.graph)
    if name:
        found = [page_of(graph.documents, name, source.shown_base)]
    else:
        found = [graph.documents[docname] for docname in graph.edges_by_document]
    return [_Page(source, facts, lock, _edges_by_section(graph, facts.docname)) for facts in found]


def _items(
    pages: Sequence[_Page],
    sections: tuple[str, ...],
    of_sections: tuple[str, ...],
    before: TraceabilityGraph | None,
) -> list[_Item]:
    """What is to be compared; what was named is there also if it has not changed.

    Raises Failure for a name that is none, or a section that no page refers to.
    """
    if sections:
        keys = _ids_of(pages[0], sections)
        return [_Item(pages[0], key, is_named=True) for key in keys]
    items = [_Item(page, key, bool(of_sections)) for page in pages for key in page.edges]
    if of_sections and pages:
        wanted = {key for name in of_sections for key in _named(pages[0].source.graph, name)}
        items = [item for item in items if item.key in wanted]
        if not items:
            raise Failure(f"no page refers to {listed(of_sections)}")
    if before:
        items = [item for item in items if _has_changed(item, before)]
    return [item for item in items if item.is_named or not item.is_same or _has_new_name(item)]


def _has_changed(item: _Item, before: TraceabilityGraph) -> bool:
    old = before.resolve(item.edge.resolution.target).section
    return old is None or old.entry.whole_digest != item.section.entry.whole_digest


def _has_new_name(item: _Item) -> bool:
    return item.pin is not None and item.pin.section != item.key


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


def _ids_of(page: _Page, names: Iterable[str]) -> list[str]:
    """The ids of the sections with these names. Raises Failure for the first that has none."""
    ids: dict[str, None] = {}
    for name in names:
        for key in _named(page.source.graph, name):
            if key not in page.edges:
                raise Failure(f'"{page.facts.docname}" does not refer to "{name}"')
            ids[key] = None
    return list(ids)


def _named(graph: TraceabilityGraph, name: str) -> Iterator[str]:
    """Yield the id of the section with a name. Raises Failure for one that cannot be pinned."""
    resolution = graph.resolve(name)
    section = resolution.section
    if not section:
        reason = resolution.reason or "it is ambiguous"
        raise Failure(f'cannot resolve "{name}": {reason}')
    if not section.entry.digest:
        raise Failure(f'cannot pin "{name}": {section.kind.title} does not contain its text')
    yield section.id


def _ask(reason: str, default: str) -> str | None:
    """Ask whether the page is still correct, and why if no reason was given; None for no.

    Raises _NoAnswerError.
    """
    try:
        if not click.confirm("Is the page still correct?"):
            return None
        return reason or str(click.prompt("Why", default=default or None))
    except click.Abort:
        raise _NoAnswerError from None


def _renamed(item: _Item) -> list[Pin]:
    """The pin of a text that has not changed, if its section has another name now."""
    pin, section = item.pin, item.section
    assert pin
    renamed = replace(pin, section=section.id, name=_name(section))
    if renamed != pin:
        show(f"{section.id}: same text as pinned for {pin.section}")
        return [renamed]
    if item.is_named:
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
