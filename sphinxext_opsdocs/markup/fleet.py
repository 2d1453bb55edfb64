"""The directives of a fleet: reports over all repositories, in the project with fleet.toml."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx import addnodes

from sphinxext_opsdocs.markup import nodes as ops_nodes
from sphinxext_opsdocs.markup.directive_base import Head, OpsDirective

if TYPE_CHECKING:
    from sphinxext_opsdocs.fleet.reading import Served

__all__ = ["fleet_directive"]

LIMIT = 200
"""Rows that a page shows unless it says otherwise; data have all of them."""
MOST = 10_000
"""Rows that a browser can still show."""
DATA = ("csv", "parquet")
FOLDER = "opsdocs-fleet"
"""Below the folder of doctrees: the data that pages lead to."""


class FleetReport(OpsDirective):
    """A report of a fleet; its options are filters, and ``limit``, a number of rows."""

    has_argument = False
    kind = ""
    """Of its report."""
    filters: tuple[str, ...] = ()

    def run(self) -> list[nodes.Node]:
        """A node with the rows, which becomes a table before the page is written."""
        head = self.read_head()
        self.refuse_content(head, "use options to filter")
        limit = self._limit(head)
        if self.kind == "impact" and not head.text("section"):
            self.problem("it needs the option section", self.place)
            return []
        chosen = {name: head.text(name) for name in self.filters if head.text(name)}
        node = self._node(chosen, head.text("audience"), limit)
        return [node] if node else []

    def _limit(self, head: Head) -> int:
        text = head.text("limit") or str(LIMIT)
        if not text.isdecimal():
            self.problem(f'limit must be a number, not "{text}"', head.options["limit"].place)
            return LIMIT
        return min(int(text), MOST)

    def _node(self, chosen: Mapping[str, str], audience: str, limit: int) -> nodes.Element | None:
        from sphinxext_opsdocs.config.parser import ConfigurationError
        from sphinxext_opsdocs.fleet.database import DatabaseError
        from sphinxext_opsdocs.fleet.reading import NothingServedError, open_fleet
        from sphinxext_opsdocs.fleet.settings import FLEET_FILE, STATE_FOLDER

        domain: Any = self.env.domains["ops"]
        folder: Path = domain.confdir
        # the page is read again after each refresh, and after a change of the fleet
        for path in (folder / FLEET_FILE, folder / STATE_FOLDER / "CURRENT"):
            self.env.note_dependency(str(path))
        try:
            with open_fleet(folder, audience) as served:
                report = served.rows(self.kind, chosen, limit)
                more = max(0, served.count(self.kind, chosen) - limit)
                node = ops_nodes.fleet_report(
                    "",
                    kind=self.kind,
                    columns=list(report.columns),
                    rows=[list(row) for row in report.rows],
                    more=more,
                    standing=served.standing(),
                )
                self.set_source_info(node)
                if more:
                    node += self._downloads(served, chosen, audience)
                return node
        except (ConfigurationError, DatabaseError, NothingServedError) as error:
            self.problem(str(error), self.place)
            return None

    def _downloads(
        self, served: Served, chosen: Mapping[str, str], audience: str
    ) -> list[nodes.Node]:
        """Links to all rows as data."""
        name = self.kind
        if chosen or audience:
            name += f"-{_digest(chosen, audience)}"
        generation = served.generation
        # two generations can have one number, if somebody began anew in between
        version = f"{generation.number}-{generation.served_at}"
        folder = _made(Path(self.env.doctreedir, FOLDER, version))
        links: list[nodes.Node] = []
        for format_name in DATA:
            path = folder / f"{name}.{format_name}"
            if not path.is_file():
                _write(served, self.kind, chosen, path)
            label = nodes.inline("", format_name.upper() if format_name == "csv" else "Parquet")
            target = _relative(path, Path(self.env.doc2path(self.env.docname)).parent)
            links.append(
                addnodes.download_reference(
                    "", "", label, refdoc=self.env.docname, reftarget=target
                )
            )
        return links


def fleet_directive(kind: str, filters: tuple[str, ...]) -> type[OpsDirective]:
    """Return the directive of one report of a fleet."""
    options = (*filters, "audience", "limit")
    members = {"kind": kind, "filters": filters, "option_names": options}
    return type("FleetReport", (FleetReport,), members)


def _write(served: Served, kind: str, chosen: Mapping[str, str], path: Path) -> None:
    """Write a report as data, whole or not at all."""
    unfinished = path.with_name(f"{path.name}.{os.getpid()}")
    served.export(kind, unfinished, path.suffix[1:], chosen)
    # as old as what it shows: a dependency that is newer than the reading of its page makes the
    # next build read the page again
    os.utime(unfinished, ns=(0, served.generation.served_at))
    unfinished.replace(path)


def _made(folder: Path) -> Path:
    """Make a folder for the data of a generation, and remove those of earlier ones."""
    folder.mkdir(parents=True, exist_ok=True)
    for other in folder.parent.iterdir():
        if other.name != folder.name:
            shutil.rmtree(other, ignore_errors=True)
    return folder


def _relative(path: Path, folder: Path) -> str:
    try:
        return Path(os.path.relpath(path, folder)).as_posix()
    except ValueError:  # on another drive of Windows
        return path.as_posix()


def _digest(chosen: Mapping[str, str], audience: str) -> str:
    """What tells the data of two directives apart."""
    text = json.dumps([sorted(chosen.items()), audience])
    return hashlib.sha256(text.encode()).hexdigest()[:8]
