"""Whether a fault that a statement tells of is tracked: by a deviation, or by an issue."""

from __future__ import annotations

import re

from sphinxext_opsdocs.config import is_address
from sphinxext_opsdocs.graph import TraceabilityGraph
from sphinxext_opsdocs.issues import resolve_issue
from sphinxext_opsdocs.rules.prose import Said

__all__ = ["has_deviation", "has_issue", "is_issue"]

ISSUE_ADDRESS = re.compile(
    r"/(?:issues?|bugs?|\+bug|browse|pull|merge_requests|-/issues|work_items|ticket|story|task)/[\w#!./-]{0,80}\d"
    r"|[?&](?:id|bug|issue|ticket)=\d|://(?:bugs|bugzilla|jira|issues|tracker)[\w.-]{0,80}/[^?#]{0,200}\d"
    r"|://(?:bugs\.launchpad\.net|storyboard\.openstack\.org)/",
    re.IGNORECASE,
)
"""Addresses of issues as trackers write them, whether or not the tracker is configured."""


def has_deviation(subject: Said) -> bool:
    """Whether a deviation is recorded, or linked, in the section of the statement."""
    section = subject.statement.section
    return any(deviation.section == section for deviation in subject.facts.deviations) or any(
        link.kind == "deviation" and link.section == section for link in subject.facts.links
    )


def has_issue(subject: Said, graph: TraceabilityGraph) -> bool:
    """Whether an issue is linked in the section of the statement, and in no other list item."""
    statement = subject.statement
    return any(
        mention.section == statement.section
        and (not statement.item or mention.item in (0, statement.item))
        and is_issue(mention.text, graph)
        for mention in subject.facts.mentions
    )


def is_issue(text: str, graph: TraceabilityGraph) -> bool:
    """Whether a word or address names an issue: of a configured tracker, or by its looks."""
    if resolve_issue(graph.config, text).trackers:
        return True
    return is_address(text) and bool(ISSUE_ADDRESS.search(text))
