"""The ``canonical`` and ``deviation`` roles, and the cross-references that they create."""

from __future__ import annotations

from typing import Any

from docutils import nodes
from sphinx.addnodes import pending_xref
from sphinx.util.docutils import ReferenceRole

from sphinxext_opsdocs.config.schema import is_address
from sphinxext_opsdocs.facts.model import Place, Problem, Reference
from sphinxext_opsdocs.markup.directive_base import note_problem, note_use
from sphinxext_opsdocs.markup.nodes import FACT
from sphinxext_opsdocs.markup.places import locate_line

__all__ = [
    "CanonicalRole",
    "DeviationRole",
    "make_canonical_xref",
    "make_deviation_xref",
    "split_targets",
]


def split_targets(text: str) -> list[str]:
    """Return the targets between commas; a comma within an address is written %2C."""
    return [target for part in text.split(",") if (target := " ".join(part.split()))]


def make_canonical_xref(
    env: Any,
    target: str,
    title: str = "",
    fact: Reference | None = None,
    with_page: bool = False,
) -> pending_xref:
    """Return a link to a canonical section, with a title or else that of the section.

    ``with_page`` adds the title of the page, for links outside of sentences.
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
        refwarn=False,  # the rule canonical_unresolved reports a dead target
        with_page=with_page,
    )
    if fact:
        node[FACT] = fact
    return node


def make_deviation_xref(
    env: Any, target: str, title: str = "", quiet: bool = False
) -> pending_xref:
    """Return a link to a deviation; ``quiet`` where a rule reports a dead target."""
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
        """Return one link."""
        note_use(self.env)
        target = " ".join(self.target.split())
        if not target or ("," in target and not is_address(target)):
            place = locate_line(self.env, *self.get_source_info())
            message = f'the canonical role must name one section, not "{target}"'
            note_problem(self.env, Problem("input_unreadable", message, place))
        # a role only learns the line of its paragraph: the extraction finds the place by the text
        fact = Reference(target, Place("", 0), is_role=True)
        node = make_canonical_xref(self.env, target, _explicit_title(self), fact)
        node.rawsource = self.rawtext
        return [node], []


class DeviationRole(ReferenceRole):
    """``deviation``: a link to an observed deviation by its id."""

    def run(self) -> tuple[list[nodes.Node], list[nodes.system_message]]:
        """Return one link; the rule deviation_unresolved reports an id that is not recorded."""
        note_use(self.env)
        node = make_deviation_xref(self.env, self.target.strip(), _explicit_title(self))
        node.rawsource = self.rawtext
        self.set_source_info(node)
        return [node], []


def _explicit_title(role: ReferenceRole) -> str:
    """Return the text that the writer gave a link; empty without one."""
    return role.title if role.has_explicit_title else ""
