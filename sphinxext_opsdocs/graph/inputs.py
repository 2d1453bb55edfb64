"""What a check takes besides the documents: values read from files that a team keeps."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING

from msgspec import Struct

from sphinxext_opsdocs.canonical.lock_file import Lock
from sphinxext_opsdocs.canonical.page_source import SourcePages
from sphinxext_opsdocs.config.schema import BASELINE_FILE, CONFIG_FILE, ISSUES_FILE
from sphinxext_opsdocs.facts.model import DocumentFacts, Problem
from sphinxext_opsdocs.findings.baseline import Baseline
from sphinxext_opsdocs.issues.snapshot import Snapshot
from sphinxext_opsdocs.review.change_set import ChangeSet

if TYPE_CHECKING:
    from sphinxext_opsdocs.text.language import Language

__all__ = ["DependentFacts", "Inputs", "SyncedCopy"]


class SyncedCopy(Struct, frozen=True):
    """A copy that ``opsdocs sync`` made; ``is_outdated`` when its original on disk is another."""

    group: str
    """Key of its spec domain or dependent."""
    origin: str
    path: str
    """Relative to the source directory."""
    fetched: date
    is_outdated: bool = False


class DependentFacts(Struct, frozen=True):
    """Another project's documents, which name our specifications in its spec domain ``domain``."""

    domain: str
    documents: tuple[DocumentFacts, ...]
    title: str = ""
    base_url: str = ""


class Inputs(Struct, frozen=True):
    """All of them; where a project keeps none, the defaults say nothing."""

    sources: Mapping[str, tuple[SourcePages, ...]] = {}
    """By spec domain, in the order that configuration names them."""
    redirects: Mapping[str, str] = {}
    """Of this project's own pages."""
    lock: Lock | None = None
    issues: Snapshot | None = None
    """What trackers said of issues."""
    issues_path: str = ISSUES_FILE
    """Where findings about the snapshot are placed, relative to the source directory."""
    baseline: Baseline | None = None
    """Findings that are known, where the project keeps them."""
    baseline_path: str = BASELINE_FILE
    """Where findings about it are placed, relative to the source directory."""
    change_set: ChangeSet | None = None
    """What is reviewed, where something is."""
    copies: tuple[SyncedCopy, ...] = ()
    dependents: tuple[DependentFacts, ...] = ()
    problems: tuple[Problem, ...] = ()
    """Files that could not be read."""
    unreadable: tuple[str, ...] = ()
    """The spec domains that such files belong to."""
    base_url: str = ""
    """Address of the root of this project's own pages (``html_baseurl``)."""
    language: Language | None = None
    """Of operational pages; None where nothing is known of it."""
    config_path: str = CONFIG_FILE
    """Where findings about the configuration are placed, relative to the source directory."""
