"""Which pin speaks for a reference, and where a lost section moved to: values built by hand."""

from __future__ import annotations

from sphinxext_opsdocs.canonical.lock_file import Lock, Pin
from sphinxext_opsdocs.canonical.pin_comparison import HEADING, Pins, section_text
from sphinxext_opsdocs.canonical.resolver import Resolver
from sphinxext_opsdocs.canonical.section import CanonicalEntry, CanonicalPage
from sphinxext_opsdocs.canonical.source_sections import domain_sources
from tests.canonical.pages import entry, page, source

WORDS = "a client gets status 429 after one hundred requests in the same minute"


def pin(section: str, name: str, words: str = WORDS, document: str = "ops/drain") -> Pin:
    return Pin(document=document, section=section, name=name, digest=f"digest of {words}")


def pins(specification: CanonicalPage, *pinned: Pin, texts: bool = True) -> tuple[Pins, Resolver]:
    resolver = Resolver({"api": domain_sources("api", [source(specification)])})
    lines = {p.digest: (f"{HEADING} Rate limits", WORDS) for p in pinned} if texts else {}
    return Pins(Lock().with_pins(pinned, lines), resolver), resolver


def limits(anchor: str = "rate-limits", label: str = "rate-limits") -> CanonicalEntry:
    return entry(anchor, label=label, words=WORDS)


def test_pin_is_that_of_its_document_and_section() -> None:
    standing = pin("api:rate-limits", "specs/limits#rate-limits")
    known, resolver = pins(page("specs/limits", limits()), standing)
    section = resolver.resolve("api:rate-limits").section
    assert section
    assert known.of("ops/drain", section) == standing
    assert known.of("ops/other", section) is None


def test_pin_holds_under_another_name_while_the_text_is_the_same() -> None:
    lost = pin("api:throttling", "specs/limits#throttling")
    known, resolver = pins(page("specs/limits", limits()), lost)
    section = resolver.resolve("api:rate-limits").section
    assert section
    assert known.of("ops/drain", section) == lost


def test_lost_section_is_looked_for_by_its_text() -> None:
    lost = pin("api:throttling", "specs/limits#throttling")
    known, resolver = pins(page("specs/quotas", limits()), lost)
    section = known.moved_to("ops/drain", resolver.resolve("api:throttling"))
    assert section
    assert section.id == "api:rate-limits"
    assert known.moved_to("ops/other", resolver.resolve("api:throttling")) is None


def test_text_that_two_sections_have_leads_nowhere() -> None:
    lost = pin("api:throttling", "specs/limits#throttling")
    twice = page("specs/quotas", limits(), limits("quotas", "quotas"))
    known, resolver = pins(twice, lost)
    assert known.moved_to("ops/drain", resolver.resolve("api:throttling")) is None


def test_text_that_is_not_kept_leads_nowhere() -> None:
    lost = pin("api:throttling", "specs/limits#throttling")
    known, resolver = pins(page("specs/quotas", limits()), lost, texts=False)
    assert known.moved_to("ops/drain", resolver.resolve("api:throttling")) is None


def test_section_keeps_its_place_when_its_label_goes() -> None:
    lost = pin("api:throttling", "specs/limits#rate-limits")
    known, resolver = pins(page("specs/limits", limits()), lost)
    section = known.moved_to("ops/drain", resolver.resolve("api:throttling"))
    assert section
    assert section.id == "api:rate-limits"


def test_text_of_a_section_has_all_below_it_with_levels() -> None:
    below = entry("burst", parent="rate-limits", words="five at once")
    specification = page("specs/limits", limits(), below, entry("other", words="apart"))
    resolver = Resolver({"api": domain_sources("api", [source(specification)])})
    section = resolver.resolve("api:rate-limits").section
    assert section
    assert section_text(section) == (
        f"{HEADING} Rate limits",
        WORDS,
        f"{HEADING * 2} Burst",
        "five at once",
    )
