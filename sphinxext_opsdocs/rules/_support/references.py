"""What rules on canonical references share."""

from __future__ import annotations

from collections.abc import Iterable

from sphinxext_opsdocs.canonical.lock_file import Lock, Pin
from sphinxext_opsdocs.canonical.pin_comparison import HEADING
from sphinxext_opsdocs.canonical.section import CanonicalSection
from sphinxext_opsdocs.findings.finding import Related
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.graph.nodes import CanonicalEdge
from sphinxext_opsdocs.text.digest import compute_digest

__all__ = ["has_text", "pinned", "related", "resolved_edges"]


def resolved_edges(graph: TraceabilityGraph) -> Iterable[CanonicalEdge]:
    """The canonical references that name exactly one section."""
    return (edge for edge in graph.edges if edge.resolution.section)


def has_text(section: CanonicalSection) -> bool:
    """Whether the text of the section is available, so that a change of it can be noticed."""
    return section.kind.has_text


def related(section: CanonicalSection, label: str = "the section") -> Related:
    """Return a section as another place of a fault."""
    # the file of another project is not there to be opened, so its address is given
    if section.is_external:
        label = f"{label}, {section.url or section.name}"
    return Related(label, section.place)


def pinned(**texts: str) -> Lock:
    """Return a lock that pins these texts of sections of ``api`` for the page of an example.

    Keys are labels with underscores for hyphens; the titles of the sections are made of them.
    """
    pins: list[Pin] = []
    lines: dict[str, tuple[str, ...]] = {}
    for key, text in texts.items():
        title, label = key.replace("_", " ").capitalize(), key.replace("_", "-")
        digest = compute_digest((title, text))
        lines[digest] = (f"{HEADING} {title}", text)
        pins.append(
            Pin(
                document="ops/page",
                section=f"api:{label}",
                name=f"specs/api/limits#{label}",
                digest=digest,
                version="1.0",
                by="Jo Doe",
                on="2026-10-30",
                reason="read both sides",
            )
        )
    return Lock().with_pins(pins, lines)
