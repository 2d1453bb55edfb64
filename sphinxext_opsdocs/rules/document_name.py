"""Names follow the pattern of their class."""

import re
from collections.abc import Iterator

from sphinxext_opsdocs.facts.model import Place
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import GovernedDocument
from sphinxext_opsdocs.rules.engine.base import Context, page, rule


@rule(
    severity="warning",
    clauses=("header.naming",),
    over=lambda graph: [document for document in graph.governed if document.document_class],
    bad=page(config={"classes": {"runbook": {"title_pattern": "[A-Z].* alert"}}}),
    good=page(config={"classes": {"runbook": {"title_pattern": "[A-Z].* node"}}}),
)
def document_name(document: GovernedDocument, context: Context) -> Iterator[Fault]:
    """File name and title match the patterns of the document's class.

    The built-in classes allow every name until a team sets ``file_pattern`` or
    ``title_pattern``; a pattern matches the whole name.
    """
    facts, known = document.facts, document.document_class
    if not known:
        return
    name = facts.docname.rpartition("/")[2]
    if known.file_pattern and not re.fullmatch(known.file_pattern, name):
        yield Fault(
            f'file name "{name}" does not match "{known.file_pattern}" of class {known.name}',
            document.header.place,
            facts.docname,
            "file",
        )
    if known.title_pattern and not re.fullmatch(known.title_pattern, facts.title):
        place = facts.sections[0].place if facts.sections else Place(facts.path, 1)
        yield Fault(
            f'title "{facts.title}" does not match "{known.title_pattern}" of class {known.name}',
            place,
            facts.docname,
            "title",
        )
