"""Quotations have the words of the specification."""

from collections.abc import Iterator

from msgspec import Struct

from sphinxext_opsdocs.canonical.pin_comparison import section_text
from sphinxext_opsdocs.canonical.section import CanonicalSection
from sphinxext_opsdocs.facts.model import Quote
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.rules._support.prose import quoted
from sphinxext_opsdocs.rules._support.references import has_text, related
from sphinxext_opsdocs.rules.engine.base import Context, rule
from sphinxext_opsdocs.rules.engine.examples import directive, page
from sphinxext_opsdocs.text.words import has_quote


class _Quotation(Struct, frozen=True):
    """A quotation with the section that it quotes."""

    docname: str
    quote: Quote
    section: CanonicalSection


def _quotations(graph: TraceabilityGraph) -> Iterator[_Quotation]:
    """Every quotation of a section whose text is available."""
    for facts in graph.documents.values():
        for quote in facts.quotes:
            section = graph.resolve(quote.target).section
            if section and has_text(section) and section.entry.whole_digest:
                yield _Quotation(facts.docname, quote, section)


@rule(
    severity="warning",
    clauses=("boundary.copy", "boundary.drift"),
    over=_quotations,
    why="A quotation is trusted word by word. When the specification no longer contains it, "
    "readers act on words that their owner has withdrawn.",
    bad=page(
        directive("canonical-quote", "api:rate-limits", "What throttled clients got."),
        note='The section now says "What a throttled client gets."',
    ),
    good=page(directive("canonical-quote", "api:rate-limits", "What a throttled client gets.")),
)
def quote_drifted(subject: _Quotation, context: Context) -> Iterator[Fault]:
    """A ``canonical-quote`` has the words of its section as they are today.

    Three dots stand for words that are left out. The reference that a quotation makes is pinned
    like any other, so that a change around the quoted words is reported too.
    """
    # compared with the words of today, so that it works without a lock too (ADR 0014)
    if not has_quote(subject.quote.words, "\n".join(section_text(subject.section))):
        yield Fault(
            f'{quoted(subject.quote.words)} is no longer in "{subject.section.title}"; quote it '
            "again, or refer to it",
            subject.quote.place,
            subject.docname,
            f"{subject.quote.target} {subject.quote.words}",
            (related(subject.section),),
        )
