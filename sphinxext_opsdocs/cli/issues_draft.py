"""``opsdocs issues draft``: prints or raises the issue for a deviation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from sphinxext_opsdocs.cli._edit import deviation_of, run_edit, set_option, shown_path
from sphinxext_opsdocs.cli._options import Failure, SphinxOptions, show, source_option
from sphinxext_opsdocs.cli._source import read_source
from sphinxext_opsdocs.config.schema import Config
from sphinxext_opsdocs.edits.resolve_deviation import read_observation
from sphinxext_opsdocs.edits.source_text import EditError, SourceText
from sphinxext_opsdocs.findings.finding import printable
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.graph.nodes import DeviationNode
from sphinxext_opsdocs.issues.reference import format_issue_address, format_issue_id
from sphinxext_opsdocs.reports.issue_draft import IssueDraft, domains_without_issue, issue_draft

__all__ = ["draft"]

REFRESH = '"opsdocs issues refresh" keeps its state'


@click.command(epilog="Example: opsdocs issues draft DEV-0007")
@click.argument("deviation")
@click.option(
    "--domain",
    "domain_key",
    default="",
    help="Key of the spec domain, if the deviation concerns several.",
)
@click.option(
    "--create", is_flag=True, help="Raise it in the tracker, and write its id into the document."
)
@source_option
def draft(deviation: str, domain_key: str, create: bool, options: SphinxOptions) -> None:
    """Print or raise the issue for a deviation.

    The issue is for the owner of the specification that DEVIATION, an id such as DEV-0007, diverges
    from. --create needs a token for the tracker, from the same environment variables as "opsdocs
    issues refresh".
    """
    if create:

        def work(app: Any, ops_domain: Any) -> str:
            return _raise(app, ops_domain, deviation, domain_key, options)

        show(run_edit(options, work))
        return
    source = read_source(options)
    node = deviation_of(source.graph, deviation)
    issue = _draft(source.graph, node, domain_key, source.srcdir)
    show(f"{issue.title}\n\n{issue.body.rstrip()}")
    if not issue.has_observation:
        show(f"{deviation} has no description yet; say what was observed", err=True)


def _raise(
    app: Any, ops_domain: Any, deviation: str, domain_key: str, options: SphinxOptions
) -> str:
    """Raise the issue of a deviation and write its id; return what was done.

    Raises Failure and EditError.
    """
    graph: TraceabilityGraph = ops_domain.graph
    node = deviation_of(graph, deviation)
    _refuse_second_issue(graph, node, domain_key)
    issue = _draft(graph, node, domain_key, Path(app.srcdir))
    _refuse_unfit(graph.config, issue)

    def write(number: str, keeps: bool) -> str:
        numbers = (*(issue.text for issue in node.deviation.issues), number)
        text = ", ".join(numbers)
        set_option(app, ops_domain, node, "issue", text, {"issues": numbers}, keeps)
        return text

    # tried before anything is raised: an issue cannot be taken back
    write(format_issue_id(graph.config, issue.tracker, "1"), keeps=False)
    number, url = _create(graph.config, issue)
    raised = ", ".join(filter(None, (number, url)))
    place = node.deviation.place
    try:
        text = write(number, keeps=True)
    except EditError as error:
        raise Failure(f"raised {raised}, but its id is not in the document: {error}") from None
    shown = shown_path(options, place.path)
    return f"raised {raised}\n{shown}:{place.line}: issue: {text}\nnext: {REFRESH}"


def _refuse_second_issue(graph: TraceabilityGraph, node: DeviationNode, domain_key: str) -> None:
    """Raise Failure if every spec domain that could get the issue has one."""
    domain_keys = {spec.domain_key for spec in node.specs if spec.domain_key}
    if domain_key:
        domain_keys &= {domain_key}
    # without any, the draft is refused later, with the reason
    if domain_keys and domain_keys.isdisjoint(domains_without_issue(graph, node)):
        names = " and ".join(sorted(domain_keys))
        raise Failure(f"the deviation already has an issue for spec domain {names}")


def _draft(
    graph: TraceabilityGraph, node: DeviationNode, domain_key: str, srcdir: Path
) -> IssueDraft:
    place = node.deviation.place
    try:
        text = SourceText.read(srcdir / place.path)
        observed = read_observation(text, place, graph.documents[node.docname])
    except EditError as error:
        raise Failure(str(error)) from None
    domain_keys = [spec.domain_key for spec in node.specs if spec.domain_key]
    if not domain_keys:
        raise Failure("the deviation names no section of a configured spec domain")
    if domain_key and domain_key not in domain_keys:
        raise Failure(
            f'the deviation diverges from {", ".join(domain_keys)}, not from "{domain_key}"'
        )
    chosen = domain_key or (domains_without_issue(graph, node) or domain_keys)[0]
    return issue_draft(graph, node, chosen, observed)


def _refuse_unfit(config: Config, issue: IssueDraft) -> None:
    """Raise Failure if the issue cannot be raised, or cannot be named afterwards."""
    from sphinxext_opsdocs.network.trackers import CLIENTS

    if not issue.has_observation:
        raise Failure("the deviation has no description yet; say what was observed")
    if not issue.tracker:
        raise Failure(
            f'spec domain "{issue.domain_key}" has no tracker; set '
            f"domains.{issue.domain_key}.tracker"
        )
    kind = config.trackers[issue.tracker].kind
    if kind not in CLIENTS:
        raise Failure(f'tracker "{issue.tracker}" is of kind {kind}; raise the issue by hand')
    if not format_issue_id(config, issue.tracker, "1"):
        raise Failure(
            f'tracker "{issue.tracker}" has a pattern that cannot be turned into an id; give it a '
            "plain pattern or a url"
        )


def _create(config: Config, issue: IssueDraft) -> tuple[str, str]:
    """Create the issue; return its id and address. Raises Failure."""
    from sphinxext_opsdocs.network.trackers import make_client
    from sphinxext_opsdocs.network.trackers.requester import TrackerError

    try:
        ref = make_client(config, issue.tracker).create(issue.title, issue.body)
    except TrackerError as error:
        # the text comes from a server, and goes to a terminal
        raise Failure(printable(f'tracker "{issue.tracker}": {error}')) from None
    address = format_issue_address(config.trackers[issue.tracker], ref, config.patterns)
    return format_issue_id(config, issue.tracker, ref) or address or ref, address
