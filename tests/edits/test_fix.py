"""``opsdocs fix``: what has one right answer, in both syntaxes, and nothing else."""

from __future__ import annotations

import pytest

from tests.commands import run
from tests.project import HEADER, SPEC_PAGE, Project, md_page, rst_page

WRITERS = {".rst": rst_page, ".md": md_page}
REFERENCES = {
    ".rst": "See :canonical:`api:rate-limit`.\n\n.. canonical-reff:: api:page-size\n",
    ".md": "See {canonical}`api:rate-limit`.\n\n```{canonical-reff} api:page-size\n```\n",
}
SLIPS = {"owner": "team-order", "class": "runbok", "reviwers": "team-api"}


@pytest.mark.parametrize("suffix", WRITERS)
def test_slips_are_corrected_and_nothing_else_changes(project: Project, suffix: str) -> None:
    page = WRITERS[suffix](REFERENCES[suffix], header=HEADER | SLIPS)
    project.write({"specs/api/limits.rst": SPEC_PAGE, f"ops/page{suffix}": page})
    path = project.srcdir / f"ops/page{suffix}"
    shown = run("fix", "-s", project.srcdir)
    assert shown.exit_code == 0, shown.output
    assert "--write writes it" in shown.output
    assert path.read_text() == page
    done = run("fix", "-s", project.srcdir, "--write")
    assert f"ops/page{suffix}: 5 corrections" in done.output
    expected = (
        page.replace("team-order", "team-orders")
        .replace("runbok", "runbook")
        .replace("reviwers", "reviewers")
        .replace("api:rate-limit`", "api:rate-limits`")
        .replace("canonical-reff", "canonical-ref")
    )
    assert path.read_text() == expected
    assert shown.stdout == done.stdout
    assert set(project.build("dummy").rules) == {"section_missing"}
    assert "nothing to correct" in run("fix", project.srcdir).output


@pytest.mark.parametrize("suffix", WRITERS)
def test_what_a_person_has_to_decide_stays(project: Project, suffix: str) -> None:
    body = {
        ".rst": "See :canonical:`api:rates` and :canonical:`api:rate-limit`, :canonical:`api:rate-limit`.\n",
        ".md": "See {canonical}`api:rates` and {canonical}`api:rate-limit`, {canonical}`api:rate-limit`.\n",
    }
    project.write(
        {"specs/api/limits.rst": SPEC_PAGE, f"ops/page{suffix}": WRITERS[suffix](body[suffix])}
    )
    path = project.srcdir / f"ops/page{suffix}"
    before = path.read_bytes()
    done = run("fix", "-s", project.srcdir, "--write")
    assert 'has "api:rate-limit" more than once' in done.output
    assert path.read_bytes() == before


@pytest.mark.parametrize("suffix", WRITERS)
def test_moved_section_gets_its_new_name(project: Project, suffix: str) -> None:
    reference = {
        ".rst": ".. canonical-ref:: api:specs/api/old#page-size\n",
        ".md": "```{canonical-ref} api:specs/api/old#page-size\n```\n",
    }
    project.write(
        {
            "specs/api/limits.rst": SPEC_PAGE,
            "specs/api/redirects": "old.rst limits.rst\n",
            f"ops/page{suffix}": WRITERS[suffix](reference[suffix]),
        }
    )
    (finding,) = project.build("dummy").of("canonical_moved")
    assert finding.fix
    run("fix", "-s", project.srcdir, "--write")
    assert "api:page-size" in (project.srcdir / f"ops/page{suffix}").read_text()
    assert not project.build("dummy").of("canonical_moved")


@pytest.mark.parametrize("suffix", WRITERS)
def test_header_fields_are_put_in_order_on_request(project: Project, suffix: str) -> None:
    fields = dict(reversed(HEADER.items())) | {"x-team": "y"}
    page = WRITERS[suffix]("Text.", header=fields)
    project.write({f"ops/page{suffix}": page})
    path = project.srcdir / f"ops/page{suffix}"
    run("fix", "-s", project.srcdir, "--write")
    assert path.read_text() == page
    run("fix", "-s", project.srcdir, "--write", "--header-order")
    assert path.read_text() == WRITERS[suffix]("Text.", header=HEADER | {"x-team": "y"})


def test_issue_that_moved_gets_its_new_id(project: Project) -> None:
    issues = (
        '{"format": 1, "issues": {"api-issues": {"1": {"outcome": "moved", '
        '"checked": "2026-11-20T00:00:00Z", "state": "open", "moved_to": "77"}}}}'
    )
    deviation = (
        ".. observed-deviation:: Odd\n   :id: DEV-1\n   :spec: api:rate-limits\n   :issue: API-1\n"
        "   :observed: 2026-11-20\n   :severity: minor\n   :state: open\n\n   Seen.\n"
    )
    project.write(
        {
            "specs/api/limits.rst": SPEC_PAGE,
            "ops/page.rst": rst_page(deviation),
            "opsdocs-issues.json": issues,
        }
    )
    (finding,) = project.build("dummy").of("deviation_issue_unknown")
    assert finding.severity == "info"
    run("fix", "-s", project.srcdir, "--write")
    assert ":issue: API-77\n" in (project.srcdir / "ops/page.rst").read_text()
