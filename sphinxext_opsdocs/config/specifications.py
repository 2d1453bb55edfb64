"""The tables of ``opsdocs.toml`` on specifications: spec domains, owners and dependents."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from msgspec import Meta, Struct

from sphinxext_opsdocs.config.lifecycle import Lifecycle

__all__ = ["Dependent", "Owner", "SpecDomain"]

SOURCE_KINDS = ("index", "needs", "inventory")
"""The keys of a spec domain that name files of other projects, in the order they are read."""
Files = str | tuple[str, ...]


class Owner(Struct, frozen=True, forbid_unknown_fields=True):
    """A team or person that is responsible for documents or specifications."""

    title: Annotated[str, Meta(description="name shown on pages; if empty, the key")] = ""
    contact: Annotated[str, Meta(description="where to reach the owner, shown on pages")] = ""
    members: Annotated[
        tuple[str, ...],
        Meta(
            description="people who approve for the owner: a name, or Name <address> as git has it"
        ),
    ] = ()
    roles: Annotated[
        tuple[str, ...], Meta(description="roles in which its members approve pages")
    ] = ()


class SpecDomain(Struct, frozen=True, forbid_unknown_fields=True):
    """A set of specifications with one owner; references to it start with its key and a colon."""

    title: Annotated[str, Meta(description="name shown on pages; if empty, the key")] = ""
    owner: Annotated[str, Meta(description="key of the owner")] = ""
    tracker: Annotated[str, Meta(description="key of the tracker that takes its issues")] = ""
    paths: Annotated[
        tuple[str, ...], Meta(description="globs over the docnames of its pages in this project")
    ] = ()
    default_status: Annotated[
        Lifecycle | None,
        Meta(description="status of its pages that declare none; if not set, they are not live"),
    ] = None
    index: Annotated[
        Files,
        Meta(description="canonical indexes of other projects: files beside conf.py, or addresses"),
    ] = ()
    needs: Annotated[
        Files, Meta(description="needs.json files of other projects, which contain ids and titles")
    ] = ()
    inventory: Annotated[
        Files, Meta(description="objects.inv files of other projects, which contain labels")
    ] = ()
    base_url: Annotated[
        str,
        Meta(
            description="address of the root of its built pages; addresses below it can be targets"
        ),
    ] = ""

    vocabulary: Annotated[
        tuple[str, ...],
        Meta(
            description="words of its subject, such as endpoint or field: a finding on a sentence "
            "about one of them names the owner"
        ),
    ] = ()

    def files(self) -> Iterator[tuple[str, str]]:
        """Yield kind of source and file, for every file of another project that it names."""
        for kind in SOURCE_KINDS:
            names: Files = getattr(self, kind)
            # a single file need not be a list
            if isinstance(names, str):
                names = (names,)
            for name in names:
                yield kind, name


class Dependent(Struct, frozen=True, forbid_unknown_fields=True):
    """Another project whose operational documents depend on the specifications of this one."""

    facts: Annotated[
        str, Meta(description="its opsdocs.json: a file beside conf.py, or an address")
    ]
    domain: Annotated[
        str, Meta(description="key of its own spec domain for the specifications of this project")
    ]
    title: Annotated[str, Meta(description="name shown; if empty, the key")] = ""
    base_url: Annotated[str, Meta(description="address of the root of its built pages")] = ""
