"""Notes which names of directives and roles nobody has registered, while a page is read.

Both parsers ask docutils for the directive or role of a name, wherever the text comes from. So the
answer is more reliable than the message that follows it: MyST writes none where
``suppress_warnings`` says so, and those of docutils can be raised above its report level
(docs/adr/0020-names-that-nobody-registered.md).
"""

from __future__ import annotations

from types import ModuleType
from typing import Any, NamedTuple

from docutils import nodes
from docutils.parsers.rst import Directive
from docutils.utils import Reporter
from sphinx.util.docutils import CustomReSTDispatcher
from sphinx.util.typing import RoleFunction

from sphinxext_opsdocs.facts.model import Place
from sphinxext_opsdocs.markup.include import with_places
from sphinxext_opsdocs.markup.names import Kind
from sphinxext_opsdocs.markup.places import locate_line

__all__ = ["LookupObserver", "UnknownName", "take_unknown_names"]

UNKNOWN = "opsdocs_unknown_names"


class UnknownName(NamedTuple):
    """A name that is not registered; of a role the place is the first line of its block."""

    kind: Kind
    text: str
    place: Place


class LookupObserver(CustomReSTDispatcher):
    """Passes every lookup on, and notes those without a result.

    Sphinx removes it together with its own dispatcher when the page is read.
    """

    def __init__(self, env: Any) -> None:
        super().__init__()
        self._env = env

    def directive(
        self, directive_name: str, language_module: ModuleType, document: nodes.document
    ) -> tuple[type[Directive] | None, list[nodes.system_message]]:
        """Return the directive of a name; None without one."""
        found, messages = super().directive(directive_name, language_module, document)
        if found is None:
            self._note("directive", directive_name, self._place_in(document))
            return None, messages
        return with_places(found), messages

    def role(
        self, role_name: str, language_module: ModuleType, lineno: int, reporter: Reporter
    ) -> tuple[RoleFunction, list[nodes.system_message]]:
        """Return the role of a name; None without one."""
        found, messages = super().role(role_name, language_module, lineno, reporter)
        # Sphinx declares its own return value without None, which docutils documents
        if found is None:  # pyright: ignore[reportUnnecessaryComparison]
            self._note("role", role_name, self._place_of(reporter, lineno))
        return found, messages

    def _note(self, kind: Kind, name: str, place: Place) -> None:
        names: list[UnknownName] = self._env.temp_data.setdefault(UNKNOWN, [])
        names.append(UnknownName(kind, name, place))

    def _place_in(self, document: nodes.document) -> Place:
        """Return the line at which a parser is."""
        line: Any = document.current_line
        # within an included file, MyST changes the attribute, and reStructuredText the property
        place = locate_line(self._env, document.get("source"), line)
        if place.path != locate_line(self._env, None, line).path:
            return place
        return locate_line(self._env, document.current_source, line)

    def _place_of(self, reporter: Reporter, lineno: int) -> Place:
        """Return a line as a reporter counts it: through included files, in reStructuredText."""
        find: Any = getattr(reporter, "get_source_and_line", None)
        source, line = find(lineno) if find else (reporter.source, lineno)
        return locate_line(self._env, source or reporter.source, line)


def take_unknown_names(env: Any) -> list[UnknownName]:
    """Return the names noted in the current document, each use once, and clear them."""
    names: list[UnknownName] = env.temp_data.get(UNKNOWN, [])
    env.temp_data[UNKNOWN] = []
    return names
