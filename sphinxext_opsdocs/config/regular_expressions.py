"""Regular expressions of a team: compiled once, and bounded in time (ADR 0017)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from functools import cached_property, lru_cache, partial
from typing import TYPE_CHECKING, NamedTuple

from sphinxext_opsdocs.config.documents import DEFAULT_ID_PATTERN

if TYPE_CHECKING:
    import regex

__all__ = ["AnyPattern", "BoundedPattern", "PatternError", "Patterns", "SlowMatch", "check_pattern"]

OURS = (DEFAULT_ID_PATTERN,)
"""Patterns that need no limit."""
TIME_LIMIT = 0.25
"""Seconds of processor time for one text: a thousand times what a sound pattern takes."""
MOST_SLOW_TEXTS = 3
"""Texts after which a pattern is not tried again, so that a thousand pages take no longer."""
MOST_REPEATS = 100_000
"""Product of the counts in a pattern: ``regex`` unrolls ``(a{1000}){1000}`` as it compiles."""
LONGEST_TEXT = 60
"""Characters of a text that a message shows."""
ORDINARY = re.compile(r"(?:[\w #/:,=-]|\\[dwsDWS.]|\(\?P<\w+>|\(\?:|[()|+*?.^$])*", re.ASCII)
"""Patterns of signs that mean the same to ``re`` and ``regex``: what one takes, both take."""
COUNT = re.compile(r"\\.|\{(\d+)")
# In regex, "x{e}" allows an error; in re, only numbers between braces are a repetition.
LITERAL_BRACE = re.compile(r"(\\N\{[^}]*\}|\\.)|\{(?!\d+(?:,\d*)?\}|,\d*\})", re.DOTALL)


class PatternError(ValueError):
    """A text that is no regular expression of Python's ``re``, or one that cannot be bounded."""


class SlowMatch(NamedTuple):
    """A pattern as it is configured, and a text that it took too long to match."""

    pattern: str
    text: str

    @property
    def message(self) -> str:
        """The fault and its remedy; the key of the configuration goes before it."""
        shown = self.text
        if len(shown) > LONGEST_TEXT:
            shown = f"{shown[:LONGEST_TEXT]}..."
        return (
            f'"{self.pattern}": takes too long to match "{shown}"; rewrite it without a repetition '
            'inside a repetition, as in "(a+)+"'
        )


class BoundedPattern:
    """A pattern that gives up after a time: then a text counts as one that does not match."""

    def __init__(self, text: str, configured: str, log: list[SlowMatch]) -> None:
        """``configured`` is the value of the configuration; slow texts are added to ``log``."""
        self.text = text
        self._configured, self._log = configured, log
        self.slow_texts: list[str] = []

    @cached_property
    def _compiled(self) -> regex.Pattern[str]:
        return _compile(self.text)

    def fullmatch(self, text: str) -> regex.Match[str] | None:
        """Return the match of a whole text."""
        return self._run(self._compiled.fullmatch, text)

    def match(self, text: str) -> regex.Match[str] | None:
        """Return the match at the start of a text."""
        return self._run(self._compiled.match, text)

    def search(self, text: str, start: int = 0, end: int | None = None) -> regex.Match[str] | None:
        """Return the first match in a text between two offsets."""
        return self._run(partial(self._compiled.search, pos=start, endpos=end), text)

    def is_slow(self, text: str) -> bool:
        """Return whether no answer is known for a text."""
        return text in self.slow_texts or len(self.slow_texts) >= MOST_SLOW_TEXTS

    def _run(
        self, method: Callable[..., regex.Match[str] | None], text: str
    ) -> regex.Match[str] | None:
        if not self.is_slow(text):
            try:
                return method(text, timeout=TIME_LIMIT)
            except TimeoutError:
                self.slow_texts.append(text)
        if text not in self.slow_texts:
            text = self.slow_texts[0]
        self._log.append(SlowMatch(self._configured, text))
        return None


AnyPattern = re.Pattern[str] | BoundedPattern
"""A pattern of ours, or one of a team."""


class Patterns:
    """The patterns of one configuration, each compiled when it is first needed."""

    def __init__(self) -> None:
        self._patterns: dict[str, BoundedPattern] = {}
        self._log: list[SlowMatch] = []

    def compile(self, text: str, configured: str = "") -> BoundedPattern:
        """Return a pattern; ``configured`` is the value that it was made of, if it is another."""
        if text not in self._patterns:
            self._patterns[text] = BoundedPattern(text, configured or text, self._log)
        return self._patterns[text]

    def allows(self, pattern: str, text: str) -> bool:
        """Return whether a whole text matches, or would perhaps match after the time limit."""
        if pattern in OURS:
            return bool(re.fullmatch(pattern, text))
        compiled = self.compile(pattern)
        return bool(compiled.fullmatch(text)) or compiled.is_slow(text)

    def is_slow(self, pattern: str) -> bool:
        """Return whether some text took too long."""
        return pattern in self._patterns and bool(self._patterns[pattern].slow_texts)

    def take_slow(self) -> Iterator[SlowMatch]:
        """Yield each slow match since the last call once, in order."""
        slow = dict.fromkeys(self._log)
        self._log.clear()
        yield from slow


def check_pattern(text: str) -> None:
    """Raise PatternError for a text that cannot be a pattern of a team."""
    if text in OURS:
        return
    try:
        re.compile(text)
    except (re.error, RecursionError, OverflowError) as error:
        raise PatternError(str(error)) from None
    repeats = 1
    for count in COUNT.finditer(text):
        repeats *= max(int(count[1] or 1), 1)
    if repeats > MOST_REPEATS:
        raise PatternError(f"its counts repeat it more than {MOST_REPEATS:,} times")
    if not ORDINARY.fullmatch(text):
        _compile(text)


@lru_cache(maxsize=256)
def _compile(text: str) -> regex.Pattern[str]:
    """Raises PatternError for what ``regex`` refuses although ``re`` takes it."""
    # a project without patterns of its own does not pay for this import
    import regex

    try:
        return regex.compile(LITERAL_BRACE.sub(lambda brace: brace[1] or r"\{", text))
    except (regex.error, RecursionError, OverflowError) as error:
        raise PatternError(str(error)) from None
