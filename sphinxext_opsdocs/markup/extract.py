"""Doctree to facts: one walk over a document, before its docinfo is taken away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec
from docutils import nodes
from sphinx import addnodes
from sphinx.addnodes import pending_xref

from sphinxext_opsdocs.facts.model import (
    Change,
    Deviation,
    Ignore,
    Label,
    Link,
    Need,
    Place,
    Problem,
    Quote,
    Reference,
    Section,
    Span,
    Workaround,
)
from sphinxext_opsdocs.markup import nodes as ours
from sphinxext_opsdocs.markup.lost import lost_in_block, lost_in_paragraph
from sphinxext_opsdocs.markup.places import (
    InlinePlaces,
    first_line,
    is_myst_source,
    node_place,
    place_of,
)
from sphinxext_opsdocs.text.digest import digest_of

__all__ = ["Extraction"]

UNSEEN = (nodes.Invisible, nodes.target, addnodes.index, nodes.system_message)
LINKS = {
    "doc": "doc",
    "ref": "ref",
    "numref": "ref",
    "any": "any",
    "myst": "any",
    "deviation": "deviation",
}
"""Cross-reference type -> kind of link."""


class Extraction:
    """The facts of one doctree. Fact attributes and ignore markers are gone from it afterwards.

    ``may_have_lost`` tells whether to look for markup of ours that became plain text,
    ``takes_words`` whether to keep the text of sections with its digests.
    """

    def __init__(
        self, env: Any, doctree: nodes.document, may_have_lost: bool, takes_words: bool
    ) -> None:
        self.sections: list[Section] = []
        self.labels: list[Label] = []
        self.needs: list[Need] = []
        self.references: list[Reference] = []
        self.deviations: list[Deviation] = []
        self.workarounds: list[Workaround] = []
        self.changes: list[Change] = []
        self.ignores: list[Ignore] = []
        self.links: list[Link] = []
        self.quotes: list[Quote] = []
        self.problems: list[Problem] = []
        self._env = env
        self._may_have_lost = may_have_lost
        self.takes_words = takes_words
        self._places = InlinePlaces(env)
        self._section = ""
        self._deviations: list[Deviation] = []
        self._markers: list[nodes.Element] = []
        self._targets = _explicit_targets(doctree)
        self.preamble = _words(doctree) if takes_words else ""
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
            if self.takes_words and isinstance(child, nodes.reference) and "refid" in child:
                place = node_place(self._env, child)
                self.links.append(Link("anchor", child["refid"], place, self._section))
            if self._targets:
                self._take_labels(child)
            fact = child.attributes.pop(ours.FACT, None)
            if fact is not None:
                self._take_fact(child, fact)
            elif isinstance(child, nodes.paragraph):
                self._take_paragraph(child)
            elif isinstance(child, nodes.comment | nodes.literal_block):
                if self._may_have_lost and (name := lost_in_block(child)):
                    self._lose(name, node_place(self._env, child))
            elif child.__class__.__name__ == "Need" and "refid" in child:
                words = _words(child) if self.takes_words else ""
                self.needs.append(Need(child["refid"], "", node_place(self._env, child), words))
                child.attributes.pop(ours.TOLD, None)
                self._walk(child)
            elif child.children:
                self._walk(child)

    def _enter_section(self, node: nodes.section) -> None:
        above = self._section
        anchors = tuple(node["ids"]) or (f"section-{len(self.sections) + 1}",)
        self._section = anchors[0]
        title = node[0].astext() if node.children and isinstance(node[0], nodes.title) else ""
        section = Section(title, anchors, above, node_place(self._env, node))
        if self.takes_words:
            words = _words(node)
            digest = digest_of((_heading(node) if title else "", words))
            terms = tuple(_terms(node))
            section = msgspec.structs.replace(section, words=words, digest=digest, terms=terms)
        index = len(self.sections)
        self.sections.append(section)
        self._take_labels(node)
        self._walk(node)
        self._section = above
        below = [found for found in self.sections[index:] if found.parent == anchors[0]]
        if below:  # also inside of other nodes, such as only
            tree = ""
            if self.takes_words:
                tree = digest_of((section.digest, *(s.tree or s.digest for s in below)))
            self.sections[index] = msgspec.structs.replace(section, has_subsections=True, tree=tree)

    def _take_labels(self, node: nodes.Element) -> None:
        for anchor in node.attributes.get("ids", ()):
            for name in self._targets.get(anchor, ()):
                self.labels.append(Label(name, anchor, self._section))

    def _take_paragraph(self, node: nodes.paragraph) -> None:
        children = node.children
        if len(children) != 1 or children[0].__class__ is not nodes.Text:
            self._walk(node)
        for name, lines in lost_in_paragraph(node) if self._may_have_lost else ():
            place = node_place(self._env, node)
            self._lose(name, Place(place.path, place.line + lines))

    def _lose(self, name: str, place: Place) -> None:
        message = (
            f"{name} stands here as plain text: check its syntax, a blank line before it, and in "
            "MyST the extension colon_fence"
        )
        self.problems.append(Problem("input_unreadable", message, place))

    def _take_link(self, node: pending_xref) -> None:
        fact: Reference | None = node.attributes.pop(ours.FACT, None)
        if fact is not None:
            place = self._places.place(node) if fact.role else fact.place
            self.references.append(
                msgspec.structs.replace(fact, place=place, section=self._section)
            )
        elif kind := LINKS.get(node.get("reftype", "")):
            target = str(node["reftarget"])
            if node.get("refdomain") == "doc":  # MyST has found the page already
                anchor = node.get("reftargetid")
                kind, target = (
                    "doc",
                    f"/{target}" + (f"#{anchor}" if isinstance(anchor, str) else ""),
                )
            self.links.append(Link(kind, target, node_place(self._env, node), self._section))

    def _take_fact(self, node: nodes.Element, fact: Any) -> None:
        if isinstance(fact, Deviation):
            deviation = msgspec.structs.replace(fact, section=self._section)
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
        elif isinstance(fact, Quote):
            self.quotes.append(msgspec.structs.replace(fact, words=_quoted(node)))
            self._walk(node)
        elif isinstance(fact, Ignore):
            self.ignores.append(fact)
            self._markers.append(node)

    def _reach(self, marker: nodes.Element) -> None:
        """Give an ignore the lines of the next block, up to the block after that."""
        index = self._markers.index(marker)
        ignore = self.ignores[index]
        covered = _next_block(marker)
        if ignore.page or covered is None:
            return
        spans: dict[str, tuple[int, int]] = {}
        for place in self._places_in(covered):
            first, last = spans.get(place.path, (place.line, place.line))
            spans[place.path] = min(first, place.line), max(last, place.line)
        following = _next_block(covered)
        after = next(self._places_in(following), None) if following is not None else None
        for path, (first, last) in spans.items():
            if after is None:
                spans[path] = first, 0
            elif after.path == path:
                spans[path] = first, max(last, after.line - 1)
        found = tuple(Span(path, first, last) for path, (first, last) in sorted(spans.items()))
        self.ignores[index] = msgspec.structs.replace(ignore, spans=found)

    def _places_in(self, node: nodes.Element) -> Iterator[Place]:
        """The places of a block and of all in it that know theirs, in document order."""
        for inner in node.findall(nodes.Element):
            if inner.line is not None:
                yield place_of(self._env, inner.source, max(_earliest_line(inner), 1))


def _words(node: nodes.Element) -> str:
    from sphinxext_opsdocs.markup.normalise import (
        normal_blocks,  # only where there are specifications
    )

    return "\n".join(normal_blocks(node))


def _terms(section: nodes.section) -> Iterator[str]:
    """The terms of the glossaries in a section, those of its subsections excepted."""
    for child in section.children:
        if isinstance(child, addnodes.glossary):
            yield from (" ".join(term.astext().split()) for term in child.findall(nodes.term))


def _quoted(node: nodes.Element) -> str:
    from sphinxext_opsdocs.markup.normalise import quoted_blocks

    return "\n".join(quoted_blocks(node))


def _heading(node: nodes.section) -> str:
    from sphinxext_opsdocs.markup.normalise_inline import normal_text

    return normal_text(node.children[0])


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
    """The next block in document order that is not inside this one and that readers see."""
    current: nodes.Element | None = node
    while current is not None and current.parent is not None:
        parent = current.parent
        for sibling in parent.children[parent.index(current) + 1 :]:
            if isinstance(sibling, nodes.Element) and not isinstance(sibling, UNSEEN):
                return sibling
        current = parent
    return None


def _earliest_line(node: nodes.Element) -> int:
    """The first line that can belong to a block: a title of reStructuredText has an overline."""
    overline = isinstance(node, nodes.section) and not is_myst_source(node.source)
    return first_line(node) - (1 if overline else 0)
