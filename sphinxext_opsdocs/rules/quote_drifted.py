"""Quotations say what the specification says."""

from collections.abc import Iterator

from msgspec import Struct

from sphinxext_opsdocs.canonical.pins import section_text
from sphinxext_opsdocs.canonical.section import CanonicalSection
from sphinxext_opsdocs.facts.model import Quote
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.rules._support.prose import shown
from sphinxext_opsdocs.rules.engine.base import Context, directive, page, related, rule
from sphinxext_opsdocs.text.words import has_quote


class Quoted(Struct, frozen=True):
    """A quotation with the section that it is of."""

    docname: str
    quote: Quote
    section: CanonicalSection


def quotations(graph: TraceabilityGraph) -> Iterator[Quoted]:
    """Every quotation of a section whose text is known."""
    for facts in graph.documents.values():
        for quote in facts.quotes:
            section = graph.resolve(quote.target).section
            if section and section.kind.knows_text and section.entry.whole_digest:
                yield Quoted(facts.docname, quote, section)


@rule(
    severity="warning",
    clauses=("boundary.copy", "boundary.drift"),
    over=quotations,
    bad=page(directive("canonical-quote", "api:rate-limits", "What throttled clients got.")),
    good=page(directive("canonical-quote", "api:rate-limits", "What a throttled client gets.")),
)
def quote_drifted(subject: Quoted, context: Context) -> Iterator[Fault]:
    """A ``canonical-quote`` has the words of its section as they stand there today.

    Three dots stand for words that are left out. The reference that the quotation makes is pinned
    like any other, so that a change around the quoted words is seen too.
    """
    if not has_quote(subject.quote.words, "\n".join(section_text(subject.section))):
        yield Fault(
            f'{shown(subject.quote.words)} is not what "{subject.section.title}" says now; quote '
            "it anew, or refer to it",
            subject.quote.place,
            subject.docname,
            f"{subject.quote.target} {subject.quote.words}",
            (related(subject.section),),
        )
