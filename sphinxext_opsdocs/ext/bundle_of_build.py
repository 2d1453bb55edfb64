"""The bundle of a project: its facts and all that a check of them needs."""

from __future__ import annotations

import hashlib
import os
import platform
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import sphinx
from msgspec.structs import replace
from sphinx.application import Sphinx
from sphinx.builders import Builder

from sphinxext_opsdocs.canonical.index_file import INDEX_FORMAT
from sphinxext_opsdocs.canonical.lock_file import LOCK_FILE
from sphinxext_opsdocs.canonical.mirror import MANIFEST as COPIES_FILE
from sphinxext_opsdocs.config.schema import BASELINE_FILE, INDEX_FILE, ISSUES_FILE
from sphinxext_opsdocs.ext.domain import OpsDomain
from sphinxext_opsdocs.facts.file import FACTS_FORMAT
from sphinxext_opsdocs.fleet.bundle import (
    FACTS_FILE,
    INPUTS_FILE,
    INPUTS_NUMBER,
    LANGUAGE_FILE,
    BundledInputs,
    BundledSource,
    dump_bundle,
    read_manifest,
)
from sphinxext_opsdocs.fleet.manifest import MANIFEST_FORMAT, Manifest, SourceName
from sphinxext_opsdocs.fleet.sketches import SKETCHES_FILE, Sketches, make_sketches
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.graph.inputs import Inputs
from sphinxext_opsdocs.review.git import GitError, run_git_text
from sphinxext_opsdocs.storage import UnreadableError, encode_json, unpack
from sphinxext_opsdocs.version import __version__

__all__ = ["bundle_of"]


def bundle_of(
    app: Sphinx,
    ops_domain: OpsDomain,
    builder: Builder,
    facts: bytes,
    index: bytes,
    before: bytes = b"",
) -> bytes:
    """Return the bundle of a build.

    ``builder`` publishes the pages; ``facts`` and ``index`` are its files of that kind, and a
    project without specifications has no index. ``before`` is an earlier bundle: if nothing else
    has changed, its time of the build stays.
    """
    confdir = Path(app.confdir)
    urls = {docname: builder.get_target_uri(docname) for docname in sorted(ops_domain.documents)}
    inputs = replace(_bundled(ops_domain.graph.inputs), urls=urls)
    files = {FACTS_FILE: facts, INPUTS_FILE: encode_json(inputs)}
    if index:
        files[INDEX_FILE] = index
    files[SKETCHES_FILE] = encode_json(_sketches(facts, index))
    files |= _kept_files(ops_domain, confdir)
    sources = tuple(_source_names(ops_domain.graph.inputs, Path(app.srcdir)))
    manifest = replace(
        _origin(confdir),
        project=app.config.project,
        has_text=ops_domain.config.bundle_text,
        base_url=ops_domain.inputs.base_url,
        index_sha256=hashlib.sha256(index).hexdigest() if index else "",
        sources=sources,
    )
    data = dump_bundle(files, manifest)
    return before if _differ_in_time_alone(before, data) else data


def _sketches(facts: bytes, index: bytes) -> Sketches:
    pages, config = FACTS_FORMAT.parse(facts)
    graph = TraceabilityGraph(pages.documents, config)
    return make_sketches(graph.judged, INDEX_FORMAT.parse(unpack(index)) if index else None)


def _differ_in_time_alone(before: bytes, data: bytes) -> bool:
    """Whether two bundles were built on one day, and are the same but for the time of the build.

    On another day, the time shows that the repository is still built.
    """
    try:
        earlier, manifest = read_manifest(before), read_manifest(data)
    except UnreadableError:
        return False
    is_of_same_day = earlier.built[:10] == manifest.built[:10]
    return is_of_same_day and replace(manifest, built=earlier.built) == earlier


def _bundled(inputs: Inputs) -> BundledInputs:
    return BundledInputs(
        format=INPUTS_NUMBER,
        sources=tuple(
            BundledSource(
                key,
                source.kind.name,
                source.origin,
                source.path,
                source.base_url,
                dict(source.redirects),
                source.pages,
            )
            for key, sources in sorted(inputs.sources.items())
            for source in sources
        ),
        alerts=inputs.alerts,
        services=inputs.services,
        copies=inputs.copies,
        problems=inputs.problems,
        unreadable=inputs.unreadable,
        unmatched_watches=inputs.unmatched_watches,
        issues_path=inputs.issues_path,
        baseline_path=inputs.baseline_path,
        config_path=inputs.config_path,
        config_text=inputs.config_text,
    )


def _kept_files(ops_domain: OpsDomain, confdir: Path) -> Iterator[tuple[str, bytes]]:
    """Yield name and content of each file of the team that a check needs, byte for byte."""
    copies = Path(ops_domain.config.sync.folder, COPIES_FILE)
    paths = [(name, confdir / name) for name in (LOCK_FILE, ISSUES_FILE, BASELINE_FILE)]
    paths.append((COPIES_FILE, confdir / copies))
    if ops_domain.language_name.endswith(".toml"):
        paths.append((LANGUAGE_FILE, confdir / ops_domain.language_name))
    for name, path in paths:
        if path.is_file():
            yield name, path.read_bytes()


def _source_names(inputs: Inputs, srcdir: Path) -> Iterator[SourceName]:
    for key, sources in sorted(inputs.sources.items()):
        for source in sources:
            digest = hashlib.sha256(Path(srcdir, source.path).read_bytes()).hexdigest()
            yield SourceName(key, source.kind.name, source.origin, digest, source.base_url)


def _origin(folder: Path) -> Manifest:
    """Return a manifest that only says where and when it was made."""
    number = MANIFEST_FORMAT.number
    assert number
    return Manifest(
        format=number,
        project="",
        repository=_without_credentials(_git(folder, "remote", "get-url", "origin")),
        commit=_commit(folder),
        built=_now().isoformat(timespec="seconds"),
        versions={
            "opsdocs": __version__,
            "sphinx": sphinx.__version__,
            "python": platform.python_version(),
        },
        formats={},
        has_text=True,
        base_url="",
        index_sha256="",
        sources=(),
        files={},
    )


def _commit(folder: Path) -> str:
    commit = _git(folder, "rev-parse", "--verify", "HEAD")
    if commit and _git(folder, "status", "--porcelain", "--untracked-files=no", "--", "."):
        return f"{commit}-dirty"
    return commit


def _git(folder: Path, *arguments: str) -> str:
    """Return the output of git; empty where it fails, as outside a repository."""
    try:
        return run_git_text(folder, *arguments)
    except GitError:
        return ""


def _without_credentials(address: str) -> str:
    """Return the address of a remote without the name and token that a CI job puts into it."""
    parts = urlsplit(address)
    if not parts.netloc:
        return address
    return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))


def _now() -> datetime:
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    if epoch.isdecimal():
        return datetime.fromtimestamp(int(epoch), UTC)
    return datetime.now(UTC)
