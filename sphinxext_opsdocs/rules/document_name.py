"""Names follow the pattern of their class."""

from collections.abc import Iterator

from sphinxext_opsdocs.facts.model import Place
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.nodes import GovernedDocument
from sphinxext_opsdocs.rules._support.headers import classified
from sphinxext_opsdocs.rules.engine.base import Context, rule
from sphinxext_opsdocs.rules.engine.examples import page

PATTERN = {"classes": {"runbook": {"title_pattern": "[A-Z][a-z]+ (a|an|the) .*"}}}


@rule(
    severity="warning",
    clauses=("header.naming",),
    over=classified,
    why="People on call look for a page by the name of the task. One whose name follows no pattern "
    "is missed in the list and in the search, and somebody writes a second page on the same task.",
    bad=page(title="Gateway drain notes", config=PATTERN),
    good=page(title="Drain a gateway node", config=PATTERN),
    options=("classes.<name>.file_pattern", "classes.<name>.title_pattern"),
    scope="page",
)
def document_name(document: GovernedDocument, context: Context) -> Iterator[Fault]:
    """File name and title match the patterns of the document's class.

    The built-in classes allow every name until a team sets ``file_pattern`` or ``title_pattern``. A
    pattern matches the whole name.
    """
    facts, document_class = document.facts, document.document_class
    if not document_class:
        return
    # the file name of the page itself: facts.path may lead to a file that was included
    name = facts.docname.rpartition("/")[2]
    pattern = document_class.file_pattern
    patterns = context.graph.config.patterns
    if pattern and not patterns.allows(pattern, name):
        yield Fault(
            f'file name must match "{pattern}" (class: {document_class.name}), not "{name}"',
            document.header.place,
            facts.docname,
            "file",
        )
    pattern = document_class.title_pattern
    if pattern and not patterns.allows(pattern, facts.title):
        # the title is the first section; a page without one is reported at its start
        place = facts.sections[0].place if facts.sections else Place(facts.path, 1)
        yield Fault(
            f'title must match "{pattern}" (class: {document_class.name}), not "{facts.title}"',
            place,
            facts.docname,
            "title",
        )
