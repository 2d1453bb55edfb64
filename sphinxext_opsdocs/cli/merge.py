"""``opsdocs merge``: resolves git's conflicts in the files that a team keeps."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import click

from sphinxext_opsdocs.canonical.mirror import MANIFEST, MANIFEST_FORMAT
from sphinxext_opsdocs.cli._options import Failure, show
from sphinxext_opsdocs.cli._writing import write_output, write_result
from sphinxext_opsdocs.review.file_merge import KEPT_FILES, MergedFile, Sides, merge_kept_file
from sphinxext_opsdocs.review.git import GitError, find_repository
from sphinxext_opsdocs.review.git_conflicts import (
    Conflict,
    find_conflicts,
    mark_resolved,
    read_version,
)
from sphinxext_opsdocs.storage import CONFLICT, UnreadableError, read_raw

__all__ = ["merge"]


class _Merge(NamedTuple):
    """A merge in a repository, and the conflicts that it left."""

    repository: Path
    conflicts: Mapping[str, Conflict]


@click.command(epilog="Example: opsdocs merge")
@click.argument("files", nargs=-1, metavar="[FILE]...", type=click.Path(path_type=Path))
@click.option(
    "--driver",
    nargs=4,
    metavar="%O %A %B %P",
    help="Merge as a driver that git calls: the common, our and their version, and the path.",
)
def merge(files: tuple[Path, ...], driver: tuple[str, str, str, str] | None) -> None:
    """Resolve merge conflicts in files of opsdocs.

    Merges opsdocs.lock, opsdocs-baseline.json, opsdocs-issues.json and the list of synced copies by
    entry, and adds them to the index. Without FILE, it resolves all of them that are in conflict.

    What only one side changed is kept. Of two states of an issue and of two copies the later one is
    kept, of two entries of the baseline the older one. A section that both sides pinned differently
    is no longer pinned, so that somebody compares its page again.
    """
    if driver:
        _merge_as_driver(driver)
        return
    try:
        run = _find_merge(files)
        paths = [_path_in(run.repository, file) for file in files]
        _refuse_other_files(run, paths)
        lines = list(_resolve(run, paths))
    except GitError as error:
        raise Failure(str(error)) from None
    for line in lines or ["no file of opsdocs is in conflict"]:
        show(line)


def _merge_as_driver(driver: tuple[str, str, str, str]) -> None:
    """Merge three files, and write the result over the second. Raises Failure."""
    # gitattributes(5), "Defining a custom merge driver"; with another exit status than 0, git
    # keeps the conflict
    *versions, path = driver
    if PurePosixPath(path).name not in KEPT_FILES:
        raise Failure(f'"{path}" is not one of {", ".join(KEPT_FILES)}')
    try:
        merged = merge_kept_file(path, Sides(*(read_raw(Path(version)) for version in versions)))
    except UnreadableError as error:
        raise Failure(f'"{path}" {error}') from None
    write_output(Path(versions[1]), merged.data)
    for line in _report(path, merged):
        show(line, err=True)


def _find_merge(files: tuple[Path, ...]) -> _Merge:
    """Find the repository of the first file, or that of the working directory. Raises GitError."""
    folder = files[0].parent if files else Path()
    repository = find_repository(folder)
    return _Merge(repository, find_conflicts(repository))


def _path_in(repository: Path, file: Path) -> str:
    """Return a path relative to the repository. Raises Failure."""
    try:
        # of the folder alone: the file itself may be a link
        return (file.parent.resolve() / file.name).relative_to(repository.resolve()).as_posix()
    except ValueError:
        raise Failure(f'"{file}" is not in the repository "{repository}"') from None


def _refuse_other_files(run: _Merge, paths: list[str]) -> None:
    """Raise Failure for a path that this command cannot merge."""
    for path in paths:
        if PurePosixPath(path).name in KEPT_FILES or _manifest_of(run.repository, path):
            continue
        raise Failure(f'"{path}" is neither one of {", ".join(KEPT_FILES)} nor a synced copy')


def _resolve(run: _Merge, paths: list[str]) -> Iterator[str]:
    """Resolve the conflicts, or those of some paths; yield what was done.

    Raises Failure and GitError.
    """
    chosen = [path for path in run.conflicts if not paths or path in paths]
    for path in chosen:
        if PurePosixPath(path).name in KEPT_FILES:
            yield from _resolve_kept_file(run, path)
    # the lists of copies are merged now, and say which version of a copy belongs to them
    for path in chosen:
        if PurePosixPath(path).name not in KEPT_FILES:
            yield from _resolve_copy(run, path)
    for path in paths:
        if path not in run.conflicts:
            yield from _clean(run.repository, path)


def _resolve_kept_file(run: _Merge, path: str) -> Iterator[str]:
    conflict = run.conflicts[path]
    if not (conflict.ours and conflict.theirs):
        raise Failure(
            f'"{path}" was removed on one side; keep it with "git add", or remove it with "git rm"'
        )
    sides = Sides(*(read_version(run.repository, content_id) for content_id in conflict))
    try:
        merged = merge_kept_file(path, sides)
    except UnreadableError as error:
        raise Failure(f'"{path}" {error}') from None
    # an earlier run may have been killed after it had written the file
    _refuse_edited(run.repository / path, {*sides, merged.data})
    write_result(run.repository / path, merged.data)
    mark_resolved(run.repository, path)
    yield from _report(path, merged)


def _refuse_edited(file: Path, versions: Collection[bytes]) -> None:
    """Raise Failure for a file that somebody has resolved by hand already.

    ``versions`` are what it may contain in place of markers.
    """
    if not file.is_file():
        return
    data = read_raw(file)
    # without markers, git has left our version: the attribute "binary" has this effect
    unix_versions = {version.replace(b"\r\n", b"\n") for version in versions}
    if not CONFLICT.search(data) and data.replace(b"\r\n", b"\n") not in unix_versions:
        raise Failure(
            f'"{file}" was resolved by hand; add it with "git add", or start again with '
            f'"git checkout -m {file}"'
        )


def _resolve_copy(run: _Merge, path: str) -> Iterator[str]:
    """Take the version of a synced copy that the list of copies names."""
    manifest = _manifest_of(run.repository, path)
    if manifest is None:
        return
    try:
        copies = MANIFEST_FORMAT.load(manifest)
    except UnreadableError as error:
        raise Failure(f'"{manifest}" {error}') from None
    row = copies.get((run.repository / path).relative_to(manifest.parent).as_posix())
    if row is None:
        return  # another file below the same folder
    for content_id in filter(None, run.conflicts[path]):
        data = read_version(run.repository, content_id)
        if hashlib.sha256(data).hexdigest() == row.sha256:
            write_result(run.repository / path, data)
            mark_resolved(run.repository, path)
            yield f"{path}: fetched on {row.fetched}"
            return
    yield f'{path}: no side has the version that "{MANIFEST}" names; run "opsdocs sync"'


def _manifest_of(repository: Path, path: str) -> Path | None:
    """Return the list of copies in a folder above a file; None if there is none."""
    for folder in (repository / path).parents:
        if (folder / MANIFEST).is_file():
            return folder / MANIFEST
        if folder == repository:
            break
    return None


def _clean(repository: Path, path: str) -> Iterator[str]:
    """Drop what two versions that were joined by hand contradict each other in."""
    file = repository / path
    if PurePosixPath(path).name not in KEPT_FILES:
        yield f"{path}: not in conflict"
        return
    try:
        data = read_raw(file)
        merged = merge_kept_file(path, Sides(data, data, data))
    except UnreadableError as error:
        raise Failure(f'"{path}" {error}') from None
    if merged.notes:
        write_result(file, merged.data)
        yield from _report(path, merged)
    else:
        yield f"{path}: not in conflict"


def _report(path: str, merged: MergedFile) -> Iterator[str]:
    yield f"{path}: merged, {merged.summary}"
    for note in merged.notes:
        yield f"{path}: {note}"
