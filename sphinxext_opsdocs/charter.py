"""The charter as data: the clauses that operational documentation must meet."""

import tomllib
from functools import cache
from importlib.resources import files

import msgspec
from msgspec import Struct

__all__ = ["Clause", "clauses"]


class Clause(Struct, frozen=True, forbid_unknown_fields=True):
    """One clause. Rules name the clauses that they serve; ``served_by`` names other mechanisms."""

    id: str
    group: str
    text: str
    served_by: tuple[str, ...] = ()
    """Kind and name: ``directive canonical-ref``, ``report document-inventory``."""


@cache
def clauses() -> tuple[Clause, ...]:
    """Return every clause, in the order of the charter."""
    text = files("sphinxext_opsdocs").joinpath("data/charter.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text)["clauses"], tuple[Clause, ...])
