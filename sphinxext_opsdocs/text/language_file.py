"""The words and expressions of one language, read from a data file."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, cached_property
from importlib.resources import files
from pathlib import Path

import msgspec
from msgspec import Struct

from sphinxext_opsdocs.config.regular_expressions import (
    AnyPattern,
    PatternError,
    Patterns,
    SlowMatch,
    check_pattern,
)
from sphinxext_opsdocs.text.language_tables import (
    Claims,
    Grammar,
    Norms,
    Quantities,
    Unit,
    Words,
)

__all__ = [
    "Language",
    "LanguageError",
    "Quantities",
    "TeamLanguage",
    "Unit",
    "default_language",
    "load_language",
    "parse_language",
]

DEFAULT_CODE = "en"
FILE_PREFIX = "language_"


class LanguageError(Exception):
    """A language file that cannot be read; the message names the file and the reason."""


class Language(Struct, frozen=True, forbid_unknown_fields=True, dict=True, eq=False):
    """One language file. Sets and patterns are built once, when they are first needed.

    Languages compare by identity, so that they are cheap keys of caches.
    """

    placeholders: tuple[str, ...]
    """Expressions of whole texts, as written, that only announce content ("to be done")."""
    definitions: tuple[str, ...]
    """Expressions after the term in a sentence that defines it."""
    glossary_titles: tuple[str, ...]
    """Expressions of whole titles of sections whose definition lists define terms."""
    word: Words
    norms: Norms
    claims: Claims
    kinds: tuple[str, ...] = ()
    """As ``definitions``, of which a sentence that defines nothing has one too ("is a")."""
    weights: str = ""
    """Name of a file of the package with weights; expressions alone decide without one."""
    named: tuple[str, ...] = ()
    """Definitions before their term, which is a group."""
    # tables that were added later have defaults, so that language files of teams stay valid
    grammar: Grammar = msgspec.field(default_factory=lambda: default_language().grammar)
    quantities: Quantities = msgspec.field(default_factory=lambda: default_language().quantities)

    def words(self, name: str) -> frozenset[str]:
        """Return a word class."""
        return self._word_classes[name]

    def pattern(self, name: str, suffix: str = "") -> AnyPattern:
        """Return the expressions of a list as one pattern that matches whole words anywhere.

        ``suffix`` is an expression for what follows.
        """
        pattern = self._patterns.get((name, suffix))
        if pattern is None:
            text = _join_expressions(self._expressions(name)) + suffix
            pattern = self._patterns[name, suffix] = self._compile(text, name)
        return pattern

    @property
    def is_shipped(self) -> bool:
        """Whether the language is one of ours, whose expressions need no time limit."""
        return True

    def _compile(self, text: str, _name: str) -> AnyPattern:
        return re.compile(text)

    @property
    def _expression_groups(self) -> tuple[Struct, ...]:
        return self, self.norms, self.claims

    @cached_property
    def _word_classes(self) -> dict[str, frozenset[str]]:
        return {name: frozenset(getattr(self.word, name)) for name in self.word.__struct_fields__}

    @cached_property
    def _patterns(self) -> dict[tuple[str, str], AnyPattern]:
        return {}

    def _expressions(self, name: str) -> tuple[str, ...]:
        if name == "normative":  # plain words; a keyword may be in capitals or not
            return tuple(
                map(
                    re.escape,
                    [*self.word.modals, *self.word.weak, *map(str.lower, self.word.keywords)],
                )
            )
        group = next(group for group in self._expression_groups if hasattr(group, name))
        expressions: tuple[str, ...] = getattr(group, name)
        return expressions


class TeamLanguage(Language, frozen=True, forbid_unknown_fields=True, dict=True, eq=False):
    """A language file of a team: its expressions are bounded in time (ADR 0017)."""

    @property
    def is_shipped(self) -> bool:
        """Whether the language is one of ours."""
        return False

    @cached_property
    def _bounded(self) -> Patterns:
        return Patterns()

    def _compile(self, text: str, name: str) -> AnyPattern:
        return self._bounded.compile(text, name)

    def check(self) -> None:
        """Raise LanguageError for the first expression that cannot be used."""
        for key, name in self._lists():
            for expression in self._expressions(name):
                try:
                    check_pattern(expression)
                except PatternError as error:
                    raise LanguageError(f"{key}: {expression!r}: {error}") from None

    def take_slow_expressions(self) -> Iterator[str]:
        """Yield a message with its key for each sentence that took too long, once."""
        keys = {name: key for key, name in self._lists()}
        for name, text in self._bounded.take_slow():
            expression = self._find_slow_expression(name, text)
            yield f"{keys.get(name, name)} = {SlowMatch(expression, text).message}"

    def _find_slow_expression(self, name: str, text: str) -> str:
        for expression in self._expressions(name):
            alone = Patterns().compile(_join_expressions([expression]))
            alone.search(text)
            if alone.slow_texts:
                return expression
        return "|".join(self._expressions(name))

    def _lists(self) -> Iterator[tuple[str, str]]:
        """Yield key and name of each list of expressions."""
        for group in self._expression_groups:
            table = "" if group is self else f"{type(group).__name__.lower()}."
            for name in group.__struct_fields__:
                if isinstance(getattr(group, name), tuple):
                    yield f"{table}{name}", name


def _join_expressions(expressions: Iterable[str]) -> str:
    """Return one pattern of whole words; without expressions it never matches."""
    alternatives = "|".join(expressions)
    if not alternatives:
        return "(?!)"
    return rf"(?<!\w)(?:{alternatives})(?!\w)"


def load_language(name: str, confdir: Path) -> Language | None:
    """Return a shipped language (``en``, ``en_GB``) or that of a file (``*.toml``) beside conf.py.

    None for a language without a shipped file. Raises LanguageError.
    """
    if name.endswith(".toml"):
        return _read_file(confdir / name, TeamLanguage)
    code = name.replace("-", "_").partition("_")[0].lower()
    file = _shipped_files().get(code)
    return _read_file(file) if file else None


@cache
def parse_language(data: bytes) -> TeamLanguage:
    """Return the language of a team's file. Raises LanguageError."""
    try:
        language = msgspec.toml.decode(data, type=TeamLanguage)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        raise LanguageError(str(error)) from None
    language.check()
    return language


def default_language() -> Language:
    """Return the language whose numbers and plurals apply where a language has no file."""
    return _read_file(_shipped_files()[DEFAULT_CODE])


@cache
def _shipped_files() -> Mapping[str, Path]:
    """The files of the package by language code; a new file is enough for a new language."""
    folder = Path(str(files("sphinxext_opsdocs").joinpath("data")))
    paths = sorted(folder.glob(f"{FILE_PREFIX}*.toml"))
    return {path.stem.removeprefix(FILE_PREFIX): path for path in paths}


def _read_file(path: Path, kind: type[Language] = Language) -> Language:
    try:
        return _decode_file(path, path.stat().st_mtime_ns, kind)
    except OSError as error:
        raise LanguageError(f'language file "{path.name}": {error}') from None


@cache
def _decode_file(path: Path, _modified: int, kind: type[Language]) -> Language:
    """Decode a file once until it is modified: one process may build several times."""
    try:
        data = path.read_bytes()
        if kind is TeamLanguage:
            return parse_language(data)
        return msgspec.toml.decode(data, type=kind)
    except (msgspec.MsgspecError, UnicodeDecodeError, LanguageError) as error:
        raise LanguageError(f'language file "{path.name}": {error}') from None
