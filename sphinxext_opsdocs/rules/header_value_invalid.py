"""Header values can be read."""

from collections.abc import Iterator

from sphinxext_opsdocs.config.did_you_mean import slip_of
from sphinxext_opsdocs.facts.model import Fix
from sphinxext_opsdocs.facts.placeholders import is_placeholder
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.nodes import GovernedDocument
from sphinxext_opsdocs.rules._support.problems import problem_faults
from sphinxext_opsdocs.rules.engine.base import Context, rule
from sphinxext_opsdocs.rules.engine.examples import page


@rule(
    severity="error",
    clauses=("header.required", "header.lifecycle", "class.kinds"),
    over=lambda graph: graph.governed,
    why="A value that cannot be read counts as none. With a mistyped status or date the page drops "
    "out of the checks on lifecycle and review that its readers rely on.",
    bad=page(header={"status": "Approved"}),
    good=page(header={"status": "Draft"}),
    options=("classes",),
    scope="page",
)
def header_value_invalid(document: GovernedDocument, context: Context) -> Iterator[Fault]:
    """Every header value is one that its field allows.

    The status is Draft, Canonical, Deprecated or Archived; a date is written as 2026-11-02; an
    interval is a number of days, weeks, months or years; the class is one that exists. No value,
    also of a field of a team's own, is TODO, TBD, WIP or the like.
    """
    docname = document.facts.docname
    yield from problem_faults(document.facts, "header_value_invalid")
    # classes are not known while a page is read: a team's own come with the configuration
    name = document.header.document_class
    if name and not document.document_class:
        typed = document.header.class_text or name
        near = slip_of(name, context.graph.classes)
        yield Fault(
            f'class must be one of {", ".join(context.graph.classes)}, not "{typed}"',
            document.header.place_of("class"),
            docname,
            name,
            fix=Fix(typed, near) if near else None,
        )
    for owner in document.header.owners:
        if is_placeholder(owner):
            place = document.header.place_of("owner")
            yield Fault(f'owner must be filled in, not "{owner}"', place, docname, f"owner {owner}")
