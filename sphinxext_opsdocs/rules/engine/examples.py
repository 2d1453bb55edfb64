"""Examples of rules in neutral form, and what builds them: a sound runbook with one difference."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from msgspec import Struct

from sphinxext_opsdocs.graph.inputs import Inputs

__all__ = [
    "EXAMPLE_CONFIG",
    "EXAMPLE_PAGES",
    "HEADER",
    "SECTIONS",
    "SPECIFICATION_HEADER",
    "STEP",
    "Block",
    "Example",
    "deviation",
    "directive",
    "page",
    "specification",
]


class Block(Struct, frozen=True):
    """A directive of an example, written in either syntax when it is shown or run."""

    name: str
    argument: str = ""
    options: Mapping[str, str] = {}
    content: tuple[str | Block, ...] = ()


class Example(Struct, frozen=True):
    """One page in neutral form: header fields, then headings (``= Title``), text and directives.

    ``{canonical:target}`` stands for that role in either syntax, as do ``deviation``, ``doc`` and
    ``label``. The
    page itself is ``ops/page``.
    """

    header: Mapping[str, str]
    body: tuple[str | Block, ...]
    config: Mapping[str, Any] = {}
    """Laid over the configuration that all examples share."""
    pages: Mapping[str, Example] = {}
    """Further pages by docname."""
    inputs: Inputs = Inputs()
    """What files beside the documents contain."""
    note: str = ""
    """What a reader cannot see on the pages: a change, a date, the content of such a file."""


HEADER = {
    "class": "runbook",
    "owner": "team-orders",
    "status": "Canonical",
    "version": "2.1",
    "last-reviewed": "2026-11-02",
}
SPECIFICATION_HEADER = {
    "class": "specification",
    "owner": "team-api",
    "status": "Canonical",
    "version": "1.0",
    "last-reviewed": "2026-11-02",
}
SECTIONS = ("Meaning", "Impact", "Diagnosis", "Verification", "Escalation")
STEP = "Stop new traffic."
REFERENCE = Block("canonical-ref", "api:rate-limits")

EXAMPLE_CONFIG = {
    "governed": ["ops/**"],
    "owners": {"team-orders": {"title": "Orders team"}, "team-api": {"title": "API team"}},
    "trackers": {
        "api-issues": {"pattern": r"API-(?P<number>\d+)", "url": "https://tracker.example/{number}"}
    },
    "domains": {
        "api": {"owner": "team-api", "tracker": "api-issues", "paths": ["**/specs/api/**"]}
    },
}
"""The configuration that every example is run with, in the form of ``opsdocs.toml``."""

EXAMPLE_PAGES = {
    "specs/api/limits": Example(
        SPECIFICATION_HEADER,
        (
            "= Limits",
            "{label:rate-limits}",
            "== Rate limits",
            "What a throttled client gets.",
            "{label:page-size}",
            "== Page size",
            "How many records one answer holds.",
        ),
    ),
    "specs/api/next": Example(
        SPECIFICATION_HEADER | {"status": "Draft"},
        ("= Next limits", "{label:next-limits}", "== Rate limits", "Planned."),
    ),
}
"""The specifications that every example can refer to, by docname."""


def page(
    *body: str | Block,
    title: str = "Drain a gateway node",
    header: Mapping[str, str] | None = None,
    without: Collection[str] = (),
    config: Mapping[str, Any] | None = None,
    pages: Mapping[str, Example] | None = None,
    sections: Collection[str] = SECTIONS,
    reference: bool = True,
    inputs: Inputs = Inputs(),  # noqa: B008  # a frozen value
    note: str = "",
) -> Example:
    """Return a sound runbook whose mitigation is ``body``, or one step.

    Its header has the fields of ``header`` too, and lacks those of ``without``.
    """
    fields = {name: text for name, text in HEADER.items() if name not in without}
    blocks: list[str | Block] = [f"= {title}"]
    for section in sections:
        blocks += [f"== {section}", "See the dashboard of the service."]
    # outside of the mitigation, so that what an example shows of it is its own
    blocks[1:1] = [REFERENCE] if reference else []
    blocks += ["== Mitigation", *(body or [STEP])]
    return Example(
        header=fields | dict(header or {}),
        body=tuple(blocks),
        config=config or {},
        pages=pages or {},
        inputs=inputs,
        note=note,
    )


def specification(label: str, *body: str | Block) -> Mapping[str, Example]:
    """Return a further specification of ``api`` with one section of that label, by docname."""
    title = label.replace("-", " ").capitalize()
    content = (f"= On {label}", f"{{label:{label}}}", f"== {title}", *body)
    return {f"specs/api/{label}": Example(SPECIFICATION_HEADER, content)}


def directive(name: str, argument: str = "", *content: str | Block, **options: str | None) -> Block:
    """Return a directive; an option of None is left out, an underscore stands for a hyphen."""
    fields = {key.replace("_", "-"): text for key, text in options.items() if text is not None}
    return Block(name, argument, fields, content)


def deviation(
    *content: str | Block, title: str = "Throttled clients get 503", **options: str | None
) -> Block:
    """Return a sound deviation, with options changed or (None) left out."""
    sound: dict[str, str | None] = {
        "id": "DEV-0007",
        "spec": "api:rate-limits",
        "issue": "API-1234",
        "observed": "2026-10-30",
        "severity": "major",
        "state": "open",
    }
    body = content or ("During a drain the gateway answered 503 to throttled clients.",)
    return directive("observed-deviation", title, *body, **(sound | options))
