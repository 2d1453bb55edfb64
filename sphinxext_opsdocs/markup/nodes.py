"""Our own nodes. Each is a docutils node with nothing added, so every writer can write it."""

from docutils import nodes

__all__ = [
    "CONFIRMED",
    "FACT",
    "ISSUE",
    "NODES",
    "PARTICULARS",
    "TOLD",
    "canonical_quote",
    "canonical_reference",
    "dependents",
    "document_change",
    "ignore_marker",
    "observed_deviation",
    "opsdocs_header",
    "report",
    "workaround",
]

FACT = "opsdocs_fact"
"""Attribute that carries a node's fact from the directive to the extraction, which removes it."""

ISSUE = "opsdocs_issue"
"""Attribute of the link to an issue: the id of its deviation, and the issue as written."""

TOLD = "opsdocs_told"
"""Attribute in which a need of sphinx-needs tells what stands in no node: title, status, links."""


PARTICULARS = "opsdocs-particulars"
"""Class of the paragraph in which a block of ours tells what its options say."""
CONFIRMED = "opsdocs-confirmed"
"""Class of when and how a deviation was last seen, which is no part of what the page says."""


class observed_deviation(nodes.admonition):
    """A deviation: title, one paragraph of particulars, then what was observed."""


class workaround(nodes.admonition):
    """A workaround: title, then what to do."""


class canonical_reference(nodes.paragraph):
    """The links of one ``canonical-ref`` directive and why they are there."""


class canonical_quote(nodes.block_quote):
    """What is quoted of a canonical section, then an attribution that links it."""


class document_change(nodes.container):
    """One entry of a page's change history."""


class ignore_marker(nodes.comment):
    """Where an ``opsdocs-ignore`` stands; removed once its reach is known."""


class opsdocs_header(nodes.container):
    """The governed header as readers see it."""


class report(nodes.General, nodes.Element):
    """Where a report goes; replaced before writing. Attributes: ``kind`` and ``filters``."""


class dependents(nodes.General, nodes.Element):
    """Where a section of a specification tells who depends on it; replaced before writing.

    Attributes: ``docname`` and ``anchor`` of the section.
    """


NODES: tuple[type[nodes.Element], ...] = (
    observed_deviation,
    workaround,
    canonical_reference,
    canonical_quote,
    document_change,
    ignore_marker,
    opsdocs_header,
    report,
    dependents,
)
