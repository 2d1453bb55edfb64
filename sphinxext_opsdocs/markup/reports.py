"""The report directives: where a table goes, and what it is filtered by."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from docutils import nodes

from sphinxext_opsdocs.config import Config
from sphinxext_opsdocs.markup import nodes as ours
from sphinxext_opsdocs.markup.head import OpsDirective
from sphinxext_opsdocs.markup.values import split_list

__all__ = ["report_directive"]


FilterFault = Callable[[str, Config, str, Iterable[str]], str]
"""What is wrong with a filter: kind of report, configuration, filter, its values."""


def report_directive(
    kind: str, filters: tuple[str, ...], fault_of: FilterFault
) -> type[OpsDirective]:
    """The directive class of one kind of report."""

    class ReportDirective(OpsDirective):
        """A report; each filter is an option with values separated by commas."""

        takes_argument = False
        known_options = filters

        def run(self) -> list[nodes.Node]:
            """A node that is replaced by the table before the page is written."""
            head = self.read_head()
            given = {name: split_list(value.text) for name, value in head.options.items()}
            for name, value in head.options.items():
                fault = fault_of(kind, self.ops_config, name, given[name])
                if not given[name] or fault:
                    self.problem(fault or f'filter "{name}" is empty', value.place)
                    del given[name]
            if head.body < len(self.content):
                self.problem("takes no content, only filters", self.line_place(head.body))
            node = ours.report("", kind=kind, filters=given)
            self.set_source_info(node)
            uses = self.env.domains["ops"].data["reports"]
            uses.setdefault(self.env.docname, []).append((kind, node["filters"]))
            return [node]

    return ReportDirective
