"""Precision and recall on real text do not drop below their bounds."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands import ROOT

BENCHMARKS = ROOT / "benchmarks"


@pytest.mark.slow
def test_precision_and_recall_keep_their_bounds(corpus: Path) -> None:
    command = [sys.executable, BENCHMARKS / "accuracy.py", "--corpus", corpus, "--errors"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr[-2000:]}"
    print(done.stdout)


@pytest.mark.parametrize("kind", ["normative", "workaround"])
def test_labels_keep_no_text_and_give_reasons(kind: str) -> None:
    with (BENCHMARKS / f"labels/{kind}.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) >= 75
    assert {row["half"] for row in rows} == {"tune", "kept"}
    for row in rows:
        assert row["reason"]
        assert len(row["reason"].split()) <= 16
        assert len(row["hash"]) == 16
