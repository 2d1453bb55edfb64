"""``opsdocs fleet pages``: a page for each team, and for each specification."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
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

MARKUP = re.compile(r"[\\`*_|<>:{}\[\]]")
"""Characters that can begin markup in reStructuredText."""
UNSAFE = re.compile(r"[^\w.-]+")
TEAM = """\
{title}
{line}

.. fleet-findings::
   :owner: {key}{options}

.. fleet-register::
   :owner: {key}{options}

.. fleet-scorecard::
   :owner: {key}{options}
"""
SPECIFICATION = """\
{title}
{line}

Who depends on what this repository publishes, and where pages diverge from it.

.. fleet-matrix::
   :domain: {key}{options}

.. fleet-register::
   :domain: {key}{options}

.. fleet-findings::
   :domain: {key}{options}
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
@click.option("--audience", default="", help="Who reads the pages.  [default: everybody]")
def pages(given: Path | None, audience: str) -> None:
    """Write pages for teams and specifications.

    There is one for each, in the folders teams and specifications beside fleet.toml. A page that is
    there already stays as it is, so that a team can add to its own.
    """
    folder = fleet_folder(given)
    with served_in(folder, audience) as served:
        files = dict(_files(served, audience))
    written = 0
    for name, text in files.items():
        path = folder / name
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            written += write_result(path, text.encode())
    show(f"{counted_noun(written, 'page')} written", err=True)


def _files(served: Served, audience: str) -> Iterator[tuple[str, str]]:
    """Yield path and text of each page."""
    options = f"\n   :audience: {audience}" if audience else ""
    for kind, title, template, keys in (
        ("teams", "Teams", TEAM, served.owners()),
        ("specifications", "Specifications", SPECIFICATION, served.publishers()),
    ):
        # a bundle comes from somebody else: what is no plain name could be markup
        plain = [key for key in keys if key.isprintable() and key.strip() == key]
        if plain:
            yield f"{kind}/index.rst", _filled(INDEX, title, "")
        for key, name in _file_names(plain):
            yield f"{kind}/{name}.rst", _filled(template, key, options)


def _file_names(keys: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield each key with the name of its page, which no other has in any letter case."""
    taken = {"index"}
    for key in keys:
        name = UNSAFE.sub("-", key).strip("-.") or "page"
        if name.casefold() in taken:
            name = f"{name}-{hashlib.sha256(key.encode()).hexdigest()[:6]}"
        taken.add(name.casefold())
        yield key, name


def _filled(template: str, key: str, options: str) -> str:
    title = MARKUP.sub(r"\\\g<0>", key)
    return template.format(title=title, line="=" * max(len(title), 4), key=key, options=options)
