"""The governed header as readers see it, below the title."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from docutils import nodes
from sphinx.addnodes import pending_xref

from sphinxext_opsdocs.config.classes import SPECIFICATION, DocumentClass
from sphinxext_opsdocs.config.lifecycle import Lifecycle
from sphinxext_opsdocs.config.schema import Config
from sphinxext_opsdocs.facts.model import Header
from sphinxext_opsdocs.markup.nodes import PARTICULARS, opsdocs_header
from sphinxext_opsdocs.markup.phrases import translatable, translate

__all__ = ["header_block"]

OPERATIONAL = translatable(
    "Operational document: it says how to run the system. "
    "On conflict the linked specification prevails."
)
NOT_LIVE = translatable(
    "Specification that is not live: it does not say how the system works today."
)
LIVE = translatable(
    "Specification: it says how the system works, and prevails over operational documents."
)


def header_block(
    header: Header,
    docname: str,
    config: Config,
    classes: Mapping[str, DocumentClass],
    anchor: str = "",
) -> opsdocs_header:
    """One line with what a reader has to know first, further fields, and the page's layer."""
    block = opsdocs_header("", classes=["opsdocs-header"], ids=[anchor] if anchor else [])
    line = nodes.paragraph("", "", classes=[PARTICULARS])
    if header.document_class:
        line += nodes.strong("", _class_title(header, classes))
        line += nodes.Text(" ")
    if header.status:
        badge = ["opsdocs-badge", f"opsdocs-{header.status.lower()}"]
        line += nodes.inline("", translate(header.status), classes=badge)
        line += nodes.Text(" ")
    line += nodes.Text(" · ".join(_main_facts(header, config)))
    block += line
    for name, content in _further_fields(header, docname):
        row = nodes.paragraph("", "", classes=["opsdocs-field"])
        row += [nodes.strong("", translate(name)), nodes.Text(" "), *content]
        block += row
    block += nodes.paragraph("", translate(_layer(header)), classes=["opsdocs-layer"])
    return block


def _class_title(header: Header, classes: Mapping[str, DocumentClass]) -> str:
    document_class = classes.get(header.document_class)
    if not document_class:
        return header.document_class
    # the titles of the classes of a team are in no catalogue, and stay as they are
    return translate(document_class.title)


def _layer(header: Header) -> str:
    if header.document_class != SPECIFICATION:
        return OPERATIONAL
    if header.status == Lifecycle.CANONICAL:
        return LIVE
    return NOT_LIVE


def _main_facts(header: Header, config: Config) -> Iterator[str]:
    if header.version:
        yield translate("Version {version}", version=header.version)
    if header.owner:
        yield translate("Owner: {owner}", owner=config.owner_label(header.owner))
    if header.last_reviewed:
        yield translate("Reviewed {date}", date=header.last_reviewed)
    if header.last_verified:
        yield translate("Verified {date}", date=header.last_verified)


def _further_fields(header: Header, docname: str) -> Iterator[tuple[str, list[nodes.Node]]]:
    plain = {
        translatable("Service"): ", ".join(header.service),
        translatable("Alerts"): ", ".join(header.alerts),
        translatable("Scope"): header.scope,
        translatable("Reviewers"): ", ".join(header.reviewers),
        translatable("Remove after"): header.remove_after,
        translatable("Retired because"): header.retired_because,
    }
    for name, text in plain.items():
        if text:
            yield name, [nodes.Text(text)]
    if header.superseded_by and header.superseded_by.casefold() != "none":
        yield translatable("Superseded by"), [_page_link(header.superseded_by, docname)]
    if header.supersedes:
        links: list[nodes.Node] = []
        for target in header.supersedes:
            if links:
                links.append(nodes.Text(", "))
            links.append(_page_link(target, docname))
        yield translatable("Supersedes"), links


def _page_link(target: str, docname: str) -> nodes.Element:
    return pending_xref(
        "",
        nodes.inline("", target),
        refdomain="std",
        reftype="doc",
        reftarget=f"/{target}",
        refexplicit=False,
        refdoc=docname,
        refwarn=False,  # a rule reports a successor that does not exist
    )
