"""The tables of ``opsdocs.toml`` on the services that pages are about."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta, Struct

__all__ = ["CatalogSettings", "Service"]


class Service(Struct, frozen=True, forbid_unknown_fields=True):
    """A service that is operated, as the header field ``service`` names it."""

    title: Annotated[str, Meta(description="name shown in messages; if empty, the key")] = ""
    owner: Annotated[str, Meta(description="key of the owner")] = ""


class CatalogSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """Where services are listed besides the table ``services``, and what each needs."""

    files: Annotated[
        tuple[str, ...],
        Meta(
            description="globs over files of a catalogue of Backstage (catalog-info.yaml), "
            "relative to conf.py; their components are services"
        ),
    ] = ()
    classes: Annotated[
        tuple[str, ...],
        Meta(description="document classes of which every service has a live page"),
    ] = ()
