"""Commands as the tests run them: ``opsdocs`` in this process, and git."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from click.testing import CliRunner, Result

from sphinxext_opsdocs.cli import main

ROOT = Path(__file__).parents[1]
"""The project itself."""


def run(*words: str | Path) -> Result:
    """Run ``opsdocs`` with these words."""
    return CliRunner().invoke(main, [str(word) for word in words])


def run_piped(*words: object, cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    """Run ``opsdocs`` in a process of its own, with its output in pipes."""
    command = [sys.executable, "-m", "sphinxext_opsdocs", *map(str, words)]
    return subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)


def git(folder: Path, *words: str) -> str:
    """Run git in a folder, as Jo; return its output."""
    settings = ("-c", "user.name=Jo Doe", "-c", "user.email=jo@acme.example")
    done = subprocess.run(
        ["git", *settings, *words], cwd=folder, capture_output=True, text=True, check=True
    )
    return done.stdout
