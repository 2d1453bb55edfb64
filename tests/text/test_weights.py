"""Weights of words: a second opinion that is a sum."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sphinxext_opsdocs.text.claims import PLAIN_BLOCK, read_features
from sphinxext_opsdocs.text.language_file import default_language
from sphinxext_opsdocs.text.weights import LinearModel, find_features, load_weights

MODEL = LinearModel(bias=-1.0, high=1.0, medium=0.0, low=-0.5, weights={"must": 1.5, "you": -0.7})


def test_features_are_sequences_of_words_and_signs() -> None:
    features = find_features("keep 10 of `", {"norm:high"})
    assert {"<", "keep", "0", "< keep", "keep 0 of", "of `", "of ` >", "=norm:high"} <= features
    assert "keep 10" not in features


def test_sum_decides_the_confidence() -> None:
    assert MODEL.confidence({"must"}) == "medium"
    assert MODEL.confidence({"must", "you"}) == "low"
    assert MODEL.confidence({"you"}) is None
    assert MODEL.confidence(set()) is None


@given(st.lists(st.sampled_from(["must", "you", "other", "more"])))
def test_sum_is_the_same_in_any_order(words: list[str]) -> None:
    assert MODEL.sum(words) == MODEL.sum(reversed(words))


def test_english_has_weights_and_other_names_have_none() -> None:
    weights = load_weights(default_language().weights)
    assert weights is not None
    assert len(weights.norm.weights) > 1000
    assert load_weights("") is None


def test_long_sentence_has_a_bounded_number_of_features() -> None:
    text = " ".join(f"word{chr(97 + number % 26)}{number}x" for number in range(20_000))
    assert len(read_features(text, PLAIN_BLOCK, default_language())) < 3_000
