"""What is due, in Markdown: a digest of all owners, and the issue that one owner gets."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from urllib.parse import quote, unquote

from msgspec import Struct

from sphinxext_opsdocs.findings.escaping import code_span, markdown_text
from sphinxext_opsdocs.graph.due import DueItem, DueKind
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.issues.marks import REMIND
from sphinxext_opsdocs.reports.addresses import page_address

__all__ = ["NOTHING", "Reminder", "due_lines", "make_reminder", "reminded_owners", "render_digest"]

WHAT: dict[DueKind, tuple[str, str]] = {
    "review": ("review by {day}", "review was due on {day}"),
    "verification": ("drill by {day}", "drill was due on {day}"),
    "confirmation": ("look at it again by {day}", "was to be looked at again by {day}"),
    "limit": ("reaches its limit on {day}", "past its limit since {day}"),
    "revisit": ("agreed to be revisited by {day}", "agreed to be revisited by {day}"),
    "removal": ("to be removed after {day}", "was to be removed after {day}"),
}
"""The text of a line before the day, and after it."""
NOTHING = "Nothing is overdue, and nothing is due soon."
PART = re.compile(
    rf"<!-- {REMIND} (?P<key>\S+) (?P<digest>[0-9a-f]{{16}}) -->\n(?P<text>.*?)\n"
    rf"<!-- {REMIND} end -->",
    re.DOTALL,
)
"""The part of an issue that is ours; people may write before and after it."""


class Reminder(Struct, frozen=True):
    """The issue of one owner: how it is found again, and what our part of it says."""

    key: str
    """``project/owner``, both percent-encoded."""
    title: str
    text: str
    is_due: bool

    @property
    def part(self) -> str:
        """Our part of the issue."""
        start = f"<!-- {REMIND} {self.key} {_digest(self.text)} -->"
        return f"{start}\n{self.text}\n<!-- {REMIND} end -->"

    def is_in(self, body: str) -> bool:
        """Whether an issue with this text is that of the owner."""
        return self._match(body) is not None

    def merged_into(self, body: str) -> str:
        """Return the text of an issue with our part as it is now; the rest of it stays.

        What somebody has changed within our part stays below it.
        """
        body = _plain(body)
        match = self._match(body)
        if not match:
            return f"{self.part}\n\n{body}".rstrip()
        edited = "" if _is_ours(match) else f"\n\n{match['text']}"
        return f"{body[: match.start()]}{self.part}{edited}{body[match.end() :]}"

    def is_untouched(self, body: str) -> bool:
        """Whether nobody else has written anything into the text of the issue."""
        match = PART.fullmatch(_plain(body).strip())
        return match is not None and _is_ours(match)

    def _match(self, body: str) -> re.Match[str] | None:
        found = PART.finditer(_plain(body))
        return next((match for match in found if match["key"] == self.key), None)


def reminded_owners(project: str, body: str) -> Iterator[str]:
    """Yield the owners of a project whose reminder stands in the text of an issue."""
    for match in PART.finditer(_plain(body)):
        first, _, owner = match["key"].partition("/")
        if unquote(first) == project:
            yield unquote(owner)


def make_reminder(
    graph: TraceabilityGraph, project: str, owner: str, items: Sequence[DueItem], today: date
) -> Reminder:
    """Return the issue of an owner; ``items`` are what is due for that owner."""
    name, label = graph.config.owner_name(owner), graph.config.owner_label(owner)
    parts = [
        f"What is due on the operational documents of {markdown_text(label)}.",
        *_groups(graph, items, today),
        "`opsdocs remind` keeps this text up to date. It closes the issue when nothing is due, "
        "unless somebody has written into the text.",
    ]
    if not items:
        parts[1:1] = [NOTHING]
    return Reminder(
        key=f"{quote(project, safe='')}/{quote(owner, safe='')}",
        title=f"Operational documents of {name}: reviews and drills",
        text="\n\n".join(parts),
        is_due=bool(items),
    )


def render_digest(graph: TraceabilityGraph, items: Sequence[DueItem], today: date) -> str:
    """Return Markdown with a part for each owner; one line if nothing is due."""
    owners = sorted({owner for item in items for owner in item.owners or ("",)})
    if not owners:
        return f"{NOTHING}\n"
    parts: list[str] = []
    for owner in owners:
        label = graph.config.owner_label(owner) if owner else "no owner"
        parts.append(f"## {markdown_text(label)}")
        own = [item for item in items if owner in (item.owners or ("",))]
        parts += _groups(graph, own, today)
    return "\n\n".join(parts) + "\n"


def due_lines(graph: TraceabilityGraph, items: Iterable[DueItem], today: date) -> Iterator[str]:
    """Yield a line for each, in Markdown and without a bullet."""
    for item in items:
        before, after = WHAT[item.kind]
        when = (after if item.is_overdue(today) else before).format(day=item.day)
        page = _linked(graph, item)
        if item.deviation:
            yield f"{code_span(item.deviation)} {markdown_text(item.title)} on {page}: {when}"
        else:
            yield f"{page}: {when}"


def _groups(graph: TraceabilityGraph, items: Sequence[DueItem], today: date) -> Iterator[str]:
    overdue = [item for item in items if item.is_overdue(today)]
    soon = [item for item in items if not item.is_overdue(today)]
    for title, group in (("Overdue", overdue), ("Due soon", soon)):
        if group:
            yield f"**{title}**"
            yield "\n".join(f"- {line}" for line in due_lines(graph, group, today))


def _linked(graph: TraceabilityGraph, item: DueItem) -> str:
    title = graph.documents[item.docname].title or item.docname
    address = page_address(graph, item.docname, item.anchor)
    if not address:
        return f"{markdown_text(title)} ({code_span(item.docname)})"
    return f"[{markdown_text(title)}](<{address}>)"


def _plain(body: str) -> str:
    # trackers send the line ends of the browser in which somebody has edited the text
    return body.replace("\r\n", "\n")


def _is_ours(match: re.Match[str]) -> bool:
    return match["digest"] == _digest(match["text"])


def _digest(text: str) -> str:
    return hashlib.sha256(text.strip().encode("utf-8", "surrogatepass")).hexdigest()[:16]
