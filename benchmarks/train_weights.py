"""Learns the weights of words (``data/weights_en.json``) from the labelled pages that are not kept.

    python benchmarks/train_weights.py SOURCES

``SOURCES`` holds clones of the repositories in ``labels/pages.csv``. Needs scikit-learn, which
nothing else here does. Prints precision and recall of cross-validation: the sentences of a
repository are judged by weights that were learned from all others.
"""

import json
import sys
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GroupKFold
from unseen_pages import read_sentences

OUTPUT = Path(__file__).parent.parent / "sphinxext_opsdocs/data/weights_en.json"
LEAST_SENTENCES = 4
"""Sentences that contain a feature with a weight."""
MOST_FEATURES = 5000
STRENGTH = 0.3
"""Inverse of the strength of regularisation."""
KINDS = {"norm": "rule", "workaround": "fault"}
"""Claims, and the labels that they are learned from."""
THRESHOLDS = {"norm": (2.0, -0.15, -1.5), "workaround": (1.0, -0.6, -2.0)}
"""Sums from which on confidence is high, medium and low, chosen by the cross-validation below."""
STEPS = (3.0, 2.5, 2.0, 1.75, 1.5, 1.0, 0.5, 0.0, -0.15, -0.5, -0.6, -1.0, -1.5, -2.0)


@dataclass
class Example:
    """A sentence with what is known of it."""

    features: Collection[str]
    group: str
    labels: Mapping[str, float]


def read_examples(sources: Path) -> Iterator[Example]:
    """The sentences of all pages that are not put aside."""
    for sentence in read_sentences(sources, "tune"):
        yield Example(sentence.features, sentence.page.repository, sentence.grades)


def train(examples: Sequence[Example], kind: str) -> dict[str, object]:
    """Print the cross-validation of one kind of claim, and return its model."""
    counts = Counter(feature for example in examples for feature in example.features)
    features = sorted(name for name, count in counts.items() if count >= LEAST_SENTENCES)
    index = {name: number for number, name in enumerate(features)}
    columns: list[int] = []
    rows = [0]
    for example in examples:
        columns += sorted(index[name] for name in example.features if name in index)
        rows.append(len(columns))
    matrix = csr_matrix((np.ones(len(columns)), columns, rows), (len(examples), len(features)))
    grades = np.array([example.labels.get(KINDS[kind], 0.0) for example in examples])
    groups = np.array([example.group for example in examples])
    sums = np.zeros(len(examples))
    for learned, judged in GroupKFold(10).split(matrix, grades, groups):
        weights, bias = fit(matrix[learned], grades[learned])
        sums[judged] = matrix[judged] @ weights + bias
    show(kind, sums, grades)
    weights, bias = fit(matrix, grades)
    high, medium, low = THRESHOLDS[kind]
    chosen = {name: round(float(w), 3) for name, w in zip(features, weights, strict=True) if w}
    return {"bias": round(bias, 3), "high": high, "medium": medium, "low": low, "weights": chosen}


def fit(matrix: csr_matrix, grades: np.ndarray) -> tuple[np.ndarray, float]:
    """Weights and bias; all but the strongest weights are 0. A torn sentence counts for less."""
    model = LogisticRegression(C=STRENGTH, max_iter=800)
    importance = np.where(grades == 1, 0.3, np.where(grades == 1.5, 0.7, 1.0))
    model.fit(matrix, grades >= 1.5, sample_weight=importance)
    weights = model.coef_[0].copy()
    weights[np.argsort(-abs(weights))[MOST_FEATURES:]] = 0
    return weights, float(model.intercept_[0])


def show(kind: str, sums: np.ndarray, grades: np.ndarray) -> None:
    """Print precision and recall from each sum on."""
    clear = (grades == 2).sum()
    print(
        f"\n{kind}: {len(grades)} sentences, {clear} clear\n\n| from | sentences | right | recall |"
    )
    print("|---|---|---|---|")
    for step in STEPS:
        found = grades[sums >= step]
        right = ((found >= 1.5).sum() + (found == 1).sum() / 2) / max(len(found), 1)
        print(f"| {step} | {len(found)} | {right:.2f} | {(found == 2).sum() / clear:.2f} |")


def main() -> None:
    examples = list(read_examples(Path(sys.argv[1])))
    models = {kind: train(examples, kind) for kind in KINDS}
    OUTPUT.write_text(json.dumps(models, ensure_ascii=False, indent=0) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
