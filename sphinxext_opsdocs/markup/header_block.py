"""The governed header as readers see it, below the title."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from docutils import nodes
from sphinx.addnodes import pending_xref

from sphinxext_opsdocs.config.classes import SPECIFICATION, DocumentClass
from sphinxext_opsdocs.config.schema import Config
from sphinxext_opsdocs.facts.model import Header
from sphinxext_opsdocs.markup.nodes import PARTICULARS, opsdocs_header

__all__ = ["header_block"]

OPERATIONAL = (
    "Operational document: it says how to run the system. "
    "On conflict the linked specification prevails."
)
NOT_LIVE = "Specification that is not live: it does not say how the system works today."
CANONICAL = "Specification: it says how the system works, and prevails over operational documents."


def header_block(
    header: Header,
    docname: str,
    config: Config,
    classes: Mapping[str, DocumentClass],
    anchor: str = "",
) -> opsdocs_header:
    """One line of what a reader has to know first, further fields, and the page's layer."""
    known = classes.get(header.document_class)
    block = opsdocs_header("", classes=["opsdocs-header"], ids=[anchor] if anchor else [])
    line = nodes.paragraph("", "", classes=[PARTICULARS])
    if header.document_class:
        line += nodes.strong("", known.title if known else header.document_class)
        line += nodes.Text(" ")
    if header.status:
        classes_ = ["opsdocs-badge", f"opsdocs-{header.status.lower()}"]
        line += [nodes.inline("", header.status, classes=classes_), nodes.Text(" ")]
    line += nodes.Text(" · ".join(_main_facts(header, config)))
    block += line
    for name, content in _further_fields(header, docname):
        row = nodes.paragraph("", "", classes=["opsdocs-field"])
        row += [nodes.strong("", name), nodes.Text(" "), *content]
        block += row
    layer = OPERATIONAL
    if header.document_class == SPECIFICATION:
        layer = CANONICAL if header.status == "Canonical" else NOT_LIVE
    block += nodes.paragraph("", layer, classes=["opsdocs-layer"])
    return block


def _main_facts(header: Header, config: Config) -> Iterator[str]:
    if header.version:
        yield f"Version {header.version}"
    if header.owner:
        owner = config.owners.get(header.owner)
        name = (owner and owner.title) or header.owner
        yield f"Owner: {name} ({owner.contact})" if owner and owner.contact else f"Owner: {name}"
    if header.last_reviewed:
        yield f"Reviewed {header.last_reviewed}"
    if header.last_verified:
        yield f"Verified {header.last_verified}"


def _further_fields(header: Header, docname: str) -> Iterator[tuple[str, list[nodes.Node]]]:
    plain = {
        "Service": ", ".join(header.service),
        "Alerts": ", ".join(header.alerts),
        "Scope": header.scope,
        "Reviewers": ", ".join(header.reviewers),
        "Remove after": header.remove_after,
        "Retired because": header.retired_because,
    }
    for name, text in plain.items():
        if text:
            yield name, [nodes.Text(text)]
    if header.superseded_by and header.superseded_by.casefold() != "none":
        yield "Superseded by", [_page_link(header.superseded_by, docname)]
    if header.supersedes:
        links: list[nodes.Node] = []
        for target in header.supersedes:
            links += [nodes.Text(", ")] if links else []
            links.append(_page_link(target, docname))
        yield "Supersedes", links


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
