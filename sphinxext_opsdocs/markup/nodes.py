"""The nodes of this extension.

Each is a docutils node with nothing added, so that every builder can write it without a visitor
(docs/adr/0003-nodes-are-docutils-nodes.md).
"""

from docutils import nodes

__all__ = [
    "CONFIRMED",
    "FACT",
    "NEED_SUMMARY",
    "NODES",
    "PARTICULARS",
    "PLACE",
    "WORDS",
    "canonical_quote",
    "canonical_reference",
    "dashboard",
    "dependents",
    "document_change",
    "ignore_marker",
    "neighbourhood",
    "observed_deviation",
    "opsdocs_footer",
    "opsdocs_header",
    "record",
    "report",
    "workaround",
]

FACT = "opsdocs_fact"
"""Attribute with a node's fact, from the directive to the extraction, which removes it."""

PLACE = "opsdocs_place"
"""Attribute of a deviation: the docname of its page, and its number among those of the page."""

NEED_SUMMARY = "opsdocs_need_summary"
"""Attribute of a need of sphinx-needs: title, status and links, which are not in its nodes."""


WORDS = "opsdocs-words"
"""Class of words that look and shape say on a screen, and that are read aloud or in plain text."""
PARTICULARS = "opsdocs-particulars"
"""Class of the paragraph that shows the options of a block."""
CONFIRMED = "opsdocs-confirmed"
"""Class of the last confirmation of a deviation, which is not part of the page's meaning."""


class observed_deviation(nodes.admonition):
    """A deviation: its title, a paragraph of particulars, and what was observed."""


class workaround(nodes.admonition):
    """A workaround: its title, and what to do."""


class canonical_reference(nodes.paragraph):
    """The links of a ``canonical-ref`` directive and the reason for them."""


class canonical_quote(nodes.block_quote):
    """Quoted text of a canonical section, and an attribution with a link to it."""


class document_change(nodes.container):
    """One entry of a page's change history."""


class record(nodes.container):
    """A verification or an approval of the page."""


# a comment is invisible in every builder
class ignore_marker(nodes.comment):
    """The place of an ``opsdocs-ignore``, removed after the extraction."""


class opsdocs_header(nodes.container):
    """The governed header as readers see it; filled before writing.

    Attribute: ``docname``.
    """


class opsdocs_footer(nodes.container):
    """Further fields of the governed header, at the end of the page; filled before writing.

    Attribute: ``docname``.
    """


class report(nodes.General, nodes.Element):
    """A placeholder for a report, replaced before writing.

    Attributes: ``kind`` and ``options``.
    """


class fleet_report(nodes.General, nodes.Element):
    """A placeholder for a report of a fleet, replaced before writing.

    Attributes: ``kind``, ``columns``, ``rows`` (the first ones), ``more`` (how many are left out)
    and ``standing`` (how much of the fleet was read). Its children lead to all rows as data.
    """


class neighbourhood(nodes.General, nodes.Element):
    """A placeholder for what depends on what around a subject, replaced before writing.

    Attributes: ``subject`` and ``value``.
    """


class dashboard(nodes.General, nodes.Element):
    """A placeholder for the dashboard, replaced before writing."""


class dependents(nodes.General, nodes.Element):
    """A placeholder for the dependents of a section, replaced before writing.

    Attributes: ``docname`` and ``anchor`` of the section.
    """


NODES: tuple[type[nodes.Element], ...] = (
    observed_deviation,
    workaround,
    canonical_reference,
    canonical_quote,
    document_change,
    record,
    ignore_marker,
    opsdocs_header,
    opsdocs_footer,
    report,
    fleet_report,
    neighbourhood,
    dashboard,
    dependents,
)
