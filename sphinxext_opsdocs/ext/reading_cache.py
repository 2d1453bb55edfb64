"""What a check has read is kept for the next one, in ``.opsdocs-cache`` beside conf.py.

The cache is the environment of Sphinx, with our facts in it. There is one for each state of the
code and the configuration that pages are read with. Within it, a page is read again if its content
or that of a file it depends on has changed, whatever the times of the files: a cache that is
restored after a fresh clone serves as well. It is unpickled, so whoever writes it can run code.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import shutil
import sys
import sysconfig
from collections.abc import Iterator, Mapping, Sequence, Set
from contextlib import suppress
from pathlib import Path
from typing import Any, cast

from sphinx.application import ENV_PICKLE_FILENAME, Sphinx
from sphinx.config import Config as SphinxConfig
from sphinx.environment import BuildEnvironment

from sphinxext_opsdocs.ext.code_digest import PACKAGE, digest_of_code
from sphinxext_opsdocs.ext.domain import OpsDomain
from sphinxext_opsdocs.storage import replace_file

__all__ = [
    "CACHE_FOLDER",
    "compare_contents",
    "is_kept",
    "keep_environment",
    "load_environment",
    "take_cache",
]

CACHE_FOLDER = ".opsdocs-cache"
MAX_KEPT = 4
"""Environments that are kept: that of each branch or set of options somebody works with."""
NOTES = {
    ".gitignore": b"*\n",
    # https://bford.info/cachedir/: backups leave such a folder out
    "CACHEDIR.TAG": b"Signature: 8a477f597d28d172789f06886806bc55\n",
}
BUILDERS = tuple(
    f"{name}_" for name in ("applehelp", "devhelp", "epub", "html", "htmlhelp", "latex", "qthelp")
)
"""How the names of values start that decide how pages of Sphinx's own builders look."""
SITE_FOLDERS = tuple({sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")})


def take_cache(app: Sphinx, config: SphinxConfig) -> None:
    """Have the environment taken from the cache: the last handler of ``config-inited``."""
    folder = Path(app.confdir, CACHE_FOLDER)
    place = folder / _key(app, config)
    try:
        place.mkdir(parents=True, exist_ok=True)
        for name, data in NOTES.items():
            replace_file(folder / name, data)
        place.touch()
        _remove_oldest(folder)
    except OSError:
        return  # nothing is kept in a folder that this user may not write
    app.doctreedir = type(app.doctreedir)(place)


def is_kept(app: Sphinx) -> bool:
    """Whether the environment of an application is kept in the cache."""
    return CACHE_FOLDER in Path(app.doctreedir).parts


def load_environment(app: Sphinx, path: Path) -> BuildEnvironment:
    """Return a kept environment, also one of another clone. It can raise anything."""
    env: BuildEnvironment = pickle.loads(path.read_bytes())
    old, env.srcdir = str(env.srcdir), app.srcdir
    env.setup(app)
    if old != str(env.srcdir):
        _relocate(env, old)
    return env


def keep_environment(app: Sphinx) -> None:
    """Write the environment as a build does, in one step. It can raise anything."""
    data = pickle.dumps(app.env, pickle.HIGHEST_PROTOCOL)
    replace_file(Path(app.doctreedir, ENV_PICKLE_FILENAME), data)


def compare_contents(env: BuildEnvironment) -> None:
    """Let the next reading take no page for changed because of the time of a file.

    The handler of ``env-get-outdated`` adds the pages whose content has changed.
    """

    def get_outdated_files(config_changed: bool) -> tuple[set[str], set[str], set[str]]:
        del env.get_outdated_files  # processes that read in parallel get a pickle of all this
        known = set(env.all_docs)
        # a page that comes or goes changes what links and tables of contents on others lead to
        if config_changed or known != env.found_docs:
            return set(env.found_docs), set(), known - env.found_docs
        return set(), set(env.reread_always & known), set()

    env.get_outdated_files = get_outdated_files  # type: ignore[method-assign]


def _relocate(env: BuildEnvironment, old: str) -> None:
    """Let the files that pages depend on be those of this clone."""

    def moved(path: str) -> str:
        return f"{env.srcdir}{path.removeprefix(old)}" if path.startswith(old + os.sep) else path

    for docname, paths in env.dependencies.items():
        moved_paths: Any = {moved(str(path)) for path in paths}
        env.dependencies[docname] = moved_paths
    records = OpsDomain.of(env).file_records
    for path in list(records):
        records[moved(path)] = records.pop(path)


def _remove_oldest(folder: Path) -> None:
    kept = sorted(
        (path for path in folder.iterdir() if path.is_dir()), key=lambda path: path.stat().st_mtime
    )
    for path in kept[:-MAX_KEPT]:
        shutil.rmtree(path, ignore_errors=True)  # another process may do the same


def _key(app: Sphinx, config: SphinxConfig) -> str:
    """Return a name for the state of everything that decides how a page is read."""
    digest = hashlib.blake2b(digest_size=10)
    for part in _parts(app, config):
        data = part.encode("utf-8", "surrogatepass")
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()


def _parts(app: Sphinx, config: SphinxConfig) -> Iterator[str]:
    yield from (sys.version, digest_of_code(), os.path.relpath(app.srcdir, app.confdir))
    yield from sorted(_distributions())
    yield from app.extensions
    yield from sorted(app.tags)
    for value in config:
        if not value.name.startswith(BUILDERS):
            yield f"{value.name} = {_stable(value.value)}"
    files = Path(app.confdir, "conf.py"), Path(app.confdir, "docutils.conf"), Path("docutils.conf")
    for path in sorted({*files, *_project_modules()}):
        with suppress(OSError):
            yield hashlib.blake2b(path.read_bytes(), digest_size=16).hexdigest()


def _distributions() -> Iterator[str]:
    """Yield the installed distributions as their metadata is named, with their commits in git."""
    for folder in sys.path:
        with suppress(OSError):
            for name in os.listdir(folder):  # noqa: PTH208  # there may be thousands
                if name.endswith((".dist-info", ".egg-info")):
                    yield name + _text_of(Path(folder, name, "direct_url.json"))


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError:
        return ""


def _project_modules() -> Iterator[Path]:
    """Yield the files of modules that are loaded and not installed: conf.py may be made of them."""
    for name, module in list(sys.modules.items()):
        file = str(getattr(module, "__file__", None) or "")
        # the command itself may be a script with the path of an environment in it
        if file and name != "__main__" and not file.startswith((*SITE_FOLDERS, str(PACKAGE))):
            yield Path(file)


def _stable(value: object) -> str:
    """Return a text that is the same for the same value in every process."""
    if isinstance(value, Mapping):
        pairs = cast(Mapping[object, object], value).items()
        return f"{{{', '.join(sorted(f'{_stable(k)}: {_stable(v)}' for k, v in pairs))}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_stable, cast(Sequence[object], value)))}]"
    if isinstance(value, set | frozenset):
        return f"{{{', '.join(sorted(map(_stable, cast(Set[object], value))))}}}"
    text = repr(value)
    if " at 0x" in text:  # an object, whose code is in conf.py or a module
        kind: Any = type(value)
        return f"{kind.__module__}.{kind.__qualname__} {getattr(value, '__qualname__', '')}"
    return text
