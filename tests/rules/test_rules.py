"""Every rule fires on its bad example and is silent on its good one, in both syntaxes."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import msgspec
import pytest

from sphinxext_opsdocs.config.parser import merge_tables, parse_config
from sphinxext_opsdocs.facts.model import DocumentFacts, Ignore, Place
from sphinxext_opsdocs.findings.finding import Finding
from sphinxext_opsdocs.findings.result import CheckResult
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.rules import RULES, Example, Rule
from sphinxext_opsdocs.rules.engine.check import check
from sphinxext_opsdocs.rules.engine.examples import EXAMPLE_CONFIG, EXAMPLE_PAGES, Block
from sphinxext_opsdocs.rules.engine.guide import Item, Listing, guide, suppression
from sphinxext_opsdocs.rules.engine.render import SUFFIXES, render
from sphinxext_opsdocs.text.language_file import load_language
from tests.commands import ROOT, run
from tests.project import Project

KINDS = ("bad", "good")
CASES = [(rule, kind, syntax) for rule in RULES for kind in KINDS for syntax in SUFFIXES]
IGNORABLE = [rule for rule in RULES if rule.scope != "project"]
RULE_FILES = ROOT / "sphinxext_opsdocs/rules"
CHAPTERS = [
    "What it checks",
    "Why this is bad",
    "Example",
    "Use instead",
    "Configure",
    "Suppress",
    "Charter",
    "Default severity",
]
LONGEST_LISTING = 25
PRINTED_WIDTH = 80


def folder(rule: Rule, kind: str, syntax: str) -> str:
    return f"{rule.name}-{kind}-{syntax}/"


def example_of(rule: Rule, kind: str) -> Example:
    return suppressed(rule) if kind == "suppressed" else getattr(rule, kind)


def pages(example: Example) -> dict[str, Example]:
    further = {name if "/" in name else f"ops/{name}": page for name, page in example.pages.items()}
    return {"ops/page": example, **further}


def suppressed(rule: Rule) -> Example:
    """The bad example with the exception that its page recommends, where it says to put it."""
    body = list(rule.bad.body)
    own, other = rule.bad.body, rule.good.body
    position = next((n for n, block in enumerate(own) if [block] != list(other[n : n + 1])), None)
    if rule.scope == "page":
        position = 1
    elif position is None:
        position = body.index("== Mitigation") + 1
    elif own[position - 1] == "== Verification":
        position -= 1
    body.insert(position, suppression(rule))
    return msgspec.structs.replace(rule.bad, body=tuple(body))


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, DocumentFacts]:
    """The facts of all examples, each in a folder of its own, from one Sphinx build."""
    config = '[domains.api]\npaths = ["**/specs/api/**", "specs/api/**"]\n'
    project = Project(
        tmp_path_factory.mktemp("examples"), config=f'governed = ["**/ops/**"]\n{config}'
    )
    sources = {f"{name}.rst": render(page, "rst") for name, page in EXAMPLE_PAGES.items()}
    ignored = [(rule, "suppressed", syntax) for rule in IGNORABLE for syntax in SUFFIXES]
    for rule, kind, syntax in CASES + ignored:
        for name, page in pages(example_of(rule, kind)).items():
            sources[folder(rule, kind, syntax) + name + SUFFIXES[syntax]] = render(page, syntax)
    project.write(sources)
    return project.build("dummy").documents


def checked(
    rule: Rule, kind: str, syntax: str, facts: dict[str, DocumentFacts]
) -> tuple[CheckResult, Sequence[Finding]]:
    """The result of a check of an example, and the findings of its rule."""
    example = example_of(rule, kind)
    prefix = folder(rule, kind, syntax)
    documents = [facts[name] for name in EXAMPLE_PAGES]
    documents += [
        msgspec.structs.replace(facts[prefix + name], docname=name) for name in pages(example)
    ]
    if rule.is_review and kind == "suppressed":
        # the page of such an example is not the changed one: that is in the change set alone
        changes = example.inputs.change_set
        assert changes
        ignore = Ignore((rule.name,), "known", Place("ops/page", 1), is_page_wide=True)
        names = {page.facts.docname for page in changes.pages} | {"ops/page"}
        documents = [
            msgspec.structs.replace(documents[-1], docname=name, ignores=(ignore,))
            for name in sorted(names)
        ]
    config = parse_config(merge_tables(EXAMPLE_CONFIG, example.config))
    inputs = msgspec.structs.replace(example.inputs, language=load_language("en", Path()))
    graph = TraceabilityGraph(documents, config, inputs)
    result = check(graph, date(2026, 11, 23), tuple(config.owners))
    return result, [finding for finding in result.findings if finding.rule == rule.name]


@pytest.mark.parametrize(("rule", "kind", "syntax"), CASES, ids=lambda v: getattr(v, "name", v))
def test_rule_on_its_example(
    rule: Rule, kind: str, syntax: str, facts: dict[str, DocumentFacts]
) -> None:
    result, _ = checked(rule, kind, syntax, facts)
    fired = {finding.rule for finding in result.findings if not finding.suppressed}
    assert fired == ({rule.name} if kind == "bad" else set())
    reach = {row.rule: row for row in result.reach}[rule.name]
    assert reach.places > 0 or kind == "good"


@pytest.mark.parametrize("syntax", SUFFIXES)
@pytest.mark.parametrize("rule", IGNORABLE, ids=lambda rule: rule.name)
def test_recommended_exception_covers_the_finding(
    rule: Rule, syntax: str, facts: dict[str, DocumentFacts]
) -> None:
    _, findings = checked(rule, "suppressed", syntax, facts)
    assert findings
    assert all(finding.suppressed for finding in findings)


def test_scope_says_whether_findings_are_about_pages(facts: dict[str, DocumentFacts]) -> None:
    for rule in RULES:
        _, findings = checked(rule, "bad", "rst", facts)
        assert {bool(finding.docname) for finding in findings} == {rule.scope != "project"}


def test_bad_example_is_reported_where_it_stands(facts: dict[str, DocumentFacts]) -> None:
    for syntax, suffix in SUFFIXES.items():
        rule = next(rule for rule in RULES if rule.name == "canonical_unresolved")
        document = facts[f"{folder(rule, 'bad', syntax)}ops/page"]
        text = render(rule.bad, syntax).splitlines()
        wrong = [r for r in document.references if r.target == "api:rate-limit"]
        assert [text[r.place.line - 1].split()[-1] for r in wrong] == ["api:rate-limit"]
        assert Path(wrong[0].place.path).suffix == suffix


def test_every_rule_has_a_summary_of_one_sentence() -> None:
    for rule in RULES:
        assert rule.summary.endswith(".")
        assert len(rule.summary) <= 100
        assert rule.name == rule.check.__name__


def test_every_rule_says_why_in_its_own_words() -> None:
    for rule in RULES:
        assert 60 <= len(rule.why) <= 260, rule.name
        assert rule.why.endswith("."), rule.name
        assert rule.summary not in rule.why
    openings = [" ".join(rule.why.split()[:4]) for rule in RULES]
    assert len(set(openings)) == len(RULES)


def test_every_file_is_a_rule() -> None:
    names = {path.stem for path in RULE_FILES.glob("*.py")} - {"__init__"}
    assert names == {rule.name for rule in RULES}
    folders = {path.name for path in RULE_FILES.iterdir() if path.is_dir()} - {"__pycache__"}
    assert folders == {"_support", "engine"}


def listings(rule: Rule, title: str) -> list[Listing]:
    chapter = next(chapter for chapter in guide(rule) if chapter.title == title)
    return [part for part in chapter.content if isinstance(part, Listing)]


def paragraphs(block: str | Block, syntax: str) -> Iterator[str]:
    """The lines of a block that no other block has just as well, such as a fence."""
    text = render(Example({}, (block,)), syntax)
    yield from (line.strip() for line in text.splitlines() if line.strip("-=~` \n"))


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_guide_has_every_part(rule: Rule) -> None:
    chapters = {chapter.title: chapter.content for chapter in guide(rule)}
    assert list(chapters) == CHAPTERS
    assert all(chapters.values())
    assert chapters["What it checks"][0] == rule.summary
    assert chapters["Why this is bad"] == (rule.why,)
    assert chapters["Default severity"] == (rule.severity,)
    items = [part for content in chapters.values() for part in content if isinstance(part, Item)]
    assert [item.name for item in items if item.kind == "clause"] == list(rule.clauses)
    assert [item.name for item in items if item.kind == "option"] == list(rule.options)
    assert all(item.text for item in items)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_guide_shows_what_differs_and_little_else(rule: Rule) -> None:
    for title in ("Example", "Use instead", "Suppress"):
        for listing in listings(rule, title):
            for text in listing.texts.values():
                assert text.strip()
                assert text.count("\n") < LONGEST_LISTING
                assert text.splitlines().count("...") <= 1
                assert not text.startswith("...")
                assert not text.endswith("...\n")
    for own, other, title in (
        (rule.bad, rule.good, "Example"),
        (rule.good, rule.bad, "Use instead"),
    ):
        for syntax in SUFFIXES:
            shown = "\n".join(listing.texts.get(syntax, "") for listing in listings(rule, title))
            for block in own.body if not rule.is_review else ():
                if block not in other.body:
                    assert all(line in shown for line in paragraphs(block, syntax)), syntax
            for name, value in own.header.items() if not rule.is_review else ():
                if other.header.get(name) != value:
                    assert name in shown and value in shown


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.name)
def test_guide_says_what_no_page_shows(rule: Rule) -> None:
    is_on_the_page = (rule.bad.header, rule.bad.body) != (rule.good.header, rule.good.body)
    assert is_on_the_page or (rule.bad.note and rule.good.note)
    assert not rule.is_review or (rule.bad.note and rule.good.note)


def test_guide_shows_whole_directives_below_their_section() -> None:
    rule = next(rule for rule in RULES if rule.name == "deviation_without_issue")
    (bad,), (good,) = listings(rule, "Example"), listings(rule, "Use instead")
    assert bad.texts["rst"] == (
        "Mitigation\n----------\n\n"
        ".. observed-deviation:: Throttled clients get 503\n"
        "   :id: DEV-0007\n"
        "   :spec: api:rate-limits\n"
        "   :observed: 2026-10-30\n"
        "   :severity: major\n"
        "   :state: open\n\n"
        "   During a drain the gateway answered 503 to throttled clients."
    )
    assert "   :issue: API-1234\n" in good.texts["rst"]
    assert bad.texts["myst"].startswith("## Mitigation\n\n```{observed-deviation} Throttled")
    assert bad.texts["myst"].endswith("\n```")


def test_guide_shows_other_pages_and_configuration() -> None:
    by_name = {rule.name: rule for rule in RULES}
    captions = [listing.caption for listing in listings(by_name["copied_canonical"], "Example")]
    assert captions == ["ops/page", "specs/api/backoff"]
    page, archived = listings(by_name["link_to_archived"], "Example")
    assert (page.caption, archived.caption) == ("ops/page", "ops/old-drain")
    assert ":status: Archived" in archived.texts["rst"]
    _, config = listings(by_name["document_name"], "Example")
    assert config.caption == "opsdocs.toml"
    parse_config(merge_tables(EXAMPLE_CONFIG, by_name["document_name"].bad.config))
    assert config.texts["toml"].startswith("[classes.runbook]\ntitle_pattern = ")


def test_explanation_fits_a_terminal() -> None:
    for rule in RULES:
        for syntax in SUFFIXES:
            result = run("explain", rule.name, "--syntax", syntax)
            assert result.exit_code == 0
            lines = result.output.splitlines()
            assert lines[0] == f"{rule.name} ({rule.severity})"
            assert [line for line in lines if line in CHAPTERS] == CHAPTERS
            assert max(map(len, lines)) < PRINTED_WIDTH
            assert "``" not in result.output.replace("```", "")
            text = " ".join(result.output.split())
            assert rule.summary.replace("``", "`") in text
            assert rule.why.replace("``", "`") in text


def test_rule_pages_have_every_part_in_both_syntaxes() -> None:
    path = ROOT / "docs/generate_reference.py"
    spec = importlib.util.spec_from_file_location("generate_reference", path)
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    printed: dict[str, str] = module.printed_findings()
    assert len(printed) > 50
    for rule in RULES:
        page: str = module.rule_page(rule, printed)
        assert printed.get(rule.name, "") in page
        titles = [
            line[3:]
            for line in page.splitlines()
            if line.startswith("## ") and line[3:] in CHAPTERS
        ]
        assert titles == CHAPTERS
        for title in ("Example", "Use instead"):
            for listing in listings(rule, title):
                assert all(text in page for text in listing.texts.values())
