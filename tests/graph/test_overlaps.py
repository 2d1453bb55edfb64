"""What operational pages repeat of specifications: passages, values, terms, quotations."""

from __future__ import annotations

from collections.abc import Callable
from itertools import product

import pytest
from msgspec.structs import replace

from sphinxext_opsdocs.graph import overlap_search
from sphinxext_opsdocs.text.language_file import Quantities, Unit, default_language
from sphinxext_opsdocs.text.quantities import find_stated_values, is_same_value
from sphinxext_opsdocs.text.terms import normalise_term
from sphinxext_opsdocs.text.words import has_quote
from tests.commands import run
from tests.project import CONFIG, SPECIFICATION, Build, Project, md_page, rst_page

ENGLISH = default_language()
PLAIN = ENGLISH.words("function")
PASSAGE = (
    "Whoever is throttled waits twice as long after each further answer. The gateway counts the "
    "requests of every merchant by itself. After five refused requests within one hour the "
    "session ends, and the merchant signs in again."
)
EDITED = (
    "Whoever is throttled waits twice as long after every further answer. The gateway counts all "
    "requests of every merchant by itself. After five refused requests within an hour the "
    "session is closed, and the merchant signs in again."
)
REORDERED = (
    "After five refused requests within one hour the session ends, and the merchant signs in "
    "again. Whoever is throttled waits twice as long after each further answer. The gateway "
    "counts the requests of every merchant by itself."
)
OTHER = (
    "A merchant who calls because of refused requests gets the number of the ticket. Look at the "
    "dashboard of the gateway for the last hour before you answer, and tell the merchant what you "
    "see there."
)
SPEC_RST = f"""
.. _backoff:

Backoff
-------

{PASSAGE}

* A session that is closed in between is not counted.
* Refused requests of partners count twice.

.. list-table::

   * - Kind of merchant
     - Requests in one minute
   * - A merchant with a contract
     - 200 requests per minute

.. code-block:: sh

   gatewayctl sessions list --merchant NAME --since yesterday --refused

.. _grace:

Grace
-----

The drain grace period is 60 seconds. The option ``grace`` is 60 s. Retries stop after 5 attempts.

=====================  =====================
Limit                  Value
=====================  =====================
Records in one answer  500 records
Session lifetime       2 h
=====================  =====================

.. _words:

Words
-----

.. glossary::

   Cold merchant
     One that sent nothing for a week.

A soft limit means that nothing is refused.

Definitions
-----------

Hot merchant
  One that sends all day.
"""
SPECS = {"specs/api/throttling.rst": rst_page(SPEC_RST, "Throttling", SPECIFICATION)}
PAGES = {"rst": rst_page, "md": md_page}


def found(project: Project, body: str, suffix: str = "rst") -> Build:
    project.write({**SPECS, f"ops/page.{suffix}": PAGES[suffix](body)})
    return project.build("dummy")


@pytest.mark.parametrize("suffix", PAGES)
@pytest.mark.parametrize(
    ("text", "copies"),
    [
        (PASSAGE, 1),
        (EDITED, 1),
        (REORDERED, 1),
        (f"Know this. {PASSAGE}", 1),
        (f"> {PASSAGE}", 1),
        ("- A session that is closed in between is not counted.", 1),
        (OTHER, 0),
        ("- Refused.", 0),
        ("What `api:backoff` says holds.", 0),
    ],
    ids=["verbatim", "edited", "reordered", "within", "quoted", "item", "other", "short", "link"],
)
def test_copied_passages(project: Project, suffix: str, text: str, copies: int) -> None:
    if suffix == "rst":
        text = text.replace("> ", "   ").replace("`", "``")
    build = found(project, f"Intro of the page.\n\n{text}\n", suffix)
    assert len(build.of("copied_canonical")) == copies
    for finding in build.of("copied_canonical"):
        assert "api:backoff" in finding.message
        assert finding.related[0].place.path == "specs/api/throttling.rst"
        source = (project.srcdir / finding.place.path).read_text().splitlines()
        assert source[finding.place.line - 1].split()[-1] == text.split()[-1]


def test_copy_is_placed_on_the_line_where_it_starts(project: Project) -> None:
    text = f"One line of our own here.\nAnd a second one of them.\n{PASSAGE.replace('. ', '.' + chr(10))}"
    build = found(project, text)
    lines = (project.srcdir / "ops/page.rst").read_text().splitlines()
    assert [lines[f.place.line - 1][:7] for f in build.of("copied_canonical")] == ["Whoever"]


def test_copied_table_row_and_literal_block(project: Project) -> None:
    row = ".. list-table::\n\n   * - A merchant with a contract\n     - 200 requests per minute\n"
    block = "::\n\n   gatewayctl sessions list --merchant NAME --since yesterday --refused\n"
    build = found(project, f"{row}\n{block}")
    (finding,) = build.of("copied_canonical")
    assert "200 requests per minute" in finding.message


def test_several_copied_blocks_are_each_told_where_they_stand(project: Project) -> None:
    body = f"{PASSAGE}\n\n* Refused requests of partners count twice.\n\n{OTHER}\n"
    lines = [f.place.line for f in found(project, body).of("copied_canonical")]
    assert len(lines) == 2


@pytest.mark.parametrize("suffix", PAGES)
def test_canonical_quote_is_no_copy(project: Project, suffix: str) -> None:
    quote = (
        f".. canonical-quote:: api:backoff\n\n   {PASSAGE}\n"
        if suffix == "rst"
        else f"```{{canonical-quote}} api:backoff\n{PASSAGE}\n```\n"
    )
    build = found(project, quote, suffix)
    assert not {"copied_canonical", "quote_drifted", "canonical_missing"} & set(build.rules)
    spec = project.srcdir / "specs/api/throttling.rst"
    spec.write_text(spec.read_text().replace("twice as long", "three times as long"))
    (finding,) = project.build("dummy").of("quote_drifted")
    assert finding.place.path == f"ops/page.{suffix}"
    assert finding.related[0].place.path == "specs/api/throttling.rst"


def test_quote_is_a_reference_that_is_pinned(project: Project) -> None:

    found(project, f".. canonical-quote:: api:backoff\n\n   {PASSAGE}\n")
    command = ["accept", "ops/page", "api:backoff", "-s", str(project.srcdir), "--yes"]
    done = run(*command, "--reason", "read", "--by", "Jo")
    assert done.exit_code == 0, done.output
    assert not {"canonical_suspect", "canonical_unpinned"} & set(project.build("dummy").rules)
    project.append("specs/api/throttling.rst", "")
    spec = project.srcdir / "specs/api/throttling.rst"
    spec.write_text(spec.read_text().replace("partners count twice", "partners count once"))
    rules = project.build("dummy").rules
    assert "canonical_suspect" in rules
    assert "quote_drifted" not in rules


@pytest.mark.parametrize("builder", ["html", "singlehtml", "epub", "latex", "text", "man"])
def test_quote_is_written_with_its_source(project: Project, builder: str) -> None:
    found(project, f".. canonical-quote:: api:backoff\n\n   {PASSAGE}\n")
    if builder in ("latex", "man"):
        kind = "latex_documents" if builder == "latex" else "man_pages"
        names = {
            "latex_documents": [("index", "a.tex", "A", "B", "manual")],
            "man_pages": [("index", "a", "A", "B", 1)],
        }
        build = project.build(builder, **{kind: names[kind]})
    else:
        build = project.build(builder)
    name = {"html": "ops/page.html", "singlehtml": "index.html", "epub": "ops/page.xhtml",
            "latex": "a.tex", "text": "ops/page.txt", "man": "a.1"}[builder]  # fmt: skip
    text = " ".join(build.text(name).split())
    assert "waits twice as long" in text
    assert "Backoff" in text


@pytest.mark.parametrize(
    ("quote", "is_there"),
    [
        ("waits twice as long", True),
        ("Whoever is throttled ... signs in again", True),
        ("whoever is [...] signs in again.", True),
        ("signs in again ... Whoever", False),
        ("waits thrice as long", False),
        ("twice  as\nlong", True),
        ("ice as long", False),
        ("", False),
        ("...", False),
        ("signs in again ... signs in again", False),
    ],
)
def test_words_of_a_quotation(quote: str, is_there: bool) -> None:
    assert has_quote(quote, PASSAGE) == is_there


@pytest.mark.parametrize(
    ("text", "is_restated"),
    [
        ("Wait out the drain grace period of 1 minute.", True),
        ("Wait out the drain grace period (60 s).", True),
        ("Wait out the drain grace period of 2 minutes.", False),
        ("The backup window is 60 seconds.", False),
        ("Set ``grace`` to 60 seconds.", True),
        ("The session lifetime is 120 minutes.", True),
        (".. list-table::\n\n   * - Session lifetime\n     - 7200 s", True),
        ("Wait 60 seconds.", False),
        ("Drain grace period\n    60 s", True),
        ("The drain grace period is ``60 s``.", True),
        ("Send 5 requests per 0 seconds, ① and ².", False),
        ("An answer has at most 500 records.", True),
        ("It returned 500 records in one answer, as records do.", False),
    ],
)
def test_restated_values(project: Project, text: str, is_restated: bool) -> None:
    assert bool(found(project, text).of("restated_value")) == is_restated


@pytest.mark.parametrize(
    ("text", "rule", "quotes"),
    [
        (
            "Wait out the drain grace period of 1 minute.",
            "restated_value",
            ["Wait out the drain grace period of 1 minute"],
        ),
        (
            "Mind that the **Drain** *grace*\nperiod is ``60 s``.",
            "restated_value",
            ["Mind that the Drain grace period is `60 s`"],
        ),
        (
            ".. list-table::\n\n   * - Session lifetime\n     - old\n     - 7200 s",
            "restated_value",
            ["Session lifetime", "7200 s"],
        ),
        ("Drain grace period\n    60 s", "restated_value", ["Drain grace period", "60 s"]),
        (
            f"Know this. {PASSAGE} That is why.",
            "copied_canonical",
            [PASSAGE[: len("Whoever is throttled waits twice as long after each further answer")]],
        ),
        (
            "Cold Merchants\n  Some that sent nothing in a week.",
            "term_redefined",
            ["Cold Merchants"],
        ),
        (
            "A *Soft Limit* means that few requests are refused and nothing is lost.",
            "term_redefined",
            ["Soft Limit"],
        ),
    ],
)
def test_messages_quote_the_words_of_the_page(
    project: Project, text: str, rule: str, quotes: list[str]
) -> None:
    (finding,) = found(project, text).of(rule)[:1]
    shown = finding.message.partition(" repeats ")[0].partition(" is copied ")[0]
    shown = shown.partition(" is already ")[0]
    parts = [part.strip('"') for part in shown.split('": "')]
    assert len(parts) == len(quotes)
    for part, quote in zip(parts, quotes, strict=True):
        assert part.startswith(quote)
    typed = " ".join(text.replace("*", "").replace("``", "`").split())
    assert all(part.removesuffix(" ...") in typed for part in parts)


def test_words_of_addresses_name_no_value_and_define_no_term(project: Project) -> None:
    text = (
        "See https://docs.example/drain/grace/period 60 s later.\n\n"
        "The soft limit https://docs.example/?means that few requests are refused is old.\n"
    )
    build = found(project, text)
    assert not build.of("restated_value")
    assert not build.of("term_redefined")


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("The rate limit is 100 requests per minute.", "rate limit of 100 requests per 60 s", True),
        (
            "The rate limit is 100 requests per minute.",
            "rate limit of 100 requests per hour",
            False,
        ),
        ("Write limit: 90 requests per second", "the write limit is 90 rps", True),
        ("Write limit: 90 req/s", "the write limit is 5,400 requests per minute", True),
        ("Disk quota is 1.5 GiB", "a disk quota of 1536 MiB", True),
        ("Disk quota is 1 GB", "a disk quota of 1 GiB", False),
        ("Error budget is 0.1 %", "an error budget of 0.1 percent", True),
        ("`retries` is 3", "set `retries` to 3", True),
        ("`retries` is 3", "set `retry` to 3", False),
        ("Retries are 3", "number of retries is 3", False),
        ("Version 2.10.1 of the drain period", "Version 2.10.1 of the drain period", False),
    ],
)
def test_same_values(one: str, other: str, is_same: bool) -> None:
    values, others = (find_stated_values(text, PLAIN, ENGLISH) for text in (one, other))
    pairs = list(product(values, others))
    assert any(is_same_value(a, b) for a, b in pairs) == is_same


def test_numbers_units_and_plurals_are_data_of_a_language() -> None:
    german = replace(
        ENGLISH,
        quantities=Quantities(
            decimal_mark=",",
            group_mark=".",
            rate_words=("pro",),
            units=(Unit(("s", "sekunde"), "time", 1), Unit(("min", "minute"), "time", 60)),
        ),
        grammar=replace(
            ENGLISH.grammar,
            articles=("die",),
            value_endings=(("n", ""),),
            term_endings=(("n", ""),),
            counted_endings=("n",),
        ),
    )
    text = "Frist 1,5 Minuten. Pause 1.000 Sekunden. Grenze 90 Anfragen pro Minute. Rest 1.5 s."
    assert [value.quantity for value in find_stated_values(text, (), german)] == [
        "90 time",
        "1000 time",
        "1.5 anfrage per time",
    ]
    assert normalise_term("Die Weichen Grenzen", german) == "weichen grenze"


REFERENCE = "Read :canonical:`api:grace`."


@pytest.mark.parametrize(
    ("text", "is_redefined"),
    [
        (f"{REFERENCE}\n\nCold merchant\n  Somebody whom nobody knows.", True),
        (f"{REFERENCE}\n\n.. glossary::\n\n   Cold merchants\n     Those whom nobody knows.", True),
        ("Cold merchant\n  One that has sent nothing for two weeks.", True),
        ("Cold merchant\n  Somebody whom nobody knows.", False),
        ("Hot merchant\n  One who sends more than a day.", True),
        (f"{REFERENCE}\n\nA soft limit means that mail is sent.", True),
        ("A soft limit means that few requests are refused and nothing is lost.", True),
        (f"{REFERENCE}\n\nThe term soft limit refers to mail.", True),
        ("The term soft limit refers to mail.", False),
        ("Cold merchant\n  See :canonical:`api:words`.", False),
        ("Soft limit\n  See :canonical:`api:words`.", False),
        ("A hard limit means that it is refused.", False),
        ("This means that it is refused.", False),
        ("We look at each cold merchant.", False),
    ],
)
def test_redefined_terms(project: Project, text: str, is_redefined: bool) -> None:
    assert bool(found(project, text).of("term_redefined")) == is_redefined


def test_foreign_index_is_looked_through_too(make_project: Callable[..., Project]) -> None:
    specs = make_project(
        "specs", config='[domains.api]\npaths = ["**"]\ndefault_status = "Canonical"\n'
    )
    specs.write({"throttling.rst": rst_page(SPEC_RST, "Throttling", SPECIFICATION)})
    index = specs.build("html").outdir / "canonical-index.json.gz"
    ops = make_project(
        "ops", config=CONFIG.replace('paths = ["specs/api/**"]', f'index = "{index}"')
    )
    body = f"{PASSAGE}\n\nThe session lifetime is 2 h.\n\nCold merchant\n  Somebody who sent nothing in a week.\n"
    ops.write({"ops/page.rst": rst_page(body)})
    build = ops.build("dummy")
    assert {"copied_canonical", "restated_value", "term_redefined"} <= set(build.rules)
    (finding,) = build.of("copied_canonical")
    assert "api:backoff" in finding.message


def test_page_that_is_a_specification_itself_is_no_copy_of_itself(project: Project) -> None:
    config = CONFIG.replace('paths = ["specs/api/**"]', 'paths = ["specs/api/**", "ops/**"]')
    project.write({"opsdocs.toml": config, "ops/page.rst": rst_page(PASSAGE, header=None)})
    assert not project.build("dummy").of("copied_canonical")


def test_archived_specifications_are_not_looked_through(project: Project) -> None:
    archived = rst_page(SPEC_RST, "Throttling", SPECIFICATION | {"status": "Archived"})
    project.write({"specs/api/throttling.rst": archived, "ops/page.rst": rst_page(PASSAGE)})
    assert not project.build("dummy").of("copied_canonical")


def test_only_what_changed_is_looked_at_again(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[list[str]] = []
    search = overlap_search.OverlapSearch

    class Watched(search):
        def __init__(self, pages, *rest) -> None:  # type: ignore[no-untyped-def]
            looked.append(sorted(page.docname for page in pages))
            super().__init__(pages, *rest)

    monkeypatch.setattr(overlap_search, "OverlapSearch", Watched)
    project.write({**SPECS, "ops/a.rst": rst_page(PASSAGE), "ops/b.rst": rst_page(PASSAGE)})
    first = project.build("html")
    assert looked == [["ops/a", "ops/b"]]
    assert project.build("html").findings == first.findings
    project.append("ops/b.rst", "\nMore of it.\n")
    second = project.build("html")
    assert looked == [["ops/a", "ops/b"], ["ops/b"]]
    assert len(second.of("copied_canonical")) == 2
    project.remove("ops/b.rst")
    assert len(project.build("html").of("copied_canonical")) == 1
    assert len(looked) == 2
    spec = project.srcdir / "specs/api/throttling.rst"
    spec.write_text(spec.read_text().replace(PASSAGE, OTHER))
    assert not project.build("html").of("copied_canonical")
    assert looked[2:] == [["ops/a"]]
    assert project.build("html", fresh=True, jobs=2).findings == project.build("html").findings


COUNTED = f"""
限制
----

{PASSAGE}

The drain grace period is 60 seconds.

A soft limit means that nothing is refused.
"""
REPEATED = f"""
{PASSAGE}

Wait out the drain grace period of 1 minute.

A soft limit means that nothing at all is refused.
"""


@pytest.mark.parametrize("syntax", PAGES)
def test_sections_with_a_counted_anchor_are_copied_as_well(project: Project, syntax: str) -> None:
    text = COUNTED.replace("限制\n----", "## 限制") if syntax == "md" else COUNTED
    make = PAGES[syntax]
    project.write({f"specs/api/limits.{syntax}": make(text, "Limits", SPECIFICATION)})
    project.write({f"ops/page.{syntax}": make(REPEATED)})
    build = project.build("dummy")
    assert build.documents["specs/api/limits"].sections[1].anchors == ("id1",)
    rules = ("copied_canonical", "restated_value", "term_redefined")
    findings = [finding for rule in rules for finding in build.of(rule)]
    assert {finding.rule for finding in findings} == set(rules)
    name = 'api:specs/api/limits (section "限制", which needs a label)'
    assert all(f"refer to {name}" in finding.message for finding in findings)
    assert {f.related[0].place.path for f in findings} == {f"specs/api/limits.{syntax}"}
    # another such section before it changes the anchor, and not the finding
    other = "等\n--\n\nText.\n\n" if syntax == "rst" else "## 等\n\nText.\n\n"
    project.write({f"specs/api/limits.{syntax}": make(other + text, "Limits", SPECIFICATION)})
    again = [finding for rule in rules for finding in project.build("dummy").of(rule)]
    assert [f.fingerprint for f in again] == [f.fingerprint for f in findings]
