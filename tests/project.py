"""A Sphinx project in a folder of its own, built in this process with real Sphinx."""

from __future__ import annotations

import io
import textwrap
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from operator import attrgetter
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils

from sphinxext_opsdocs.ext.domain import OpsDomain
from sphinxext_opsdocs.facts.model import DocumentFacts
from sphinxext_opsdocs.findings.finding import Finding
from sphinxext_opsdocs.findings.result import CheckResult

# most tests have no page of specifications, or none in the governed folder
CONF = (
    'project = "test"\nextensions = {extensions}\nhtml_theme = "basic"\nhtml_copy_source = False\n'
    'opsdocs_rules = {{"pattern_unmatched": "off"}}\n'
)
CONFIG = """
governed = ["ops/**"]
[owners.team-orders]
title = "Orders team"
contact = "#orders-oncall"
[owners.team-api]
[trackers.api-issues]
pattern = 'API-(?P<number>\\d+)'
url = "https://tracker.example/issues/{number}"
[domains.api]
title = "API contracts"
owner = "team-api"
tracker = "api-issues"
paths = ["specs/api/**"]
"""
HEADER = {
    "class": "runbook",
    "owner": "team-orders",
    "status": "Canonical",
    "version": "2.1",
    "last-reviewed": "2026-11-02",
}
SPECIFICATION = HEADER | {"class": "specification", "owner": "team-api"}
SECTIONS = ("Meaning", "Impact", "Diagnosis", "Mitigation", "Verification", "Escalation")


def rst_page(body: str, title: str = "Page", header: Mapping[str, str] | None = HEADER) -> str:
    """A page with a header, a title and a body that is dedented."""
    fields = "".join(f":{name}: {text}\n" for name, text in (header or {}).items())
    return f"{fields}\n{title}\n{'=' * len(title)}\n\n{textwrap.dedent(body).strip()}\n"


def md_page(body: str, title: str = "Page", header: Mapping[str, str] | None = HEADER) -> str:
    """The same in MyST."""
    fields = "".join(f'{name}: "{text}"\n' for name, text in (header or {}).items())
    matter = f"---\n{fields}---\n\n" if header else ""
    return f"{matter}# {title}\n\n{textwrap.dedent(body).strip()}\n"


SPEC_PAGE = rst_page(
    """
    .. _rate-limits:

    Rate limits
    -----------

    What a throttled client gets.

    .. _page-size:

    Page size
    ---------

    How many records one answer holds.
    """,
    "Limits",
    SPECIFICATION,
)
"""A live specification with the labels ``rate-limits`` and ``page-size``."""

RUNBOOK_SECTIONS_RST = "".join(f"{name}\n{'-' * len(name)}\n\nText.\n\n" for name in SECTIONS)


class Build(NamedTuple):
    """What one build came to."""

    outdir: Path
    warnings: str
    result: CheckResult
    documents: dict[str, DocumentFacts]
    status: str

    @property
    def findings(self) -> tuple[Finding, ...]:
        """Findings, sorted by place."""
        return self.result.findings

    @property
    def rules(self) -> list[str]:
        """The rules of the findings, sorted."""
        return sorted(finding.rule for finding in self.findings if not finding.suppressed)

    def of(self, rule: str) -> list[Finding]:
        """The findings of one rule."""
        return [finding for finding in self.findings if finding.rule == rule]

    def text(self, path: str) -> str:
        """A file of the output."""
        return (self.outdir / path).read_text(encoding="utf-8")


class Project:
    """A source directory; builds go to a folder beside it, one per builder."""

    def __init__(self, folder: Path, needs: bool = False, config: str = CONFIG) -> None:
        self.srcdir = folder / "docs"
        self.outdir = folder / "out"
        extensions = ["myst_parser", "sphinxext_opsdocs", *(["sphinx_needs"] if needs else [])]
        self.write({"conf.py": CONF.format(extensions=extensions), "opsdocs.toml": config})
        self.write({"index.rst": "Index\n=====\n\n.. toctree::\n   :glob:\n\n   **\n"})

    def write(self, files: Mapping[str, str]) -> None:
        """Write or change source files."""
        for name, text in files.items():
            path = self.srcdir / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")

    def append(self, name: str, text: str) -> None:
        """Add to the end of a source file."""
        path = self.srcdir / name
        path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")

    def remove(self, name: str) -> None:
        """Remove a source file."""
        (self.srcdir / name).unlink()

    def build(
        self, builder: str = "html", *, jobs: int = 1, fresh: bool = False, **overrides: Any
    ) -> Build:
        """Build, incrementally unless ``fresh``."""
        warnings, status = io.StringIO(), io.StringIO()
        with self._built(builder, warnings, status, jobs, fresh, overrides) as app:
            domain = app.env.domains["ops"]
            assert isinstance(domain, OpsDomain)
            return Build(
                self.outdir / builder,
                _plain(warnings.getvalue()),
                domain.result,
                {
                    facts.docname: facts
                    for facts in sorted(domain.whole_documents, key=attrgetter("docname"))
                },
                _plain(status.getvalue()),
            )

    def build_without_extension(self, builder: str = "html") -> None:
        """Build, with a conf.py that does not name the extension."""
        with self._built(builder, io.StringIO(), io.StringIO(), 1, False, {}):
            pass

    @contextmanager
    def _built(
        self,
        builder: str,
        warnings: io.StringIO,
        status: io.StringIO,
        jobs: int,
        fresh: bool,
        overrides: Mapping[str, Any],
    ) -> Iterator[Sphinx]:
        with patch_docutils(str(self.srcdir)), docutils_namespace():
            app = Sphinx(
                self.srcdir,
                self.srcdir,
                self.outdir / builder,
                self.outdir / f"doctrees-{builder}",
                builder,
                confoverrides=dict(overrides),
                status=status,
                warning=warnings,
                freshenv=fresh,
                parallel=jobs,
            )
            app.build(force_all=fresh)
            yield app


def _plain(text: str) -> str:
    import re

    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def encoded(build: Build) -> bytes:
    """Everything that a build found, as bytes to compare."""
    return msgspec.json.encode([build.findings, build.result.reach, list(build.documents.values())])
