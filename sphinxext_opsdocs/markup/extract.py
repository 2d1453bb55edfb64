"""The facts of a doctree, in one walk before the docinfo is removed from it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from docutils import nodes
from msgspec.structs import replace
from sphinx import addnodes
from sphinx.addnodes import pending_xref

from sphinxext_opsdocs.facts.model import (
    Approval,
    Change,
    Deviation,
    GraphSubject,
    Ignore,
    Label,
    Link,
    Need,
    Place,
    Problem,
    Quote,
    Reference,
    Section,
    Verification,
    Workaround,
)
from sphinxext_opsdocs.markup import nodes as ops_nodes
from sphinxext_opsdocs.markup.anchors import explicit_targets
from sphinxext_opsdocs.markup.ignore_spans import find_spans
from sphinxext_opsdocs.markup.places import InlinePlaces, locate_node
from sphinxext_opsdocs.markup.read_as_text import (
    find_lost_in_block,
    find_lost_in_paragraph,
    find_malformed_directive,
    find_malformed_roles,
)
from sphinxext_opsdocs.markup.unregistered_names import UnknownName
from sphinxext_opsdocs.text.digest import compute_digest

__all__ = ["Extraction", "remove_facts"]

LINKS = {
    "doc": "doc",
    "ref": "ref",
    "numref": "ref",
    "any": "any",
    "myst": "any",
    "deviation": "deviation",
}
"""Type of a cross-reference -> kind of link."""


class Extraction:
    """The facts of one doctree, whose fact attributes and ignore markers are removed.

    ``is_suspicious``: the source may contain markup of this extension that became plain text.
    ``has_text``: sections get their text and digests.
    """

    def __init__(
        self, env: Any, doctree: nodes.document, is_suspicious: bool, has_text: bool
    ) -> None:
        self.sections: list[Section] = []
        self.labels: list[Label] = []
        self.needs: list[Need] = []
        self.references: list[Reference] = []
        self.deviations: list[Deviation] = []
        self.workarounds: list[Workaround] = []
        self.changes: list[Change] = []
        self.verifications: list[Verification] = []
        self.approvals: list[Approval] = []
        self.ignores: list[Ignore] = []
        self.links: list[Link] = []
        self.quotes: list[Quote] = []
        self.graphs: list[GraphSubject] = []
        self._kept_as_is: dict[type, list[Any]] = {
            Change: self.changes,
            Verification: self.verifications,
            Approval: self.approvals,
            GraphSubject: self.graphs,
        }
        self.problems: list[Problem] = []
        self.unknown_names: list[UnknownName] = []
        """Names near ours that are no names for the parser, which reported nothing."""
        self._env = env
        self._is_suspicious = is_suspicious
        self.has_text = has_text
        self._places = InlinePlaces(env)
        self._section = ""
        self._open_deviations: list[Deviation] = []
        self._markers: list[nodes.Element] = []
        self._targets = explicit_targets(doctree)
        self.preamble = self._words_to_keep(doctree)
        self._walk(doctree)
        self._finish_ignores()

    def _walk(self, parent: nodes.Element) -> None:
        """Read all nodes below one: every page of a specification comes through here."""
        for child in parent.children:
            if not isinstance(child, nodes.Element):
                continue
            if isinstance(child, nodes.section):
                self._enter_section(child)
            elif isinstance(child, pending_xref):
                self._add_cross_reference(child)
            else:
                self._read_element(child)

    def _read_element(self, node: nodes.Element) -> None:
        if isinstance(node, nodes.reference):
            self._add_anchor_link(node)
        if self._targets:
            self._add_labels(node)
        fact = node.attributes.pop(ops_nodes.FACT, None)
        if fact is not None:
            self._add_fact(node, fact)
        elif isinstance(node, nodes.paragraph):
            self._read_paragraph(node)
        elif isinstance(node, nodes.comment | nodes.literal_block):
            self._report_lost_block(node)
        elif node.__class__.__name__ == "Need" and "refid" in node:
            self._add_need(node)
        elif node.children:
            self._walk(node)

    def _enter_section(self, node: nodes.section) -> None:
        parent = self._section
        section = self._read_section(node)
        index = len(self.sections)
        self.sections.append(section)
        self._section = section.anchors[0]
        self._add_labels(node)
        self._walk(node)
        self._section = parent
        # by anchor: subsections may stand in other nodes of the section, such as only
        below = [other for other in self.sections[index:] if other.parent == section.anchors[0]]
        if below:
            tree = ""
            if self.has_text:
                tree = compute_digest((section.digest, *(s.tree or s.digest for s in below)))
            self.sections[index] = replace(section, has_subsections=True, tree=tree)

    def _read_section(self, node: nodes.section) -> Section:
        """Return a section without its subsections, which are not read yet."""
        # sections without an id cannot be linked, but findings and subsections refer to them
        anchors = tuple(node["ids"]) or (f"section-{len(self.sections) + 1}",)
        has_title = bool(node.children) and isinstance(node[0], nodes.title)
        title = node[0].astext() if has_title else ""
        section = Section(title, anchors, self._section, locate_node(self._env, node))
        if not self.has_text:
            return section
        words = _words(node)
        digest = compute_digest((title and _heading(node), words))
        return replace(section, words=words, digest=digest, terms=tuple(_terms(node)))

    def _words_to_keep(self, node: nodes.Element) -> str:
        if not self.has_text:
            return ""
        return _words(node)

    def _add_labels(self, node: nodes.Element) -> None:
        for anchor in node.attributes.get("ids", ()):
            for name in self._targets.get(anchor, ()):
                self.labels.append(Label(name, anchor, self._section))

    def _read_paragraph(self, node: nodes.paragraph) -> None:
        children = node.children
        # most paragraphs are plain text, which contains no facts
        if len(children) != 1 or children[0].__class__ is not nodes.Text:
            self._walk(node)
        if self._is_suspicious:
            place = locate_node(self._env, node)
            for name, lines_before in find_lost_in_paragraph(node):
                self._report_lost(name, Place(place.path, place.line + lines_before))
            self.unknown_names += [
                UnknownName("role", name, place) for name in find_malformed_roles(node)
            ]

    def _report_lost_block(self, node: nodes.Element) -> None:
        if not self._is_suspicious:
            return
        if name := find_lost_in_block(node):
            self._report_lost(name, self._block_place(node))
        elif isinstance(node, nodes.comment) and (name := find_malformed_directive(node)):
            self.unknown_names.append(UnknownName("directive", name, self._block_place(node)))

    def _block_place(self, node: nodes.Element) -> Place:
        if isinstance(node, nodes.comment):
            return self._places.comment_place(node)
        return locate_node(self._env, node)

    def _report_lost(self, name: str, place: Place) -> None:
        message = (
            f"{name} is read as plain text; check its syntax, the blank line before it, and in "
            "MyST the extension colon_fence"
        )
        self.problems.append(Problem("input_unreadable", message, place))

    def _add_need(self, node: nodes.Element) -> None:
        place, words = locate_node(self._env, node), self._words_to_keep(node)
        self.needs.append(Need(node["refid"], "", place, words))
        node.attributes.pop(ops_nodes.NEED_SUMMARY, None)
        self._walk(node)

    def _add_anchor_link(self, node: nodes.reference) -> None:
        """Add a link within a page that can be a specification, for the impact of a change."""
        if self.has_text and "refid" in node:
            place = locate_node(self._env, node)
            self.links.append(Link("anchor", node["refid"], place, self._section))

    def _add_cross_reference(self, node: pending_xref) -> None:
        """Add the canonical reference or link of a cross-reference."""
        fact: Reference | None = node.attributes.pop(ops_nodes.FACT, None)
        if fact is not None:
            place = self._places.place(node) if fact.is_role else fact.place
            self.references.append(replace(fact, place=place, section=self._section))
        elif kind := LINKS.get(node.get("reftype", "")):
            target = str(node["reftarget"])
            if node.get("refdomain") == "doc":
                # MyST has resolved the page to a docname, and split off the anchor
                kind, target = "doc", f"/{target}"
                if isinstance(node.get("reftargetid"), str):
                    target += f"#{node['reftargetid']}"
            is_role = self._is_deviation_role(node)
            place = self._places.place(node) if is_role else locate_node(self._env, node)
            self.links.append(Link(kind, target, place, self._section, is_role))

    def _is_deviation_role(self, node: pending_xref) -> bool:
        """Return whether a cross-reference is a role for a deviation of this project."""
        if node.get("refdomain") != "ops" or node["reftype"] != "deviation" or not node["refwarn"]:
            return False
        # intersphinx resolves what other projects list in their objects.inv
        inventory = getattr(self._env, "intersphinx_inventory", {})
        return node["reftarget"] not in inventory.get("ops:deviation", {})

    def _add_fact(self, node: nodes.Element, fact: Any) -> None:
        """Add the fact of a directive, and those of the nodes in it."""
        if isinstance(fact, Ignore):
            self.ignores.append(fact)
            self._markers.append(node)
            return
        if isinstance(fact, Deviation):
            words = "\n".join(_normalised_block(node)) if self.has_text else ""
            self._add_deviation(node, replace(fact, section=self._section, words=words))
            return
        if isinstance(fact, Workaround):
            self._add_workaround(fact)
        elif isinstance(fact, Quote):
            self.quotes.append(replace(fact, words=_quoted_words(node)))
        else:
            self._kept_as_is[type(fact)].append(fact)
        self._walk(node)

    def _add_deviation(self, node: nodes.Element, deviation: Deviation) -> None:
        self.deviations.append(deviation)
        self._open_deviations.append(deviation)
        self._walk(node)
        self._open_deviations.pop()

    def _add_workaround(self, fact: Workaround) -> None:
        around = ""
        if self._open_deviations:
            around = self._open_deviations[-1].id
        self.workarounds.append(
            replace(
                fact,
                section=self._section,
                is_nested=bool(self._open_deviations) and fact.deviation in ("", around),
                deviation=fact.deviation or around,
            )
        )

    def _finish_ignores(self) -> None:
        """Give each ignore its spans, and remove its marker from the doctree."""
        for index, marker in enumerate(self._markers):
            ignore = self.ignores[index]
            if not ignore.is_page_wide:
                self.ignores[index] = replace(ignore, spans=find_spans(self._env, marker))
        for marker in self._markers:
            marker.parent.remove(marker)


# normalise is imported only for pages with specifications, which many builds do not have


def _words(node: nodes.Element) -> str:
    from sphinxext_opsdocs.markup.normalise import normalise_blocks

    return "\n".join(normalise_blocks(node))


def _normalised_block(node: nodes.Element) -> Iterator[str]:
    from sphinxext_opsdocs.markup.normalise import normalise_block

    return normalise_block(node)


def _quoted_words(node: nodes.Element) -> str:
    from sphinxext_opsdocs.markup.normalise import normalise_quotation

    return "\n".join(normalise_quotation(node))


def _heading(node: nodes.section) -> str:
    from sphinxext_opsdocs.markup.normalise_inline import normalise_text

    return normalise_text(node.children[0])


def _terms(section: nodes.section) -> Iterator[str]:
    """Yield the terms of the glossaries in a section, without those of its subsections."""
    for child in section.children:
        if isinstance(child, addnodes.glossary):
            yield from (" ".join(term.astext().split()) for term in child.findall(nodes.term))


def remove_facts(doctree: nodes.document) -> None:
    """Remove fact attributes and ignore markers from a doctree whose facts nobody extracts."""
    for node in list(doctree.findall(nodes.Element)):
        node.attributes.pop(ops_nodes.FACT, None)
        if isinstance(node, ops_nodes.ignore_marker):
            node.parent.remove(node)
