"""The guide to a rule: the parts of its page, which the documentation and ``explain`` show."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Literal

from msgspec import Struct

from sphinxext_opsdocs.charter import clauses
from sphinxext_opsdocs.config.schema import CONFIG_FILE, PER_FOLDER
from sphinxext_opsdocs.rules.engine.base import Rule
from sphinxext_opsdocs.rules.engine.examples import Block, Example
from sphinxext_opsdocs.rules.engine.excerpt import excerpt, excerpts_of_pages
from sphinxext_opsdocs.rules.engine.options import option_text, toml_text
from sphinxext_opsdocs.rules.engine.render import SUFFIXES, render_block

__all__ = ["Chapter", "Item", "Listing", "guide", "suppression"]

PAGE = "ops/page"
"""Docname of the page of an example."""
LEGACY = "ops/legacy/**"
SUPPRESS = {
    "block": "``opsdocs-ignore`` covers the block that follows it (a paragraph, a list, a "
    "directive, a section), or with ``:page:`` the whole page:",
    "page": "The finding is not about a block of the text, so ``opsdocs-ignore`` needs ``:page:``:",
    "project": "The finding is about a file of the project and not about a page, so "
    "``opsdocs-ignore`` cannot cover it; set the severity instead.",
}
UNUSED = "An exception that covers nothing, or whose date has passed, is a finding itself."
OF_THE_BASE = (
    "A review judges by the severities and exceptions of the base revision, so that a change "
    "cannot excuse itself: change them in a commit that is merged first."
)


class Listing(Struct, frozen=True):
    """Source text. ``texts`` has it by language: ``rst`` and ``myst``, or ``toml`` alone."""

    texts: Mapping[str, str]
    caption: str = ""
    """The docname or file that it is from."""


class Item(Struct, frozen=True):
    """A clause of the charter, or an option of the configuration, with its text."""

    kind: Literal["clause", "option"]
    name: str
    text: str


class Chapter(Struct, frozen=True):
    """One part of a guide; its paragraphs have literals between double backticks."""

    title: str
    content: tuple[str | Listing | Item, ...]


def guide(rule: Rule) -> Sequence[Chapter]:
    """Return the parts in the order in which they are shown."""
    return [
        Chapter("What it checks", _paragraphs(rule.explanation)),
        Chapter("Why this is bad", (rule.why,)),
        Chapter("Example", tuple(_example(rule))),
        Chapter("Use instead", tuple(_remedy(rule))),
        Chapter("Configure", tuple(_configuration(rule))),
        Chapter("Suppress", tuple(_suppression(rule))),
        Chapter("Charter", tuple(_clauses(rule))),
        Chapter("Default severity", (rule.severity,)),
    ]


def suppression(rule: Rule) -> Block:
    """Return the exception that covers a finding of the rule where ``rule.scope`` allows one."""
    options = {"reason": "say here why this is right", "until": "2027-01-31"}
    if rule.scope == "page":
        options["page"] = ""
    return Block("opsdocs-ignore", rule.name, options)


def _paragraphs(docstring: str) -> tuple[str, ...]:
    return tuple(" ".join(part.split()) for part in docstring.split("\n\n"))


def _example(rule: Rule) -> Iterator[str | Listing]:
    if rule.is_review:
        yield "``opsdocs review`` compares two revisions, and reports a change such as this one:"
    if rule.bad.note:
        yield rule.bad.note
    if rule.is_review:
        return
    yield from _page(rule.bad, rule.good)
    for docname in excerpts_of_pages(rule.bad, "rst"):
        yield _further_page(rule.bad, docname)
    if rule.bad.config:
        yield Listing({"toml": toml_text(rule.bad.config)}, CONFIG_FILE)


def _remedy(rule: Rule) -> Iterator[str | Listing]:
    """What of the good example differs from the bad one."""
    bad, good = rule.bad, rule.good
    if good.note:
        yield good.note
    if rule.is_review:
        return
    if (bad.header, bad.body) != (good.header, good.body):
        yield from _page(good, bad)
    before = excerpts_of_pages(bad, "rst")
    for docname, text in excerpts_of_pages(good, "rst").items():
        if before.get(docname) != text:
            yield _further_page(good, docname)
    if good.config != bad.config:
        yield Listing({"toml": toml_text(good.config)}, CONFIG_FILE)


def _page(example: Example, other: Example) -> Iterator[Listing]:
    texts = {syntax: excerpt(example, other, syntax) for syntax in SUFFIXES}
    if any(texts.values()):
        yield Listing(texts, PAGE)


def _further_page(example: Example, docname: str) -> Listing:
    texts = {syntax: excerpts_of_pages(example, syntax)[docname] for syntax in SUFFIXES}
    return Listing(texts, docname)


def _configuration(rule: Rule) -> Iterator[str | Listing | Item]:
    severity = "warning" if rule.severity != "warning" else "info"
    tables: dict[str, object] = {rule.name: severity}
    where = ""
    # folders are compared with the page of a finding, and these findings have none
    if rule.scope != "project":
        tables[f'{PER_FOLDER}."{LEGACY}"'] = {rule.name: "off"}
        where = ", for the project or for a folder"
    yield f"Set the severity{where}: ``error``, ``warning``, ``info`` or ``off``."
    yield Listing({"toml": toml_text(tables, "rules")}, CONFIG_FILE)
    if rule.options:
        yield "Options that concern it:"
        yield from (Item("option", key, option_text(key)) for key in rule.options)


def _suppression(rule: Rule) -> Iterator[str | Listing]:
    yield SUPPRESS[rule.scope]
    if rule.scope != "project":
        directive = suppression(rule)
        yield Listing({syntax: render_block(directive, syntax) for syntax in SUFFIXES})
        yield UNUSED
    if rule.is_review:
        yield OF_THE_BASE


def _clauses(rule: Rule) -> Iterator[Item]:
    texts = {clause.id: clause.text for clause in clauses()}
    yield from (Item("clause", name, f"{texts[name]}.") for name in rule.clauses)
