"""People as configuration, pages and commits name them, and which names are one person's."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import NamedTuple

from sphinxext_opsdocs.config.specifications import Owner

__all__ = ["find_members", "is_same_person"]

PERSON = re.compile(r"(?P<name>[^<>]*)<(?P<address>[^<>]+)>")
"""``Anna Ahrens <anna@acme.example>``, as git names authors."""
GITHUB_NOREPLY = "users.noreply.github.com"


class _Person(NamedTuple):
    """Parts of a name in lower case, each empty if it is not given."""

    name: str
    address: str

    @property
    def login(self) -> str:
        """What stands before the ``@`` of the address."""
        name, _, host = self.address.partition("@")
        # GitHub hides an address as 123+anna@users.noreply.github.com
        return name.rpartition("+")[2] if host == GITHUB_NOREPLY else name


def is_same_person(one: str, other: str) -> bool:
    """Whether two texts name one person.

    They share a name or an e-mail address, or one is the part before the ``@`` of the other.
    """
    first, second = _read(one), _read(other)
    pairs = (
        (first.name, second.name),
        (first.address, second.address),
        (first.name, second.login),
        (first.login, second.name),
    )
    return any(a and a == b for a, b in pairs)


def find_members(owners: Mapping[str, Owner], role: str) -> Collection[str]:
    """Return the members of all owners that have a role, as configuration names them."""
    return [member for owner in owners.values() if role in owner.roles for member in owner.members]


def _read(person: str) -> _Person:
    text = " ".join(person.casefold().split())
    if match := PERSON.search(text):
        return _Person(match["name"].strip(), match["address"].strip())
    text = text.removeprefix("@")
    return _Person("", text) if "@" in text else _Person(text, "")
