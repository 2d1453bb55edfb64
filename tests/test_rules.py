"""Every rule fires on its bad example and is silent on its good one, in both syntaxes."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec
import pytest

from sphinxext_opsdocs.config.parser import merge_tables, parse_config
from sphinxext_opsdocs.facts.model import DocumentFacts
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.rules import RULES, Example, Rule
from sphinxext_opsdocs.rules.engine.check import check
from sphinxext_opsdocs.rules.engine.examples import EXAMPLE_CONFIG, EXAMPLE_PAGES, SUFFIXES, render
from sphinxext_opsdocs.text.language import load_language
from tests.project import Project

CASES = [(rule, kind, syntax) for rule in RULES for kind in ("bad", "good") for syntax in SUFFIXES]


def folder(rule: Rule, kind: str, syntax: str) -> str:
    return f"{rule.name}-{kind}-{syntax}/"


def pages(example: Example) -> dict[str, Example]:
    further = {name if "/" in name else f"ops/{name}": page for name, page in example.pages.items()}
    return {"ops/page": example, **further}


@pytest.fixture(scope="module")
def facts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, DocumentFacts]:
    """The facts of all examples, each in a folder of its own, from one Sphinx build."""
    config = '[domains.api]\npaths = ["**/specs/api/**", "specs/api/**"]\n'
    project = Project(
        tmp_path_factory.mktemp("examples"), config=f'governed = ["**/ops/**"]\n{config}'
    )
    sources = {f"{name}.rst": render(page, "rst") for name, page in EXAMPLE_PAGES.items()}
    for rule, kind, syntax in CASES:
        for name, page in pages(getattr(rule, kind)).items():
            sources[folder(rule, kind, syntax) + name + SUFFIXES[syntax]] = render(page, syntax)
    project.write(sources)
    return project.build("dummy").documents


@pytest.mark.parametrize(("rule", "kind", "syntax"), CASES, ids=lambda v: getattr(v, "name", v))
def test_rule_on_its_example(
    rule: Rule, kind: str, syntax: str, facts: dict[str, DocumentFacts]
) -> None:
    example: Example = getattr(rule, kind)
    prefix = folder(rule, kind, syntax)
    documents = [facts[name] for name in EXAMPLE_PAGES]
    documents += [
        msgspec.structs.replace(facts[prefix + name], docname=name) for name in pages(example)
    ]
    config = parse_config(merge_tables(EXAMPLE_CONFIG, example.config))
    inputs = msgspec.structs.replace(example.inputs, language=load_language("en", Path()))
    graph = TraceabilityGraph(documents, config, inputs)
    result = check(graph, date(2026, 11, 23), tuple(config.owners))
    fired = {finding.rule for finding in result.findings if not finding.suppressed}
    assert fired == ({rule.name} if kind == "bad" else set())
    reach = {row.rule: row for row in result.reach}[rule.name]
    assert reach.places > 0 or kind == "good"


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
