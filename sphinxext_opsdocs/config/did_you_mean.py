"""How messages name what is allowed, and what was perhaps meant."""

import difflib
import json
import re
from collections.abc import Iterable, Sequence

__all__ = ["did_you_mean", "listed", "one_of", "slip_of", "suggest", "toml_key"]

SLIP = 0.85
"""Least similarity of a slip, of 0 to 1."""
LISTED = 8
"""Names that a message lists; nobody reads three thousand."""


def did_you_mean(name: str, names: Iterable[str], count: int = 1, cutoff: float = 0.6) -> str:
    """Return ``; did you mean "x"?`` with the nearest names, best first; empty if none is near.

    ``cutoff`` is the least similarity of 0 to 1, as of difflib's ``get_close_matches``.
    """
    return suggest(difflib.get_close_matches(name, list(names), count, cutoff))


def slip_of(name: str, names: Iterable[str]) -> str:
    """Return the only name that another one is probably a slip of; empty without one."""
    near = difflib.get_close_matches(name, list(names), 2, SLIP)
    return near[0] if len(near) == 1 else ""


def suggest(names: Sequence[str]) -> str:
    """Return ``; did you mean "x" or "y"?``; empty without names."""
    if not names:
        return ""
    quoted = " or ".join(f'"{name}"' for name in names)
    return f"; did you mean {quoted}?"


def listed(names: Iterable[str], separator: str = ", ") -> str:
    """Return ``x, y``, or the first names and ``and 2,992 more``."""
    every = list(names)
    text = separator.join(every[:LISTED])
    if len(every) <= LISTED:
        return text
    return f"{text} and {len(every) - LISTED:,} more"


def toml_key(key: str) -> str:
    """Return a key as a table of opsdocs.toml is headed by it, in quotation marks where needed."""
    if re.fullmatch(r"[A-Za-z0-9_-]+", key):
        return key
    return json.dumps(key, ensure_ascii=False)


def one_of(names: Iterable[str]) -> str:
    """Return ``"x"``, ``"x" or "y"``, ``"x", "y" or "z"``."""
    *first, last = [f'"{name}"' for name in names]
    if not first:
        return last
    return f"{', '.join(first)} or {last}"
