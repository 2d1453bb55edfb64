"""A deviation can be read."""

from collections.abc import Iterable, Iterator

from sphinxext_opsdocs.facts.model import DocumentFacts, Value
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.graph.nodes import DeviationNode
from sphinxext_opsdocs.rules._support.problems import problem_faults
from sphinxext_opsdocs.rules.engine.base import Context, rule
from sphinxext_opsdocs.rules.engine.examples import deviation, page


def _pages_with_deviations(graph: TraceabilityGraph) -> Iterable[DocumentFacts]:
    return (page for page in graph.documents.values() if page.deviations)


@rule(
    severity="error",
    clauses=("deviation.observed", "deviation.factual"),
    over=_pages_with_deviations,
    why="A deviation without a date, a severity or a valid state cannot become overdue, so it is "
    "in none of the lists by which somebody would follow it up.",
    bad=page(deviation(state="accepted")),
    good=page(deviation(state="open")),
    options=("deviations.id_pattern", "deviations.age_limits"),
)
def deviation_field_invalid(document: DocumentFacts, context: Context) -> Iterator[Fault]:
    """A deviation has an id, the date it was observed, a severity and a state, each one allowed.

    The state is ``open`` or ``resolved``: a deviation is never accepted, since on conflict the
    specification wins. The severities are those with an age limit in the configuration. A section
    or an issue is named once.
    """
    # values are checked while the page is read, since only then the line of an option is known
    yield from problem_faults(document, "deviation_field_invalid")
    for record in document.deviations:
        if len(record.specs) > 1 or len(record.issues) > 1:
            for node in context.graph.deviations_by_id.get(record.id, ()):
                if node.docname == document.docname and node.deviation == record:
                    yield from _second_names(node)


def _second_names(node: DeviationNode) -> Iterator[Fault]:
    """Yield a fault for each section or issue that a deviation names in two ways."""
    sections = [spec.section.id if spec.section else "" for spec in node.specs]
    yield from _repeated(node, "spec", node.deviation.specs, sections)
    issues = [f"{issue.tracker} {issue.ref}" if issue.ref else "" for issue in node.issues]
    yield from _repeated(node, "issue", node.deviation.issues, issues)


def _repeated(
    node: DeviationNode, option: str, values: Iterable[Value], identities: Iterable[str]
) -> Iterator[Fault]:
    first: dict[str, str] = {}
    for value, identity in zip(values, identities, strict=True):
        other = first.setdefault(identity, value.text) if identity else value.text
        if other != value.text:
            yield Fault(
                f'observed-deviation: {option} names the same one twice, as "{other}" and as '
                f'"{value.text}"; remove one',
                value.place,
                node.docname,
                f"{node.deviation.id} {option} {value.text}",
            )
