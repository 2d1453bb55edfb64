"""The address of an alert leads to a page that can be followed."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from sphinxext_opsdocs.canonical.page_url import plain_url
from sphinxext_opsdocs.config.did_you_mean import did_you_mean, slip_of, suggest
from sphinxext_opsdocs.config.lifecycle import Lifecycle
from sphinxext_opsdocs.facts.model import Fix
from sphinxext_opsdocs.findings.finding import Fault, Related, counted_noun
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.graph.runbooks import Runbook, find_runbooks, has_place, places_of
from sphinxext_opsdocs.rules._support.alerts import alert_fault, example_alert, example_inputs
from sphinxext_opsdocs.rules.engine.base import Context, rule
from sphinxext_opsdocs.rules.engine.examples import page

NOT_TO_FOLLOW = (Lifecycle.DRAFT, Lifecycle.DEPRECATED, Lifecycle.ARCHIVED)


class _Unchecked(Struct, frozen=True):
    """Alerts with addresses of which none can be told to be one of this project."""

    number: int


def _runbooks(graph: TraceabilityGraph) -> Iterator[Runbook | _Unchecked]:
    number = sum(alert.address is not None for alert in graph.inputs.alerts)
    if number and not (graph.inputs.base_url or graph.config.alerts.base_urls):
        yield _Unchecked(number)
    yield from find_runbooks(graph)


@rule(
    severity="warning",
    clauses=("success.recovery", "life.obsolete"),
    over=_runbooks,
    why='The person on call opens the link of the alert and reads "not found". They search for the '
    "page by name while the incident goes on, or follow one that nobody keeps.",
    bad=page(
        inputs=example_inputs(example_alert("https://docs.example/ops/old-page.html")),
        note="The alert has ``runbook_url: https://docs.example/ops/old-page.html``.",
    ),
    good=page(
        inputs=example_inputs(example_alert("https://docs.example/ops/page.html")),
        note="The alert has ``runbook_url: https://docs.example/ops/page.html``.",
    ),
    options=("alerts.base_urls", "redirects"),
    scope="project",
)
def runbook_url_dead(runbook: Runbook | _Unchecked, context: Context) -> Iterator[Fault]:
    """The runbook of an alert is a live page of this project, and has the place that is linked.

    Addresses of this project start with ``html_baseurl`` or an entry of ``alerts.base_urls``;
    others are not checked. A page that has moved is to be written out, since a redirect can end.
    An address with a template that nothing here fills in is a note. So is a project that names
    neither, in which no address can be checked.
    """
    if isinstance(runbook, _Unchecked):
        yield Fault(
            f"no address of {counted_noun(runbook.number, 'alert')} is checked, since nothing "
            "tells where the pages are published; set html_baseurl in conf.py or "
            "alerts.base_urls",
            context.graph.inputs.config_place(),
            "",
            "no base",
            is_note=True,
        )
        return
    alert, graph = runbook.alert, context.graph
    if runbook.template:
        message = f'"{runbook.address}" is not checked: "{runbook.template}" is filled in later'
        yield replace(alert_fault(alert, message), is_note=True)
        return
    if runbook.moved_to:
        assert alert.address
        # a template in it would be lost
        is_plain = alert.address.text == runbook.address
        fix = Fix(runbook.address, runbook.moved_to) if is_plain else None
        yield alert_fault(
            alert, f'"{runbook.address}" has moved; write "{runbook.moved_to}"', fix=fix
        )
        return
    if not runbook.docname:
        hint = suggest(_pages_meant(runbook.address, graph.inputs.pages))
        yield alert_fault(alert, f'no page is published at "{runbook.address}"{hint}')
        return
    facts = graph.documents.get(runbook.docname)
    if facts is None:  # a page of which nothing but its name is known
        return
    if not has_place(facts, runbook):
        yield alert_fault(
            alert,
            f'page "{runbook.docname}" has no place "#{runbook.anchor}"'
            f"{did_you_mean(runbook.anchor, places_of(facts)) or '; link the page'}",
        )
    if facts.header and facts.header.status in NOT_TO_FOLLOW:
        related = (Related("its header", facts.header.place),)
        successor = facts.header.superseded_by
        remedy = f'; link "{successor}"' if successor else ""
        message = f'runbook "{runbook.docname}" is {facts.header.status}{remedy}'
        yield alert_fault(alert, message, related)


def _pages_meant(address: str, pages: Iterable[str]) -> Sequence[str]:
    """Return the pages whose name, in any folder, an address has but for a slip."""
    by_name: dict[str, list[str]] = defaultdict(list)
    for docname in pages:
        by_name[_last_part(docname)].append(docname)
    meant = _last_part(plain_url(address))
    return by_name.get(meant) or by_name.get(slip_of(meant, by_name)) or ()


def _last_part(path: str) -> str:
    return path.rpartition("/")[2].casefold()
