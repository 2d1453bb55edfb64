"""The facts file: checked like the documents that it was written from."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.commands import run_piped
from tests.project import Project


def test_check_of_a_facts_file_is_the_check_of_its_documents(faulty: Project) -> None:
    facts = faulty.build().outdir / "opsdocs.json"
    for kind in ("json", "sarif", "github", "gitlab", "junit"):
        from_facts = run_piped("check", facts, "-f", kind)
        assert from_facts.returncode == 1
        assert from_facts.stdout == run_piped("check", faulty.srcdir, "-f", kind).stdout


@pytest.mark.parametrize("text", ["", "{", "[]", '{"format": 99}', '{"format": 1}', "\x00"])
def test_unreadable_facts_file_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "opsdocs.json"
    path.write_text(text)
    found = run_piped("check", path)
    assert found.returncode == 2
    assert "opsdocs.json" in found.stderr
    assert "Traceback" not in found.stderr
