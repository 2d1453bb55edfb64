"""The options of a deviation as a paragraph of the page's text, which digests are made of.

What pages show of a deviation is another matter, and comes from the graph as they are written.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from docutils import nodes

from sphinxext_opsdocs.config.schema import Config, is_address
from sphinxext_opsdocs.facts.model import Deviation
from sphinxext_opsdocs.issues.reference import resolve_issue
from sphinxext_opsdocs.markup.nodes import CONFIRMED, FACT, PARTICULARS, observed_deviation
from sphinxext_opsdocs.markup.roles import make_canonical_xref

__all__ = ["add_particulars", "remove_particulars"]

Part = str | nodes.Node


def add_particulars(env: Any, doctree: nodes.document, config: Config) -> None:
    """Insert a paragraph of options below the title of each deviation."""
    for node in doctree.findall(observed_deviation):
        node.insert(1, _Particulars(env, config, node[FACT]).paragraph())


def remove_particulars(doctree: nodes.document) -> None:
    """Take the paragraphs away again."""
    for node in doctree.findall(observed_deviation):
        node.children = [child for child in node.children if not _is_particulars(child)]


def _is_particulars(node: nodes.Node) -> bool:
    return isinstance(node, nodes.paragraph) and PARTICULARS in node["classes"]


class _Particulars(NamedTuple):
    """A deviation, and what its targets are looked up in.

    The words are part of digests in lock files: they must not change.
    """

    env: Any
    config: Config
    deviation: Deviation

    def paragraph(self) -> nodes.paragraph:
        """Return severity, state, sightings, sections and issues."""
        paragraph = nodes.paragraph("", "", classes=[PARTICULARS])
        for word in (self.deviation.severity, self.deviation.state):
            if word:
                paragraph += [nodes.inline("", word), nodes.Text(" ")]
        paragraph += _joined(self._parts())
        return paragraph

    def _parts(self) -> Iterator[Part]:
        deviation = self.deviation
        yield "Observed"
        if deviation.observed:
            yield f" {deviation.observed}"
        if deviation.where:
            yield f" on {deviation.where}"
        confirmed = list(_joined(self._confirmed()))
        if confirmed:
            yield nodes.inline("", "", *confirmed, classes=[CONFIRMED])
        if deviation.resolved:
            yield f", resolved {deviation.resolved}"
        for index, spec in enumerate(deviation.specs):
            yield ", " if index else " · diverges from "
            yield make_canonical_xref(self.env, spec.text, with_page=True)
        yield from self._issues()

    def _confirmed(self) -> Iterator[Part]:
        """When, in which version and by which evidence it was last observed."""
        deviation = self.deviation
        if deviation.last_observed:
            yield f", last {deviation.last_observed}"
        if deviation.seen_in:
            yield f" in {deviation.seen_in}"
        if deviation.evidence:
            yield from (" (", _evidence(deviation.evidence), ")")

    def _issues(self) -> Iterator[Part]:
        keys = (spec.text.partition(":")[0].strip() for spec in self.deviation.specs)
        domains = self.config.domains
        trackers = {domains[key].tracker for key in keys if key in domains}
        for index, issue in enumerate(self.deviation.issues):
            yield ", " if index else " · issue "
            url = resolve_issue(self.config, issue.text, trackers).url
            if url:
                yield nodes.reference("", issue.text, refuri=url)
            else:
                yield nodes.inline("", issue.text)


def _evidence(text: str) -> Part:
    if is_address(text):
        return nodes.reference("", "evidence", refuri=text)
    return text


def _joined(parts: Iterable[Part]) -> Iterator[nodes.Node]:
    """Yield nodes, with one text in place of neighbouring ones."""
    text = ""
    for part in parts:
        if isinstance(part, str):
            text += part
            continue
        if text:
            yield nodes.Text(text)
        text = ""
        yield part
    if text:
        yield nodes.Text(text)
