"""Services: where they are listed, and the pages that they need."""

from __future__ import annotations

import pytest

from sphinxext_opsdocs.facts.model import Place
from sphinxext_opsdocs.services.catalog import read_catalog
from sphinxext_opsdocs.services.service import CatalogService
from sphinxext_opsdocs.storage import UnreadableError
from tests.commands import run
from tests.project import CONFIG, HEADER, Project, md_page, rst_page

PAGES = {"rst": rst_page, "md": md_page}
CATALOG = """\
apiVersion: backstage.io/v1alpha1
kind: Component
metadata:
  name: orders-gateway
  title: Orders gateway
spec:
  type: service
  owner: group:default/team-orders
---
apiVersion: backstage.io/v1alpha1
kind: API
metadata:
  name: orders-api
---
kind: Component
metadata:
  name: ledger
spec:
  owner: team-data
"""


def test_components_of_a_catalogue() -> None:
    path = "catalog-info.yaml"
    assert list(read_catalog(CATALOG, path)) == [
        CatalogService("orders-gateway", Place(path, 4), "Orders gateway", "team-orders"),
        CatalogService("ledger", Place(path, 17), "", "team-data"),
    ]


@pytest.mark.parametrize("text", ["", "[]", "kind: Component\n", "kind: [Component]\n"])
def test_files_without_components(text: str) -> None:
    assert list(read_catalog(text, "c.yaml")) == []


def test_file_that_is_no_yaml() -> None:
    with pytest.raises(UnreadableError, match="line 2"):
        list(read_catalog("kind: [", "c.yaml"))


def written(project: Project, suffix: str = "rst", **fields: str) -> Project:
    header = {**HEADER, "service": "orders-gateway", **fields}
    project.write(
        {
            "catalog-info.yaml": CATALOG,
            f"ops/page.{suffix}": PAGES[suffix]("Text.", header=header),
            "opsdocs.toml": f'{CONFIG}\n[catalog]\nfiles = ["catalog-info.yaml"]\n'
            'classes = ["runbook"]\n[services.orders-db]\ntitle = "Orders database"\n'
            'owner = "team-orders"\n',
        }
    )
    return project


@pytest.mark.parametrize("suffix", PAGES)
def test_services_of_configuration_and_catalogue_need_pages(project: Project, suffix: str) -> None:
    build = written(project, suffix).build("dummy")
    found = [(f.place.path, f.place.line, f.message) for f in build.of("service_without_page")]
    lines = (project.srcdir / "opsdocs.toml").read_text().split("\n")
    assert found == [
        (
            "catalog-info.yaml",
            17,
            'service "ledger" (team-data) has no live page of class "runbook"',
        ),
        (
            "opsdocs.toml",
            lines.index("[services.orders-db]") + 1,
            'service "Orders database" (Orders team) has no live page of class "runbook"',
        ),
    ]
    assert build.of("service_unknown") == []


@pytest.mark.parametrize("status", ["Draft", "Archived"])
def test_page_that_is_not_live_does_not_count(project: Project, status: str) -> None:
    build = written(project, status=status).build("dummy")
    assert len(build.of("service_without_page")) == 3


@pytest.mark.parametrize("suffix", PAGES)
def test_slip_in_the_name_of_a_service_is_corrected(project: Project, suffix: str) -> None:
    written(project, suffix, service="ledger, order-gateway")
    (finding,) = project.build("dummy").of("service_unknown")
    assert 'did you mean "orders-gateway"?' in finding.message
    run("fix", project.srcdir, "--write")
    assert "ledger, orders-gateway" in (project.srcdir / f"ops/page.{suffix}").read_text()
    assert project.build("dummy").of("service_unknown") == []


def test_project_without_services_has_no_unknown_one(project: Project) -> None:
    project.write({"ops/page.rst": rst_page("Text.", header={**HEADER, "service": "x"})})
    assert project.build("dummy").of("service_unknown") == []


def test_class_that_does_not_exist(project: Project) -> None:
    written(project).append("opsdocs.toml", "")
    text = (project.srcdir / "opsdocs.toml").read_text()
    project.write({"opsdocs.toml": text.replace('["runbook"]', '["runbok"]')})
    result = run("check", project.srcdir)
    assert result.exit_code == 2
    assert 'catalog.classes = "runbok": no such class' in result.stderr


@pytest.mark.parametrize("suffix", PAGES)
def test_two_procedures_for_one_scope(project: Project, suffix: str) -> None:
    fields = {"service": "ledger, orders-gateway", "scope": "Draining  of nodes"}
    written(project, suffix, **fields)
    page = PAGES[suffix]
    for name, changed in {
        "b": {"service": "orders-gateway", "scope": "draining of nodes"},
        "other-scope": {"service": "orders-gateway", "scope": "draining of regions"},
        "other-class": {"class": "deployment-guide"},
        "other-service": {"service": "orders-db"},
        "draft": {"status": "Draft"},
        "no-scope": {"scope": ""},
    }.items():
        header = {key: text for key, text in {**HEADER, **fields, **changed}.items() if text}
        project.write({f"ops/{name}.{suffix}": page("Text.", header=header)})
    found = project.build("dummy").of("procedure_twice")
    assert [f.docname for f in found] == ["ops/page"]
    assert '"ops/b" is for service "orders-gateway"' in found[0].message


def test_two_procedures_for_one_alert(project: Project) -> None:
    written(project, alerts="A, B")
    project.write({"ops/z.rst": rst_page("Text.", header={**HEADER, "alerts": "B, C"})})
    (finding,) = project.build("dummy").of("procedure_twice")
    assert (finding.docname, 'alert "B"' in finding.message) == ("ops/z", True)


def test_unreadable_catalogue_and_glob_without_a_file_are_named(project: Project) -> None:
    written(project).write({"catalog-info.yaml": "kind: ["})
    (finding,) = project.build("dummy").of("input_unreadable")
    assert "catalog-info.yaml" in finding.message
    project.remove("catalog-info.yaml")
    (finding,) = project.build("dummy").of("input_unreadable")
    assert "matches no file" in finding.message
