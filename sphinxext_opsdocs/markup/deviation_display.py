"""The particulars of a deviation: the paragraph below its title that shows its options.

They are made from the facts once a page is parsed. As nodes of their own they would be walked by
every transform of Sphinx, which has nothing to do for them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from docutils import nodes

from sphinxext_opsdocs.config.schema import Config, is_address
from sphinxext_opsdocs.facts.model import Deviation
from sphinxext_opsdocs.issues.reference import resolve_issue
from sphinxext_opsdocs.markup.anchors import make_issue_id
from sphinxext_opsdocs.markup.nodes import CONFIRMED, FACT, ISSUE, PARTICULARS, observed_deviation
from sphinxext_opsdocs.markup.phrases import in_english, translate
from sphinxext_opsdocs.markup.roles import make_canonical_xref

__all__ = ["describe_particulars", "show_particulars"]

Part = str | nodes.Node


def describe_particulars(env: Any, doctree: nodes.document, config: Config) -> None:
    """Insert them in English, for the text of a page whose facts are not read yet."""
    for node in doctree.findall(observed_deviation):
        _insert(node, _Particulars(env, config, in_english, _no_anchor), node[FACT])


def show_particulars(
    env: Any,
    doctree: nodes.document,
    config: Config,
    deviations: Iterable[Deviation],
    need_pattern: str,
) -> None:
    """Insert them as readers see them; ``deviations`` are those of the page in its order.

    ``need_pattern`` is that of need ids; empty in a project without sphinx-needs.
    """

    def give_anchor(issue: str, node: nodes.Element) -> None:
        anchor = make_issue_id(issue, need_pattern)
        if anchor not in doctree.ids:  # the first link of a page is the need
            doctree.ids[anchor] = node
            node["ids"].append(anchor)

    particulars = _Particulars(env, config, translate, give_anchor if need_pattern else _no_anchor)
    found = list(doctree.findall(observed_deviation))
    for node, deviation in zip(found, deviations, strict=True):
        _insert(node, particulars, deviation)


def _insert(node: observed_deviation, particulars: _Particulars, deviation: Deviation) -> None:
    """Insert the paragraph below the title, in place of one that is there already."""
    below = (child for child in node.children[1:2] if isinstance(child, nodes.paragraph))
    old = [paragraph for paragraph in below if PARTICULARS in paragraph["classes"]]
    node[1 : 1 + len(old)] = [particulars.paragraph(deviation)]


def _no_anchor(_issue: str, _node: nodes.Element) -> None:
    """Give a link no anchor: only needs have one."""


class _Particulars(NamedTuple):
    """What the paragraphs of a page have in common."""

    env: Any
    config: Config
    say: Callable[..., str]
    """Fills in a template, in the language of the paragraph."""
    give_anchor: Callable[[str, nodes.Element], None]

    def paragraph(self, deviation: Deviation) -> nodes.paragraph:
        """The paragraph of a deviation."""
        paragraph = nodes.paragraph("", "", classes=[PARTICULARS])
        for word in (deviation.severity, deviation.state):
            if word:
                badge = ["opsdocs-badge", f"opsdocs-{word}"]
                paragraph += [nodes.inline("", self.say(word), classes=badge), nodes.Text(" ")]
        paragraph += _joined(self._parts(deviation))
        return paragraph

    def _parts(self, deviation: Deviation) -> Iterator[Part]:
        yield self._observed(deviation)
        confirmed = list(_joined(self._confirmed(deviation)))
        if confirmed:
            yield nodes.inline("", "", *confirmed, classes=[CONFIRMED])
        if deviation.resolved:
            yield self.say(", resolved {date}", date=deviation.resolved)
        for index, spec in enumerate(deviation.specs):
            yield ", " if index else self.say(" · diverges from ")
            yield make_canonical_xref(self.env, spec.text, with_page=True)
        yield from self._issues(deviation)

    def _observed(self, deviation: Deviation) -> str:
        date, where = deviation.observed, deviation.where
        if date and where:
            return self.say("Observed {date} on {where}", date=date, where=where)
        if date:
            return self.say("Observed {date}", date=date)
        if where:
            return self.say("Observed on {where}", where=where)
        return self.say("Observed")

    def _confirmed(self, deviation: Deviation) -> Iterator[Part]:
        """When, in which version and by which evidence it was last observed."""
        if deviation.last_observed:
            yield self.say(", last {date}", date=deviation.last_observed)
        if deviation.seen_in:
            yield self.say(" in {version}", version=deviation.seen_in)
        if deviation.evidence:
            yield from (" (", self._evidence(deviation.evidence), ")")

    def _evidence(self, text: str) -> Part:
        if is_address(text):
            return nodes.reference("", self.say("evidence"), refuri=text)
        return text

    def _issues(self, deviation: Deviation) -> Iterator[Part]:
        keys = (spec.text.partition(":")[0].strip() for spec in deviation.specs)
        domains = self.config.domains
        trackers = {domains[key].tracker for key in keys if key in domains}
        for index, issue in enumerate(deviation.issues):
            yield ", " if index else self.say(" · issue ")
            url = resolve_issue(self.config, issue.text, trackers).url
            link: nodes.Element = nodes.inline("", issue.text)
            if url:
                link = nodes.reference("", issue.text, refuri=url)
            link[ISSUE] = (deviation.id, issue.text)
            self.give_anchor(issue.text, link)
            yield link


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
