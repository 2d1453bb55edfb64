"""Patterns of a configuration that took too long, as problems at the configuration."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import chain
from typing import TYPE_CHECKING

from sphinxext_opsdocs.config.consistency import take_slow_patterns
from sphinxext_opsdocs.config.schema import Config
from sphinxext_opsdocs.facts.model import DocumentFacts, Place, Problem
from sphinxext_opsdocs.text.language_file import TeamLanguage

if TYPE_CHECKING:
    from sphinxext_opsdocs.text.language_file import Language

__all__ = ["find_slow_patterns", "take_slow_problems"]

SLOW_PATTERN = "slow_pattern"
"""Kind of these problems: they are of the project, also where a page has met them."""


def take_slow_problems(
    config: Config, language: Language | None, place: Place
) -> Iterator[Problem]:
    """Yield a problem for each pattern and text since the last call."""
    messages = take_slow_patterns(config)
    if isinstance(language, TeamLanguage):
        in_file = (f"{config.language}: {each}" for each in language.take_slow_expressions())
        messages = chain(messages, in_file)
    for message in messages:
        yield Problem(SLOW_PATTERN, message, place)


def find_slow_patterns(
    documents: Iterable[DocumentFacts], taken: Iterable[Problem]
) -> Iterator[Problem]:
    """Yield the problems that pages have met and those taken now, each once."""
    of_pages = (problem for facts in documents for problem in facts.problems)
    problems = (problem for problem in of_pages if problem.rule == SLOW_PATTERN)
    # many pages may contain the same text, and a check meets it again
    yield from {problem.message: problem for problem in chain(problems, taken)}.values()
