"""``opsdocs rules``: what is checked."""

from __future__ import annotations

import click
import msgspec

from sphinxext_opsdocs.cli._options import format_option
from sphinxext_opsdocs.rules import RULES

__all__ = ["rules"]


@click.command(epilog="Example: opsdocs rules")
@format_option(["text", "json"], "text", "How the rules are written.")
def rules(format_name: str) -> None:
    """List every rule with its severity.

    The format json also has the charter clauses that a rule serves.
    """
    if format_name == "text":
        for rule in RULES:
            click.echo(f"{rule.name:<32}{rule.severity:<9}{rule.summary}")
        return
    rows = [
        {
            "rule": rule.name,
            "severity": rule.severity,
            "clauses": rule.clauses,
            "summary": rule.summary,
        }
        for rule in RULES
    ]
    click.echo(msgspec.json.format(msgspec.json.encode(rows), indent=1).decode())
