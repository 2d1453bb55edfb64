"""Names in one source of canonical sections, on pages built by hand."""

from __future__ import annotations

from sphinxext_opsdocs.canonical.section import INDEX, INVENTORY
from sphinxext_opsdocs.canonical.source_sections import PageSource, domain_sources
from sphinxext_opsdocs.facts.model import Label
from tests.canonical.pages import entry, page, source

LIMITS = page(
    "specs/limits",
    entry("limits"),
    entry("rate-limits", label="rate-limits", parent="limits", words="100 requests"),
    entry("id3", parent="limits"),
    labels=(Label("burst", "burst", "rate-limits"),),
)


def ids(sections: object) -> list[str]:
    return [section.id for section in sections]  # type: ignore[attr-defined]


def test_label_is_found_in_any_letter_case_and_gives_the_identity() -> None:
    pages = PageSource("api", source(LIMITS))
    assert ids(pages.find("Rate-Limits")) == ["api:rate-limits"]
    assert ids(pages.find("specs/limits#rate-limits")) == ["api:rate-limits"]


def test_label_inside_a_section_leads_to_its_own_anchor_but_has_the_section_as_identity() -> None:
    (section,) = PageSource("api", source(LIMITS)).find("burst")
    assert (section.id, section.anchor) == ("api:rate-limits", "burst")


def test_page_name_is_the_whole_page() -> None:
    (section,) = PageSource("api", source(LIMITS)).find("specs/limits")
    assert section.is_document
    assert (section.id, section.anchor) == ("api:specs/limits", "")


def test_counted_anchor_is_no_name() -> None:
    pages = PageSource("api", source(LIMITS))
    assert list(pages.find("specs/limits#id3")) == []
    assert "id3" not in pages.anchors_of("specs/limits")


def test_short_path_is_found_from_the_end() -> None:
    pages = PageSource("api", source(LIMITS))
    assert ids(pages.find_short("limits#rate-limits")) == ["api:rate-limits"]
    assert ids(pages.find_short("imits#rate-limits")) == []


def test_address_below_the_base_is_a_page() -> None:
    pages = PageSource("api", source(LIMITS, kind=INDEX, base_url="https://specs.example/api"))
    assert pages.docname_of("specs/limits") == "specs/limits"
    (section,) = pages.find("rate-limits")
    assert section.url == "https://specs.example/api/specs/limits.html#rate-limits"


def test_source_without_anchors_takes_one_unverified() -> None:
    pages = PageSource("api", source(LIMITS, kind=INVENTORY))
    (section,) = pages.find_unverified("specs/limits#anything")
    assert not section.is_verified
    assert list(PageSource("api", source(LIMITS)).find_unverified("specs/limits#anything")) == []


def test_label_of_two_pages_is_no_identity() -> None:
    other = page("specs/partners", entry("quota", label="rate-limits"))
    (pages,) = domain_sources("api", [source(LIMITS, other)])
    assert ids(pages.find("rate-limits")) == [
        "api:specs/limits#rate-limits",
        "api:specs/partners#quota",
    ]


def test_same_page_in_two_sources_keeps_its_label() -> None:
    sources = domain_sources("api", [source(LIMITS), source(LIMITS, kind=INDEX)])
    assert [ids(pages.find("rate-limits")) for pages in sources] == [["api:rate-limits"]] * 2
