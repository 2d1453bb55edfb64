"""Only specifications say what is intended."""

from collections.abc import Iterator

from sphinxext_opsdocs.facts.prose import INTENT
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.issues.reference import names_issue
from sphinxext_opsdocs.rules._support.prose import (
    PageStatement,
    quoted,
    sentences_read,
    statement_fault,
    statements,
)
from sphinxext_opsdocs.rules.engine.base import Context, rule
from sphinxext_opsdocs.rules.engine.examples import page


@rule(
    severity="warning",
    clauses=("boundary.authority", "deviation.factual"),
    over=lambda graph: statements(graph, INTENT),
    why='"By design" ends the search. A fault that a runbook explains away is reported to nobody, '
    "and the next person on call does not look twice.",
    bad=page("Throttled clients get an error page. This is expected behaviour."),
    good=page(
        "Throttled clients get an error page. This is expected behaviour, see "
        "{canonical:api:rate-limits}."
    ),
    options=("language",),
    judges_prose=True,
    count_places=sentences_read,
)
def intent_claim(subject: PageStatement, context: Context) -> Iterator[Fault]:
    """A claim that something works as intended refers to the section that specifies it.

    The reference stands in the same paragraph. Claims are "by design", "expected behaviour", "works
    as intended" and the like; weaker words ("this is normal") are one where the paragraph describes
    a fault. A paragraph that links an issue is not reported.
    """
    statement = subject.statement
    config = context.graph.config
    # an issue says that somebody disputes the behaviour, so the claim does not end the search
    has_issue = any(names_issue(config, text) for text in statement.mentions)
    if not statement.is_cited and not has_issue:
        yield statement_fault(
            subject,
            f"{quoted(statement.text)} claims that this is intended; refer to the section that "
            "says so, or record an observed-deviation",
        )
