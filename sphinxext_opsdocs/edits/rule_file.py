"""Writes addresses of runbooks into a file of alert rules."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from sphinxext_opsdocs.alerts.alert import Alert
from sphinxext_opsdocs.alerts.rule_files import read_alerts
from sphinxext_opsdocs.config.alerts import AlertKind
from sphinxext_opsdocs.edits.correction import correct
from sphinxext_opsdocs.edits.source_text import EditError, SourceText
from sphinxext_opsdocs.facts.model import Fix, Place
from sphinxext_opsdocs.storage import UnreadableError

__all__ = ["correct_addresses"]


def correct_addresses(
    path: Path,
    kind: AlertKind,
    annotations: Sequence[str],
    fixes: Sequence[tuple[Place, Fix]],
    keeps: bool,
) -> tuple[Sequence[str], Sequence[str]]:
    """Correct the addresses of a file of alerts; ``keeps`` them in the file.

    Returns its lines before and after. The edit is sound if the file then has the same alerts with
    the new addresses, and nothing else. Raises EditError, with nothing written, if it has not.
    """
    source = SourceText.read(path)
    lines = list(source.lines)
    wanted: dict[tuple[int, str], str] = {}
    for place, fix in fixes:
        if wanted.setdefault((place.line, fix.old), fix.new) != fix.new:
            raise EditError(f"{place.path}:{place.line} has more than one right answer")
    shown = fixes[0][0].path
    for (line, old), new in wanted.items():
        correct(lines, Place(shown, line), Fix(old, new))
    try:
        before = read_alerts(source.as_parsed(source.lines), shown, kind, annotations)
        after = read_alerts(source.as_parsed(lines), shown, kind, annotations)
    except UnreadableError as error:
        raise EditError(f"{shown} cannot be edited safely: {error}; edit it by hand") from None
    if list(_addresses(after, {})) != list(_addresses(before, wanted)):
        raise EditError(f"{shown} cannot be edited safely: other alerts change; edit it by hand")
    if keeps:
        source.write(lines)
    return source.lines, lines


def _addresses(
    alerts: Sequence[Alert], wanted: dict[tuple[int, str], str]
) -> Iterator[tuple[str, str]]:
    for alert in alerts:
        text, line = (alert.address.text, alert.address.place.line) if alert.address else ("", 0)
        yield alert.name, wanted.get((line, text.strip()), text)
