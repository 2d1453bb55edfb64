"""What the prose rules know of a language: words and phrases, read from a data file."""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path

import msgspec
from msgspec import Struct

__all__ = ["Language", "LanguageError", "load_language"]

LANGUAGES = ("en",)
"""Those that come with the package."""


class LanguageError(Exception):
    """A language file that cannot be read; the message says why."""


class Words(Struct, frozen=True, forbid_unknown_fields=True):
    """Word classes, in lower case, but for ``keywords``."""

    abbreviations: tuple[str, ...]
    """Without the last full stop: they end no sentence."""
    function: tuple[str, ...]
    """Words that say nothing of the subject matter."""
    modals: tuple[str, ...]
    strict: tuple[str, ...]
    """Modals that nobody uses for a step."""
    keywords: tuple[str, ...]
    """Normative words in capitals, as RFC 2119 has them."""
    adverbs: tuple[str, ...]
    """May stand on either side of a modal."""
    negations: tuple[str, ...]
    auxiliaries: tuple[str, ...]
    """Behind a modal, those of the passive voice and of states."""
    possessions: tuple[str, ...]
    """Verbs that say what somebody has; with a participle behind them they are a guess."""
    finite: tuple[str, ...]
    """Verbs that make what they stand in a whole clause."""
    conditions: tuple[str, ...]
    """Open clauses of a condition, a reason or a time: no rule stands there."""
    joints: tuple[str, ...]
    """Other conjunctions: a subject stands behind the last of them."""
    complements: tuple[str, ...]
    """Open clauses that say what is the case, where a noun phrase follows."""
    relatives: tuple[str, ...]
    """Open clauses that tell which thing is meant."""
    prepositions: tuple[str, ...]
    determiners: tuple[str, ...]
    indefinites: tuple[str, ...]
    """Determiners that make a subject one of its kind."""
    universals: tuple[str, ...]
    """Determiners that make a subject general."""
    existentials: tuple[str, ...]
    quantities: tuple[str, ...]
    """What makes "there must be" a rule and no guess."""
    pronouns: tuple[str, ...]
    """That stand for a thing."""
    addressed: tuple[str, ...]
    """Who reads or writes the page."""
    operators: tuple[str, ...]
    """Nouns for who runs the system: a page may tell them what to do."""
    handling: tuple[str, ...]
    """Participles of what operators do to a system."""
    guesses: tuple[str, ...]
    """What, behind a modal, makes it a guess or a consequence."""


class Norms(Struct, frozen=True, forbid_unknown_fields=True):
    """Expressions on rules, over a sentence in lower case with each code as one backtick."""

    participles: tuple[str, ...]
    """Not expressions: the endings of participles."""
    phrases: tuple[str, ...]
    """Rules without a modal; the subject stands before them."""
    steps: tuple[str, ...]
    """Say when or how something is done."""
    lead_ins: tuple[str, ...]
    """The same, at the start of a sentence."""
    goals: tuple[str, ...]
    """Say there what something is done for."""
    exempt: tuple[str, ...]
    """Make a sentence no rule, whatever else it holds."""


class Claims(Struct, frozen=True, forbid_unknown_fields=True):
    """Expressions of claims, over the same."""

    intent: tuple[str, ...]
    """Say by themselves that something is meant to be so."""
    weak_intent: tuple[str, ...]
    """Say so where a fault is told of."""
    no_intent: tuple[str, ...]
    accepted: tuple[str, ...]
    """Make a deviation the normal case."""
    trouble: tuple[str, ...]
    """Tell of a fault."""
    reasons: tuple[str, ...]
    """Say what a decision is good for."""
    workaround: tuple[str, ...]
    no_workaround: tuple[str, ...]
    fault_titles: tuple[str, ...]
    """Whole titles of sections that tell of known faults."""
    behaviour: tuple[str, ...]
    """Finite verbs of what systems do."""
    no_behaviour: tuple[str, ...]
    """Tell of the page, of an example or to its reader."""
    attribution: tuple[str, ...]
    """Stand before a link that is the source of what is said."""


class Language(Struct, frozen=True, forbid_unknown_fields=True, dict=True, eq=False):
    """All of it. What is made of the lists is made once, when it is first needed.

    A language is equal to itself alone, so that it is cheap to remember things by.
    """

    placeholders: tuple[str, ...]
    """Expressions of whole texts, as written, that say nothing yet."""
    definitions: tuple[str, ...]
    """Expressions behind the term at the start of a sentence that says what it means."""
    glossary_titles: tuple[str, ...]
    """Expressions of whole titles of sections whose definition lists define terms."""
    word: Words
    norms: Norms
    claims: Claims

    def words(self, name: str) -> frozenset[str]:
        """A word class."""
        return self._words[name]

    def pattern(self, name: str) -> re.Pattern[str]:
        """The expressions of a list as one: of whole words, and at any place."""
        found = self._patterns.get(name)
        if found is None:
            found = self._patterns[name] = _joined(self._expressions(name))
        return found

    def check(self) -> None:
        """Raise re.error for an expression that is none."""
        for group in (self, self.norms, self.claims):
            for name in group.__struct_fields__:
                if isinstance(getattr(group, name), tuple):
                    self.pattern(name)

    @cached_property
    def _words(self) -> dict[str, frozenset[str]]:
        return {name: frozenset(getattr(self.word, name)) for name in self.word.__struct_fields__}

    @cached_property
    def _patterns(self) -> dict[str, re.Pattern[str]]:
        return {}

    def _expressions(self, name: str) -> tuple[str, ...]:
        if name == "normative":  # words, not expressions: in capitals or not
            return tuple(map(re.escape, [*self.word.modals, *map(str.lower, self.word.keywords)]))
        groups = (self, self.norms, self.claims)
        found: tuple[str, ...] = next(getattr(g, name) for g in groups if hasattr(g, name))
        return found


def _joined(expressions: Iterable[str]) -> re.Pattern[str]:
    """One expression of whole words; matches nothing where there are none."""
    alternatives = "|".join(expressions)
    return re.compile(rf"(?<!\w)(?:{alternatives})(?!\w)" if alternatives else "(?!)")


def load_language(name: str, confdir: Path) -> Language | None:
    """The language of that name (``en``, ``en_GB``), or of that file (``*.toml``) beside conf.py.

    None where the package knows nothing of it. Raises LanguageError.
    """
    if name.endswith(".toml"):
        found = _loaded(confdir / name)
        try:
            found.check()
        except re.error as error:
            raise LanguageError(f'language file "{name}": {error.pattern!r}: {error}') from None
        return found
    code = name.replace("-", "_").partition("_")[0].lower()
    if code not in LANGUAGES:
        return None
    return _own(code)


@cache
def _own(code: str) -> Language:
    """A language that comes with the package, read once."""
    return _loaded(Path(str(files("sphinxext_opsdocs").joinpath(f"data/language_{code}.toml"))))


def _loaded(path: Path) -> Language:
    try:
        return _read(path, path.stat().st_mtime_ns)
    except OSError as error:
        raise LanguageError(f'language file "{path.name}": {error}') from None


@cache
def _read(path: Path, _changed: int) -> Language:
    try:
        return msgspec.toml.decode(path.read_bytes(), type=Language)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise LanguageError(f'language file "{path.name}": {error}') from None
