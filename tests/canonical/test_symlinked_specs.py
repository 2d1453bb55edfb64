"""A page of specifications that several releases share by a symbolic link."""

from __future__ import annotations

import gzip
import json

import pytest

from tests.project import CONFIG, SPEC_PAGE, Project, rst_page


def refer(*targets: str) -> dict[str, str]:
    """An operational page that refers to each target."""
    return {"ops/page.rst": rst_page("\n\n".join(f":canonical:`{target}`" for target in targets))}


@pytest.fixture
def shared(project: Project) -> Project:
    """The page limits of one release, linked into two others, one of them as a whole folder."""
    project.write({"specs/api/approved/limits.rst": SPEC_PAGE})
    (project.srcdir / "specs/api/11.0").mkdir()
    (project.srcdir / "specs/api/11.0/limits.rst").symlink_to("../approved/limits.rst")
    (project.srcdir / "specs/api/latest-release").symlink_to("approved")
    return project


def prefer(project: Project, *globs: str) -> None:
    """Configure the paths of the spec domain."""
    paths = json.dumps(list(globs))
    project.write({"opsdocs.toml": CONFIG.replace('paths = ["specs/api/**"]', f"paths = {paths}")})


@pytest.mark.parametrize(
    ("globs", "docname"),
    [
        (["specs/api/**"], "specs/api/11.0/limits"),
        (["specs/api/approved/**", "specs/api/**"], "specs/api/approved/limits"),
        (["specs/api/latest*/**", "specs/api/**"], "specs/api/latest-release/limits"),
    ],
)
def test_shared_page_is_one_section_at_the_preferred_path(
    shared: Project, globs: list[str], docname: str
) -> None:
    prefer(shared, *globs)
    pages = ("11.0", "approved", "latest-release")
    shared.write(
        refer("api:rate-limits", *(f"api:specs/api/{page}/limits#page-size" for page in pages))
    )
    build = shared.build()
    assert not [rule for rule in build.rules if rule.startswith("canonical_")]
    assert build.text("ops/page.html").count(f"{docname}.html#rate-limits") == 1
    assert build.text("ops/page.html").count(f"{docname}.html#page-size") == 3


def test_published_index_has_it_once_and_leads_the_other_names_there(shared: Project) -> None:
    shared.write(refer("api:rate-limits"))
    index = json.loads(
        gzip.decompress((shared.build().outdir / "canonical-index.json.gz").read_bytes())
    )
    assert [page["docname"] for page in index["pages"]] == ["specs/api/11.0/limits"]
    assert index["redirects"] == {
        "specs/api/approved/limits": "specs/api/11.0/limits",
        "specs/api/latest-release/limits": "specs/api/11.0/limits",
    }


def test_copy_of_the_text_stays_ambiguous(project: Project) -> None:
    project.write({"specs/api/a/limits.rst": SPEC_PAGE, "specs/api/b/limits.rst": SPEC_PAGE})
    project.write(refer("api:rate-limits"))
    assert "canonical_ambiguous" in project.build("dummy").rules


def test_link_that_comes_and_goes_is_seen_by_the_next_build(project: Project) -> None:
    project.write({"specs/api/approved/limits.rst": SPEC_PAGE, **refer("api:rate-limits")})
    page = "ops/page.html"
    assert "specs/api/approved/limits.html#rate-limits" in project.build().text(page)
    link = project.srcdir / "specs/api/v1.rst"
    link.symlink_to("approved/limits.rst")
    assert "specs/api/v1.html#rate-limits" in project.build().text(page)
    link.unlink()
    assert "specs/api/approved/limits.html#rate-limits" in project.build().text(page)


def test_dependents_of_a_shared_page_are_shown_under_each_of_its_names(shared: Project) -> None:
    shared.write({"opsdocs.toml": f"show_dependents = true\n{CONFIG}", **refer("api:rate-limits")})
    build = shared.build()
    for name in ("11.0", "approved", "latest-release"):
        assert "1 page refers to this section" in build.text(f"specs/api/{name}/limits.html")
