"""``fleet.toml``: the repositories of a fleet, their owners, and what holds for all of them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any

from msgspec import Meta, Struct, field

from sphinxext_opsdocs.canonical.page_url import folder_url
from sphinxext_opsdocs.config.did_you_mean import did_you_mean
from sphinxext_opsdocs.config.network import Fetching
from sphinxext_opsdocs.config.parser import ConfigurationError, convert_tables, read_toml
from sphinxext_opsdocs.config.schema import BUNDLE_FILE, INDEX_FILE, Severity
from sphinxext_opsdocs.config.specifications import Owner
from sphinxext_opsdocs.fleet.queries import FLEET_RULES
from sphinxext_opsdocs.storage import json_schema

__all__ = [
    "FLEET_FILE",
    "NAME",
    "STATE_FOLDER",
    "FleetSettings",
    "Repository",
    "bundle_address",
    "fleet_schema",
    "index_address",
    "is_remote",
    "read_fleet",
    "wrong_name",
]

FLEET_FILE = "fleet.toml"
STATE_FOLDER = "fleet"
"""Beside fleet.toml: what was fetched and computed. It can be made again, and is not committed."""
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
"""Of a repository."""
REMOTE = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)


def wrong_name(name: str) -> str:
    """Return the message on a wrong name of a repository."""
    return f'a name must consist of letters, digits, ".", "-" and "_", not "{name}"'


class Repository(Struct, frozen=True, forbid_unknown_fields=True):
    """A repository that publishes a bundle."""

    address: Annotated[
        str,
        Meta(
            description="its bundle, or the folder that contains it: an https address, one of a "
            "bucket (s3://, gs://, az://), or a path relative to fleet.toml"
        ),
    ]
    owner: Annotated[str, Meta(description="key of the owner who answers for it")] = ""
    audience: Annotated[str, Meta(description="who may see what is in it; if empty, everybody")] = (
        ""
    )
    index: Annotated[
        str,
        Meta(
            description="address of its canonical index, if other repositories know it by another "
            "one than that beside the bundle"
        ),
    ] = ""


class FleetSettings(Struct, frozen=True, forbid_unknown_fields=True):
    """All options of a fleet."""

    repositories: Annotated[dict[str, Repository], Meta(description="repositories by name")] = {}
    owners: Annotated[
        dict[str, Owner], Meta(description="owners of any repository or page, by key")
    ] = {}
    rules: Annotated[
        dict[str, Severity], Meta(description="severity of a rule of the fleet, by its name")
    ] = {}
    silent_after: Annotated[
        int,
        Meta(
            ge=0,
            description="days after its last build at which a repository is reported as "
            "silent; 0 for never",
        ),
    ] = 30
    keep_bundles: Annotated[
        int, Meta(ge=0, description="days for which older bundles are kept")
    ] = 30
    keep_history: Annotated[
        int, Meta(ge=1, description="days for which counts and ended findings are kept")
    ] = 400
    check_timeout: Annotated[
        float, Meta(gt=0, description="seconds for the check of one repository")
    ] = 300.0
    sync: Annotated[
        Fetching, Meta(description="how bundles are fetched, as [sync] of opsdocs.toml")
    ] = field(default_factory=Fetching)


def read_fleet(folder: Path) -> FleetSettings:
    """Return the settings of the fleet in a folder. Raises ConfigurationError."""
    path = folder / FLEET_FILE
    try:
        settings = convert_tables(read_toml(path), FleetSettings)
    except ConfigurationError as error:
        raise ConfigurationError(f'"{path}": {error}') from None
    for name in settings.repositories:
        if not NAME.fullmatch(name):
            raise ConfigurationError(f'"{path}": repositories: {wrong_name(name)}')
    addresses: dict[str, str] = {}
    for name, repository in settings.repositories.items():
        first = addresses.setdefault(bundle_address(repository), name)
        if first != name:
            raise ConfigurationError(
                f'"{path}": repositories "{first}" and "{name}" have the same address'
            )
    for name in settings.rules:
        if name not in FLEET_RULES:
            hint = did_you_mean(name, FLEET_RULES)
            raise ConfigurationError(f'"{path}": rules: no rule "{name}" of the fleet{hint}')
    return settings


def is_remote(address: str) -> bool:
    """Whether an address is that of a server or bucket, and not a path."""
    return bool(REMOTE.match(address))


def bundle_address(repository: Repository) -> str:
    """Return the address or path of the bundle itself."""
    address = repository.address
    if address.partition("?")[0].endswith(".zip"):
        return address
    return f"{address.rstrip('/')}/{BUNDLE_FILE}"


def index_address(repository: Repository, base_url: str) -> str:
    """Return the address or path at which a repository publishes its canonical index.

    It is beside the bundle on a server. ``base_url`` is that of its pages, which counts where the
    bundle has a place or a name of its own.
    """
    if repository.index:
        return repository.index
    folder, _, name = bundle_address(repository).partition("?")[0].rpartition("/")
    is_beside = name == BUNDLE_FILE
    if base_url and not (is_beside and is_remote(folder)):
        return f"{folder_url(base_url)}{INDEX_FILE}"
    return f"{folder}/{INDEX_FILE}" if is_beside else f"{folder}/{name}/{INDEX_FILE}"


def fleet_schema() -> dict[str, Any]:
    """Return the JSON Schema (2020-12) of fleet.toml."""
    return json_schema(FleetSettings)
