"""Precision and recall on real text do not drop below their bounds."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import pytest

from sphinxext_opsdocs.config.confidence import CONFIDENCES, is_enough
from sphinxext_opsdocs.facts.prose import INTENT, KEYWORD, NORM, WORKAROUND
from sphinxext_opsdocs.text.claims import find_claims
from sphinxext_opsdocs.text.language_file import load_language
from tests.commands import ROOT

BENCHMARKS = ROOT / "benchmarks"


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a file of labels."""
    with (BENCHMARKS / f"labels/{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.slow
def test_precision_and_recall_keep_their_bounds(corpus: Path) -> None:
    command = [sys.executable, BENCHMARKS / "accuracy.py", "--corpus", corpus, "--errors"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr[-2000:]}"
    print(done.stdout)


def test_what_is_repeated_in_other_words_keeps_its_bounds() -> None:
    command = [sys.executable, BENCHMARKS / "restated.py"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr[-2000:]}"
    print(done.stdout)


def test_pages_that_were_put_aside_are_of_other_projects_and_keep_no_text() -> None:
    pages, sentences = rows("pages"), rows("sentences")
    by_half = {
        half: {row["repository"] for row in pages if row["half"] == half}
        for half in ("kept", "tune")
    }
    assert len(by_half["kept"]) >= 8
    assert by_half["kept"].isdisjoint(by_half["tune"])
    assert {len(row["sha256"]) for row in pages} == {64}
    assert {len(row["hash"]) for row in sentences} == {16}
    # two readers each, blind
    assert not [row for row in sentences if row["half"] == "kept" and row["second"] == "-"]


@pytest.mark.parametrize(("code", "least"), [("de", (0.9, 0.6)), ("fr", (0.85, 0.6))])
def test_sentences_of_other_languages_are_judged(code: str, least: tuple[float, float]) -> None:
    language = load_language(code, ROOT)
    assert language is not None
    judged = rows(f"sentences_{code}")
    assert len(judged) >= 150
    for label, kinds in {"N": {NORM, KEYWORD}, "I": {INTENT}, "W": {WORKAROUND}}.items():
        found = {
            confidence: [
                row["label"]
                for row in judged
                if any(
                    claim.kind in kinds and is_enough(claim.confidence, confidence)
                    for claim in find_claims("", row["text"], "", language)
                )
            ]
            for confidence in CONFIDENCES[:2]
        }
        wanted = sum(row["label"] == label for row in judged)
        right = found["high"].count(label)
        precision = right / max(len(found["high"]), 1)
        recall = found["medium"].count(label) / wanted
        assert (precision >= least[0], recall >= least[1]) == (True, True), (
            label,
            precision,
            recall,
        )


@pytest.mark.parametrize("kind", ["normative", "workaround"])
def test_labels_keep_no_text_and_give_reasons(kind: str) -> None:
    labelled = rows(kind)
    assert len(labelled) >= 75
    assert {row["half"] for row in labelled} == {"tune", "kept"}
    for row in labelled:
        assert row["reason"]
        assert len(row["reason"].split()) <= 16
        assert len(row["hash"]) == 16
