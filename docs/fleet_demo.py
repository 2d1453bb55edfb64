"""Builds the example company as a fleet of two."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

EXAMPLES = Path(__file__).parent.parent / "examples"
MADE = shutil.ignore_patterns("_build", "fleet", "sites")
BUNDLE = "opsdocs-bundle.zip"
DAY = "1795694400"
"""2026-11-26, in seconds since 1970: the demo is the same whenever it is built."""


def build_fleet(out: Path, platform: Path = EXAMPLES / "platform", has_pages: bool = False) -> None:
    """Build the pages of the fleet into a folder, with those for teams if ``has_pages``.

    Raises RuntimeError with what a command said.
    """
    with tempfile.TemporaryDirectory() as place:
        # a copy: two builds of this documentation may run at once
        fleet = shutil.copytree(EXAMPLES / "fleet", Path(place, "docs"), ignore=MADE)
        run("sphinxext_opsdocs", "bundle", EXAMPLES / "acme", "-o", fleet / "sites/acme" / BUNDLE)
        bundle = fleet / "sites/platform" / BUNDLE
        run("sphinxext_opsdocs", "bundle", platform, "--pages", "**", "-o", bundle)
        run("sphinxext_opsdocs", "fleet", "refresh", "-s", fleet)
        if has_pages:
            run("sphinxext_opsdocs", "fleet", "pages", "-s", fleet)
        run("sphinx", "-q", "-b", "html", "-d", Path(place, "doctrees"), fleet, out)


def run(*words: str | Path) -> None:
    """Run a module of Python, quietly."""
    environment = {**os.environ, "SOURCE_DATE_EPOCH": DAY}
    command = [sys.executable, "-m", *map(str, words)]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)}: {done.stdout}{done.stderr}")
