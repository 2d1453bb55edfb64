"""The pages of this project that alerts lead to."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import TYPE_CHECKING
from urllib.parse import unquote

from msgspec import Struct

from sphinxext_opsdocs.alerts.alert import Alert, fill_template, find_template
from sphinxext_opsdocs.canonical.page_url import (
    folder_url,
    is_file_folder,
    plain_url,
    schemeless_url,
    with_anchor,
)
from sphinxext_opsdocs.config.schema import is_address
from sphinxext_opsdocs.facts.model import DocumentFacts

if TYPE_CHECKING:
    from sphinxext_opsdocs.graph.graph import TraceabilityGraph

__all__ = ["Runbook", "RunbookFinder", "find_runbooks", "has_place", "places_of"]

INDEX = "index"
NOT_IN_ANCHOR = re.compile(r"[^\w\- ]")
SOURCE_SUFFIXES = (".md", ".rst", ".txt")


class Runbook(Struct, frozen=True):
    """Where an alert leads, as far as that is a page of this project."""

    alert: Alert
    address: str
    """With the name of the alert filled in."""
    docname: str = ""
    """Empty where there is no such page."""
    anchor: str = ""
    template: str = ""
    """What is left to fill in, so that nobody knows the page."""
    is_source: bool = False
    """Whether the address is that of the source file, as a host of repositories shows it."""
    moved_to: str = ""
    """The address to write instead, where a redirect leads on."""


def find_runbooks(graph: TraceabilityGraph) -> Iterator[Runbook]:
    """Yield the runbooks of all alerts whose address belongs to this project, file by file."""
    finder = RunbookFinder(graph)
    for alert in graph.inputs.alerts:
        if runbook := finder.find(alert):
            yield runbook


class RunbookFinder:
    """Finds the pages at the addresses of alerts."""

    def __init__(self, graph: TraceabilityGraph) -> None:
        self._redirects = graph.inputs.redirects
        self._pages = frozenset(graph.inputs.pages)
        self._files = {
            docname: PurePosixPath(facts.path).suffix for docname, facts in graph.documents.items()
        }
        """Suffixes of source files, by docname."""
        bases = (graph.inputs.base_url, *graph.config.alerts.base_urls)
        self._bases = [folder_url(base) for base in bases if base]

    def find(self, alert: Alert) -> Runbook | None:
        """Return where an alert leads; None for an address that belongs to others."""
        address = fill_template(alert)
        for base in self._bases:
            if schemeless_url(f"{address}/").startswith(schemeless_url(base)):
                return self._resolve(alert, address, base)
        return None

    def _resolve(self, alert: Alert, address: str, base: str) -> Runbook:
        if template := find_template(address):
            return Runbook(alert, address, template=template)
        below = address[len(base) :]
        anchor = unquote(below.partition("#")[2])
        name = plain_url(below)
        is_source = is_file_folder(base)
        for docname in _possible_pages(name, is_source):
            if docname in self._pages:
                return Runbook(alert, address, docname, anchor, is_source=is_source)
            if new := self._redirects.get(docname):
                return self._redirected(alert, address, base, new)
        return Runbook(alert, address)

    def _redirected(self, alert: Alert, address: str, base: str, new: str) -> Runbook:
        path, _, old_anchor = address.partition("#")
        docname, _, new_anchor = new.partition("#")
        anchor = new_anchor or old_anchor
        if is_address(new):
            return Runbook(alert, address, moved_to=with_anchor(docname, anchor))
        # written as the address was: with a suffix, as a folder, or bare
        ending = next((e for e in (".html", "/") if path.endswith(e)), "")
        if is_file_folder(base) and docname in self._files:
            ending = self._files[docname]
        moved_to = with_anchor(f"{base}{docname}{ending}", anchor)
        return Runbook(alert, address, docname, anchor, moved_to=moved_to)


def _possible_pages(name: str, is_source: bool) -> Iterator[str]:
    yield name
    yield f"{name}/{INDEX}".lstrip("/")
    if is_source:
        suffix = next((each for each in SOURCE_SUFFIXES if name.endswith(each)), "")
        yield name.removesuffix(suffix)


def has_place(facts: DocumentFacts, runbook: Runbook) -> bool:
    """Return whether a page has the place to which an address leads; True without one."""
    anchor = runbook.anchor
    if not anchor or _has_anchor(facts, anchor):
        return True
    return runbook.is_source and any(
        re.fullmatch(rf"{re.escape(_host_anchor(section.title))}(?:-\d+)?", anchor)
        for section in facts.sections
    )


def places_of(facts: DocumentFacts) -> list[str]:
    """Return the anchors of the sections of a page."""
    return [section.anchors[0] for section in facts.sections]


def _host_anchor(title: str) -> str:
    """Return the anchor that a host of repositories makes of a title, as github-slugger does."""
    return NOT_IN_ANCHOR.sub("", title.lower()).replace(" ", "-")


def _has_anchor(facts: DocumentFacts, anchor: str) -> bool:
    return (
        any(anchor in section.anchors for section in facts.sections)
        or any(label.anchor == anchor for label in facts.labels)
        or any(anchor in (each.id, each.anchor) for each in facts.deviations)
        or any(need.id == anchor for need in facts.needs)
    )
