"""The head of a directive: its argument and options, read the same way in both syntaxes.

docutils drops a directive with an unknown or repeated option, and MyST keeps the last of a
repeated one. So the directives of this extension declare no options to the parsers: they read
them from their content, and report what they cannot use as problems
(docs/adr/0002-options-read-by-us.md).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Any, NamedTuple

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from sphinxext_opsdocs.config.did_you_mean import did_you_mean
from sphinxext_opsdocs.config.schema import Config
from sphinxext_opsdocs.facts.model import Place, Problem, Value
from sphinxext_opsdocs.markup.anchors import read_need_pattern
from sphinxext_opsdocs.markup.fields import Field, YamlError, read_option_fields, read_yaml_fields
from sphinxext_opsdocs.markup.open_fences import find_open_fence, has_colon_fences
from sphinxext_opsdocs.markup.places import locate_line
from sphinxext_opsdocs.markup.value_parsers import split_list

__all__ = ["Head", "OpsDirective", "has_used_markup", "note_problem", "note_use", "take_problems"]

PROBLEMS = "opsdocs_problems"
USED = "opsdocs_used"
NEARLY_THE_SAME = 0.8
"""Similarity of a name that one or two letters are wrong in."""
MARKUP = re.compile(r"[`*_|\\<:{\[$&]")
"""A character that starts inline markup in one of the syntaxes."""


class Head(NamedTuple):
    """Argument, options by name, and the index of the first content line of the body."""

    argument: Value
    options: dict[str, Value]
    body: int

    def text(self, name: str) -> str:
        """Return the value of an option; empty without the option."""
        return self.options[name].text if name in self.options else ""

    def values(self, name: str) -> tuple[Value, ...]:
        """Return the comma-separated values of an option, each with the place of the option."""
        option = self.options.get(name)
        if not option:
            return ()
        return tuple(Value(part, option.place) for part in split_list(option.text))


def note_use(env: Any) -> None:
    """Record that the current document uses markup of this extension."""
    env.temp_data[USED] = True


def has_used_markup(env: Any) -> bool:
    """Return whether the current document uses markup of this extension."""
    return bool(env.temp_data.get(USED))


def note_problem(env: Any, problem: Problem) -> None:
    """Keep a problem of the current document until its facts are extracted."""
    env.temp_data.setdefault(PROBLEMS, []).append(problem)


def take_problems(env: Any) -> list[Problem]:
    """Return the problems noted in the current document, and clear them."""
    problems: list[Problem] = env.temp_data.get(PROBLEMS, [])
    env.temp_data[PROBLEMS] = []
    return problems


class OpsDirective(SphinxDirective):
    """A directive that reads its own head and parses its body as ordinary markup."""

    # docutils passes everything after the directive's name as content, as no argument or option
    # is declared
    has_content = True
    has_argument = True
    option_names: Collection[str] = ()
    further_options: Collection[str] = ()
    """Options that came later: the text of a message is part of what a baseline knows it by."""
    option_rule = "input_unreadable"
    """The rule that reports options with problems."""

    @property
    def is_myst(self) -> bool:
        """Whether MyST runs the directive."""
        return type(self.state).__module__.startswith("myst_parser")

    @property
    def ops_config(self) -> Config:
        """The configuration of this build."""
        domain: Any = self.env.domains["ops"]
        config: Config = domain.config
        return config

    @property
    def need_pattern(self) -> str:
        """The pattern for ids of needs; empty where our objects do not become needs."""
        return read_need_pattern(self.config)

    @property
    def place(self) -> Place:
        """The first line of the directive."""
        source, line = self.get_source_info()
        return locate_line(self.env, source, line)

    def line_place(self, index: int) -> Place:
        """Return the place of a content line, by its index from 0."""
        if self.is_myst:
            source = self.state.document["source"]
            line = self.lineno + self.content_offset + 1 + index
        else:
            source, offset = self.content.info(index)
            line = (offset or 0) + 1
        return locate_line(self.env, source, line)

    def read_head(self) -> Head:
        """Read argument and options; unknown and repeated options become problems.

        The argument starts on the line of the directive, and options directly below it.
        """
        note_use(self.env)
        lines = list(self.content)
        argument, index = self._read_argument(lines)
        options: dict[str, Value] = {}
        if self._lines_to_content() <= 1:
            options, index = self._read_options(lines, index)
        while index < len(lines) and not lines[index].strip():
            index += 1
        self._refuse_open_fence(lines[index:])
        return Head(argument, options, index)

    def inline(self, text: str) -> list[nodes.Node]:
        """Return text as inline markup."""
        if not MARKUP.search(text):  # a parse would take far longer than this search
            return [nodes.Text(text)]
        parsed: tuple[list[Any], list[Any]] = self.state.inline_text(text, self.lineno)
        content = [*parsed[0], *parsed[1]]
        # MyST returns raw nodes for HTML in a line of text, which has no place in a title
        return [nodes.Text(n.astext()) if isinstance(n, nodes.raw) else n for n in content]

    def message(self, text: str) -> nodes.inline:
        """Return text as inline markup that Sphinx translates by itself.

        It is the last child of its parent: Sphinx dissolves it so. The parent says
        ``translatable=False``, or the whole of it would be one message.
        """
        node = nodes.inline(text, "", *self.inline(text), translatable=True)
        self.set_source_info(node)
        return node

    def parse_body(self, head: Head, parent: nodes.Element) -> None:
        """Parse the content after the head as ordinary markup into a node."""
        if head.body < len(self.content):
            body = self.content[head.body :]
            self.state.nested_parse(body, self.content_offset + head.body, parent)

    def problem(self, message: str, place: Place, rule: str = "input_unreadable") -> None:
        """Note a problem with the text of the directive."""
        note_problem(self.env, Problem(rule, f"{self.name}: {message}", place))

    def refuse_content(self, head: Head, remedy: str) -> None:
        """Report content of a directive that has none."""
        if head.body < len(self.content):
            self.problem(f"content is not allowed; {remedy}", self.line_place(head.body))

    def _lines_to_content(self) -> int:
        """Return the lines from the directive to its content: 0 if that starts on its own line."""
        # docutils counts from the start of the source, MyST from the line after the fence
        if self.is_myst:
            return self.content_offset + 1
        return self.content_offset - (self.lineno - 1)

    def _read_argument(self, lines: list[str]) -> tuple[Value, int]:
        """Return the argument and the number of its lines."""
        if not self.has_argument or self._lines_to_content() or read_option_fields(lines[:1])[0]:
            return Value("", self.place), 0
        # an argument of reStructuredText continues on indented lines, one of MyST never does
        count = min(len(lines), 1) if self.is_myst else _count_paragraph_lines(lines)
        text = " ".join(" ".join(lines[:count]).split())
        return Value(text, self.place), count

    def _read_options(self, lines: list[str], index: int) -> tuple[dict[str, Value], int]:
        """Return the options that start at a line, and the index of the line after them."""
        fields: Iterable[Field]
        if self.is_myst and lines[index : index + 1] == ["---"]:
            fields, end = self._read_yaml_options(lines, index)
        else:
            fields, count = read_option_fields(lines[index:])
            end = index + count
        options: dict[str, Value] = {}
        for name, text, line in fields:
            place = self.line_place(index + line)
            if name not in (*self.option_names, *self.further_options):
                allowed = ", ".join(self.option_names) or "none"
                if self.further_options:
                    allowed += f"; also {', '.join(self.further_options)}"
                hint = did_you_mean(name, self.option_names)
                hint = hint or did_you_mean(name, self.further_options, cutoff=NEARLY_THE_SAME)
                message = f'unknown option "{name}", allowed: {allowed}{hint}'
                self.problem(message, place, self.option_rule)
            elif name in options:
                self.problem(f'option "{name}" is given twice', place, self.option_rule)
            else:
                options[name] = Value(text, place)
        return options, end

    def _read_yaml_options(self, lines: list[str], index: int) -> tuple[list[Field], int]:
        """Return the options of a block between ``---`` lines, and the index after the block."""
        ends = (i for i in range(index + 1, len(lines)) if lines[i].startswith("---"))
        end = next(ends, len(lines))
        try:
            fields = read_yaml_fields("\n".join(lines[index + 1 : end]))
        except YamlError as error:
            place = self.line_place(index + 1 + error.line)
            self.problem(f"the options are not valid YAML: {error}", place, self.option_rule)
            fields = []
        return [field._replace(line=field.line + 1) for field in fields], end + 1

    def _refuse_open_fence(self, lines: list[str]) -> None:
        """Report a fence that is opened in a MyST body and never closed there."""
        if not self.is_myst:
            return
        opened_at = find_open_fence(lines, has_colon_fences(self.config))
        if opened_at is None:
            return
        # the end of the nested fence has closed the directive, whose own end is now a new fence
        place = self.line_place(len(self.content) - len(lines) + opened_at)
        message = "a nested fence of the same length ends it early; use a longer outer fence"
        self.problem(message, place)


def _count_paragraph_lines(lines: list[str]) -> int:
    """Return the number of lines before the first blank line or option."""
    for index, line in enumerate(lines):
        if not line.strip() or read_option_fields([line])[0]:
            return index
    return len(lines)
