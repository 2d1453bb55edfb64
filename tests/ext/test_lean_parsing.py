"""Parsing with less work has the same result, and leaves docutils as it was."""

from __future__ import annotations

import logging

import pytest
import sphinx.util.nodes
from docutils.core import publish_doctree
from docutils.parsers.rst.states import Body, state_classes
from docutils.statemachine import DuplicateTransitionError, StateWS, UnknownTransitionError

from sphinxext_opsdocs.ext.lean_parsing import UNSEEN_LOGGERS, parse_lean
from tests.commands import ROOT


def transitions() -> list[object]:
    """The transitions of each state of reStructuredText, in the order in which they are tried."""
    found: list[object] = []
    for kind in state_classes:
        state = kind.__new__(kind)
        state.transition_order, state.transitions = [], {}
        state.add_initial_transitions()
        rows = [(name, *state.transitions[name]) for name in state.transition_order]
        assert all(method.__self__ is state for _, _, method, _ in rows)
        found.append([(name, pattern, method.__func__, end) for name, pattern, method, end in rows])
    return found


def trees() -> list[str]:
    settings = {"report_level": 5, "file_insertion_enabled": False}
    texts = (path.read_text() for path in sorted((ROOT / "examples/acme").rglob("*.rst")))
    return [publish_doctree(text, settings_overrides=settings).pformat() for text in texts]


def test_states_have_the_same_transitions_and_pages_the_same_nodes() -> None:
    plain, pages = transitions(), trees()
    assert len(pages) > 10
    with parse_lean():
        assert transitions() == plain  # looked up
        assert transitions() == plain  # kept
        assert trees() == pages


def test_everything_is_put_back() -> None:
    before = StateWS.add_initial_transitions, sphinx.util.nodes.repr_domxml
    levels = [logging.getLogger(name).level for name in UNSEEN_LOGGERS]
    try:
        with parse_lean():
            assert StateWS.add_initial_transitions is not before[0]
            raise KeyError
    except KeyError:
        pass
    assert (StateWS.add_initial_transitions, sphinx.util.nodes.repr_domxml) == before
    assert [logging.getLogger(name).level for name in UNSEEN_LOGGERS] == levels


def test_transitions_can_be_added_and_removed() -> None:
    with parse_lean():
        transitions()
        state = Body.__new__(Body)
        state.transition_order, state.transitions = [], {}
        state.add_initial_transitions()
        with pytest.raises(DuplicateTransitionError):
            state.add_transition("bullet", ("x", state.bullet, "Body"))
        state.remove_transition("bullet")
        assert "bullet" not in state.transitions
        with pytest.raises(KeyError):
            state.transitions["bullet"]
        with pytest.raises(UnknownTransitionError):
            state.remove_transition("bullet")
        state.add_transition("bullet", ("x", state.bullet, "Body"))
        assert state.transitions["bullet"][0] == "x"
