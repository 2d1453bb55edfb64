"""Fixtures, and skips that nobody overlooks."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import hypothesis
import pytest
from sphinx.locale import translators

from tests.pages import RUNBOOKS, SPECIFICATION
from tests.project import Project

# What is drawn at random is the same on every run: a red suite means a changed project.
hypothesis.settings.register_profile("suite", derandomize=True)
hypothesis.settings.register_profile("search", print_blob=True)
hypothesis.settings.load_profile(os.environ.get("OPSDOCS_HYPOTHESIS", "suite"))

TODAY = "1795435200"
"""2026-11-23, in seconds since 1970: no test reads the clock."""


@pytest.fixture(autouse=True)
def _language() -> None:
    # Sphinx keeps the catalogues that an earlier application of the process has loaded
    translators.clear()


@pytest.fixture(autouse=True)
def _today(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", TODAY)


@pytest.fixture
def make_project(tmp_path: Path) -> Callable[..., Project]:
    """Makes projects; keyword arguments are those of Project."""

    def make(name: str = "project", **settings: object) -> Project:
        return Project(tmp_path / name, **settings)  # type: ignore[arg-type]

    return make


@pytest.fixture
def project(make_project: Callable[..., Project]) -> Project:
    """A project without sphinx-needs."""
    return make_project()


@pytest.fixture
def sound(project: Project) -> Project:
    """A project without a finding."""
    path, text = RUNBOOKS["rst"]
    project.write({**SPECIFICATION, path: text})
    return project


@pytest.fixture
def faulty(sound: Project) -> Project:
    """A project with two findings."""
    sound.append("ops/drain.rst", "\n.. canonical-ref:: api:gone\n\n.. workaround::\n\n   Do.\n")
    return sound


def skip(reason: str) -> None:
    """Skip a test for want of something on this machine; where OPSDOCS_NO_SKIP is set, fail."""
    if os.environ.get("OPSDOCS_NO_SKIP"):
        pytest.fail(f"not to be skipped here: {reason}")
    pytest.skip(f"SKIPPED FOR WANT OF: {reason}")


@pytest.fixture(scope="session")
def corpus() -> Path:
    """Real documents, from OPSDOCS_CORPUS or ../shared/data."""
    default = Path(__file__).parents[2] / "shared" / "data"
    folder = Path(os.environ.get("OPSDOCS_CORPUS") or default)
    if not (folder / "phalanx").is_dir():
        skip(f"the corpus of real documents ({folder}); set OPSDOCS_CORPUS")
    return folder
