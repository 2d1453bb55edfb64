"""Names that writers type, for the completion of editors."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping

from msgspec import Struct

from sphinxext_opsdocs.findings.finding import join_path
from sphinxext_opsdocs.graph.graph import TraceabilityGraph

__all__ = ["COMPLETION_FORMATS"]

SCOPES = "restructuredtext,markdown"
"""Languages of VS Code."""


class _Name(Struct, frozen=True):
    """A canonical section, a deviation or an owner."""

    text: str
    kind: str
    description: str
    path: str = ""
    """Where it is in this project; empty elsewhere."""
    line: int = 1


def _names(graph: TraceabilityGraph, owners: Iterable[str]) -> Iterator[_Name]:
    for section in graph.named_sections:
        path = "" if section.is_external else section.place.path
        yield _Name(section.id, "section", section.full_title, path, section.place.line)
    for number, (node, *_) in sorted(graph.deviations_by_id.items()):
        deviation = node.deviation
        place = deviation.place
        yield _Name(number, "deviation", deviation.title, place.path, place.line)
    for key in sorted(owners):
        yield _Name(key, "owner", graph.config.owner_label(key))


def _snippets(graph: TraceabilityGraph, owners: Iterable[str], _base: str) -> str:
    """A file of snippets of VS Code: what is typed is the name, what is inserted too.

    https://code.visualstudio.com/docs/editing/userdefinedsnippets
    """
    snippets = {
        f"{name.kind} {name.text}": {
            "prefix": name.text,
            "body": name.text.replace("\\", "\\\\").replace("$", "\\$").replace("}", "\\}"),
            "description": f"{name.kind}: {name.description}",
            "scope": SCOPES,
        }
        for name in _names(graph, owners)
    }
    return json.dumps(snippets, indent=1, ensure_ascii=False) + "\n"


def _tags(graph: TraceabilityGraph, owners: Iterable[str], base: str) -> str:
    """A tags file of ctags, which Vim and other editors read: sorted, a name and its place a line.

    https://docs.ctags.io/en/latest/man/tags.5.html
    """
    rows = sorted(
        f'{name.text}\t{join_path(base, name.path)}\t{name.line};"\t{name.kind}'
        for name in _names(graph, owners)
        if name.path
    )
    head = ("!_TAG_FILE_FORMAT\t2\t/extended format/", "!_TAG_FILE_SORTED\t1\t/0=no, 1=yes/")
    return "".join(f"{row}\n" for row in (*head, *rows))


COMPLETION_FORMATS: Mapping[str, Callable[[TraceabilityGraph, Iterable[str], str], str]] = {
    "vscode": _snippets,
    "tags": _tags,
}
"""By the name that the command line uses; the other values are the owners that pages can name, and
the folder before paths."""
