"""Facts without pages: reads a source directory with Sphinx, and can keep what it has read."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, TextIO, TypeVar, cast

from sphinx.application import Sphinx
from sphinx.cmd.build import jobs_argument
from sphinx.environment import BuildEnvironment
from sphinx.util.console import coloron, nocolor
from sphinx.util.docutils import docutils_namespace, patch_docutils

from sphinxext_opsdocs.ext.domain import OpsDomain
from sphinxext_opsdocs.ext.facts_builder import FACTS_BUILDER, REVIEW_BUILDER, FactsBuilder
from sphinxext_opsdocs.ext.facts_subprocess import Request
from sphinxext_opsdocs.ext.lean_parsing import parse_lean
from sphinxext_opsdocs.ext.parallel_reading import ReadingProcessError
from sphinxext_opsdocs.ext.reading_cache import (
    is_kept,
    keep_environment,
    load_environment,
    take_cache,
)
from sphinxext_opsdocs.ext.repository import source_in_repository
from sphinxext_opsdocs.ext.settings import SettingsError, configured_owners
from sphinxext_opsdocs.reports.progress import ProgressLine

if TYPE_CHECKING:
    from sphinxext_opsdocs.graph.graph import TraceabilityGraph

__all__ = [
    "BuildError",
    "build_facts",
    "graph_of",
]

EXTENSION = "sphinxext_opsdocs"
FOLDER_PREFIX = "opsdocs-sphinx-"
ABANDONED_AFTER = 24 * 3600
"""Age in seconds from which a temporary folder belongs to no running process."""
Result = TypeVar("Result")


class BuildError(Exception):
    """Sphinx could not read the documents; with ``is_configuration``, our settings are wrong."""

    def __init__(self, message: str, is_configuration: bool = False) -> None:
        super().__init__(message)
        self.is_configuration = is_configuration


class _SphinxThatNeedsExtension(Sphinx):
    def preload_builder(self, name: str) -> None:
        """Load the builder, which is ours. Raises BuildError where conf.py lacks our extension.

        Sphinx calls this after the extensions of conf.py are loaded, before ``config-inited``.
        """
        if EXTENSION not in self.extensions:
            raise BuildError(
                f'conf.py does not load the extension; add "{EXTENSION}" to extensions', True
            )
        super().preload_builder(name)


class _SphinxWithCache(_SphinxThatNeedsExtension):
    def preload_builder(self, name: str) -> None:
        """Load the builder, and take the environment from the cache once all values are known."""
        super().preload_builder(name)
        self.connect("config-inited", take_cache, priority=999)

    def _load_existing_env(self, filename: str | Path) -> BuildEnvironment:  # text in Sphinx 8
        try:
            env = load_environment(self, Path(filename))
        except Exception:  # it may be torn, or contain what is no longer installed
            return self._create_fresh_env()
        self._fresh_env_used = False
        return env


class _SphinxWithExtension(_SphinxThatNeedsExtension):
    def preload_builder(self, name: str) -> None:
        """Load our extension, then the builder."""
        self.setup_extension(EXTENSION)
        super().preload_builder(name)


def build_facts(
    request: Request, work: Callable[[Sphinx, OpsDomain], Result], stream: TextIO
) -> Result:
    """Read all documents, and return the result of ``work``, which can read pages again.

    Warnings of Sphinx go to ``stream``; if that is a terminal, it shows how far the reading is.
    Raises BuildError if the build fails, and whatever ``work`` raises.
    """
    (coloron if request.has_color else nocolor)()
    progress = ProgressLine(stream)
    try:
        with (
            _temporary_folder() as folder,
            # without them, a second application in one process finds the directives of the first
            patch_docutils(str(request.confdir)),
            docutils_namespace(),
            parse_lean(),
        ):
            app, ops_domain = _read(request, Path(folder), progress)
            progress.finish()
            result = work(app, ops_domain)
            if is_kept(app) and ops_domain.has_news:
                # in no way needed: an extension can put into it what cannot be pickled
                with suppress(Exception):
                    keep_environment(app)
            return result
    except SettingsError as error:
        raise BuildError(str(error), is_configuration=True) from None
    finally:
        progress.finish()


def _temporary_folder() -> tempfile.TemporaryDirectory[str]:
    """A folder for what Sphinx wants to write, without those that killed processes have left."""
    oldest = time.time() - ABANDONED_AFTER
    for folder in Path(tempfile.gettempdir()).glob(f"{FOLDER_PREFIX}*"):
        with suppress(OSError):
            if folder.stat().st_mtime < oldest:
                shutil.rmtree(folder, ignore_errors=True)
    return tempfile.TemporaryDirectory(prefix=FOLDER_PREFIX)


def _read(request: Request, folder: Path, progress: ProgressLine) -> tuple[Sphinx, OpsDomain]:
    try:
        app = _application(request, folder, progress)
        assert isinstance(app.builder, FactsBuilder)
        app.builder.progress = progress
        read_pages = list(app.builder.read())
        if request.environment and read_pages:
            keep_environment(app)
    except (BuildError, SettingsError):
        raise
    except ReadingProcessError as error:
        raise BuildError(f"{error}; with -j 1, one process reads all pages") from None
    except Exception as error:  # an extension can raise anything
        raise BuildError(f"the Sphinx build failed: {type(error).__name__}: {error}") from error
    return app, OpsDomain.of(app.env)


def _application(request: Request, folder: Path, progress: ProgressLine) -> Sphinx:
    application: type[Sphinx] = _SphinxThatNeedsExtension
    builder = FACTS_BUILDER
    if request.has_cache:
        application = _SphinxWithCache
    if request.loads_extension:
        application = _SphinxWithExtension
    if request.environment or request.reads_governed:
        builder = REVIEW_BUILDER
    return application(
        srcdir=request.srcdir,
        confdir=request.confdir,
        outdir=folder / "out",
        doctreedir=request.environment or folder / "doctrees",
        buildername=builder,
        confoverrides=request.overrides,
        status=None,
        warning=cast(TextIO, progress),
        freshenv=not (request.environment or request.has_cache),
        parallel=jobs_argument(request.jobs),
    )


def graph_of(app: Sphinx, ops_domain: OpsDomain) -> tuple[TraceabilityGraph, tuple[str, ...], str]:
    """The graph, the configured owners, and the source directory within its repository."""
    owners = configured_owners(ops_domain.config, Path(app.confdir))
    return ops_domain.graph, owners, source_in_repository(Path(app.srcdir))
