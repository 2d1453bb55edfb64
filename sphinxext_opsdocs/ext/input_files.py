"""The files that a team keeps, read as values for the check. Nothing here opens a connection."""

from __future__ import annotations

import hashlib
import os
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from msgspec.structs import replace

from sphinxext_opsdocs.alerts.alert import Alert
from sphinxext_opsdocs.alerts.kept_alerts import KeptAlerts
from sphinxext_opsdocs.canonical.lock_file import LOCK_FILE, LOCK_FORMAT
from sphinxext_opsdocs.canonical.mirror import MANIFEST, MANIFEST_FORMAT, Copy, Origin, origins
from sphinxext_opsdocs.canonical.page_url import folder_url
from sphinxext_opsdocs.canonical.source_sections import SourcePages
from sphinxext_opsdocs.config.alerts import AlertKind
from sphinxext_opsdocs.config.schema import (
    BASELINE_FILE,
    CONFIG_FILE,
    ISSUES_FILE,
    Config,
    is_address,
)
from sphinxext_opsdocs.ext.external_sources import parse_source
from sphinxext_opsdocs.ext.input_paths import alert_files, catalog_files
from sphinxext_opsdocs.facts.file import FACTS_FORMAT
from sphinxext_opsdocs.facts.model import Place, Problem
from sphinxext_opsdocs.findings.baseline import BASELINE_FORMAT
from sphinxext_opsdocs.graph.inputs import DependentFacts, Inputs, SyncedCopy
from sphinxext_opsdocs.issues.snapshot import SNAPSHOT_FORMAT
from sphinxext_opsdocs.services.service import CatalogService
from sphinxext_opsdocs.storage import FileFormat, UnreadableError, decode_text, read_file

if TYPE_CHECKING:
    from sphinxext_opsdocs.text.language_file import Language

__all__ = ["read_inputs"]

Content = TypeVar("Content")
Item = TypeVar("Item")
Kind = TypeVar("Kind")


def read_inputs(
    config: Config,
    confdir: Path,
    srcdir: Path,
    redirects: Mapping[str, str],
    base_url: str = "",
    language: Language | None = None,
    project: str = "",
    kept_alerts: KeptAlerts | None = None,
) -> Inputs:
    """Read all inputs of a project. A file that cannot be read becomes a problem with its path.

    ``kept_alerts`` has the alerts of files that were read before, and gets those of now.
    """
    inputs = _Reader(config, confdir, srcdir, kept_alerts or KeptAlerts()).read()
    return replace(
        inputs, redirects=redirects, base_url=base_url, language=language, project=project
    )


class _Reader:
    """One reading of all files; problems are collected, so that one file never hides another."""

    def __init__(
        self, config: Config, confdir: Path, srcdir: Path, kept_alerts: KeptAlerts
    ) -> None:
        # a file below them that is a link is shown under the name that the team gave it
        self._confdir, self._srcdir = confdir.resolve(), srcdir.resolve()
        self._config = config
        self._folder = self._confdir / config.sync.folder
        self._kept_alerts = kept_alerts
        self._problems: list[Problem] = []
        self._unreadable: list[str] = []
        self._copies: list[SyncedCopy] = []
        self._manifest: Mapping[str, Copy] | None = self._kept(
            MANIFEST_FORMAT, self._folder / MANIFEST, default={}
        )
        """None if the list of copies cannot be read."""

    def read(self) -> Inputs:
        sources: dict[str, list[SourcePages]] = defaultdict(list)
        dependents: list[DependentFacts] = []
        remote: list[tuple[AlertKind, str, list[Path]]] = []
        for origin in origins(self._config):
            path = self._file_of(origin)
            if path is None:
                continue
            if origin.kind == "facts":
                dependents += self._dependent(origin, path)
            elif origin.kind == "alerts":
                kind = self._config.alerts.remote[origin.group].kind
                remote.append((kind, origin.text, [path]))
            else:
                sources[origin.group] += self._source(origin, path)
        # read before the problems are taken below
        alerts, services = tuple(self._alerts(remote)), tuple(self._services())
        return Inputs(
            alerts=alerts,
            services=services,
            sources={key: tuple(pages) for key, pages in sources.items() if pages},
            lock=self._kept(LOCK_FORMAT, self._confdir / LOCK_FILE),
            baseline=self._kept(BASELINE_FORMAT, self._confdir / BASELINE_FILE),
            baseline_path=self._shown(self._confdir / BASELINE_FILE),
            issues=self._kept(SNAPSHOT_FORMAT, self._confdir / ISSUES_FILE),
            issues_path=self._shown(self._confdir / ISSUES_FILE),
            copies=tuple(self._copies),
            dependents=tuple(dependents),
            problems=tuple(self._problems),
            unreadable=tuple(self._unreadable),
            config_path=self._shown(self._confdir / CONFIG_FILE),
            config_text=_text_of(self._confdir / CONFIG_FILE),
        )

    def _alerts(self, remote: Iterable[tuple[AlertKind, str, list[Path]]]) -> Iterator[Alert]:
        names = self._config.alerts.annotations
        files = chain(alert_files(self._config, self._confdir), remote)
        return self._listed(
            "alerts",
            files,
            lambda data, path, kind: self._kept_alerts.read(data, path, kind, names),
        )

    def _services(self) -> Iterator[CatalogService]:
        files = catalog_files(self._config, self._confdir)
        return self._listed("catalog", files, lambda data, path, _: _catalog(data, path))

    def _listed(
        self,
        table: str,
        files: Iterable[tuple[Kind, str, list[Path]]],
        read: Callable[[bytes, str, Kind], Iterable[Item]],
    ) -> Iterator[Item]:
        """Yield what ``read`` returns for content, path and kind of each file of some globs."""
        seen: set[tuple[Path, Kind]] = set()
        for kind, pattern, paths in files:
            if not paths:
                message = f'{table}: "{pattern}" matches no file; globs are relative to conf.py'
                place = Place(self._shown(self._confdir / CONFIG_FILE), 1)
                self._problems.append(Problem("input_unreadable", message, place))
            for path in paths:
                if (path, kind) in seen:  # two globs can match one file
                    continue
                seen.add((path, kind))
                try:
                    yield from read(read_file(path), self._shown(path), kind)
                except UnreadableError as error:
                    self._refuse(path, f"cannot be read: {error}")

    def _kept(
        self, kind: FileFormat[Content], path: Path, default: Content | None = None
    ) -> Content | None:
        """The content of a file that a team keeps; ``default`` if there is no such file."""
        if not path.exists():
            return default
        try:
            return kind.load(path)
        except UnreadableError as error:
            self._refuse(path, f"cannot be read: {error}")
            return None

    def _shown(self, path: Path) -> str:
        return Path(os.path.relpath(path, self._srcdir)).as_posix()

    def _refuse(self, path: Path, message: str, spec_domain: str = "") -> None:
        shown = self._shown(path)
        problem = Problem("input_unreadable", f'"{shown}" {message}', Place(shown, 1))
        self._problems.append(problem)
        if spec_domain:
            self._unreadable.append(spec_domain)

    def _file_of(self, origin: Origin) -> Path | None:
        """The file to read: the copy if there is one, else the file on disk itself."""
        if copy := self._copy_of(origin):
            return copy
        if is_address(origin.text):
            self._refuse_without_copy(origin)
            return None
        path = origin.path(self._confdir)
        if not path.is_file():
            message = f"does not exist; it is the {origin.kind} of {origin.group}"
            self._refuse(path, message, origin.spec_domain)
            return None
        return path

    def _copy_of(self, origin: Origin) -> Path | None:
        row = origin.row(self._manifest or {})
        if not row or origin.is_kept_in_place(self._confdir):
            return None
        copy = self._folder / row.copy
        if not copy.is_file():
            return None
        differs = self._differs(origin, row)
        self._copies.append(
            SyncedCopy(origin.group, origin.text, self._shown(copy), row.fetched, differs)
        )
        return copy

    def _refuse_without_copy(self, origin: Origin) -> None:
        if self._manifest is not None:
            message = f'has no copy of {origin.text}; run "opsdocs sync" in the folder of conf.py'
            self._refuse(self._folder, message, origin.spec_domain)
        elif origin.spec_domain:  # the problem of the unreadable list stands for all of them
            self._unreadable.append(origin.spec_domain)

    def _differs(self, origin: Origin, row: Copy) -> bool:
        if is_address(origin.text):
            return False
        try:
            digest = hashlib.sha256(origin.path(self._confdir).read_bytes()).hexdigest()
        except OSError:
            return False  # the other checkout is not on this machine
        return digest != row.sha256

    def _source(self, origin: Origin, path: Path) -> Iterator[SourcePages]:
        try:
            source = parse_source(origin.kind, read_file(path))
        except UnreadableError as error:
            self._refuse(path, f"cannot be read: {error}", origin.group)
            return
        base = source.base_url or _folder_of(origin)
        yield replace(source, path=self._shown(path), base_url=base, origin=origin.text)

    def _dependent(self, origin: Origin, path: Path) -> Iterator[DependentFacts]:
        dependent = self._config.dependents[origin.group]
        try:
            facts, config = FACTS_FORMAT.load(path)
        except UnreadableError as error:
            self._refuse(path, f"cannot be read: {error}")
            return
        if dependent.domain not in config.domains:
            names = ", ".join(config.domains) or "none"
            fault = f'has no spec domain "{dependent.domain}" (dependents.{origin.group}.domain)'
            self._refuse(path, f"{fault}; it has: {names}")
            return
        base = folder_url(dependent.base_url) or _folder_of(origin)
        title = dependent.title or facts.project or origin.group
        yield DependentFacts(dependent.domain, facts.documents, title, base)


def _catalog(data: bytes, path: str) -> Iterator[CatalogService]:
    # imports the YAML library, which takes long
    from sphinxext_opsdocs.services.catalog import read_catalog

    return read_catalog(decode_text(data), path)


def _text_of(path: Path) -> str:
    """The text of a file in which lines are looked for; empty if it cannot be read."""
    try:
        return path.read_text(encoding="utf-8-sig", errors="replace")
    except OSError:
        return ""


def _folder_of(origin: Origin) -> str:
    """The address of the folder that an origin was fetched from; empty for a file."""
    if not is_address(origin.text):
        return ""
    return origin.text.rpartition("/")[0] + "/"
