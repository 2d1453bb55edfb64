"""Only specifications say what is intended."""

from collections.abc import Iterator

from sphinxext_opsdocs.facts.model import INTENT
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.issues.reference import names_issue
from sphinxext_opsdocs.rules._support.prose import Said, fault_of, said, shown
from sphinxext_opsdocs.rules.engine.base import Context, page, rule


@rule(
    severity="warning",
    clauses=("boundary.authority", "deviation.factual"),
    over=lambda graph: said(graph, INTENT),
    bad=page("Throttled clients get an error page. This is expected behaviour."),
    good=page("Errors are the expected behaviour here, says {canonical:api:rate-limits}."),
    judges_prose=True,
)
def intent_claim(subject: Said, context: Context) -> Iterator[Fault]:
    """Whoever writes that something works as intended refers to where that is specified.

    In the same paragraph: "by design", "expected behaviour", "works as intended" and their kin.
    Weaker words ("this is normal") count where the paragraph tells of a fault. What links an issue
    is no claim.
    """
    statement = subject.statement
    config = context.graph.config
    has_issue = any(names_issue(config, text) for text in statement.mentions)
    if not statement.is_cited and not has_issue:
        yield fault_of(
            subject,
            f"{shown(statement.text)} says what is intended; refer to the section that says so, or "
            "record it as an observed deviation",
        )
