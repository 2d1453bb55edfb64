"""The directives of a fleet: reports over all repositories, in the project with fleet.toml."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx import addnodes

from sphinxext_opsdocs.markup import nodes as ops_nodes
from sphinxext_opsdocs.markup.directive_base import Head, OpsDirective

__all__ = ["fleet_directive"]

LIMIT = 200
"""Rows that a page shows unless it says otherwise; data have all of them."""
DATA = ("csv", "parquet")
FOLDER = "opsdocs-fleet"
"""Below the folder of doctrees: the data that pages lead to."""


def fleet_directive(kind: str, filters: tuple[str, ...]) -> type[OpsDirective]:
    """Return the directive of one report of a fleet."""

    class FleetReport(OpsDirective):
        """A report of a fleet; its options are filters, and ``limit``, a number of rows."""

        has_argument = False
        option_names = (*filters, "audience", "limit")

        def run(self) -> list[nodes.Node]:
            """A node with the rows, which becomes a table before the page is written."""
            head = self.read_head()
            self.refuse_content(head, "use options to filter")
            limit = self._limit(head)
            if kind == "impact" and not head.text("section"):
                self.problem("it needs the option section", self.place)
                return []
            chosen = {name: head.text(name) for name in filters if head.text(name)}
            node = self._node(chosen, head.text("audience"), limit)
            return [node] if node else []

        def _limit(self, head: Head) -> int:
            text = head.text("limit") or str(LIMIT)
            if not text.isdecimal():
                self.problem(f'limit must be a number, not "{text}"', head.options["limit"].place)
                return LIMIT
            return int(text)

        def _node(
            self, chosen: Mapping[str, str], audience: str, limit: int
        ) -> nodes.Element | None:
            from sphinxext_opsdocs.config.parser import ConfigurationError
            from sphinxext_opsdocs.fleet.database import ExtraMissingError
            from sphinxext_opsdocs.fleet.reading import NothingServedError, open_fleet
            from sphinxext_opsdocs.fleet.settings import FLEET_FILE, STATE_FOLDER

            folder = Path(self.env.app.confdir)
            # the page is read again after each refresh, and after a change of the fleet
            for path in (folder / FLEET_FILE, folder / STATE_FOLDER / "CURRENT"):
                self.env.note_dependency(str(path))
            try:
                served = open_fleet(folder, audience)
                found = served.rows(kind, chosen, limit)
                more = max(0, served.count(kind, chosen) - limit)
                standing = served.standing()
                node = ops_nodes.fleet_report(
                    "",
                    kind=kind,
                    columns=list(found.columns),
                    rows=[list(row) for row in found.rows],
                    more=more,
                    standing=standing,
                )
                self.set_source_info(node)
                if more:
                    node += self._downloads(served, chosen, audience)
                return node
            except (ConfigurationError, ExtraMissingError, NothingServedError) as error:
                self.problem(str(error), self.place)
                return None

        def _downloads(
            self, served: Any, chosen: Mapping[str, str], audience: str
        ) -> list[nodes.Node]:
            """Links to all rows as data."""
            name = f"{kind}-{_digest(chosen, audience)}" if chosen or audience else kind
            folder = Path(self.env.doctreedir, FOLDER, str(served.generation.number))
            folder.mkdir(parents=True, exist_ok=True)
            links: list[nodes.Node] = []
            for format_name in DATA:
                path = folder / f"{name}.{format_name}"
                if not path.is_file():
                    served.export(kind, path, format_name, chosen)
                    # as old as what it shows: a dependency that is newer than the reading of its
                    # page makes the next build read the page again
                    os.utime(path, (0, served.generation.served_at))
                page = Path(self.env.doc2path(self.env.docname)).parent
                target = Path(os.path.relpath(path, page)).as_posix()
                label = nodes.inline("", format_name.upper() if format_name == "csv" else "Parquet")
                links.append(
                    addnodes.download_reference(
                        "", "", label, refdoc=self.env.docname, reftarget=target
                    )
                )
            return links

    return FleetReport


def _digest(chosen: Mapping[str, str], audience: str) -> str:
    """What tells the data of two directives apart."""
    text = json.dumps([sorted(chosen.items()), audience])
    return hashlib.sha256(text.encode()).hexdigest()[:8]
