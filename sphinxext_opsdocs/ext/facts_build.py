"""Facts without pages: reads a source directory with Sphinx, and keeps nothing on disk."""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple, TextIO, TypeVar

from docutils import nodes
from sphinx.application import ENV_PICKLE_FILENAME, Sphinx
from sphinx.builders import Builder
from sphinx.errors import SphinxError
from sphinx.util.docutils import docutils_namespace, patch_docutils

from sphinxext_opsdocs.ext.domain import OpsDomain
from sphinxext_opsdocs.ext.on_build_finished import source_in_repository
from sphinxext_opsdocs.ext.settings import SettingsError, known_owners
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.storage import replace_file

__all__ = [
    "FACTS_BUILDER",
    "REVIEW_BUILDER",
    "BuildError",
    "FactsBuilder",
    "Request",
    "ReviewBuilder",
    "build_facts",
    "graph_of",
]

FACTS_BUILDER, REVIEW_BUILDER = "opsdocs", "opsdocs-review"
Taken = TypeVar("Taken")


class BuildError(Exception):
    """Sphinx could not read the documents, or (``is_configuration``) our settings are wrong."""

    def __init__(self, message: str, is_configuration: bool = False) -> None:
        super().__init__(message)
        self.is_configuration = is_configuration


class FactsBuilder(Builder):
    """Reads documents and forgets their doctrees: facts are taken while they are read."""

    name = FACTS_BUILDER
    allow_parallel = True

    def write_doctree(self, docname: str, doctree: nodes.document, *, _cache: bool = True) -> None:  # type: ignore[misc]
        """Write nothing: nobody resolves references or writes pages after this."""

    def get_outdated_docs(self) -> list[str]:
        """No page is ever written."""
        return []

    def get_target_uri(self, docname: str, typ: str | None = None) -> str:
        """The docname itself."""
        return docname


class ReviewBuilder(FactsBuilder):
    """Takes the text of all governed pages too, and keeps its environment for the next time."""

    name = REVIEW_BUILDER

    def write_doctree(self, docname: str, doctree: nodes.document, *, _cache: bool = True) -> None:  # type: ignore[misc]
        """Leave a mark that the page was read: without one it is read again."""
        mark = Path(self.doctreedir, f"{docname}.doctree")
        mark.parent.mkdir(parents=True, exist_ok=True)
        mark.touch()


class Request(NamedTuple):
    """What to read, and what goes to Sphinx. ``status`` takes its progress."""

    srcdir: Path
    confdir: Path
    overrides: dict[str, Any]
    jobs: str
    status: TextIO | None = None
    brings_extension: bool = False
    """Load the extension although conf.py does not."""
    kept: Path | None = None
    """Where the environment is kept, if it is: with all text, for a review."""


class _SphinxWithExtension(Sphinx):
    def preload_builder(self, name: str) -> None:
        """Called once conf.py's extensions are loaded, and before any of them is configured."""
        self.setup_extension("sphinxext_opsdocs")
        super().preload_builder(name)


def build_facts(request: Request, take: Callable[[Sphinx, OpsDomain], Taken]) -> Taken:
    """Read all documents, and hand what was read to ``take``.

    Sphinx's own warnings go to standard error. Raises BuildError.
    """
    import sys

    from sphinx.cmd.build import jobs_argument

    made = _SphinxWithExtension if request.brings_extension else Sphinx
    with tempfile.TemporaryDirectory(prefix="opsdocs-") as folder:
        doctrees = request.kept or Path(folder) / "doctrees"
        try:
            with patch_docutils(str(request.confdir)), docutils_namespace():
                app = made(
                    srcdir=request.srcdir,
                    confdir=request.confdir,
                    outdir=Path(folder) / "out",
                    doctreedir=doctrees,
                    buildername=REVIEW_BUILDER if request.kept else FACTS_BUILDER,
                    confoverrides=request.overrides,
                    status=request.status,
                    warning=sys.stderr,
                    freshenv=not request.kept,
                    parallel=jobs_argument(request.jobs),
                )
                if "sphinxext_opsdocs" not in app.extensions:
                    raise BuildError("conf.py does not load sphinxext_opsdocs", True)
                changed = list(app.builder.read())
                if request.kept and changed:
                    _keep(app, doctrees)
                domain = app.env.domains["ops"]
                assert isinstance(domain, OpsDomain)
                return take(app, domain)
        except BuildError:
            raise
        except SettingsError as error:
            raise BuildError(str(error), is_configuration=True) from None
        except (SphinxError, Exception) as error:
            raise BuildError(f"the Sphinx build failed: {type(error).__name__}: {error}") from error


def _keep(app: Sphinx, folder: Path) -> None:
    """Keep the environment, as a build does, in one step."""
    replace_file(folder / ENV_PICKLE_FILENAME, pickle.dumps(app.env, pickle.HIGHEST_PROTOCOL))


def graph_of(app: Sphinx, domain: OpsDomain) -> tuple[TraceabilityGraph, tuple[str, ...], str]:
    """The graph, the known owners, and the source directory within its repository."""
    owners = known_owners(domain.config, Path(app.confdir))
    return domain.graph, owners, source_in_repository(Path(app.srcdir))
