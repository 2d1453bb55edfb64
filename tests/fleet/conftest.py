"""A company of three repositories, built once for all tests that only read them."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.conftest import TODAY
from tests.fleet.fleet import Fleet


@pytest.fixture(scope="session")
def built_company(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the company; copy it before you change anything."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", TODAY)
        root = tmp_path_factory.mktemp("company")
        Fleet(root).company()
    return root


@pytest.fixture
def company(built_company: Path, tmp_path: Path) -> Fleet:
    """The company in a folder of the test's own."""
    return copied_company(built_company, tmp_path)


def copied_company(built: Path, folder: Path) -> Fleet:
    """The company in another folder."""
    root = folder / "company"
    shutil.copytree(built, root)
    return Fleet.found(root, ("platform", "orders", "billing"))
