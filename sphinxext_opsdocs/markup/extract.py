"""Doctree to facts: one walk over a document, before its docinfo is taken away."""

from __future__ import annotations

import re
from typing import Any

import msgspec
from docutils import nodes
from sphinx.addnodes import pending_xref

from sphinxext_opsdocs.markup import nodes as ours
from sphinxext_opsdocs.markup.places import (
    InlinePlaces,
    first_line,
    is_myst_source,
    node_place,
    place_of,
)
from sphinxext_opsdocs.model import (
    Change,
    Deviation,
    Ignore,
    Label,
    Link,
    Need,
    Problem,
    Reference,
    Section,
    Span,
    Workaround,
)

__all__ = ["DIRECTIVE_NAMES", "LOST_DIRECTIVE", "Extraction"]

DIRECTIVE_NAMES = (
    "canonical-ref",
    "observed-deviation",
    "workaround",
    "document-change",
    "opsdocs-ignore",
)
LINKS = {"doc": "doc", "myst": "doc", "any": "doc", "ref": "ref", "deviation": "deviation"}
"""Cross-reference type -> kind of link."""
LOST_DIRECTIVE = re.compile(r":{3,}\{(" + "|".join(DIRECTIVE_NAMES) + r")\}")


class Extraction:
    """The facts of one doctree. Fact attributes and ignore markers are gone from it afterwards."""

    def __init__(self, env: Any, doctree: nodes.document) -> None:
        self.sections: list[Section] = []
        self.labels: list[Label] = []
        self.needs: list[Need] = []
        self.references: list[Reference] = []
        self.deviations: list[Deviation] = []
        self.workarounds: list[Workaround] = []
        self.changes: list[Change] = []
        self.ignores: list[Ignore] = []
        self.links: list[Link] = []
        self.problems: list[Problem] = []
        self._env = env
        self._places = InlinePlaces(env)
        self._section = ""
        self._deviations: list[Deviation] = []
        self._markers: list[nodes.Element] = []
        self._anchors: set[str] = set()
        self._targets = _explicit_targets(doctree)
        self._walk(doctree)
        for marker in self._markers:
            self._reach(marker)
        for marker in self._markers:
            marker.parent.remove(marker)

    def _walk(self, parent: nodes.Element) -> None:
        for child in parent.children:
            if not isinstance(child, nodes.Element):
                continue
            if isinstance(child, nodes.section):
                self._enter_section(child)
                continue
            if isinstance(child, pending_xref):
                self._take_link(child)
                continue
            if self._targets:
                self._take_labels(child)
            fact = child.attributes.pop(ours.FACT, None)
            if fact is not None:
                self._take_fact(child, fact)
            elif isinstance(child, nodes.paragraph):
                self._take_paragraph(child)
            elif child.__class__.__name__ == "Need" and "refid" in child:
                self.needs.append(Need(child["refid"], "", node_place(self._env, child)))
                self._walk(child)
            elif child.children:
                self._walk(child)

    def _enter_section(self, node: nodes.section) -> None:
        above = self._section
        anchors = tuple(node["ids"]) or (f"section-{len(self.sections) + 1}",)
        self._section = anchors[0]
        title = node[0].astext() if node.children and isinstance(node[0], nodes.title) else ""
        subsections = any(isinstance(child, nodes.section) for child in node.children)
        place = node_place(self._env, node)
        self.sections.append(Section(title, anchors, above, place, subsections))
        self._take_labels(node)
        self._walk(node)
        self._section = above

    def _take_labels(self, node: nodes.Element) -> None:
        for anchor in node.attributes.get("ids", ()):
            for name in self._targets.get(anchor, ()):
                self.labels.append(Label(name, anchor, self._section))

    def _take_paragraph(self, node: nodes.paragraph) -> None:
        children = node.children
        if len(children) != 1 or children[0].__class__ is not nodes.Text:
            self._walk(node)
        if children and (match := LOST_DIRECTIVE.match(children[0].astext())):
            message = (
                f'"{match[1]}" stands here as plain text: enable the MyST extension colon_fence, '
                "or fence it with backticks"
            )
            self.problems.append(Problem("input_unreadable", message, node_place(self._env, node)))

    def _take_link(self, node: pending_xref) -> None:
        fact: Reference | None = node.attributes.pop(ours.FACT, None)
        if fact is not None:
            place = self._places.place(node) if fact.role else fact.place
            self.references.append(
                msgspec.structs.replace(fact, place=place, section=self._section)
            )
        elif kind := LINKS.get(node.get("reftype", "")):
            self.links.append(Link(kind, str(node["reftarget"]), node_place(self._env, node)))

    def _take_fact(self, node: nodes.Element, fact: Any) -> None:
        if isinstance(fact, Deviation):
            deviation = msgspec.structs.replace(
                fact, section=self._section, anchor=self._anchor(node, fact)
            )
            self.deviations.append(deviation)
            self._deviations.append(deviation)
            self._walk(node)
            self._deviations.pop()
        elif isinstance(fact, Workaround):
            around = self._deviations[-1].id if self._deviations else ""
            self.workarounds.append(
                msgspec.structs.replace(
                    fact,
                    section=self._section,
                    inside=bool(self._deviations) and fact.deviation in ("", around),
                    deviation=fact.deviation or around,
                )
            )
            self._walk(node)
        elif isinstance(fact, Change):
            self.changes.append(fact)
            self._walk(node)
        elif isinstance(fact, Ignore):
            self.ignores.append(fact)
            self._markers.append(node)

    def _anchor(self, node: nodes.Element, deviation: Deviation) -> str:
        """The deviation's id, or with a number when the page has one of that id already."""
        anchor, count = deviation.anchor, 1
        while anchor in self._anchors:
            count += 1
            anchor = f"{deviation.anchor}-{count}"
        if anchor:
            self._anchors.add(anchor)
            node["ids"] = [anchor if name == deviation.anchor else name for name in node["ids"]]
        return anchor

    def _reach(self, marker: nodes.Element) -> None:
        """Give an ignore the lines of the next block, up to the block after that."""
        index = self._markers.index(marker)
        ignore = self.ignores[index]
        covered = _next_block(marker)
        if ignore.page or covered is None:
            return
        following = _next_block(covered)
        ends: dict[str, int] = {}
        for node in covered.findall(nodes.Element):
            if node.line is not None:
                place = place_of(self._env, node.source, node.line)
                ends[place.path] = max(ends.get(place.path, 0), place.line)
        start = ignore.place
        last = 0
        if following is not None and following.line is not None:
            after = place_of(self._env, following.source, _line_before(following))
            last = after.line if after.path == start.path else ends.get(start.path, start.line)
        spans = [Span(start.path, start.line, last)]
        spans += [Span(path, 1, end) for path, end in sorted(ends.items()) if path != start.path]
        self.ignores[index] = msgspec.structs.replace(ignore, spans=tuple(spans))


def _explicit_targets(doctree: nodes.document) -> dict[str, list[str]]:
    """Names of the explicit targets by anchor, those that std:ref would take as labels."""
    targets: dict[str, list[str]] = {}
    for name, explicit in doctree.nametypes.items():
        anchor = doctree.nameids.get(name) if explicit else None
        if not anchor:
            continue
        node = doctree.ids.get(anchor)
        if isinstance(node, nodes.target) and "refid" in node:
            anchor = node["refid"]
            node = doctree.ids.get(anchor, node)
        if node is None or "refuri" in node or isinstance(node, nodes.footnote | nodes.citation):
            continue
        targets.setdefault(anchor, []).append(name)
    return targets


def _next_block(node: nodes.Element) -> nodes.Element | None:
    """The next block in document order that is not inside this one and no marker."""
    current: nodes.Element | None = node
    while current is not None and current.parent is not None:
        parent = current.parent
        for sibling in parent.children[parent.index(current) + 1 :]:
            if isinstance(sibling, nodes.Element) and not isinstance(sibling, ours.ignore_marker):
                return sibling
        current = parent
    return None


def _line_before(node: nodes.Element) -> int:
    """The last line that can still belong to what stands before a block."""
    overline = isinstance(node, nodes.section) and not is_myst_source(node.source)
    return max(first_line(node) - (2 if overline else 1), 1)
