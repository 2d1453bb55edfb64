"""Header values can be read."""

from collections.abc import Iterator

from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import GovernedDocument
from sphinxext_opsdocs.rules.engine.base import Context, page, rule


@rule(
    severity="error",
    clauses=("header.required", "header.lifecycle", "class.kinds"),
    over=lambda graph: graph.governed,
    bad=page(header={"status": "Approved"}),
    good=page(header={"status": "Draft"}),
)
def header_value_invalid(document: GovernedDocument, context: Context) -> Iterator[Fault]:
    """Every header value is one that its field allows.

    The status is Draft, Canonical, Deprecated or Archived; dates are written 2026-11-02; an
    interval is a number of days, weeks, months or years; the class is one that exists.
    """
    docname = document.facts.docname
    for problem in document.facts.problems:
        if problem.rule == "header_value_invalid":
            yield Fault(problem.message, problem.place, docname, problem.message)
    name = document.header.document_class
    if name and not document.document_class:
        known = ", ".join(context.graph.classes)
        yield Fault(
            f'"{name}" is no document class, known: {known}',
            document.header.place_of("class"),
            docname,
            name,
        )
