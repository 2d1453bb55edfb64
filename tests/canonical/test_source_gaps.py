"""Sources of specifications that lack data: what they contain is used, what they lack is reported."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from sphinxext_opsdocs.canonical.index_file import dump_index
from sphinxext_opsdocs.canonical.section import CanonicalEntry, CanonicalPage
from tests.project import CONFIG, SPECIFICATION, Build, Project, md_page, rst_page

MakeProject = Callable[..., Project]
REMOTE = '\n[domains.nova]\ndefault_status = "Canonical"\n'


def refer(suffix: str, *targets: str) -> dict[str, str]:
    """An operational page that refers to each target."""
    if suffix == "md":
        body = "\n\n".join(f"{{canonical}}`{target}`" for target in targets)
        return {"ops/page.md": md_page(body)}
    return {"ops/page.rst": rst_page("\n\n".join(f":canonical:`{target}`" for target in targets))}


def write_needs(path: Path, *needs: Mapping[str, Any]) -> None:
    """A needs.json with these needs."""
    versions = {"1": {"needs": {need["id"]: {"type": "req", **need} for need in needs}}}
    path.write_text(json.dumps({"current_version": "1", "versions": versions}))


def canonical(build: Build) -> list[str]:
    """The rules of findings about references, and those on inputs."""
    rules = [f.rule for f in build.findings if f.severity != "info"]
    return [
        rule
        for rule in rules
        if rule.startswith(("canonical_", "input_")) and "missing" not in rule
    ]


@pytest.mark.parametrize("suffix", ["rst", "md"])
def test_needs_without_a_page_resolve_and_have_no_link(
    make_project: MakeProject, suffix: str
) -> None:
    project = make_project(config=f'{CONFIG}{REMOTE}needs = "needs.json"\n')
    write_needs(
        project.srcdir / "needs.json",
        {"id": "REQ_1", "title": "Limits of a client"},
        {
            "id": "REQ_2",
            "title": "Of another project",
            "external_url": "https://x.example/a.html#REQ_2",
        },
        {"id": "REQ_3", "title": "On a page", "docname": "specs/three"},
        {"id": "REQ_4", "title": "Null page", "docname": None},
    )
    project.write(refer(suffix, *(f"nova:REQ_{number}" for number in range(1, 5))))
    build = project.build()
    assert canonical(build) == []
    (note,) = build.of("input_unreadable")
    assert note.severity == "info"
    assert note.message == (
        '"needs.json" does not name the page of 2 needs, so references to them have no link; '
        'export the field "docname" too'
    )
    text = build.text("ops/page.html")
    assert '<span class="opsdocs-canonical">Limits of a client</span>' in text
    assert '<a class="reference external" href="https://x.example/a.html#REQ_2"' in text
    assert "Null page</span></p>" in text.replace("\n", "")
    assert "› Limits" not in text


def test_page_of_a_need_comes_from_another_source_that_has_it(make_project: MakeProject) -> None:
    config = (
        f'{CONFIG}{REMOTE}needs = ["bare.json", "full.json"]\nbase_url = "https://nova.example/"\n'
    )
    project = make_project(config=config)
    write_needs(project.srcdir / "bare.json", {"id": "REQ_1", "title": "Limits"})
    write_needs(
        project.srcdir / "full.json", {"id": "REQ_1", "title": "Limits", "docname": "specs/one"}
    )
    project.write(refer("rst", "nova:REQ_1"))
    assert canonical(project.build()) == []


def test_needs_that_get_a_page_are_linked_by_the_next_build(make_project: MakeProject) -> None:
    config = f'{CONFIG}{REMOTE}needs = "needs.json"\nbase_url = "https://nova.example/"\n'
    project = make_project(config=config)
    write_needs(project.srcdir / "needs.json", {"id": "REQ_1", "title": "Limits"})
    project.write(refer("rst", "nova:REQ_1"))
    assert "nova.example" not in project.build().text("ops/page.html")
    write_needs(
        project.srcdir / "needs.json", {"id": "REQ_1", "title": "Limits", "docname": "specs/one"}
    )
    build = project.build()
    assert 'href="https://nova.example/specs/one.html#REQ_1"' in build.text("ops/page.html")
    assert not build.of("input_unreadable")


BASES = [
    "https://github.com/acme/api/blob/main/docs",
    "https://github.com/acme/api/blob/v1.2/docs/",
    "https://git.acme.example/platform/api/-/blob/main/docs/",
    "https://codeberg.org/acme/api/src/branch/main/docs/",
]


def write_index(path: Path) -> None:
    """The index of a project with a MyST and a reStructuredText page, built as html."""
    pages = [
        CanonicalPage(
            name,
            name,
            f"{name}.html",
            f"{name}.{suffix}",
            "Canonical",
            sections=(CanonicalEntry("Proposal", ("proposal",), line=3, words="x", digest="w1:1"),),
        )
        for name, suffix in (("README", "md"), ("keps/my limits", "rst"))
    ]
    path.write_bytes(dump_index("api", "1", "", {}, pages))


@pytest.mark.parametrize("base", BASES)
@pytest.mark.parametrize("suffix", ["rst", "md"])
def test_address_of_a_file_is_a_target_and_links_lead_to_the_file(
    make_project: MakeProject, base: str, suffix: str
) -> None:
    project = make_project(config=f'{CONFIG}{REMOTE}index = "index.gz"\nbase_url = "{base}"\n')
    write_index(project.srcdir / "index.gz")
    folder = base.rstrip("/")
    files = ("README.md#proposal", "keps/my%20limits.rst#proposal")
    project.write(refer(suffix, *(f"{folder}/{file}" for file in files), "nova:README#proposal"))
    build = project.build()
    assert canonical(build) == []
    text = build.text("ops/page.html")
    assert [text.count(f'href="{folder}/{file}"') for file in files] == [2, 1]


def test_address_of_a_file_names_a_page_of_this_project(project: Project) -> None:
    base = "https://github.com/acme/docs/blob/main/docs/"
    project.write({"opsdocs.toml": f'{CONFIG}base_url = "{base}"\n'})
    page = md_page("(rate-limits)=\n## Rate limits\n\nText.\n", "Limits", SPECIFICATION)
    project.write({"specs/api/README.md": page})
    project.write(refer("rst", f"{base}specs/api/README.md#rate-limits"))
    build = project.build()
    assert canonical(build) == []
    assert "specs/api/README.html#rate-limits" in build.text("ops/page.html")


def test_source_without_files_has_no_link_to_one(make_project: MakeProject) -> None:
    base = "https://github.com/acme/api/blob/main/docs/"
    project = make_project(config=f'{CONFIG}{REMOTE}needs = "needs.json"\nbase_url = "{base}"\n')
    write_needs(project.srcdir / "needs.json", {"id": "REQ_1", "title": "L", "docname": "README"})
    project.write(refer("rst", f"{base}README.md#REQ_1"))
    build = project.build()
    assert canonical(build) == []
    assert "README.html" not in build.text("ops/page.html")
