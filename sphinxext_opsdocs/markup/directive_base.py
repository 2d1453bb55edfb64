"""The head of our directives: argument and options, read the same way in both syntaxes.

docutils drops a directive that has an unknown or repeated option, MyST keeps the last of a
repeated one. So our directives take no options as far as the parsers know, find them in their
content, and turn what they cannot use into problems.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection
from typing import Any, NamedTuple

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from sphinxext_opsdocs.config.schema import Config
from sphinxext_opsdocs.facts.model import Place, Problem, Value
from sphinxext_opsdocs.markup.anchors import need_pattern
from sphinxext_opsdocs.markup.fields import YamlError, option_fields, yaml_fields
from sphinxext_opsdocs.markup.open_fences import has_colon_fences, open_fence
from sphinxext_opsdocs.markup.places import place_of
from sphinxext_opsdocs.markup.value_parsers import split_list

__all__ = ["Head", "OpsDirective", "markup_was_used", "note_problem", "note_use", "taken_problems"]

PROBLEMS = "opsdocs_problems"
USED = "opsdocs_used"
MARKUP = re.compile(r"[`*_|\\<:{\[$&]")


class Head(NamedTuple):
    """Argument, options by name, and the index of the first content line of the body."""

    argument: Value
    options: dict[str, Value]
    body: int

    def text(self, name: str) -> str:
        """The option's value, empty when it is not given."""
        return self.options[name].text if name in self.options else ""

    def values(self, name: str) -> tuple[Value, ...]:
        """The comma-separated values of an option, each at the option's place."""
        option = self.options.get(name)
        return (
            tuple(Value(part, option.place) for part in split_list(option.text)) if option else ()
        )


def note_use(env: Any) -> None:
    """Tell the extraction that the document that is being read has markup of ours."""
    env.temp_data[USED] = True


def markup_was_used(env: Any) -> bool:
    """Whether the document that is being read has markup of ours."""
    return bool(env.temp_data.get(USED))


def note_problem(env: Any, problem: Problem) -> None:
    """Keep a problem of the document that is being read until its facts are extracted."""
    env.temp_data.setdefault(PROBLEMS, []).append(problem)


def taken_problems(env: Any) -> list[Problem]:
    """The problems noted so far in the document that is being read, which forgets them."""
    problems: list[Problem] = env.temp_data.get(PROBLEMS, [])
    env.temp_data[PROBLEMS] = []
    return problems


class OpsDirective(SphinxDirective):
    """A directive of ours: reads its head, and parses the rest as ordinary markup."""

    has_content = True
    takes_argument = True
    known_options: Collection[str] = ()
    option_rule = "input_unreadable"
    """The rule that reports options which cannot be used."""

    @property
    def is_myst(self) -> bool:
        """Whether a MyST parser runs the directive: it counts content lines from the directive."""
        return type(self.state).__module__.startswith("myst_parser")

    @property
    def ops_config(self) -> Config:
        """The configuration of this build."""
        domain: Any = self.env.domains["ops"]
        config: Config = domain.config
        return config

    @property
    def need_pattern(self) -> str:
        """The pattern of need ids; empty where the project has no sphinx-needs."""
        return need_pattern(self.config)

    @property
    def place(self) -> Place:
        """Where the directive starts."""
        source, line = self.get_source_info()
        return place_of(self.env, source, line)

    def line_place(self, index: int) -> Place:
        """Where a line of the content stands."""
        if self.is_myst:
            source, line = (
                self.state.document["source"],
                self.lineno + self.content_offset + 1 + index,
            )
        else:
            source, offset = self.content.info(index)
            line = (offset or 0) + 1
        return place_of(self.env, source, line)

    def read_head(self) -> Head:
        """Read argument and options; unknown and repeated options become problems.

        An argument stands on the directive's own line, options directly below it.
        """
        note_use(self.env)
        lines = list(self.content)
        distance = self.content_offset - (-1 if self.is_myst else self.lineno - 1)
        index = 0
        argument = Value("", self.place)
        if self.takes_argument and distance == 0 and not option_fields(lines[:1])[0]:
            index = min(len(lines), 1) if self.is_myst else _paragraph_end(lines)
            argument = Value(" ".join(" ".join(lines[:index]).split()), self.place)
        options: dict[str, Value] = {}
        if distance <= 1:
            options, index = self._read_options(lines, index)
        while index < len(lines) and not lines[index].strip():
            index += 1
        self._refuse_open_fence(lines[index:])
        return Head(argument, options, index)

    def inline(self, text: str) -> list[nodes.Node]:
        """Text as inline markup, without a parse where it has none."""
        if not MARKUP.search(text):
            return [nodes.Text(text)]
        parsed: tuple[list[Any], list[Any]] = self.state.inline_text(text, self.lineno)
        # MyST reads HTML in a line of text; a title has none
        content = [*parsed[0], *parsed[1]]
        return [nodes.Text(n.astext()) if isinstance(n, nodes.raw) else n for n in content]

    def parse_body(self, head: Head, parent: nodes.Element) -> None:
        """Parse what follows the head as ordinary markup into a node."""
        if head.body < len(self.content):
            body = self.content[head.body :]
            self.state.nested_parse(body, self.content_offset + head.body, parent)

    def problem(self, message: str, place: Place, rule: str = "input_unreadable") -> None:
        """Note what could not be read."""
        note_problem(self.env, Problem(rule, f"{self.name}: {message}", place))

    def _read_options(self, lines: list[str], index: int) -> tuple[dict[str, Value], int]:
        if self.is_myst and lines[index : index + 1] == ["---"]:
            fields, end = self._yaml_options(lines, index)
        else:
            fields, count = option_fields(lines[index:])
            end = index + count
        options: dict[str, Value] = {}
        for name, text, line in fields:
            place = self.line_place(index + line)
            if name not in self.known_options:
                allowed = ", ".join(self.known_options) or "none"
                close = difflib.get_close_matches(name, self.known_options, n=1)
                hint = f'; did you mean "{close[0]}"?' if close else ""
                self.problem(
                    f'unknown option "{name}", allowed: {allowed}{hint}', place, self.option_rule
                )
            elif name in options:
                self.problem(f'option "{name}" stands twice', place, self.option_rule)
            else:
                options[name] = Value(text, place)
        return options, end

    def _yaml_options(self, lines: list[str], index: int) -> tuple[list[Any], int]:
        end = next(
            (i for i in range(index + 1, len(lines)) if lines[i].startswith("---")), len(lines)
        )
        try:
            fields = yaml_fields("\n".join(lines[index + 1 : end]))
        except YamlError as problem:
            place = self.line_place(index + 1 + problem.line)
            self.problem(f"the options are no YAML: {problem}", place, self.option_rule)
            fields = []
        return [field._replace(line=field.line + 1) for field in fields], end + 1

    def _refuse_open_fence(self, lines: list[str]) -> None:
        """A fence opened in a MyST body and not closed there: the outer one ended too early."""
        opened = open_fence(lines, has_colon_fences(self.config)) if self.is_myst else None
        if opened is not None:
            place = self.line_place(len(self.content) - len(lines) + opened)
            self.problem("a nested fence of the same length ends it early; fence it longer", place)


def _paragraph_end(lines: list[str]) -> int:
    """How many lines an argument takes: to the first blank line or option."""
    for index, line in enumerate(lines):
        if not line.strip() or option_fields([line])[0]:
            return index
    return len(lines)
