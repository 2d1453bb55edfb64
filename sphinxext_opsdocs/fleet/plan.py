"""What a refresh has to check: which index stands for which file, and what rows depend on."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date

import msgspec
from msgspec import Struct

from sphinxext_opsdocs.canonical.page_url import folder_url, schemeless_url
from sphinxext_opsdocs.canonical.section import INDEX
from sphinxext_opsdocs.config.schema import INDEX_FILE, is_address
from sphinxext_opsdocs.fleet.manifest import SourceName
from sphinxext_opsdocs.fleet.state import FetchedBundle
from sphinxext_opsdocs.version import __version__

__all__ = ["TABLES_FORMAT", "Publishers", "RepositoryBundle", "Task", "make_tasks"]

TABLES_FORMAT = 1
"""Raised with every change of the tables: all repositories are then checked again."""


class RepositoryBundle(Struct, frozen=True):
    """A repository with its bundle and the address of its canonical index."""

    name: str
    bundle: FetchedBundle
    index_address: str
    earlier_indexes: tuple[str, ...] = ()
    """Digests of indexes that it published before."""


class IndexLocation(Struct, frozen=True):
    """A published index that stands for a file of another project."""

    address: str
    sha256: str
    digest: str
    """Of the bundle that contains it; empty where only its address is wanted."""
    has_text: bool


class Task(Struct, frozen=True):
    """The check of one repository."""

    name: str
    digest: str
    """Of its bundle."""
    index_address: str
    day: date
    indexes: dict[str, IndexLocation]
    """By address or path of a file as the repository's configuration names it."""
    key: str
    """Digest of all that the rows depend on."""


class Publishers:
    """The repositories that publish a canonical index, by all that others know it by.

    What several claim leads to none of them: it would be a guess.
    """

    def __init__(self, repositories: Iterable[RepositoryBundle]) -> None:
        self._by_address: dict[str, RepositoryBundle | None] = {}
        self._by_base: dict[str, RepositoryBundle | None] = {}
        self._by_digest: dict[str, RepositoryBundle | None] = {}
        for each in repositories:
            if each.bundle.index_sha256:
                _claim(self._by_address, comparable(each.index_address), each)
                _claim(self._by_base, comparable(folder_url(each.bundle.base_url)), each)
                for digest in {each.bundle.index_sha256, *each.earlier_indexes}:
                    _claim(self._by_digest, digest, each)

    def of(self, source: SourceName) -> RepositoryBundle | None:
        """Return who publishes a file that another repository reads; None if nobody does."""
        for address in (source.origin, _index_beside(source.origin)):
            if publisher := self._by_address.get(comparable(address)):
                return publisher
        if source.base_url:
            publisher = self._by_base.get(comparable(folder_url(source.base_url)))
            if publisher:
                return publisher
        # the path of a file on another machine says nothing, but its content does
        return None if is_address(source.origin) else self._by_digest.get(source.sha256)


def _claim(
    claims: dict[str, RepositoryBundle | None], key: str, claimant: RepositoryBundle
) -> None:
    if key:
        claims[key] = None if key in claims else claimant


def make_tasks(repositories: Iterable[RepositoryBundle], day: date) -> list[Task]:
    """Return the check of each repository, by name."""
    every = sorted(repositories, key=lambda each: each.name)
    publishers = Publishers(every)
    return [_task(each, publishers, day) for each in every]


def _task(each: RepositoryBundle, publishers: Publishers, day: date) -> Task:
    indexes: dict[str, IndexLocation] = {}
    for source in each.bundle.sources:
        publisher = publishers.of(source)
        if publisher is None or publisher.name == each.name:
            continue
        is_read = source.kind == INDEX.name
        indexes[source.origin] = IndexLocation(
            publisher.index_address,
            publisher.bundle.index_sha256,
            publisher.bundle.digest if is_read else "",
            publisher.bundle.has_text,
        )
    key = _key(each, indexes, day)
    return Task(each.name, each.bundle.digest, each.index_address, day, indexes, key)


def _key(each: RepositoryBundle, indexes: Mapping[str, IndexLocation], day: date) -> str:
    # not the digests of bundles: another build of the same pages changes nothing
    read = {
        origin: (wanted.address, wanted.sha256, wanted.has_text)
        for origin, wanted in indexes.items()
    }
    parts = (TABLES_FORMAT, __version__, day, each.bundle.content, each.index_address, read)
    return hashlib.sha256(msgspec.json.encode(parts, order="deterministic")).hexdigest()


def _index_beside(origin: str) -> str:
    return f"{origin.rpartition('/')[0]}/{INDEX_FILE}"


def comparable(address: str) -> str:
    """Return one form of an address, with or without its scheme."""
    return schemeless_url(address) if is_address(address) else address
