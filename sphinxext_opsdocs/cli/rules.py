"""``opsdocs rules`` and ``opsdocs explain``: what is checked, and why."""

from __future__ import annotations

import difflib

import click
import msgspec

from sphinxext_opsdocs.cli._source import Failure
from sphinxext_opsdocs.rules import RULES, RULES_BY_NAME
from sphinxext_opsdocs.rules.engine.examples import render

__all__ = ["explain", "rules"]


@click.command()
@click.option(
    "-f",
    "--format",
    "kind",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How the rules are written.",
)
def rules(kind: str) -> None:
    """List every rule with its severity and the charter clauses it serves."""
    if kind == "json":
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
        return
    for rule in RULES:
        click.echo(f"{rule.name:<32}{rule.severity:<9}{rule.summary}")


@click.command()
@click.argument("rule")
@click.option(
    "--syntax", type=click.Choice(["rst", "myst"]), default="rst", show_default=True,
    help="Syntax of the examples.",
)  # fmt: skip
def explain(rule: str, syntax: str) -> None:
    """Explain one RULE, with a page on which it fires and one on which it does not."""
    name = rule.removeprefix("opsdocs.")
    if name not in RULES_BY_NAME:
        close = difflib.get_close_matches(name, RULES_BY_NAME, n=1)
        hint = f', did you mean "{close[0]}"?' if close else "; see opsdocs rules"
        raise Failure(f'no rule "{rule}"{hint}')
    found = RULES_BY_NAME[name]
    click.echo(f"{found.name} ({found.severity})\n")
    click.echo(f"{found.explanation}\n\nServes: {', '.join(found.clauses)}")
    if found.is_review:
        click.echo("\nIt looks at a change, which no page shows by itself: opsdocs review.")
        return
    for title, example in (("Fires on", found.bad), ("Silent on", found.good)):
        click.echo(f"\n{title}:\n")
        text = render(example, syntax)
        click.echo("".join(f"    {line}".rstrip() + "\n" for line in text.splitlines()), nl=False)
