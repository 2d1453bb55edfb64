"""The files of one revision after the other in a folder of our own, so that little is read anew.

The folder lies in git's own directory: nobody's checkout, index or branch is touched.
"""

from __future__ import annotations

import hashlib
import importlib
import os
import shutil
import sys
from collections.abc import Generator, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import msgspec

from sphinxext_opsdocs.review.git import GitError, git_bytes, git_text
from sphinxext_opsdocs.storage import replace_file

try:
    import fcntl
except ImportError:  # Windows: two reviews of one clone at once are not kept apart there
    fcntl = None  # type: ignore[assignment]

__all__ = ["ReviewTree", "review_tree"]

TREE = ".#tree"
"""Sphinx passes over every file and folder of such a name (``EXCLUDE_PATHS`` of its builders), also
where the documents stand at the root of the repository, and so around git's own directory."""
CODE = (".py", ".yaml", ".yml", ".json", ".j2", ".jinja")
MOST_KEPT = 4
"""Environments, and facts of commits, that are kept for the next review."""
LINK, SUBMODULE = "120000", "160000"
WORK, WORK_LINK = "work", "work link"
"""Modes of what is not committed: its id is a digest, and of a link where it leads."""
Files = Mapping[str, tuple[str, str]]
"""Path -> mode and id of its content."""
MODULES = "modules.json"
"""Python files, wherever they stand, that readings before have loaded."""


@contextmanager
def review_tree(repository: Path) -> Generator[ReviewTree]:
    """The folder of a repository, for one process at a time: others wait. Raises GitError."""
    tree = ReviewTree(repository)
    try:
        tree.folder.mkdir(parents=True, exist_ok=True)
        with (tree.folder / "lock").open("w") as file:
            if fcntl:  # released when the process ends, however it does
                fcntl.flock(file, fcntl.LOCK_EX)
            yield tree
    except OSError as error:
        raise GitError(f"files cannot be kept in {tree.folder}: {error}") from None


class ReviewTree:
    """A folder that can be made to hold the files of a commit, or those of the work tree."""

    def __init__(self, repository: Path) -> None:
        self.repository = repository
        place = git_text(repository, "rev-parse", "--git-path", "opsdocs-review")
        self.folder = (repository / place).resolve()
        self.root = self.folder / TREE
        self._manifest = self.folder / "tree.json"
        self._files: Files = {}

    def hold_commit(self, commit: str) -> None:
        """Make the folder hold the files of a commit. Raises GitError."""
        self._hold(self._listed(commit))

    def hold_work_tree(self) -> None:
        """Make it hold the files as they are now: those that git tracks or would add."""
        files = dict(self._listed("HEAD"))
        for path in self.changed_paths("HEAD"):
            source = self.repository / path
            if source.is_symlink():
                files[path] = (WORK_LINK, str(source.readlink()))
            elif source.is_file():
                digest = hashlib.sha1(source.read_bytes(), usedforsecurity=False).hexdigest()
                files[path] = (WORK, digest)
            else:
                files.pop(path, None)
        self._hold(files)

    def changed_paths(self, commit: str) -> list[str]:
        """Paths that differ between a commit and the work tree, new ones too. Raises GitError."""
        tracked = git_bytes(self.repository, "diff", "--name-only", "--no-renames", "-z", commit)
        added = git_bytes(self.repository, "ls-files", "--others", "--exclude-standard", "-z")
        return sorted({os.fsdecode(p) for p in (tracked + added).split(b"\0") if p})

    def old_path(self, commit: str, path: str) -> str:
        """What a file was called in a commit; empty where it has the same name or was not there."""
        told = git_bytes(
            self.repository, "diff", "--name-status", "-z", "-M", "--diff-filter=R", commit
        ).split(b"\0")
        pairs = zip(told[1::3], told[2::3], strict=False)
        names = {os.fsdecode(new): os.fsdecode(old) for old, new in pairs}
        return names.get(path, "")

    def code(self, folder: str) -> Iterator[tuple[str, str]]:
        """What makes text of sources, each file with the id of its content.

        Python files and data below the folder of conf.py, and what was loaded from elsewhere.
        """
        prefix = "" if folder == "." else f"{folder}/"
        loaded = set(self._loaded())
        for path, (_, number) in sorted(self._files.items()):
            is_ours = path.rpartition("/")[2].startswith("opsdocs")
            if path in loaded or (path.startswith(prefix) and path.endswith(CODE) and not is_ours):
                yield path, number

    def _loaded(self) -> list[str]:
        try:
            return msgspec.json.decode((self.folder / MODULES).read_bytes(), type=list[str])
        except (OSError, msgspec.MsgspecError):
            return []

    @contextmanager
    def apart(self) -> Generator[None]:
        """What is loaded of its files meanwhile is forgotten: the next revision has its own."""
        writes_bytecode, sys.dont_write_bytecode = sys.dont_write_bytecode, True
        path = list(sys.path)
        try:
            yield
        finally:
            sys.dont_write_bytecode, sys.path[:] = writes_bytecode, path
            found = set(self._loaded())
            for name, module in list(sys.modules.items()):
                file = Path(getattr(module, "__file__", None) or "/")
                if file.is_relative_to(self.root):
                    found.add(file.relative_to(self.root).as_posix())
                    del sys.modules[name]
            importlib.invalidate_caches()
            replace_file(self.folder / MODULES, msgspec.json.encode(sorted(found)))

    def used(self, kept: Path) -> None:
        """Note that what is kept there was used; of others only the latest stay."""
        if kept.exists():
            kept.touch()
        for pattern in ("read-*", "facts-*.json"):
            found = sorted(self.folder.glob(pattern), key=lambda path: path.stat().st_mtime)
            for path in found[:-MOST_KEPT]:
                shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink()

    def _listed(self, commit: str) -> Files:
        files: dict[str, tuple[str, str]] = {}
        for row in git_bytes(self.repository, "ls-tree", "-r", "-z", commit).split(b"\0"):
            head, _, path = row.partition(b"\t")
            if path:
                mode, _, number = head.decode("ascii").split()
                if mode != SUBMODULE:
                    files[os.fsdecode(path)] = (mode, number)
        return files

    def _hold(self, files: Files) -> None:
        known = self._known()
        self._manifest.unlink(missing_ok=True)  # until all is there, nothing is known
        for path in known.keys() - files.keys():
            (self.root / path).unlink(missing_ok=True)
        wanted = {path: file for path, file in files.items() if known.get(path) != file}
        blobs = {path: n for path, (mode, n) in wanted.items() if mode not in (WORK, WORK_LINK)}
        for path, data in self._contents(blobs):
            self._write(path, data, is_link=wanted[path][0] == LINK)
        for path in wanted.keys() - blobs.keys():
            mode, target = wanted[path]
            is_link = mode == WORK_LINK
            data = os.fsencode(target) if is_link else (self.repository / path).read_bytes()
            self._write(path, data, is_link)
        replace_file(self._manifest, msgspec.json.encode(files))
        self._files = files

    def _known(self) -> Files:
        try:
            kind = dict[str, tuple[str, str]]
            return msgspec.json.decode(self._manifest.read_bytes(), type=kind)
        except (OSError, msgspec.MsgspecError):
            shutil.rmtree(self.root, ignore_errors=True)
            self.root.mkdir(parents=True)
            return {}

    def _contents(self, blobs: Mapping[str, str]) -> Iterator[tuple[str, bytes]]:
        if not blobs:
            return
        asked = "".join(f"{number}\n" for number in blobs.values()).encode("ascii")
        data = git_bytes(self.repository, "cat-file", "--batch", given=asked)
        at = 0
        for path in blobs:
            end = data.index(b"\n", at)
            told = data[at:end].split()
            if len(told) != 3:
                raise GitError(f'git has no content of "{path}" here: fetch it')
            size = int(told[2])
            yield path, data[end + 1 : end + 1 + size]
            at = end + 1 + size + 1

    def _write(self, path: str, data: bytes, is_link: bool) -> None:
        target = self.root / path
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


def _files_above(root: Path, target: Path) -> Iterable[Path]:
    """Files that stand where a folder is needed now."""
    above = [parent for parent in target.parents if parent != root and root in parent.parents]
    return [parent for parent in above if parent.is_file() or parent.is_symlink()]
