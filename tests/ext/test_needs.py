"""The projection into sphinx-needs, and needs as canonical sections."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.pages import RUNBOOKS, SPECIFICATION
from tests.project import SPECIFICATION as SPECIFICATION_HEADER
from tests.project import Build, Project, rst_page

TABLE = """
Needs
=====

.. needtable::
   :types: deviation
   :columns: id;title;status;ops_severity;ops_deviates;ops_tracked
   :style: table

.. needlist::
   :types: ops_document, canonical_section, ops_issue
"""
NEED_PAGE = rst_page(
    """
    .. req:: Orders have one state
       :id: REQ_ORDER

       An order has one state at a time.
    """,
    "Orders",
    SPECIFICATION_HEADER,
)


@pytest.fixture
def project(make_project: Callable[..., Project]) -> Project:
    """A project with sphinx-needs, a runbook, and a need in a specification."""
    project = make_project(needs=True)
    path, text = RUNBOOKS["rst"]
    project.write(
        {**SPECIFICATION, path: text, "specs/api/orders.rst": NEED_PAGE, "needs.rst": TABLE}
    )
    project.append(path, "\nSee :canonical:`api:REQ_ORDER`.\n")
    return project


def needs_of(build: Build) -> dict[str, dict[str, Any]]:
    """The needs of needs.json by id."""
    data = json.loads(build.text("needs.json"))
    found: dict[str, dict[str, Any]] = data["versions"][data["current_version"]]["needs"]
    return found


def test_needs_json_shows_objects_and_links_with_their_place(project: Project) -> None:
    build = project.build(needs_build_json=True)
    assert build.warnings == ""
    needs = needs_of(build)
    deviation = needs["DEV-0007"]
    assert deviation["type"] == "deviation"
    assert deviation["status"] == "open"
    assert deviation["ops_severity"] == "major"
    assert deviation["ops_deviates"] == ["SPEC_api_rate-limits"]
    assert deviation["ops_tracked"] == ["ISSUE_API-1234"]
    assert deviation["ops_recorded"] == ["DOC_ops_drain"]
    assert deviation["docname"] == "ops/drain"
    lines = (project.srcdir / "ops/drain.rst").read_text().splitlines()
    assert lines[deviation["lineno"] - 1].startswith(".. observed-deviation::")
    assert deviation["ops_place"] == f"ops/drain.rst:{deviation['lineno']}"
    assert set(needs["DOC_ops_drain"]["ops_refers"]) == {"SPEC_api_rate-limits", "REQ_ORDER"}
    assert needs["ISSUE_API-1234"]["ops_url"] == "https://tracker.example/issues/1234"
    assert needs["SPEC_api_rate-limits"]["title"] == "Rate limits"
    assert needs["REQ_ORDER"]["type"] == "req"


def test_every_link_of_a_needtable_leads_to_an_anchor(project: Project) -> None:
    build = project.build(needs_build_json=True)
    table = build.text("needs.html")
    assert "ops/drain.html#DEV-0007" in table
    for need in needs_of(build).values():
        page = build.text(f"{need['docname']}.html")
        assert f'id="{need["id"]}"' in page, need["id"]


def test_need_is_a_canonical_section(project: Project) -> None:
    build = project.build()
    assert build.rules == []
    assert "specs/api/orders.html#REQ_ORDER" in build.text("ops/drain.html")
    assert "Orders have one state" in build.text("ops/drain.html")


def test_page_with_a_needtable_is_written_again_when_deviations_change(project: Project) -> None:
    project.build()
    path, text = RUNBOOKS["rst"]
    project.write({path: text.replace("get 503", "get 504")})
    assert "get 504" in project.build().text("needs.html")


def test_own_types_links_and_needs_of_a_project_stay(project: Project) -> None:
    types = [
        {"directive": "req", "title": "Requirement", "prefix": "R_"},
        {"directive": "deviation", "title": "Mine", "prefix": "D_"},
    ]
    links = {"ops_tracked": {"outgoing": "is in", "incoming": "has", "allow_dead_links": True}}
    project.write({"own.rst": "Own\n===\n\n.. deviation:: My own\n   :id: OWN_1\n\n   Text.\n"})
    build = project.build(needs_types=types, needs_links=links, needs_build_json=True)
    assert build.warnings == ""
    needs = needs_of(build)
    assert needs["OWN_1"]["title"] == "My own"
    assert needs["OWN_1"]["type_name"] == needs["DEV-0007"]["type_name"] == "Mine"


def test_need_of_the_same_id_stays_the_users(project: Project) -> None:
    project.write({"own.rst": "Own\n===\n\n.. req:: Mine\n   :id: ISSUE_API-1234\n\n   Text.\n"})
    assert needs_of(project.build(needs_build_json=True))["ISSUE_API-1234"]["title"] == "Mine"


def test_ids_are_mapped_to_a_pattern_that_a_project_set(project: Project) -> None:
    build = project.build(needs_id_regex="^[A-Z0-9_]{3,}$", needs_build_json=True)
    assert build.warnings == ""
    needs = needs_of(build)
    assert needs["DEV_0007"]["ops_deviates"] == ["SPEC_API_RATE_LIMITS"]
    assert 'id="DEV_0007"' in build.text("ops/drain.html")
    assert 'id="DEV-0007"' in build.text("ops/drain.html")


def test_incremental_build_projects_the_same_as_a_clean_one(project: Project) -> None:
    project.build(needs_build_json=True)
    project.append("ops/drain.rst", "\nMore.\n")
    second = needs_of(project.build(needs_build_json=True))
    clean = needs_of(project.build(needs_build_json=True, fresh=True))
    assert second == clean


def test_nothing_is_projected_where_nothing_shows_needs(project: Project) -> None:
    project.remove("needs.rst")
    project.remove("specs/api/orders.rst")
    path, text = RUNBOOKS["rst"]
    project.write({path: text})
    assert project.build().warnings == ""
    assert not (project.outdir / "html/needs.json").exists()


def test_needflow_draws_deviations(project: Project) -> None:
    project.write({"flow.rst": "Flow\n====\n\n.. needflow::\n   :types: deviation\n   :debug:\n"})
    text = project.build(needs_flow_engine="graphviz", suppress_warnings=["graphviz"]).text(
        "flow.html"
    )
    assert "DEV-0007" in text


@pytest.mark.parametrize("builder", ["latex", "texinfo"])
def test_need_on_a_page_outside_of_the_document_breaks_no_needtable(
    project: Project, builder: str
) -> None:
    _, text = RUNBOOKS["rst"]
    orphan = text.replace("DEV-0007", "DEV-0009").replace(":class:", ":orphan:\n:class:", 1)
    project.write(
        {"ops/orphan.rst": orphan, "index.rst": "Index\n=====\n\n.. toctree::\n\n   needs\n"}
    )
    build = project.build(builder, suppress_warnings=["toc.not_included"])
    assert "0009" in "".join(file.read_text() for file in build.outdir.glob("*.tex*"))


def test_needs_of_other_files_are_shown_as_they_are_now(
    make_project: Callable[..., Project],
) -> None:
    project = make_project(needs=True)
    need = {"id": "EXT_00001", "type": "req", "title": "Old title", "content": ""}

    def write(title: str) -> None:
        versions = {"1": {"needs": {"EXT_00001": need | {"title": title}}}}
        project.write({"ext.json": json.dumps({"current_version": "1", "versions": versions})})

    write("Old title")
    project.append(
        "conf.py",
        'needs_external_needs = [{"base_url": "https://x.example", "json_path": "ext.json", "id_prefix": ""}]\n',
    )
    project.write({"ops/table.rst": rst_page(".. needtable::\n   :style: table\n")})
    assert "Old title" in project.build().text("ops/table.html")
    write("New title")
    assert "New title" in project.build().text("ops/table.html")
