"""A pattern that matches nothing is a finding where it is written, and pages are counted."""

from __future__ import annotations

import pytest
from click.testing import CliRunner

from sphinxext_opsdocs.cli import main
from sphinxext_opsdocs.config.key_lines import find_value_line
from sphinxext_opsdocs.findings.finding import Finding
from tests.commands import git, run
from tests.pages import SPECIFICATION
from tests.project import CONF, HEADER, Build, Project, md_page, rst_page

CONFIG = """\
governed = [
  "ops/**",
  "opps/**",
]

[domains.api]
paths = ["specs/api/**", "specs/gone/**"]

[domains.other]
# also "other/**"
index = "x.json"
paths = ['other/**']

[rules.per-folder."ops/legacy/**"]
review_overdue = "off"
"""


@pytest.fixture
def checked(project: Project) -> Project:
    """A project in which patterns are checked."""
    conf = "".join(
        line for line in CONF.splitlines(keepends=True) if "pattern_unmatched" not in line
    )
    extensions = ["myst_parser", "sphinxext_opsdocs"]
    project.write({"conf.py": conf.format(extensions=extensions), "opsdocs.toml": CONFIG})
    project.write({**SPECIFICATION, "ops/a.rst": rst_page("Text.")})
    return project


def found(build: Build) -> list[Finding]:
    return build.of("pattern_unmatched")


def test_patterns_without_a_page_are_reported_on_their_line(checked: Project) -> None:
    build = checked.build("dummy")
    assert [(f.place.path, f.place.line, f.message) for f in found(build)] == [
        ("opsdocs.toml", 3, 'governed: "opps/**" matches no page; did you mean "ops"?'),
        ("opsdocs.toml", 7, 'domains.api.paths: "specs/gone/**" matches no page; did you mean "specs/api"?'),
        ("opsdocs.toml", 12, 'domains.other.paths: "other/**" matches no page; globs are compared with docnames, which have no suffix'),
        ("opsdocs.toml", 14, 'rules.per-folder: "ops/legacy/**" matches no page; globs are compared with docnames, which have no suffix'),
    ]  # fmt: skip
    assert {f.severity for f in found(build)} == {"warning"}
    assert found(checked.build("dummy")) == found(build)
    # pages without header and markup count too, and one that is removed no longer does
    checked.write({"opps/x.md": md_page("", header=None), "specs/gone/y.rst": "Y\n=\n"})
    assert len(found(checked.build("dummy"))) == 2
    checked.remove("specs/gone/y.rst")
    assert len(found(checked.build("dummy"))) == 3


def test_facts_file_knows_all_pages(checked: Project) -> None:
    build = checked.build()
    facts = build.outdir / "opsdocs.json"
    result = run("check", str(facts), "-c", str(checked.srcdir))
    assert result.output.count("[opsdocs.pattern_unmatched]") == len(found(build)) == 4
    checked.write({"opps/x.rst": "X\n=\n"})
    checked.build()
    again = run("check", str(facts), "-c", str(checked.srcdir))
    assert again.output.count("[opsdocs.pattern_unmatched]") == 3


def test_patterns_in_conf_py_are_placed_there(checked: Project) -> None:
    checked.remove("opsdocs.toml")
    checked.append("conf.py", 'opsdocs_governed = ["opps/**"]\n')
    (finding,) = found(checked.build("dummy"))
    assert (finding.place.path, finding.place.line) == ("conf.py", 1)


def test_first_configuration_on_a_tree_without_its_folders_is_no_clean_check(
    checked: Project,
) -> None:
    for name in ("opsdocs.toml", "ops/a.rst", "specs/api/limits.rst"):
        checked.remove(name)
    runner = CliRunner()
    assert (
        runner.invoke(main, ["init", "-y", "--governed", "ops/**", str(checked.srcdir)]).exit_code
        == 0
    )
    result = runner.invoke(main, ["check", str(checked.srcdir)])
    assert result.exit_code == 1
    assert "0 errors, 1 warning, 0 notes, 0 suppressed in 2 pages, 0 governed" in result.output


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_summary_counts_the_pages_that_were_looked_at(project: Project, jobs: str) -> None:
    project.write({**SPECIFICATION, "ops/a.md": md_page("Text.", header=None)})
    project.write({f"ops/b{number}.rst": "B\n=\n" for number in range(8)})
    project.write({"other/c.rst": rst_page("Text."), "other/d.rst": "D\n=\n"})
    result = run("check", str(project.srcdir), "-j", jobs)
    # nine in the governed folder, the specification and one elsewhere with headers
    assert "suppressed in 13 pages, 11 governed" in result.output
    assert result.output.count("[opsdocs.header_missing]") == 9


ENTRIES = {
    "deploy/order.yaml": True,
    "charts/": True,
    "charts/**/*.yaml": True,
    "new/*": True,
    "chart/": False,
    "deploy/ordr.yaml": False,
    "charts/**/*.json": False,
    "ignored/*.log": False,
}


def test_watched_paths_are_those_of_the_repository(checked: Project) -> None:
    root = checked.srcdir.parent
    checked.write({"opsdocs.toml": 'governed = ["ops/**"]\n'})
    for name in ("deploy/order.yaml", "charts/gateway/values.yaml", "new/file", "ignored/a.log"):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("x\n")
    (root / ".gitignore").write_text("ignored/\n")
    checked.write(
        {"ops/a.rst": rst_page("Text.", header=HEADER | {"reviews-when": ", ".join(ENTRIES)})}
    )
    # without a repository nobody can know
    assert found(checked.build("dummy")) == []
    git(root, "init", "-q")
    git(root, "add", "deploy", "charts")
    build = checked.build("dummy")
    assert [f.message for f in found(build)] == sorted(
        f'reviews-when: "{entry}" matches no file of the repository; correct or remove it'
        for entry, is_matched in ENTRIES.items()
        if not is_matched
    )
    lines = (checked.srcdir / "ops/a.rst").read_text().splitlines()
    assert {lines[f.place.line - 1].partition(" ")[0] for f in found(build)} == {":reviews-when:"}
    assert {(f.docname, f.place.path) for f in found(build)} == {("ops/a", "ops/a.rst")}
    # a file that is tracked, but not on this disk
    (root / "deploy/order.yaml").unlink()
    assert len(found(checked.build("dummy"))) == len(found(build))


@pytest.mark.parametrize(
    ("text", "table", "key", "value", "line"),
    [
        ("governed = ['a/**']", (), "governed", "a/**", 1),
        ("# 'a/**'\n'governed' = [\n\n  'a/**']", (), "governed", "a/**", 4),
        ("[domains]\napi.paths = ['a']\n[x]\npaths = 'a'", ("domains", "api"), "paths", "a", 2),
        ('[x]\npaths=["a"]\n[ domains . "api" ] # c\n  paths=["a"]', ("domains", "api"), "paths", "a", 4),
        ("domains = {api = {paths = ['a']}}", ("domains", "api"), "paths", "a", 1),
        ("[rules]\nper-folder.'a/*'.x = 'off'", ("rules",), "per-folder", "a/*", 2),
        ("\n[rules.per-folder]\n'a/*' = {x = 'off'}", ("rules",), "per-folder", "a/*", 3),
        ("governed = ['a/*']\n[rules.per-folder.'a/*']\nx = 'off'", ("rules",), "per-folder", "a/*", 2),
        ("governed = [\n]", (), "governed", "b", 1),
        ("", ("domains", "a.b"), "paths", "x", 1),
    ],
)  # fmt: skip
def test_line_of_a_value_in_toml(
    text: str, table: tuple[str, ...], key: str, value: str, line: int
) -> None:
    assert find_value_line(text, table, key, value) == line
