"""People as configuration, pages and commits name them, and which names are one person's."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping

from sphinxext_opsdocs.config.specifications import Owner

__all__ = ["find_members", "is_same_person"]

GITHUB_NOREPLY = "users.noreply.github.com"
PERSON = re.compile(r"(?P<name>[^<>]*)<(?P<address>[^<>]+)>")
"""``Anna Ahrens <anna@acme.example>``, as git names authors."""


def is_same_person(one: str, other: str) -> bool:
    """Whether two texts name one person.

    They share a name, an e-mail address, or the part of the address before the ``@``.
    """
    return not set(_names(one)).isdisjoint(_names(other))


def find_members(owners: Mapping[str, Owner], role: str) -> Collection[str]:
    """Return the members of all owners that have a role, as configuration names them."""
    return [member for owner in owners.values() if role in owner.roles for member in owner.members]


def _names(person: str) -> Iterator[str]:
    match = PERSON.search(person)
    name, address = (match["name"], match["address"]) if match else (person, person)
    if name.strip():
        yield " ".join(name.casefold().split()).removeprefix("@")
    if "@" in address.strip().lstrip("@"):
        address = address.strip().casefold()
        yield address
        name, _, host = address.partition("@")
        # GitHub hides an address as 123+anna@users.noreply.github.com
        yield name.rpartition("+")[2] if host == GITHUB_NOREPLY else name
