"""``opsdocs schema``: the JSON Schemas of our files, for editors and other tools."""

from __future__ import annotations

import click
import msgspec

from sphinxext_opsdocs.canonical.index_file import index_schema
from sphinxext_opsdocs.config.schema import config_schema
from sphinxext_opsdocs.facts.file import facts_schema
from sphinxext_opsdocs.fleet.settings import fleet_schema
from sphinxext_opsdocs.reports.json import findings_schema
from sphinxext_opsdocs.rules.engine.rule_names import with_rule_names

__all__ = ["SCHEMAS", "schema", "schema_text"]

SCHEMAS = {
    "config": lambda: with_rule_names(config_schema()),
    "facts": facts_schema,
    "findings": findings_schema,
    "fleet": fleet_schema,
    "index": index_schema,
}


def schema_text(kind: str) -> str:
    """A schema as indented JSON that ends with a newline."""
    encoded = msgspec.json.encode(SCHEMAS[kind](), order="deterministic")
    return msgspec.json.format(encoded, indent=1).decode("utf-8") + "\n"


@click.command(epilog="Example: opsdocs schema config")
@click.argument("kind", type=click.Choice(list(SCHEMAS)))
def schema(kind: str) -> None:
    """Print the JSON Schema of a file.

    \b
    config    opsdocs.toml
    facts     opsdocs.json
    findings  opsdocs-findings.json, and "opsdocs check -f json"
    fleet     fleet.toml
    index     canonical-index.json.gz
    """
    click.echo(schema_text(kind), nl=False)
