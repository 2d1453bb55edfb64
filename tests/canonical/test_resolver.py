"""From targets to sections, on pages built by hand."""

from __future__ import annotations

import pytest

from sphinxext_opsdocs.canonical.resolver import Resolver
from sphinxext_opsdocs.canonical.section import INDEX
from sphinxext_opsdocs.canonical.source_sections import SourcePages, domain_sources
from tests.canonical.pages import entry, page, source

LIMITS = page("specs/limits", entry("rate-limits", label="rate-limits"), entry("page-size"))
BASE = "https://specs.example/api/"


def resolver(*sources: SourcePages, unreadable: tuple[str, ...] = ()) -> Resolver:
    return Resolver({"api": domain_sources("api", sources)}, unreadable)


@pytest.mark.parametrize(
    "target",
    [
        "api:rate-limits",
        " api : RATE-LIMITS ",
        "api:specs/limits#rate-limits",
        "api:limits#rate-limits",
        f"{BASE}specs/limits.html#rate-limits",
        "http://SPECS.example/api/specs/limits#rate-limits",
    ],
)
def test_one_section_however_it_is_written(target: str) -> None:
    resolution = resolver(source(LIMITS, kind=INDEX, base_url=BASE)).resolve(target)
    assert resolution.section
    assert resolution.section.id == "api:rate-limits"
    assert not resolution.is_moved


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("rate-limits", 'must be "domain:section"'),
        ("ui:rate-limits", 'unknown spec domain "ui"'),
        ("api:rate-limit", 'did you mean "rate-limits"?'),
        ("api:specs/limits#rate", 'did you mean "specs/limits#rate-limits"'),
        ("https://elsewhere.example/x", "not below the base_url"),
    ],
)
def test_unresolved_target_says_why(target: str, reason: str) -> None:
    resolution = resolver(source(LIMITS, kind=INDEX, base_url=BASE)).resolve(target)
    assert resolution.sections == ()
    assert reason in resolution.reason


def test_anchor_alone_is_no_name_and_names_the_page() -> None:
    resolution = resolver(source(LIMITS)).resolve("api:page-size")
    assert not resolution.section
    assert 'did you mean "specs/limits#page-size"?' in resolution.reason


def test_label_of_two_sections_is_ambiguous() -> None:
    other = page("specs/partners", entry("rate-limits", label="rate-limits"))
    resolution = resolver(source(LIMITS, other)).resolve("api:rate-limits")
    assert resolution.section is None
    assert len(resolution.sections) == 2


def test_section_that_two_sources_know_is_one() -> None:
    both = resolver(source(LIMITS), source(LIMITS, kind=INDEX))
    assert both.resolve("api:rate-limits").section


def test_redirects_are_followed_one_after_the_other_with_their_anchor() -> None:
    moves = {"specs/old": "specs/older", "specs/older": "specs/limits"}
    resolution = resolver(source(LIMITS, redirects=moves)).resolve("api:specs/old#rate-limits")
    assert resolution.is_moved
    assert resolution.section
    assert resolution.section.id == "api:rate-limits"


def test_redirects_in_a_circle_end() -> None:
    moves = {"specs/a": "specs/b", "specs/b": "specs/a"}
    resolution = resolver(source(LIMITS, redirects=moves)).resolve("api:specs/a")
    assert resolution.sections == ()


def test_nothing_is_said_of_a_domain_that_could_not_be_read() -> None:
    half = resolver(source(LIMITS), unreadable=("api",))
    assert half.resolve("api:gone").is_unknowable
    assert not half.resolve("api:rate-limits").is_unknowable
    assert not resolver(source(LIMITS)).resolve("api:gone").is_unknowable
