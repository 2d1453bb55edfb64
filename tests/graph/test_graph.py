"""The graph over facts that are built by hand."""

from __future__ import annotations

from sphinxext_opsdocs.config.parser import parse_config
from sphinxext_opsdocs.facts.model import (
    Deviation,
    DocumentFacts,
    Header,
    Label,
    Place,
    Reference,
    Section,
    Value,
)
from sphinxext_opsdocs.graph.graph import TraceabilityGraph
from sphinxext_opsdocs.graph.inputs import Inputs
from sphinxext_opsdocs.issues.snapshot import IssueState

CONFIG = parse_config(
    {
        "owners": {"team-api": {"title": "API team"}},
        "trackers": {"api-issues": {"pattern": r"API-\d+", "url": "https://t.example/{id}"}},
        "domains": {"api": {"owner": "team-api", "tracker": "api-issues", "paths": ["specs/**"]}},
    }
)
HEADER = Header(Place("x", 1), document_class="runbook", owners=("team-ops",), status="Canonical")
HERE = Place("ops/drain.rst", 9)


def specification() -> DocumentFacts:
    section = Section("Rate limits", ("rate-limits",), "", Place("specs/limits.rst", 5))
    return DocumentFacts(
        "specs/limits",
        "specs/limits.rst",
        "Limits",
        sections=(section,),
        labels=(Label("rate-limits", "rate-limits", "rate-limits"),),
    )


def operational(*deviations: Deviation, references: tuple[str, ...] = ()) -> DocumentFacts:
    return DocumentFacts(
        "ops/drain",
        "ops/drain.rst",
        "Drain",
        header=HEADER,
        references=tuple(Reference(target, HERE) for target in references),
        deviations=deviations,
    )


def deviation(number: str = "DEV-1", spec: str = "api:rate-limits") -> Deviation:
    return Deviation(
        number,
        "Throttled clients get 503",
        HERE,
        specs=(Value(spec, HERE),),
        issues=(Value("API-7", HERE),),
        state="open",
    )


def test_references_and_deviations_are_edges_in_document_order() -> None:
    drain = operational(deviation(), references=("api:rate-limits", "api:gone"))
    graph = TraceabilityGraph([drain, specification()], CONFIG)
    assert list(graph.documents) == ["ops/drain", "specs/limits"]
    assert [(edge.resolution.target, edge.deviation) for edge in graph.edges] == [
        ("api:rate-limits", ""),
        ("api:gone", ""),
        ("api:rate-limits", "DEV-1"),
    ]
    assert list(graph.edges_by_document) == ["ops/drain"]


def test_page_of_a_spec_domain_without_header_is_a_specification() -> None:
    graph = TraceabilityGraph([operational(), specification()], CONFIG)
    assert list(graph.specifications) == ["specs/limits"]
    assert [section.id for section in graph.named_sections] == ["api:rate-limits"]
    assert [document.facts.docname for document in graph.governed] == ["ops/drain"]


def test_issue_of_a_deviation_belongs_to_the_tracker_of_its_spec_domain() -> None:
    graph = TraceabilityGraph([operational(deviation()), specification()], CONFIG)
    (node,) = graph.deviations
    assert (node.issues[0].tracker, node.issues[0].url) == ("api-issues", "https://t.example/API-7")
    assert graph.state_of(node.issues[0]) is None


def test_state_of_an_issue_comes_from_the_snapshot() -> None:
    state = IssueState("found", "2026-11-20T00:00:00Z", "open")
    inputs = Inputs(issues={"api-issues": {"API-7": state}})
    graph = TraceabilityGraph([operational(deviation()), specification()], CONFIG, inputs)
    assert graph.state_of(graph.deviations[0].issues[0]) == state


def test_repeated_id_has_all_its_deviations() -> None:
    drain = operational(deviation(), deviation())
    graph = TraceabilityGraph([drain, specification()], CONFIG)
    assert len(graph.deviations_by_id["DEV-1"]) == 2


def test_another_graph_is_built_and_the_first_one_stays() -> None:
    first = TraceabilityGraph([operational(deviation()), specification()], CONFIG)
    assert first.edges
    second = first.evolve(documents=[specification()], inputs=Inputs(base_url="https://x.example/"))
    assert list(second.documents) == ["specs/limits"]
    assert second.edges == []
    assert second.inputs.base_url
    assert list(first.documents) == ["ops/drain", "specs/limits"]
    assert len(first.edges) == 1
    assert not first.inputs.base_url
    assert second.config is first.config


def test_archived_document_has_no_next_review() -> None:
    archived = DocumentFacts(
        "ops/old", "ops/old.rst", header=Header(HERE, document_class="runbook", status="Archived")
    )
    (document,) = TraceabilityGraph([archived], CONFIG).governed
    assert document.review_interval == 0
