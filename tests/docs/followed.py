"""A page of the documentation as its reader follows it: files are saved, commands typed."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from tests.commands import ROOT

TUTORIAL = ROOT / "docs/tutorial.md"

BLOCK = re.compile(r"^(`{3,})(\S+)[^\n]*\n(.*?)^\1$\n?", re.MULTILINE | re.DOTALL)
SAVE = re.compile(r"(?:Save this as|Add this to the end of) `(?P<path>[^`]+)`:\s*$")
INSERT = re.compile(r"In `(?P<path>[^`]+)`,\s+put this after `(?P<line>[^`]+)`:\s*$")


class Typed(NamedTuple):
    """A command of the page."""

    command: str
    said: str
    """What the page says that it prints."""
    printed: str
    """What it printed, both streams."""


def follow(page: Path, folder: Path) -> Iterator[Typed]:
    """Do in a folder what a page says, a step at a time, and give each command.

    The block that makes a virtual environment is passed over: the one that runs this stands in for
    it. Fails for a block of text that the page does not say what to do with.
    """
    text, end = page.read_text(encoding="utf-8"), 0
    for found in BLOCK.finditer(text):
        lead, end = text[end : found.start()], found.end()
        language, body = found[2], found[3]
        if language == "console":
            if "-m venv" not in body:
                yield from type_commands(body, folder)
        elif not language.startswith("{"):
            save(lead, body, folder)


def save(lead: str, body: str, folder: Path) -> None:
    """Write a file as the words before a block say."""
    if said := SAVE.search(lead):
        path = folder / said["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.read_text(encoding="utf-8") if "Add this" in said[0] else ""
        path.write_text(before + body, encoding="utf-8")
        return
    said = INSERT.search(lead)
    assert said, f"nothing says what to do with:\n{body}"
    path, line = folder / said["path"], said["line"] + "\n"
    before = path.read_text(encoding="utf-8")
    assert before.count(line) == 1
    path.write_text(before.replace(line, line + body), encoding="utf-8")


def type_commands(body: str, folder: Path) -> Iterator[Typed]:
    """Run the commands of a block, each with what the block says that it prints."""
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    for part in re.split(r"^\$ ", body, flags=re.MULTILINE)[1:]:
        command, _, said = part.partition("\n")
        done = subprocess.run(
            command,
            shell=True,
            cwd=folder,
            env={**os.environ, "PATH": path},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        yield Typed(command, said, done.stdout)
