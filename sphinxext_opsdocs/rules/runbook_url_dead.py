"""The address of an alert leads to a page that can be followed."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from sphinxext_opsdocs.canonical.page_url import plain_url
from sphinxext_opsdocs.config.did_you_mean import did_you_mean, slip_of, suggest
from sphinxext_opsdocs.config.lifecycle import Lifecycle
from sphinxext_opsdocs.facts.model import Fix
from sphinxext_opsdocs.findings.finding import Fault, Related
from sphinxext_opsdocs.graph.runbooks import Runbook, find_runbooks, has_place, places_of
from sphinxext_opsdocs.rules._support.alerts import alert_fault, example_alert, example_inputs
from sphinxext_opsdocs.rules.engine.base import Context, rule
from sphinxext_opsdocs.rules.engine.examples import page

NOT_TO_FOLLOW = (Lifecycle.DRAFT, Lifecycle.DEPRECATED, Lifecycle.ARCHIVED)


@rule(
    severity="warning",
    clauses=("success.recovery", "life.obsolete"),
    over=find_runbooks,
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
def runbook_url_dead(runbook: Runbook, context: Context) -> Iterator[Fault]:
    """The runbook of an alert is a live page of this project, and has the place that is linked.

    Addresses of this project start with ``html_baseurl`` or an entry of ``alerts.base_urls``;
    others are not checked. A page that has moved is to be written out, since a redirect can end.
    An address with a template that nothing here fills in is a note.
    """
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
