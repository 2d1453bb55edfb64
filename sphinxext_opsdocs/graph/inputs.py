"""The inputs of a check besides the documents: values read from files that a team keeps."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Mapping, Set
from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from sphinxext_opsdocs.alerts.alert import Alert
from sphinxext_opsdocs.canonical.lock_file import Lock
from sphinxext_opsdocs.canonical.source_sections import SourcePages
from sphinxext_opsdocs.config.globs import glob_matches
from sphinxext_opsdocs.config.schema import BASELINE_FILE, CONFIG_FILE, ISSUES_FILE, Config
from sphinxext_opsdocs.facts.model import DocumentFacts, Place, Problem
from sphinxext_opsdocs.findings.baseline import Baseline
from sphinxext_opsdocs.findings.finding import join_path
from sphinxext_opsdocs.issues.snapshot import Snapshot
from sphinxext_opsdocs.review.change_set import ChangeSet
from sphinxext_opsdocs.services.service import CatalogService

if TYPE_CHECKING:
    from sphinxext_opsdocs.text.language_file import Language

__all__ = ["DependentFacts", "Inputs", "SyncedCopy"]


class SyncedCopy(Struct, frozen=True):
    """A copy that ``opsdocs sync`` wrote; ``is_outdated`` if its original on disk differs."""

    group: str
    """Key of its spec domain or dependent."""
    origin: str
    path: str
    """Relative to the source directory."""
    fetched: date
    is_outdated: bool = False


class DependentFacts(Struct, frozen=True):
    """Another project's documents; ``domain_key`` is its own spec domain for our specifications."""

    domain_key: str
    documents: tuple[DocumentFacts, ...]
    title: str = ""
    base_url: str = ""


class Inputs(Struct, frozen=True):
    """All inputs; each default stands for a file that the project does not keep."""

    sources: Mapping[str, tuple[SourcePages, ...]] = {}
    """By spec domain, in configured order."""
    alerts: tuple[Alert, ...] = ()
    """Of all files of alert rules, in the order of the files."""
    services: tuple[CatalogService, ...] = ()
    """Of all files of the catalogue."""
    redirects: Mapping[str, str] = {}
    """Of this project's own pages."""
    lock: Lock | None = None
    issues: Snapshot | None = None
    """The states of issues in their trackers."""
    issues_path: str = ISSUES_FILE
    """Place of findings about the snapshot, relative to the source directory."""
    baseline: Baseline | None = None
    """Findings that were recorded before; None if the project keeps no baseline."""
    baseline_path: str = BASELINE_FILE
    """Place of findings about the baseline, relative to the source directory."""
    change_set: ChangeSet | None = None
    """The change set of a review; None in a check."""
    copies: tuple[SyncedCopy, ...] = ()
    dependents: tuple[DependentFacts, ...] = ()
    problems: tuple[Problem, ...] = ()
    """One for each file that could not be read, and others of the project as a whole."""
    unreadable: tuple[str, ...] = ()
    """The spec domains of such files."""
    project: str = ""
    """Its name in conf.py."""
    base_url: str = ""
    """Address of the root of this project's own pages (``html_baseurl``)."""
    language: Language | None = None
    """The language of operational pages; None without data for it."""
    language_name: str = ""
    """Its code, or the name of its file; empty where nobody judges pages."""
    config_path: str = CONFIG_FILE
    """Place of findings about the configuration, relative to the source directory."""
    config_text: str = ""
    """Text of that file, in which such findings find their line; empty without the file."""
    pages: tuple[str, ...] = ()
    """Docnames of all pages of the project, also of those without facts, sorted."""

    unmatched_watches: tuple[str, ...] = ()
    """Entries of ``reviews-when`` that match no file of the repository, sorted."""

    @property
    def conf_py_path(self) -> str:
        """Path of the project's conf.py, relative to the source directory."""
        return join_path(posixpath.dirname(self.config_path), "conf.py")

    def config_place(self, table: tuple[str, ...] = (), key: str = "", value: str = "") -> Place:
        """Return where a value of the configuration is written.

        It is the first line of the file where no key is named or the value is not found, and that
        file is conf.py in a project without ``opsdocs.toml``.
        """
        if not self.config_text:
            return Place(self.conf_py_path, 1)
        if not key:
            return Place(self.config_path, 1)
        from sphinxext_opsdocs.config.key_lines import find_value_line  # only for a finding

        return Place(self.config_path, find_value_line(self.config_text, table, key, value))

    @property
    def unreadable_pages(self) -> Set[str]:
        """The docnames of the pages that Sphinx could not read."""
        problems = [each for each in self.problems if each.rule == "page_unreadable"]
        paths = tuple(problem.place.path for problem in problems)
        # a docname is the path without one of the suffixes that the project has
        return {page for page in self.pages if any(path.startswith(f"{page}.") for path in paths)}

    def incomplete_domains(self, config: Config) -> tuple[str, ...]:
        """Return the spec domains with a file or a page that could not be read."""
        pages = self.unreadable_pages
        keys = (
            key
            for key, spec_domain in config.domains.items()
            if any(glob_matches(page, spec_domain.paths) for page in pages)
        )
        return *self.unreadable, *keys

    def of_project(
        self,
        pages: Iterable[str],
        problems: Iterable[Problem],
        unmatched_watches: Iterable[str],
        language_name: str,
    ) -> Inputs:
        """Return the inputs with all pages of a project, and its further problems."""
        return replace(
            self,
            pages=tuple(pages),
            problems=(*self.problems, *problems),
            unmatched_watches=tuple(unmatched_watches),
            language_name=language_name,
        )
