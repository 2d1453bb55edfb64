"""``opsdocs fleet pages``: a page for each team, and for each specification."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sphinxext_opsdocs.cli._fleet import fleet_folder, fleet_option
from sphinxext_opsdocs.cli._options import show
from sphinxext_opsdocs.cli._writing import write_result
from sphinxext_opsdocs.cli.fleet_reports import served_in
from sphinxext_opsdocs.findings.finding import counted_noun

if TYPE_CHECKING:
    from sphinxext_opsdocs.fleet.reading import Served

__all__ = ["pages"]

UNSAFE = re.compile(r"[^\w.-]+")
TEAM = """\
{title}
{line}

.. fleet-findings::
   :owner: {key}

.. fleet-register::
   :owner: {key}

.. fleet-scorecard::
   :owner: {key}
"""
SPECIFICATION = """\
{title}
{line}

Who depends on what ``{key}`` publishes, and where pages diverge from it.

.. fleet-matrix::
   :domain: {key}

.. fleet-register::
   :domain: {key}

.. fleet-findings::
   :domain: {key}
"""
INDEX = """\
{title}
{line}

.. toctree::
   :glob:

   *
"""


@click.command(epilog="Example: opsdocs fleet pages")
@fleet_option
def pages(given: Path | None) -> None:
    """Write a page for each team and each specification.

    They go to the folders teams and specifications beside fleet.toml. A page that is there already
    stays as it is, so that a team can add to its own.
    """
    folder = fleet_folder(given)
    with served_in(folder) as served:
        files = dict(_files(served))
    written = 0
    for name, text in files.items():
        path = folder / name
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            written += write_result(path, text.encode())
    show(f"{counted_noun(written, 'page')} written", err=True)


def _files(served: Served) -> Iterator[tuple[str, str]]:
    """Yield path and text of each page."""
    for kind, title, template, keys in (
        ("teams", "Teams", TEAM, served.owners()),
        ("specifications", "Specifications", SPECIFICATION, served.publishers()),
    ):
        if keys:
            yield f"{kind}/index.rst", _filled(INDEX, title)
        for key in keys:
            yield f"{kind}/{UNSAFE.sub('-', key).strip('-.') or 'page'}.rst", _filled(template, key)


def _filled(template: str, key: str) -> str:
    return template.format(title=key, line="=" * max(len(key), 4), key=key)
