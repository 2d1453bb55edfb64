"""``opsdocs deviations confirm``: records that a deviation was observed again."""

from __future__ import annotations

from typing import Any

import click

from sphinxext_opsdocs.cli._edit import deviation_of, run_edit, set_option, shown_path
from sphinxext_opsdocs.cli._options import (
    Failure,
    SphinxOptions,
    day_of,
    day_option,
    show,
    source_option,
)

__all__ = ["confirm"]


@click.command(epilog="Example: opsdocs deviations confirm DEV-0007")
@click.argument("deviation")
@click.option(
    "--version", "seen_in", default="", help="Version of the system in which it was observed."
)
@click.option("--evidence", default="", help="Where to see it, or what was seen.")
@source_option
@day_option
def confirm(deviation: str, seen_in: str, evidence: str, options: SphinxOptions, day: str) -> None:
    """Record that a deviation was observed again.

    Sets the option last-observed of DEVIATION, an id such as DEV-0007, to today, with version and
    evidence if you give them.
    """
    seen_in, evidence = " ".join(seen_in.split()), " ".join(evidence.split())
    # the option is a list of date, version and evidence: only the last can contain commas
    if "," in seen_in:
        raise Failure("--version cannot contain a comma; give the rest with --evidence")

    def work(app: Any, ops_domain: Any) -> str:
        node = deviation_of(ops_domain.graph, deviation)
        if node.deviation.state != "open":
            state = node.deviation.state
            raise Failure(f'deviation "{deviation}" is {state}; set its state to open first')
        date = day_of(day).isoformat()
        text = ", ".join([date, seen_in, evidence]).rstrip(", ")
        expected = {"last_observed": date, "seen_in": seen_in, "evidence": evidence}
        set_option(app, ops_domain, node, "last-observed", text, expected)
        place = node.deviation.place
        return f"{shown_path(options, place.path)}:{place.line}: last-observed: {text}"

    show(run_edit(options, work))
