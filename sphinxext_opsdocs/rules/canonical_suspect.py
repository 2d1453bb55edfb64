"""A reference stays true to the text that it was written against."""

from collections.abc import Iterator

from sphinxext_opsdocs.canonical.lock_file import Pin
from sphinxext_opsdocs.canonical.section import CanonicalSection
from sphinxext_opsdocs.findings.finding import Fault
from sphinxext_opsdocs.graph.inputs import Inputs
from sphinxext_opsdocs.graph.nodes import CanonicalEdge
from sphinxext_opsdocs.graph.suspects import find_suspect, is_comparable, pinned_edges
from sphinxext_opsdocs.rules._support.references import has_text, pinned, related
from sphinxext_opsdocs.rules.engine.base import Context, Precondition, rule
from sphinxext_opsdocs.rules.engine.examples import directive, page
from sphinxext_opsdocs.text.digest import read_digest_format


@rule(
    severity="warning",
    clauses=("boundary.drift", "review.aligned"),
    over=pinned_edges,
    why="The page was written for the old text. Until somebody compares the two, the person on "
    "call may expect an error code or wait for a period that the system no longer has.",
    bad=page(
        directive("canonical-ref", "api:rate-limits", why="the drain relies on the status"),
        reference=False,
        inputs=Inputs(lock=pinned(rate_limits="A throttled client gets 429.")),
        note='``opsdocs.lock`` pins the section for this page with the text "A throttled client '
        'gets 429."; the section now says "What a throttled client gets."',
    ),
    good=page(
        directive("canonical-ref", "api:rate-limits", why="the drain relies on the status"),
        reference=False,
        inputs=Inputs(lock=pinned(rate_limits="What a throttled client gets.")),
        note="The page stays as it is once somebody has compared it with the new text and run "
        "``opsdocs accept ops/page api:rate-limits``, which pins that text.",
    ),
    needs=Precondition(
        has_text, "does not contain the text of sections, so a change of one is not noticed"
    ),
)
def canonical_suspect(edge: CanonicalEdge, context: Context) -> Iterator[Fault]:
    """A section that a document was reviewed against has not changed since.

    ``opsdocs.lock`` pins the text that was reviewed, of the section and everything below it. Mere
    reformatting is not a change. ``opsdocs accept`` shows both texts and pins the new one.
    """
    suspect = find_suspect(context.graph, edge)
    if not suspect:
        return
    section, pin = suspect
    yield Fault(
        f'"{section.id}" {_change(section, pin)}; compare both sides, then run '
        f'"opsdocs accept {edge.docname} {section.id}"',
        edge.place,
        edge.docname,
        # with the digest: a further change is a new finding, also where a baseline has this one
        f"{section.id} {section.entry.whole_digest}",
        (related(section),),
    )


def _change(section: CanonicalSection, pin: Pin) -> str:
    if not is_comparable(section, pin):
        pinned_format = read_digest_format(pin.digest)
        return f"was pinned with digest format {pinned_format}, which cannot be compared"
    below = " in a section below it" if pin.own_digest == section.entry.digest else ""
    return f"changed{below} since this page was reviewed against it{_circumstances(pin)}"


def _circumstances(pin: Pin) -> str:
    """When a pin was made, and on which version: `` (on 2026-11-02, in version 2.1)``."""
    parts: list[str] = []
    if pin.on:
        parts.append(f"on {pin.on}")
    if pin.version:
        parts.append(f"in version {pin.version}")
    return f" ({', '.join(parts)})" if parts else ""
