"""Every block of code in the documentation is valid: commands, configurations, data and markup.

What a command prints is the matter of the tests of the tutorial and of the pictures.
"""

from __future__ import annotations

import ast
import json
import re
import shlex
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import click
import pytest
import yaml

from sphinxext_opsdocs.cli import main
from sphinxext_opsdocs.config.parser import ConfigurationError, convert_tables
from sphinxext_opsdocs.config.schema import Config
from sphinxext_opsdocs.fleet.settings import FleetSettings
from tests.commands import ROOT
from tests.project import Project

BLOCK = re.compile(r"^( *)(`{3,}|~{3,})([^\n]*)\n(.*?)^\1\2 *$", re.MULTILINE | re.DOTALL)
GENERATED = {
    "rules.md", "configuration.md", "document-classes.md", "command-line.md", "charter.md",
    "reports.md", "fleet.md", "formats.md",
}  # fmt: skip
"""Pages of the reference that come from the code."""
SHELL = ("console", "sh")
FOREIGN = ("project", "tool", "build-system")
"""Tables of pyproject.toml."""


class Block(NamedTuple):
    """A block of a page."""

    place: str
    language: str
    text: str


def pages() -> Iterator[Path]:
    yield ROOT / "README.md"
    yield ROOT / "CONTRIBUTING.md"
    for path in sorted((ROOT / "docs").rglob("*.md")):
        is_built = "_build" in path.parts or "rules" in path.parts
        if not (is_built or (path.parent.name == "reference" and path.name in GENERATED)):
            yield path


def blocks() -> Iterator[Block]:
    for path in pages():
        text = path.read_text(encoding="utf-8")
        for found in BLOCK.finditer(text):
            indent, _, head, body = found.groups()
            line = text.count("\n", 0, found.start()) + 1
            lines = [each.removeprefix(indent) for each in body.splitlines()]
            name = path.relative_to(ROOT).as_posix()
            yield Block(f"{name}:{line}", head.strip(), "\n".join(lines) + "\n")


BLOCKS = list(blocks())


def of_language(*languages: str) -> list[Block]:
    return [block for block in BLOCKS if block.language in languages]


def by_place(block: Block) -> str:
    return block.place


def commands(block: Block) -> Iterator[list[str]]:
    """The commands of ours in a block, in words."""
    for line in block.text.splitlines():
        is_typed = block.language == "sh" or line.startswith("$ ")
        plain = line.removeprefix("$ ").partition("  #")[0]
        if not is_typed or plain.startswith("#"):
            continue
        for part in re.split(r"&&|\||;", re.sub(r"\$\([^)]*\)|\"\$\(.*?\)\"", "", plain)):
            words = shlex.split(part.partition(" >")[0], comments=True)
            words = [word for word in words if "=" not in word or words.index(word) > 0]
            if words and words[0].rpartition("/")[2] == "opsdocs":
                yield words[1:]


@pytest.mark.parametrize("block", of_language(*SHELL), ids=by_place)
def test_commands_have_these_options(block: Block) -> None:
    for words in commands(block):
        command: click.Command = main
        context = click.Context(main, info_name="opsdocs")
        while isinstance(command, click.Group) and words:
            if words[0] == "--version":
                return
            name, found, words = command.resolve_command(context, words)
            assert found, block.place
            command, context = found, click.Context(found, info_name=name, parent=context)
        _, rest, _ = command.make_parser(context).parse_args(list(words))
        assert rest == [], f"{block.place}: {command.name} takes no {rest}"


def test_most_blocks_are_commands_of_ours() -> None:
    assert sum(bool(list(commands(block))) for block in of_language(*SHELL)) > 40


@pytest.mark.parametrize("block", of_language("toml"), ids=by_place)
def test_configurations_are_allowed(block: Block) -> None:
    tables = tomllib.loads(block.text)
    if tables.keys() & set(FOREIGN):
        return
    try:
        convert_tables(tables, Config)
    except ConfigurationError as error:
        # what misses a key that is given elsewhere on the page is a part of a table
        faults = [line for line in str(error).splitlines() if not line.endswith(": missing")]
        if faults:
            convert_tables(tables, FleetSettings)


@pytest.mark.parametrize("block", of_language("json", "yaml", "python"), ids=by_place)
def test_data_and_code_can_be_read(block: Block) -> None:
    if block.language == "json":
        json.loads(block.text)
    elif block.language == "yaml":
        list(yaml.safe_load_all(block.text))
    else:
        ast.parse(block.text)


DEFAULTS = """
governed = ["ops/**"]
[owners.team-orders]
[owners.team-api]
[trackers.api-issues]
pattern = 'API-(?P<number>\\d+)'
[domains.api]
owner = "team-api"
tracker = "api-issues"
paths = ["specs/**"]
"""
WRONG = ("markup_unknown", "markup_broken", "markup_taken")


def is_ours(block: Block) -> bool:
    names = ("canonical", "observed-deviation", "workaround", "opsdocs-ignore", "document-change")
    return any(name in block.text for name in (*names, "verification", "approval", "::"))


MARKUP = [block for block in of_language("rst", "markdown", "md", "myst") if is_ours(block)]


@pytest.mark.parametrize("block", MARKUP, ids=by_place)
def test_markup_is_known(block: Block, tmp_path: Path) -> None:
    suffix = "rst" if block.language == "rst" else "md"
    project = Project(tmp_path, config=DEFAULTS)
    name = f"ops/page.{suffix}"
    text = block.text
    if not text.startswith((":class:", "---")):
        title = "# Page\n\n" if suffix == "md" else "Page\n====\n\n"
        text = f"{title}{text}"
    project.write({name: text})
    faults = [
        finding.message
        for finding in project.build("dummy").findings
        if finding.rule in WRONG or "unknown option" in finding.message
    ]
    assert faults == []
