"""The ``canonical`` and ``deviation`` roles, and the cross-references that they make."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.util.docutils import ReferenceRole

from sphinxext_opsdocs.config.schema import is_address
from sphinxext_opsdocs.facts.model import Place, Problem, Reference
from sphinxext_opsdocs.markup.directive_base import note_problem, note_use
from sphinxext_opsdocs.markup.nodes import FACT
from sphinxext_opsdocs.markup.places import place_of

__all__ = ["CanonicalRole", "DeviationRole", "canonical_xref", "deviation_xref", "split_targets"]


def split_targets(text: str) -> list[str]:
    """The targets between commas; a comma inside an address is written %2C."""
    return [target for raw in text.split(",") if (target := " ".join(raw.split()))]


def canonical_xref(
    env: Any,
    target: str,
    title: str = "",
    fact: Reference | None = None,
    with_page: bool = False,
) -> pending_xref:
    """A link to a canonical section; its text is the section's title unless one is given.

    ``with_page`` puts the page's title before it, for links that stand alone.
    """
    text = nodes.inline("", title or target, classes=["opsdocs-canonical"])
    node = pending_xref(
        "",
        text,
        refdomain="ops",
        reftype="canonical",
        reftarget=target,
        refexplicit=bool(title),
        refdoc=env.docname,
        refwarn=False,  # a dead target is the finding of a rule
        with_page=with_page,
    )
    if fact:
        node[FACT] = fact
    return node


def deviation_xref(env: Any, target: str, title: str = "", quiet: bool = False) -> pending_xref:
    """A link to a deviation; ``quiet`` where a rule reports one that is not recorded."""
    return pending_xref(
        "",
        nodes.inline("", title or target, classes=["opsdocs-deviation-ref"]),
        refdomain="ops",
        reftype="deviation",
        reftarget=target,
        refexplicit=bool(title),
        refdoc=env.docname,
        refwarn=not quiet,
    )


class CanonicalRole(ReferenceRole):
    """``canonical``: a reference within a sentence, with or without its own text."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """One link; its place is found from its text when facts are extracted."""
        note_use(self.env)
        target = " ".join(self.target.split())
        if not target or ("," in target and not is_address(target)):
            place = place_of(self.env, *self.get_source_info())
            message = f'the canonical role names one section, not "{target}"'
            note_problem(self.env, Problem("input_unreadable", message, place))
        fact = Reference(target, Place("", 0), role=True)
        title = self.title if self.has_explicit_title else ""
        node = canonical_xref(self.env, target, title, fact)
        node.rawsource = self.rawtext
        return [node], []


class DeviationRole(ReferenceRole):
    """``deviation``: a link to an observed deviation by its id."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """One link; Sphinx warns of an id that is not recorded."""
        note_use(self.env)
        title = self.title if self.has_explicit_title else ""
        node = deviation_xref(self.env, self.target.strip(), title)
        self.set_source_info(node)
        return [node], []
