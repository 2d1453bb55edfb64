"""``opsdocs fleet add`` and ``remove``: the repositories that fleet.toml names."""

from __future__ import annotations

import csv
import io
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from sphinxext_opsdocs.cli._fleet import fleet_folder, fleet_option, settings_of
from sphinxext_opsdocs.cli._options import Failure, show
from sphinxext_opsdocs.cli._writing import write_result
from sphinxext_opsdocs.config.did_you_mean import did_you_mean
from sphinxext_opsdocs.fleet.settings import FLEET_FILE, NAME, is_remote, wrong_name
from sphinxext_opsdocs.storage import UnreadableError, decode_text, read_file

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

__all__ = ["add", "remove"]

COLUMNS = ("name", "address", "owner", "audience", "index")


@click.command(epilog="Example: opsdocs fleet add orders https://docs.acme.example/orders/")
@click.argument("name", required=False)
@click.argument("address", required=False)
@click.option("--owner", default="", help="Key of the owner who answers for it.")
@click.option("--audience", default="", help="Who may see what is in it.  [default: everybody]")
@click.option(
    "--from",
    "listed",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="CSV file with the columns name, address and, if wanted, owner, audience and index.",
)
@fleet_option
def add(
    name: str | None,
    address: str | None,
    owner: str,
    audience: str,
    listed: Path | None,
    given: Path | None,
) -> None:
    """Add a repository, or change one.

    What is not given of one that is there stays. ADDRESS is that of its bundle, or of the folder
    with the bundle: https, s3, gs, az, or a path.
    """
    if listed and (name or owner or audience):
        raise Failure("--from takes all from the file; give no NAME, --owner or --audience with it")
    if listed:
        entries = _entries(listed)
    elif name and address:
        values = {"name": name, "address": address, "owner": owner, "audience": audience}
        entries = [{key: value for key, value in values.items() if value}]
    else:
        raise Failure("give NAME and ADDRESS, or --from LIST.csv")
    for entry in entries:
        if not NAME.fullmatch(entry["name"]):
            raise Failure(wrong_name(entry["name"]))
    folder = fleet_folder(given, is_new=True)
    document = _document(folder)
    repositories = document.setdefault("repositories", _new_table())
    for entry in entries:
        table = repositories.setdefault(entry["name"], {})
        # what is not given stays: an audience above all
        values = {key: value for key, value in entry.items() if key != "name"}
        table.update(values | {"address": _from_folder(entry["address"], folder)})
    _write(folder, document)
    show(f"{folder / FLEET_FILE}: repositories: {len(repositories)}", err=True)


@click.command(epilog="Example: opsdocs fleet remove orders")
@click.argument("name")
@fleet_option
def remove(name: str, given: Path | None) -> None:
    """Remove a repository.

    Its rows are gone after the next refresh.
    """
    folder = fleet_folder(given)
    document: Any = _document(folder)
    repositories = document.get("repositories", {})
    if name not in repositories:
        raise Failure(f'no repository "{name}"{did_you_mean(name, list(repositories))}')
    del repositories[name]
    _write(folder, document)


def _entries(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file. Raises Failure."""
    try:
        text = decode_text(read_file(path))
    except UnreadableError as error:
        raise Failure(f'"{path}": {error}') from None
    reader = csv.DictReader(io.StringIO(text))
    reader.fieldnames = [name.strip().lower() for name in reader.fieldnames or ()]
    columns = set(reader.fieldnames)
    if not {"name", "address"} <= columns or not columns <= set(COLUMNS):
        raise Failure(
            f'"{path}" must have the columns name and address, and may have owner, audience and '
            f"index; it has: {', '.join(reader.fieldnames or ()) or 'none'}"
        )
    entries: dict[str, dict[str, str]] = {}
    for row in reader:
        place = f"{path}:{reader.line_num}"
        if None in row:
            raise Failure(f"{place}: has more fields than the first line")
        entry = {key: (value or "").strip() for key, value in row.items()}
        name = entry["name"]
        if not (name and entry["address"]):
            raise Failure(f"{place}: name and address must not be empty")
        if not NAME.fullmatch(name):
            raise Failure(f"{place}: {wrong_name(name)}")
        if name in entries:
            raise Failure(f'{place}: "{name}" is there already')
        entries[name] = {key: value for key, value in entry.items() if value}
    return list(entries.values())


def _from_folder(address: str, folder: Path) -> str:
    """Return a path as seen from the folder of fleet.toml, if it is one of something here."""
    if is_remote(address) or not Path(address).exists():
        return address
    return Path(os.path.relpath(address, folder)).as_posix()


def _document(folder: Path) -> TOMLDocument:
    """The text of fleet.toml with its comments. Raises Failure."""
    try:
        import tomlkit
    except ImportError:
        raise Failure('a fleet needs the extra: pip install "sphinxext-opsdocs[fleet]"') from None
    settings_of(folder)  # for its errors
    path = folder / FLEET_FILE
    return tomlkit.parse(path.read_text(encoding="utf-8-sig") if path.is_file() else "")


def _new_table() -> object:
    import tomlkit

    return tomlkit.table(is_super_table=True)


def _write(folder: Path, document: TOMLDocument) -> None:
    import tomlkit

    write_result(folder / FLEET_FILE, tomlkit.dumps(document).encode())
    settings_of(folder)
