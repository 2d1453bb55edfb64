"""Whoever owns a page can be reached."""

from collections.abc import Iterator

from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import GovernedDocument
from sphinxext_opsdocs.rules.engine.base import Context, page, rule


@rule(
    severity="warning",
    clauses=("header.owner", "interfaces.owners"),
    over=lambda graph: [document for document in graph.governed if document.header.owner],
    bad=page(header={"owner": "team-nobody"}),
    good=page(),
)
def owner_unknown(document: GovernedDocument, context: Context) -> Iterator[Fault]:
    """The owner stands in the owners registry or in CODEOWNERS, or owns a spec domain.

    Silent where neither a registry nor a CODEOWNERS file is kept.
    """
    owner = document.header.owner
    if context.known_owners and owner not in context.known_owners:
        yield Fault(
            f'owner "{owner}" is not known; add [owners.{owner}] to the configuration',
            document.header.place_of("owner"),
            document.facts.docname,
            owner,
        )
