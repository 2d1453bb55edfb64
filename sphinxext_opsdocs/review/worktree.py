"""The files of one revision after the other in a folder of our own, so that little is read again.

The folder is in git's own directory: no checkout, index or branch of the user is touched.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import msgspec

from sphinxext_opsdocs.review.git import GitError, find_changed_paths, run_git, run_git_text
from sphinxext_opsdocs.storage import exclusive, replace_file

__all__ = ["ReviewTree", "review_tree"]

TREE = ".#tree"
"""Sphinx passes over every file and folder of such a name (``EXCLUDE_PATHS`` of its builders), also
where the documents are at the root of the repository, and so around git's own directory."""
CODE_SUFFIXES = (".py", ".yaml", ".yml", ".json", ".j2", ".jinja")
MAX_KEPT = 4
"""Environments, and facts of commits, that are kept for the next review."""
MODE_LINK, MODE_SUBMODULE = "120000", "160000"
MODE_WORK, MODE_WORK_LINK = "work", "work link"
"""Modes of what is not committed: its id is a digest, that of a link its target."""
TreeFiles = Mapping[str, tuple[str, str]]
"""Path -> mode and id of its content."""
LOADED_MODULES_FILE = "modules.json"
"""Paths of the Python files that earlier readings have loaded."""


@contextmanager
def review_tree(repository: Path) -> Generator[ReviewTree]:
    """The folder of a repository, for one process at a time: others wait. Raises GitError."""
    tree = ReviewTree(repository)
    try:
        tree.folder.mkdir(parents=True, exist_ok=True)
        with exclusive(tree.root):
            yield tree
    except OSError as error:
        raise GitError(f"files cannot be kept in {tree.folder}: {error}") from None


class ReviewTree:
    """A folder that can contain the files of a commit, or those of the work tree."""

    def __init__(self, repository: Path) -> None:
        self.repository = repository
        # --git-path is right in worktrees too, where .git is a file.
        place = run_git_text(repository, "rev-parse", "--git-path", "opsdocs-review")
        self.folder = (repository / place).resolve()
        self.root = self.folder / TREE
        self._manifest = self.folder / "tree.json"
        self._files: TreeFiles = {}

    def load_commit(self, commit: str) -> None:
        """Replace the files of the folder by those of a commit. Raises GitError."""
        self._replace_files(self._list_commit(commit))

    def load_work_tree(self) -> None:
        """Replace them by the files as they are now: those that git tracks or would add."""
        files = dict(self._list_commit("HEAD"))
        for path in self.changed_paths("HEAD"):
            source = self.repository / path
            if source.is_symlink():
                files[path] = (MODE_WORK_LINK, str(source.readlink()))
            elif source.is_file():
                digest = hashlib.sha1(source.read_bytes(), usedforsecurity=False).hexdigest()
                files[path] = (MODE_WORK, digest)
            else:
                files.pop(path, None)
        self._replace_files(files)

    def changed_paths(self, commit: str) -> list[str]:
        """Return the paths that differ between a commit and the work tree, new ones included.

        Raises GitError.
        """
        return find_changed_paths(self.repository, commit)

    def old_path(self, commit: str, path: str) -> str:
        """Return the name of a file in a commit; empty if it is the same or did not exist."""
        # With -z, each rename is three fields: status, old name, new name.
        fields = run_git(
            self.repository, "diff", "--name-status", "-z", "-M", "--diff-filter=R", commit
        ).split(b"\0")
        pairs = zip(fields[1::3], fields[2::3], strict=False)
        names = {os.fsdecode(new): os.fsdecode(old) for old, new in pairs}
        return names.get(path, "")

    def list_code(self, folder: str) -> Iterator[tuple[str, str]]:
        """Yield the files that decide how sources are read, each with the id of its content.

        These are Python files and data below the folder of conf.py, and modules that earlier
        readings loaded from elsewhere.
        """
        prefix = "" if folder == "." else f"{folder}/"
        loaded = set(self._read_loaded_modules())
        for path, (_, content_id) in sorted(self._files.items()):
            is_below = path.startswith(prefix) and path.endswith(CODE_SUFFIXES)
            is_ours = path.rpartition("/")[2].startswith("opsdocs")
            if path in loaded or (is_below and not is_ours):
                yield path, content_id

    def _read_loaded_modules(self) -> list[str]:
        try:
            data = (self.folder / LOADED_MODULES_FILE).read_bytes()
            return msgspec.json.decode(data, type=list[str])
        except (OSError, msgspec.MsgspecError):
            return []

    def note_modules(self, files: Iterable[str]) -> None:
        """Add those of the Python files that a reading loaded which are in the folder."""
        root = f"{self.root}{os.sep}"
        paths = (file.removeprefix(root) for file in files if file.startswith(root))
        loaded = {*self._read_loaded_modules(), *(Path(path).as_posix() for path in paths)}
        replace_file(self.folder / LOADED_MODULES_FILE, msgspec.json.encode(sorted(loaded)))

    def mark_used(self, kept: Path) -> None:
        """Note the use of a kept file or folder, and remove all but the latest of each kind."""
        if kept.exists():
            kept.touch()
        for pattern in ("read-*", "facts-*.json"):
            paths = sorted(self.folder.glob(pattern), key=lambda path: path.stat().st_mtime)
            for path in paths[:-MAX_KEPT]:
                if path.is_dir():
                    shutil.rmtree(path, ignore_errors=True)
                else:
                    path.unlink()

    def _list_commit(self, commit: str) -> TreeFiles:
        files: dict[str, tuple[str, str]] = {}
        for row in run_git(self.repository, "ls-tree", "-r", "-z", commit).split(b"\0"):
            head, _, path = row.partition(b"\t")
            if path:
                mode, _, content_id = head.decode("ascii").split()
                if mode != MODE_SUBMODULE:
                    files[os.fsdecode(path)] = (mode, content_id)
        return files

    def _replace_files(self, files: TreeFiles) -> None:
        """Write the files that differ from those in the folder. Raises GitError."""
        present = self._read_manifest()
        # After an interruption the content of the folder is unknown: it is then emptied first.
        self._manifest.unlink(missing_ok=True)
        for path in present.keys() - files.keys():
            (self.root / path).unlink(missing_ok=True)
        changed = {path: file for path, file in files.items() if present.get(path) != file}
        work = {path for path, (mode, _) in changed.items() if mode in (MODE_WORK, MODE_WORK_LINK)}
        blobs = {path: changed[path][1] for path in changed if path not in work}
        for path, data in self._read_blobs(blobs):
            self._write(path, data, is_link=changed[path][0] == MODE_LINK)
        for path in work:
            self._copy_from_work_tree(path, *changed[path])
        replace_file(self._manifest, msgspec.json.encode(files))
        self._files = files

    def _read_manifest(self) -> TreeFiles:
        """Return the files in the folder; without a manifest the folder is emptied."""
        try:
            kind = dict[str, tuple[str, str]]
            return msgspec.json.decode(self._manifest.read_bytes(), type=kind)
        except (OSError, msgspec.MsgspecError):
            shutil.rmtree(self.root, ignore_errors=True)
            self.root.mkdir(parents=True)
            return {}

    def _read_blobs(self, blobs: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
        """Yield the content of each path. Raises GitError."""
        if not blobs:
            return
        ids = "".join(f"{content_id}\n" for content_id in blobs.values()).encode("ascii")
        output = run_git(self.repository, "cat-file", "--batch", stdin=ids)
        # For each id git writes "<id> <type> <size>", the content and a newline; for one that it
        # lacks (a partial clone) "<id> missing" alone.
        start = 0
        for path in blobs:
            end = output.index(b"\n", start)
            fields = output[start:end].split()
            if len(fields) != 3:
                raise GitError(f'git has no content of "{path}" here; fetch it')
            size = int(fields[2])
            yield path, output[end + 1 : end + 1 + size]
            start = end + 1 + size + 1

    def _copy_from_work_tree(self, path: str, mode: str, target: str) -> None:
        if mode == MODE_WORK_LINK:
            self._write(path, os.fsencode(target), is_link=True)
        else:
            self._write(path, (self.repository / path).read_bytes(), is_link=False)

    def _write(self, path: str, data: bytes, is_link: bool) -> None:
        target = self.root / path
        # Between two revisions a file may become a folder, and a folder a file.
        for parent in _files_above(self.root, target):
            parent.unlink()
        if target.is_dir() and not target.is_symlink():
            shutil.rmtree(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.unlink(missing_ok=True)
        if is_link:
            target.symlink_to(os.fsdecode(data))
        else:
            target.write_bytes(data)


def _files_above(root: Path, target: Path) -> list[Path]:
    """Return the files, and links, in the place of a folder of the target."""
    above = [parent for parent in target.parents if parent != root and root in parent.parents]
    return [parent for parent in above if parent.is_file() or parent.is_symlink()]
