"""Exceptions that cover nothing are removed."""

from collections.abc import Collection, Iterable, Iterator

from sphinxext_opsdocs.config.did_you_mean import did_you_mean
from sphinxext_opsdocs.config.lifecycle import Lifecycle
from sphinxext_opsdocs.config.schema import severity_of
from sphinxext_opsdocs.facts.model import Ignore
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.rules.engine.base import Context, rule
from sphinxext_opsdocs.rules.engine.examples import STEP, directive, page


def _ignores(graph: TraceabilityGraph) -> Iterable[tuple[str, int, Ignore]]:
    """Every ignore, with its docname and its index on that page."""
    for document in graph.documents.values():
        for index, ignore in enumerate(document.ignores):
            yield document.docname, index, ignore


@rule(
    severity="warning",
    clauses=("review.like_code",),
    over=_ignores,
    why="It would hide the next finding of its rule at this place, although its reason was given "
    "for a fault that was fixed long ago.",
    bad=page(
        directive("opsdocs-ignore", "workaround_misplaced", reason="moves into its deviation"),
        STEP,
    ),
    good=page(STEP),
    scope="page",
)
def ignore_unused(subject: tuple[str, int, Ignore], context: Context) -> Iterator[Fault]:
    """An ``opsdocs-ignore`` covers at least one finding, and each rule that it names exists.

    It covers the block after it, or with ``:page:`` the whole page. One that has expired is
    reported as expired only; one for rules that are off, or on an archived page, is not reported.
    """
    docname, index, ignore = subject
    if ignore.until and context.days_since(ignore.until) > 0:
        return
    header = context.graph.documents[docname].header
    if header and header.status == Lifecycle.ARCHIVED:  # most rules leave such a page alone
        return
    config = context.graph.config
    # rules that are off did not look at the page, so there was nothing to cover
    is_off = all(severity_of(config, name, "info", docname) == "off" for name in ignore.rules)
    is_unused = not is_off and (docname, index) not in context.used_ignores
    names = ", ".join(ignore.rules)
    if unknown := [name for name in ignore.rules if name not in context.rule_names]:
        message = "; ".join(_unknown(name, context.rule_names) for name in unknown)
        key = names if is_unused else f"unknown {', '.join(unknown)}"
        yield Fault(message, ignore.place, docname, key)
    elif is_unused:
        message = f'this exception for "{names}" covers nothing; remove it'
        yield Fault(message, ignore.place, docname, names)


def _unknown(name: str, rule_names: Collection[str]) -> str:
    if " " in name and all(part in rule_names for part in name.split()):
        return f'"{name}" names several rules; separate them by commas'
    hint = did_you_mean(name, rule_names) or '; "opsdocs rules" lists them'
    return f'there is no rule "{name}"{hint}'
