"""The owner of a page can be reached."""

from collections.abc import Collection, Iterator

from sphinxext_opsdocs.config.codeowners import owner_key
from sphinxext_opsdocs.config.did_you_mean import did_you_mean, slip_of, toml_key
from sphinxext_opsdocs.facts.model import Fix
from sphinxext_opsdocs.facts.placeholders import is_placeholder
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.nodes import GovernedDocument
from sphinxext_opsdocs.rules.engine.base import Context, rule
from sphinxext_opsdocs.rules.engine.examples import page


@rule(
    severity="warning",
    clauses=("header.owner", "interfaces.owners"),
    over=lambda graph: [document for document in graph.governed if document.header.owners],
    why="When the page is wrong at night, the person on call has a name that leads nowhere: no "
    "team, no channel, and nobody who corrects the page in the morning.",
    bad=page(header={"owner": "team-nobody"}),
    good=page(),
    options=("owners", "codeowners", "codeowners_dialect", "domains.<name>.owner"),
    scope="page",
)
def owner_unknown(document: GovernedDocument, context: Context) -> Iterator[Fault]:
    """Every owner is in the owners registry or in CODEOWNERS, or owns a spec domain.

    The letter case of names with ``@`` does not matter, as on GitHub and GitLab. Silent in a
    project that has neither a registry nor a CODEOWNERS file.
    """
    # without any list of owners nobody can be missing from it
    if not context.owners:
        return
    for owner in document.header.owners:
        # what is to be filled in is header_value_invalid
        if not is_placeholder(owner) and not _is_among(owner, context.owners):
            hint, near = did_you_mean(owner, context.owners), slip_of(owner, context.owners)
            yield Fault(
                f'unknown owner "{owner}"{hint}{" Otherwise" if hint else ";"} add '
                f"[owners.{toml_key(owner)}] to the configuration",
                document.header.place_of("owner"),
                document.facts.docname,
                owner,
                fix=Fix(owner, near) if near else None,
            )


def _is_among(owner: str, owners: Collection[str]) -> bool:
    key = owner_key(owner)
    return owner in owners or any(owner_key(other) == key for other in owners)
