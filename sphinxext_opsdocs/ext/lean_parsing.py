"""Parsing pages without making again for each of them what is the same for all."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Mapping
from contextlib import ExitStack, contextmanager
from typing import Any

import sphinx.util.docutils
import sphinx.util.nodes
from docutils.statemachine import StateWS
from docutils.utils import DependencyList

__all__ = ["parse_lean"]

SETTINGS_FUNCTION = "_get_settings"
"""The function of Sphinx that makes the settings of docutils; versions before 9 have none."""
STATE_METHOD = "add_initial_transitions"
"""The method of a state of docutils that looks up its transitions."""
UNSEEN_LOGGERS = tuple(
    f"sphinx.{module}" for module in ("sphinx.events", "sphinx.util.display", "sphinx.util.nodes")
)
"""Tell developers of Sphinx which event is emitted and how nodes looked, and terminals which page
is read: several times for each page, and commands show none of it."""


@contextmanager
def parse_lean() -> Generator[None]:
    """Parse pages with less work, and the same result."""
    with ExitStack() as stack:

        def put(owner: Any, name: str, value: object) -> None:
            stack.callback(setattr, owner, name, getattr(owner, name))
            setattr(owner, name, value)

        if make := getattr(sphinx.util.docutils, SETTINGS_FUNCTION, None):
            put(sphinx.util.docutils, SETTINGS_FUNCTION, _settings_once(make))
        put(StateWS, STATE_METHOD, _transitions_once(getattr(StateWS, STATE_METHOD)))
        put(sphinx.util.nodes, "repr_domxml", _no_description)
        for logger in map(logging.getLogger, UNSEEN_LOGGERS):
            stack.callback(logger.setLevel, logger.level)
            logger.setLevel(logging.WARNING)
        yield


def _settings_once(make: Callable[..., Any]) -> Callable[..., Any]:
    """Make the settings of docutils once for each kind of pages, as earlier versions of Sphinx do.

    Sphinx 9 defines every option of docutils again for each page.
    """
    made: dict[Any, tuple[Mapping[str, Any], Any]] = {}

    def make_once(*components: Any, defaults: Mapping[str, Any], **options: Any) -> Any:
        kind = components[-1].__class__  # of the parser
        if kind not in made or made[kind][0] != defaults:
            made[kind] = dict(defaults), make(*components, defaults=defaults, **options)
        values = made[kind][1].copy()
        values.record_dependencies = DependencyList()  # of the page
        return values

    return make_once


class _Transitions(dict[str, tuple[Any, Any, str]]):
    """The transitions of a state, each made when it is first tried: most states are never used."""

    def __init__(self, state: Any, known: Mapping[str, tuple[Any, str]]) -> None:
        super().__init__()
        self._state, self._known = state, known

    def __missing__(self, name: str) -> tuple[Any, Any, str]:
        pattern, following = self._known[name]
        self[name] = transition = (pattern, getattr(self._state, name), following)
        return transition

    def __contains__(self, name: object) -> bool:
        return super().__contains__(name) or name in self._known

    def __delitem__(self, name: str) -> None:
        if name not in self:
            raise KeyError(name)
        self.pop(name, None)
        self._known = {other: found for other, found in self._known.items() if other != name}


def _transitions_once(add: Callable[[Any], None]) -> Callable[[Any], None]:
    """Look up the transitions of a state once for its class, not for each list and each block.

    docutils makes 15 states for every nested parser, with 170 transitions.
    """
    made: dict[type[Any], tuple[list[str], dict[str, tuple[Any, str]]]] = {}

    def add_once(state: Any) -> None:
        kind: type[Any] = state.__class__
        if kind not in made:
            add(state)
            found = state.transitions.items()
            known = {name: (pattern, following) for name, (pattern, _, following) in found}
            made[kind] = list(state.transition_order), known
            return
        order, known = made[kind]
        state.transition_order = order.copy()
        state.transitions = _Transitions(state, known)

    return add_once


def _no_description(_node: object, _length: int = 0) -> str:
    return ""
