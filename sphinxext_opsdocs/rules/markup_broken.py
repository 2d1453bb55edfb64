"""Governed pages are read as a whole."""

from collections.abc import Iterator

from sphinxext_opsdocs.facts.model import DocumentFacts
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.rules._support.problems import problem_faults
from sphinxext_opsdocs.rules.engine.base import Context, rule
from sphinxext_opsdocs.rules.engine.examples import STEP, deviation, directive, page


@rule(
    severity="warning",
    clauses=("review.like_code",),
    over=lambda graph: graph.documents.values(),
    why="What a parser cannot read, it leaves out. A reference, a deviation or a step inside of it "
    "is neither shown nor checked, and no other rule can miss it.",
    bad=page(STEP, directive("tab-item", "eu-1", deviation())),
    good=page(STEP, deviation()),
)
def markup_broken(document: DocumentFacts, context: Context) -> Iterator[Fault]:
    """The parser can read all markup of a page with a header or with markup of this extension.

    It repeats the errors that docutils and MyST report while they read the page: directives and
    roles that no extension has registered, wrong options, malformed tables, missing files.
    Warnings of the parsers are repeated only if they leave text out.
    """
    yield from problem_faults(document, "markup_broken")
