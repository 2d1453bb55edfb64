"""A second opinion on what the expressions of a language found: weights of words and of signs.

The weights are learned from labelled sentences (``benchmarks/train_weights.py``); to apply them is
a sum. docs/adr/0026-words-have-weights.md gives the reasons and what was measured.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files

import msgspec
from msgspec import Struct

from sphinxext_opsdocs.config.confidence import Confidence

__all__ = ["LinearModel", "Weights", "find_features", "load_weights"]

WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*|`|\d+|[:?]")
LONGEST = 3
"""Words of the longest sequence with a weight."""
MOST_WORDS = 400
"""Words of a sentence that are looked at, so that a long one takes no longer."""
START, END, NUMBER = "<", ">", "0"


class LinearModel(Struct, frozen=True, forbid_unknown_fields=True):
    """The weights of one kind of claim, and the sums from which on each confidence is given."""

    bias: float
    high: float
    medium: float
    low: float
    weights: dict[str, float]

    def confidence(self, features: Iterable[str]) -> Confidence | None:
        """Return how sure the claim is; None where it is not made."""
        total = self.sum(features)
        if total >= self.medium:
            return "high" if total >= self.high else "medium"
        return "low" if total >= self.low else None

    def sum(self, features: Iterable[str]) -> float:
        """Return the sum of the weights of some features."""
        weight = self.weights.get
        # sorted: a sum of floats depends on their order, and a set has none
        return self.bias + sum(weight(feature, 0.0) for feature in sorted(features))


class Weights(Struct, frozen=True, forbid_unknown_fields=True):
    """The file of one language."""

    norm: LinearModel
    workaround: LinearModel


def find_features(lower: str, signs: Iterable[str]) -> set[str]:
    """Return the word sequences of a sentence in lower case, and the signs that were given.

    A backtick stands for each code, address and quotation.
    """
    words = [START, *_words(lower), END]
    features = {f"={sign}" for sign in signs}
    for length in range(1, LONGEST + 1):
        features.update(
            " ".join(words[index : index + length]) for index in range(len(words) - length + 1)
        )
    return features


def _words(lower: str) -> Iterator[str]:
    for word in WORD.findall(lower)[:MOST_WORDS]:
        yield NUMBER if word[0].isdecimal() else word.replace("’", "'")


@cache
def load_weights(name: str) -> Weights | None:
    """Return the weights of a file of the package; None without a name."""
    if not name:
        return None
    data = files("sphinxext_opsdocs").joinpath("data", name).read_bytes()
    return msgspec.json.decode(data, type=Weights)
