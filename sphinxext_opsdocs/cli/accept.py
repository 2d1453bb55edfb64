"""``opsdocs accept``: pins sections that somebody has compared with a page."""

from __future__ import annotations

from collections.abc import Sequence
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
from sphinxext_opsdocs.cli._pinned_pages import (
    Item,
    PinnedPage,
    find_items,
    find_pages,
    obsolete_pins,
)
from sphinxext_opsdocs.cli._revision import read_both
from sphinxext_opsdocs.cli._source import Source, read_source
from sphinxext_opsdocs.cli._user import user_name
from sphinxext_opsdocs.cli._writing import update_file, write_result
from sphinxext_opsdocs.facts.model import DocumentFacts
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.storage import UnreadableError

__all__ = ["accept"]


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
@click.option(
    "-y", "--yes", is_flag=True, help="Do not ask; needs SECTION or --section, and --reason."
)
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
    or have changed; without PAGE, on all pages where references have to be pinned. PAGE is a
    docname or a path, SECTION a target as in a canonical reference. --section and --since narrow
    what it asks for.

    Each answer is written to opsdocs.lock beside conf.py at once: commit it. Pins that a page no
    longer needs, and those of removed pages, are dropped.
    """
    if yes and not ((sections or of_sections) and reason):
        raise Failure("--yes needs the sections by name, and --reason")
    if sections and (of_sections or since or not page):
        raise Failure("SECTION is of one PAGE; leave out --section and --since")
    before: TraceabilityGraph | None = None
    if since:
        source, before = read_both(options, since)
    else:
        source = read_source(options)
    pages = find_pages(source, page)
    items = find_items(source.graph, pages, sections, of_sections, before)
    answers = _Answers(reason, by or user_name(), yes)
    path, date = source.confdir / LOCK_FILE, day_of(day).isoformat()
    run = _Run(path, answers, date)
    try:
        run.pin_all(items)
    finally:
        run.drop_obsolete(source, pages)
    where = f" for {pages[0].facts.docname}" if page else ""
    show(f"pinned {run.number} of {len(items)}{where}" if items else "nothing to compare")


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

    def pin_all(self, items: Sequence[Item]) -> None:
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

    def drop_obsolete(self, source: Source, pages: Sequence[PinnedPage]) -> None:
        """Drop the pins that nothing uses any more."""
        obsolete = list(obsolete_pins(source, pages, self._pins))
        if obsolete:
            _save(self._path, [], {}, obsolete)
        for pin in obsolete:
            show(f"{pin.section}: no longer pinned for {pin.document}")

    def _compare(self, item: Item, position: str) -> None:
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


def _renamed(item: Item) -> list[Pin]:
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
