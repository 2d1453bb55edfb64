"""The report directives: where a table goes, and what decides its rows and columns."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from docutils import nodes

from sphinxext_opsdocs.config.schema import Config
from sphinxext_opsdocs.markup import nodes as ops_nodes
from sphinxext_opsdocs.markup.directive_base import OpsDirective
from sphinxext_opsdocs.markup.value_parsers import split_list

__all__ = ["report_directive"]

OptionsOf = Callable[[str], tuple[Collection[str], Collection[str]]]
"""The filters of a kind of report, and its other options."""
OptionFault = Callable[[str, Config, str, Iterable[str]], str]
"""What is wrong with an option: kind of report, configuration, option, its values."""


def report_directive(
    kind: str, options_of: OptionsOf, docname_filters: Collection[str], fault_of: OptionFault
) -> type[OpsDirective]:
    """The directive class of one kind of report, of which no more is known before a page has it."""

    class ReportDirective(OpsDirective):
        """A report; the values of each option are separated by commas."""

        has_argument = False

        def run(self) -> list[nodes.Node]:
            """A node that is replaced by the table before the page is written."""
            self.option_names, self.further_options = options_of(kind)
            head = self.read_head()
            given = {name: self._values(name, head.text(name)) for name in head.options}
            for name, value in head.options.items():
                fault = fault_of(kind, self.ops_config, name, given[name])
                if not given[name] or fault:
                    self.problem(fault or f'filter "{name}" must have a value', value.place)
                    del given[name]
            self.refuse_content(head, "use options to filter")
            node = ops_nodes.report("", kind=kind, options=given)
            self.set_source_info(node)
            uses = self.env.domains["ops"].data["reports"]
            uses.setdefault(self.env.docname, []).append((kind, node["options"]))
            return [node]

        def _values(self, name: str, text: str) -> tuple[str, ...]:
            """The values of an option; in one of docnames, ``this`` is the page's own."""
            values = split_list(text)
            if name not in docname_filters:
                return values
            return tuple(self.env.docname if value == "this" else value for value in values)

    return ReportDirective
