"""The names of our directives and roles, and which of them a misspelt name stands for."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import Literal, NamedTuple

from sphinxext_opsdocs.config.did_you_mean import suggest
from sphinxext_opsdocs.config.schema import DOMAIN_PREFIX
from sphinxext_opsdocs.text.edit_distance import edit_distance

__all__ = [
    "DIRECTIVE_NAMES",
    "ROLE_NAMES",
    "Kind",
    "hint_at_name",
    "is_near_our_names",
    "only_near_name",
]

Kind = Literal["directive", "role"]

DIRECTIVE_NAMES = (
    "canonical-ref",
    "canonical-quote",
    "observed-deviation",
    "workaround",
    "document-change",
    "verification",
    "approval",
    "opsdocs-ignore",
    "deviation-register",
    "traceability-matrix",
    "document-inventory",
    "canonical-impact",
    "baseline-debt",
    "suspect-references",
    "on-call-index",
    "alert-addresses",
    "verification-register",
    "traceability-graph",
    "governance-dashboard",
    "fleet-repositories",
    "fleet-totals",
    "fleet-scorecard",
    "fleet-register",
    "fleet-matrix",
    "fleet-impact",
    "fleet-trend",
    "fleet-findings",
)
ROLE_NAMES = ("canonical", "deviation")
LARGEST_DISTANCE = 2
"""Slips between one of our names and a name that a writer probably meant for it."""
SEPARATORS = str.maketrans("_.:", "---")


class _Name(NamedTuple):
    kind: Kind
    text: str


NAMES = (
    *(_Name("directive", prefix + n) for n in DIRECTIVE_NAMES for prefix in ("", DOMAIN_PREFIX)),
    *(_Name("role", prefix + n) for n in ROLE_NAMES for prefix in ("", DOMAIN_PREFIX)),
)


def is_near_our_names(name: str) -> bool:
    """Return whether a name that nobody registered was probably meant for one of ours."""
    return name.lower().startswith(DOMAIN_PREFIX) or bool(_find_nearest(_fold(name)))


def hint_at_name(kind: Kind, name: str, has_short_names: bool) -> str:
    """Return ``; did you mean ...?`` with the nearest of our names; empty if none is near.

    Those of the other kind are named only where no name of ``kind`` is as near.
    """
    nearest = _find_nearest(_fold(name))
    same_kind = [each for each in nearest if each.kind == kind]
    texts = [_written(each, has_short_names) for each in same_kind or nearest]
    hint = suggest(list(dict.fromkeys(texts)))
    if nearest and not same_kind:
        return hint.replace("mean ", f"mean the {nearest[0].kind} ", 1)
    return hint


def only_near_name(kind: Kind, name: str, has_short_names: bool) -> str:
    """Return our name of that kind that is nearest; empty without one, or if several are."""
    same_kind = [each for each in _find_nearest(_fold(name)) if each.kind == kind]
    texts = {_written(each, has_short_names) for each in same_kind}
    return texts.pop() if len(texts) == 1 else ""


def _written(name: _Name, has_short_names: bool) -> str:
    if has_short_names or name.text.startswith(DOMAIN_PREFIX):
        return name.text
    return DOMAIN_PREFIX + name.text


def _fold(name: str) -> str:
    """Return a name without what writers confuse most: letter case, hyphens, underscores."""
    return name.lower().translate(SEPARATORS)


def _may_be_near(one: Counter[str], other: Counter[str]) -> bool:
    """Return whether few enough letters differ, which takes far less time than the distance."""
    # a slip takes away at most one letter, and adds at most one
    return max((one - other).total(), (other - one).total()) <= LARGEST_DISTANCE


@lru_cache(maxsize=4096)
def _find_nearest(folded: str) -> Sequence[_Name]:
    """Return those of our names to which the distance is the least, if that is small enough."""
    letters = Counter(folded)
    near = [
        (edit_distance(folded, _fold(name.text)), name)
        for name in NAMES
        if _may_be_near(letters, Counter(_fold(name.text)))
    ]
    least = min((distance for distance, _ in near), default=LARGEST_DISTANCE + 1)
    if least > LARGEST_DISTANCE:
        return ()
    return [name for distance, name in near if distance == least]
