"""A governed header is complete."""

from collections.abc import Iterator

from sphinxext_opsdocs.config.classes import REQUIRED_FIELDS
from sphinxext_opsdocs.config.did_you_mean import listed
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.nodes import GovernedDocument
from sphinxext_opsdocs.rules.engine.base import Context, rule
from sphinxext_opsdocs.rules.engine.examples import page

DRILL = "last-verified"
"""The field that the record of a drill answers for."""


@rule(
    severity="error",
    clauses=("header.required", "header.owner", "header.lifecycle"),
    over=lambda graph: graph.governed,
    why="A page without an owner has nobody to correct it, and one without a review date looks as "
    "trustworthy as one that somebody read this week.",
    bad=page(without=["owner"]),
    good=page(),
    options=("classes.<name>.required_fields",),
    scope="page",
)
def header_field_missing(document: GovernedDocument, context: Context) -> Iterator[Fault]:
    """A governed header has every field that its class requires.

    Every class but ``legacy`` requires ``class``, ``owner``, ``status``, ``version`` and
    ``last-reviewed``; a team requires more with ``required_fields``. ``legacy`` is for pages that
    nobody has reviewed since the team started to use opsdocs: it requires the first three.
    """
    # a class that does not exist is reported as such, and must not hide a missing owner
    document_class = document.document_class
    required = document_class.required_fields if document_class else REQUIRED_FIELDS
    for name in required:
        # by what was typed: a value that cannot be read is header_value_invalid, not missing
        is_given = name in document.header.given or name in document.header.defaulted
        is_recorded = name == DRILL and document.last_verified
        if not is_given and not is_recorded:
            aliases = context.graph.config.header.aliases.get(name, ())
            also = f" ({listed(aliases)})" if aliases else ""
            remedy = '; run a drill and record it with "opsdocs verified"' if name == DRILL else ""
            yield Fault(
                f'missing header field "{name}"{also}{remedy}',
                document.header.place,
                document.facts.docname,
                name,
            )
