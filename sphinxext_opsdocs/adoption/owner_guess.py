"""Guesses the owner of a page: from CODEOWNERS, else from who has written it."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from sphinxext_opsdocs.adoption.class_guess import Sureness
from sphinxext_opsdocs.adoption.git_history import PageHistory
from sphinxext_opsdocs.config.codeowners import Dialect, owners_of_path

__all__ = ["CodeOwnersFile", "OwnerGuess", "guess_owner"]

MOST_OWNERS = 3
"""Owners of one page; a longer list in CODEOWNERS names reviewers."""
MAJORITY = 0.5


class CodeOwnersFile(Struct, frozen=True):
    """The text of a CODEOWNERS file, and the folder of the pages in its repository."""

    text: str
    dialect: Dialect
    base: str = ""
    """The folder that page paths are relative to, with a slash at its end; empty for the root."""


class OwnerGuess(Struct, frozen=True):
    """The likeliest owners of a page; none where nothing tells any."""

    names: tuple[str, ...] = ()
    sureness: Sureness = "none"
    why: str = ""
    """What speaks for them, as people read it."""


def guess_owner(
    path: str,
    code_owners: CodeOwnersFile | None,
    history: PageHistory,
    known: Mapping[str, str],
) -> OwnerGuess:
    """Return the owners that CODEOWNERS has for a page, else the author of most of its commits.

    ``known`` are the keys of configured owners by title and by key: an author is shown by the key.
    """
    if code_owners:
        text, dialect = code_owners.text, code_owners.dialect
        owners = owners_of_path(text, dialect, f"{code_owners.base}{path}")
        if 0 < len(owners) <= MOST_OWNERS:
            return OwnerGuess(owners, "high", "CODEOWNERS")
        if owners:
            why = f"first of {len(owners)} in CODEOWNERS"
            return OwnerGuess(owners[:1], "low", why)
    authors = history.authors.get(path)
    if not authors:
        return OwnerGuess()
    (author, commits), total = authors.most_common(1)[0], authors.total()
    # commas part owners
    name = known.get(author, " ".join(author.replace(",", " ").split()))
    sureness: Sureness = "medium" if commits > total * MAJORITY else "low"
    return OwnerGuess((name,), sureness, f"{commits} of {total} commits")
