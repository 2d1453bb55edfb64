"""``opsdocs explain``: what one rule checks, why, and what to do."""

from __future__ import annotations

import difflib
import re
import textwrap

import click

from sphinxext_opsdocs.cli._options import Failure
from sphinxext_opsdocs.fleet.queries import FLEET_RULES, summary
from sphinxext_opsdocs.rules import RULES_BY_NAME, Rule
from sphinxext_opsdocs.rules.engine.guide import Chapter, Item, Listing, guide
from sphinxext_opsdocs.rules.engine.render import SUFFIXES

__all__ = ["explain"]

WIDTH = 79
"""Characters of a line: a terminal of 80 columns that marks a full line with a wrap stays clean."""
INDENT = "  "
LITERAL = re.compile(r"`[^`]*`")
NO_BREAK = "\N{NO-BREAK SPACE}"
LISTING_INDENT = "      "


@click.command(epilog="Example: opsdocs explain canonical_suspect")
@click.argument("rule")
@click.option(
    "--syntax",
    type=click.Choice(list(SUFFIXES)),
    default="rst",
    show_default=True,
    help="Syntax of the examples.",
)
def explain(rule: str, syntax: str) -> None:
    """Explain one RULE, with an example.

    Shows what it checks, why, an example and what to write instead, how to configure and suppress
    the rule, and the charter clauses it serves.
    """
    if rule in FLEET_RULES:
        click.echo(_of_fleet(rule))
        return
    shown = _rule_named(rule)
    click.secho(f"{shown.name} ({shown.severity})", bold=True)
    for chapter in guide(shown):
        click.secho(f"\n{chapter.title}", bold=True)
        click.echo(_text(chapter, syntax))


def _of_fleet(name: str) -> str:
    """The explanation of a rule over all repositories of a fleet."""
    rule = FLEET_RULES[name]
    parts = (
        f"{name} ({rule.severity}), a rule of opsdocs fleet check",
        _wrapped(summary(name)),
        _wrapped(rule.why),
        _wrapped(f'In fleet.toml, `{name} = "off"` below `[rules]` switches it off.'),
    )
    return "\n\n".join(parts)


def _rule_named(name: str) -> Rule:
    """Return the rule; the name may be that of its warning type, ``opsdocs.<rule>``."""
    key = name.removeprefix("opsdocs.")
    if key in RULES_BY_NAME:
        return RULES_BY_NAME[key]
    close = difflib.get_close_matches(key, [*RULES_BY_NAME, *FLEET_RULES], n=1)
    hint = f', did you mean "{close[0]}"?' if close else '; "opsdocs rules" lists them'
    raise Failure(f'no rule "{name}"{hint}')


def _text(chapter: Chapter, syntax: str) -> str:
    text = ""
    previous: str | Listing | Item = ""
    for part in chapter.content:
        if text:
            is_list = isinstance(part, Item) and isinstance(previous, Item)
            text += "\n" if is_list else "\n\n"
        text += _block(part, syntax)
        previous = part
    return text


def _block(part: str | Listing | Item, syntax: str) -> str:
    if isinstance(part, Listing):
        return _listing(part, syntax)
    if isinstance(part, Item):
        return _wrapped(f"{part.name}: {part.text}", hanging=INDENT * 2)
    return _wrapped(part.replace("``", "`"))


def _listing(listing: Listing, syntax: str) -> str:
    # source text keeps its lines: a copy of it has to work
    text = listing.texts.get(syntax) or "\n".join(listing.texts.values())
    lines = textwrap.indent(text, LISTING_INDENT)
    return f"{INDENT}{listing.caption}:\n\n{lines}" if listing.caption else lines


def _wrapped(text: str, hanging: str = INDENT) -> str:
    # a command between backticks stays on one line, to be copied
    whole = LITERAL.sub(lambda match: match[0].replace(" ", NO_BREAK), text)
    wrapped = textwrap.fill(
        whole,
        WIDTH,
        initial_indent=INDENT,
        subsequent_indent=hanging,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return wrapped.replace(NO_BREAK, " ")
