"""A name of ours that is spelt wrong never passes without a word, and neither does a taken one."""

from __future__ import annotations

import random
import re
import string
from collections.abc import Iterable, Iterator
from itertools import product
from pathlib import Path

import pytest
from click.testing import CliRunner

from sphinxext_opsdocs.cli import main
from sphinxext_opsdocs.config.schema import DOMAIN_PREFIX
from sphinxext_opsdocs.ext.registry import DIRECTIVES, ROLES
from sphinxext_opsdocs.markup.names import (
    DIRECTIVE_NAMES,
    ROLE_NAMES,
    hint_at_name,
    is_near_our_names,
)
from sphinxext_opsdocs.reports.finding_formats import FORMATS, render_findings
from sphinxext_opsdocs.text.edit_distance import edit_distance
from tests.commands import run
from tests.pages import RUNBOOKS, SPECIFICATION
from tests.project import HEADER, Project, md_page, rst_page

RUNBOOK = RUNBOOKS["rst"]

SYNTAXES = ("rst", "md")
MAKE = {"rst": rst_page, "md": md_page}
NAMES = [
    (kind, prefix + name)
    for kind, names in (("directive", DIRECTIVE_NAMES), ("role", ROLE_NAMES))
    for name in names
    for prefix in ("", DOMAIN_PREFIX)
]
LETTERS = string.ascii_lowercase + "-"
SAMPLE = 40
"""Names with two wrong letters for each of our names; about a thousand in each syntax."""
USES_PER_PAGE = 2000


def slips(name: str, end: int = 99) -> Iterator[str]:
    """Every name with one of the first letters left out, added, changed or swapped."""
    for index in range(min(len(name) + 1, end)):
        head, tail = name[:index], name[index:]
        yield from (head + letter + tail for letter in LETTERS)
        if tail:
            yield head + tail[1:]
            yield from (head + letter + tail[1:] for letter in LETTERS)
            yield head + tail[1:2] + tail[0] + tail[2:]
        if tail.startswith("-"):
            yield f"{head}_{tail[1:]}"


def misspelt(kind: str, name: str) -> list[str]:
    """All names with one slip, and a sample of those with two; the same on every run."""
    draw = random.Random(f"{kind} {name}")
    # the rest of a name with the prefix is that of the name without
    once = list(dict.fromkeys(slips(name, len(DOMAIN_PREFIX) + 1 if DOMAIN_PREFIX in name else 99)))
    twice = [draw.choice(list(slips(draw.choice(once)))) for _ in range(SAMPLE)]
    ours = {own for own_kind, own in NAMES if own_kind == kind}
    wrong = (each for each in dict.fromkeys(once + twice) if each not in ours)
    # a colon at an end is other markup; and to reStructuredText, :x-:role: is text before :role:
    return [
        each for each in wrong if each == each.strip(":") and not each.endswith(f"-:{name[4:]}")
    ]


def use(kind: str, name: str, syntax: str) -> str:
    """A use of a directive or role on a line of its own."""
    if kind == "role":
        return f":{name}:`api:x`" if syntax == "rst" else f"{{{name}}}`api:x`"
    return f".. {name}:: x" if syntax == "rst" else f"```{{{name}}} x\n```"


def pages(uses: Iterable[str], syntax: str) -> dict[str, str]:
    """Pages without a header that contain all uses, each a block."""
    rows = list(uses)
    title = "Page\n====\n\n" if syntax == "rst" else "# Page\n\n"
    return {
        f"p{start:05}.{syntax}": title + "\n\n".join(rows[start : start + USES_PER_PAGE]) + "\n"
        for start in range(0, len(rows), USES_PER_PAGE)
    }


def lines_of(text: str) -> set[int]:
    """The lines on which there is a use."""
    return {
        number
        for number, line in enumerate(text.splitlines(), 1)
        if re.match(r"\.\. |:|\{|```\{", line)
    }


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_no_name_with_one_or_two_slips_passes(project: Project, syntax: str) -> None:
    uses = [use(kind, wrong, syntax) for kind, name in NAMES for wrong in misspelt(kind, name)]
    assert len(uses) > 12_000
    files = pages(uses, syntax)
    project.write(files)
    build = project.build("dummy", suppress_warnings=["docutils", "myst"])
    reported: dict[str, set[int]] = {name: set() for name in files}
    for finding in build.of("markup_unknown"):
        reported[finding.place.path].add(finding.place.line)
    for name, text in files.items():
        lines = text.splitlines()
        missed = [lines[line - 1] for line in sorted(lines_of(text) - reported[name])]
        assert missed == []
        assert reported[name] <= lines_of(text)
    assert {finding.severity for finding in build.findings} == {"error"}


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_every_format_says_what_was_meant_and_where(project: Project, syntax: str) -> None:
    body = f"{use('directive', 'observed-deviaton', syntax)}\n\nSee {use('role', 'canonica_l', syntax)}.\n"
    project.write({**SPECIFICATION, f"notes.{syntax}": MAKE[syntax]("", header=None) + "\n" + body})
    build = project.build("dummy")
    messages = [finding.message for finding in build.of("markup_unknown")]
    assert messages == [
        'unknown directive "observed-deviaton"; did you mean "observed-deviation"?',
        'unknown role "canonica_l"; did you mean "canonical"?',
    ]
    text = (project.srcdir / f"notes.{syntax}").read_text().splitlines()
    for finding, name in zip(build.findings, ("observed-deviaton", "canonica_l"), strict=True):
        assert name in text[finding.place.line - 1]
    for name in FORMATS:
        rendered = render_findings(name, build.result, "docs")
        assert "markup_unknown" in rendered
        assert "observed-deviaton" in rendered
        assert "did you mean" in rendered
    result = run("check", str(project.srcdir))
    assert result.exit_code == 1


def test_hint_names_the_nearest_of_the_same_kind() -> None:
    assert hint_at_name("role", "cannonical", True) == '; did you mean "canonical"?'
    assert hint_at_name("directive", "deviation", True) == '; did you mean the role "deviation"?'
    assert (
        hint_at_name("role", "canonical-re", True)
        == '; did you mean the directive "canonical-ref"?'
    )
    assert hint_at_name("directive", "workarond", False) == '; did you mean "ops:workaround"?'
    assert hint_at_name("directive", "obs:workaround", True) == '; did you mean "ops:workaround"?'
    assert is_near_our_names("ops:register")
    for other in ("versionadded", "citation", "note", "code-block", "derivations", "tab-set", ""):
        assert not is_near_our_names(other)


def test_distance_counts_slips() -> None:
    assert edit_distance("canonical", "canonical") == 0
    assert edit_distance("abc", "") == 3
    assert edit_distance("canonical", "acnonica") == 2
    # a letter between two that are swapped, which the simpler algorithm counts as three slips
    assert edit_distance("ca", "abc") == 2
    for one, other in product(("deviation", "devaition", "", "a"), repeat=2):
        assert edit_distance(one, other) == edit_distance(other, one)


OTHERS = """
from docutils.parsers.rst import Directive
def role(name, rawtext, text, lineno, inliner, options=None, content=()):
    return [], []
def setup(app):
    app.add_directive("canonical-reff", Directive)
    app.add_role("cannonical", role)
    app.add_crossref_type("deviations", "deviations")
"""


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_names_that_others_register_are_theirs(project: Project, syntax: str) -> None:
    project.append("conf.py", OTHERS)
    body = "\n\n".join(
        use("role", name, syntax) for name in ("cannonical", "deviations", "std:deviations")
    )
    project.write({f"a.{syntax}": MAKE[syntax]("", header=None) + "\n" + body + "\n"})
    assert project.build("dummy").findings == ()


@pytest.mark.parametrize("syntax", SYNTAXES)
@pytest.mark.parametrize("jobs", [1, 2])
def test_misspelt_name_in_an_included_file_stands_there_in_every_build(
    project: Project, syntax: str, jobs: int
) -> None:
    part = f"Some text.\n\n{use('directive', 'workaroud', syntax)}\n\nSee {use('role', 'deviaton', syntax)}.\n"
    include = {"rst": ".. include:: /part.txt\n", "md": "```{include} /part.txt\n```\n"}[syntax]
    project.write({"part.txt": part})
    for number in range(6):  # Sphinx reads fewer pages than that in one process
        project.write({f"p{number}.{syntax}": MAKE[syntax](include, header=None)})
    first = project.build("dummy", jobs=jobs)
    places = {(finding.place.path, finding.place.line) for finding in first.of("markup_unknown")}
    assert places == {("part.txt", 3), ("part.txt", 6 if syntax == "md" else 5)}
    assert len(first.of("markup_unknown")) == 12
    again = project.build("dummy", jobs=jobs)
    assert again.findings == first.findings
    project.remove(f"p5.{syntax}")
    assert len(project.build("dummy", jobs=jobs).of("markup_unknown")) == 10


def test_markdown_in_a_page_of_restructuredtext_is_observed_too(project: Project) -> None:
    project.write({"part.md": "Text.\n\n{cannonical}`api:x`\n"})
    page = rst_page(".. include:: /part.md\n   :parser: myst_parser.sphinx_\n", header=None)
    project.write({"a.rst": page})
    (finding,) = project.build("dummy", exclude_patterns=["part.md"]).of("markup_unknown")
    assert (finding.place.path, finding.place.line) == ("part.md", 3)


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_names_with_the_prefix_record_the_same(project: Project, syntax: str) -> None:
    """In whatever way it is written, and with short names or without."""
    text = {
        "rst": ".. {0}observed-deviation:: T\n   :id: A-1\n   :spec: api:rate-limits\n   :issue: API-1\n"
        "   :observed: 2026-11-01\n   :severity: minor\n   :state: open\n\n   .. {0}workaround::\n\n"
        "      Wait.\n\nSee :{0}canonical:`api:rate-limits` and :{0}deviation:`A-1`.\n\n"
        ".. {0}deviation-register::\n",
        "md": "````{{{0}observed-deviation}} T\n:id: A-1\n:spec: api:rate-limits\n:issue: API-1\n"
        ":observed: 2026-11-01\n:severity: minor\n:state: open\n\n```{{{0}workaround}}\nWait.\n```\n"
        "````\n\nSee {{{0}canonical}}`api:rate-limits` and {{{0}deviation}}`A-1`.\n\n"
        "```{{{0}deviation-register}}\n```\n",
    }[syntax]
    page = MAKE[syntax]("", header=HEADER) + "\n"
    facts = []
    for prefix, short_names in (("", True), (DOMAIN_PREFIX, True), (DOMAIN_PREFIX, False)):
        project.write({**SPECIFICATION, f"ops/a.{syntax}": page + text.format(prefix)})
        build = project.build(opsdocs_short_names=short_names)
        assert (
            build.of("markup_unknown")
            == build.of("markup_broken")
            == build.of("markup_taken")
            == []
        )
        found = build.documents["ops/a"]
        facts.append((found.deviations, found.workarounds, found.links, len(found.references)))
        assert "DEV" not in build.warnings
        assert build.text("ops/a.html").count("opsdocs-register") == 1
    assert facts[0] == facts[1] == facts[2]


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_without_short_names_a_short_name_is_unknown(project: Project, syntax: str) -> None:
    project.append("opsdocs.toml", "")
    path = project.srcdir / "opsdocs.toml"
    path.write_text("short_names = false\n" + path.read_text())
    project.write({f"a.{syntax}": MAKE[syntax](use("role", "deviation", syntax), header=None)})
    build = project.build("dummy")
    assert build.rules == ["markup_unknown"]
    assert build.findings[0].message == 'unknown role "deviation"; did you mean "ops:deviation"?'
    # conf.py wins, also with the value that is the default
    assert project.build("dummy", opsdocs_short_names=True).rules == ["deviation_unresolved"]


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_short_names_work_where_our_domain_is_the_default_one(
    project: Project, syntax: str
) -> None:
    body = "\n\n".join([use("directive", "canonical-ref", syntax).replace(" x", " api:rate-limits"),
                        use("role", "canonical", syntax).replace("api:x", "api:page-size")])  # fmt: skip
    project.write({**SPECIFICATION, f"ops/a.{syntax}": MAKE[syntax]("") + "\n" + body + "\n"})
    build = project.build("dummy", primary_domain="ops")
    targets = [reference.target for reference in build.documents["ops/a"].references]
    assert targets == ["api:rate-limits", "api:page-size"]
    assert build.of("markup_taken") == []


NEED_TYPE = """
needs_types = [dict(directive="workaround", title="W", prefix="W_", color="#fff", style="node")]
needs_id_regex = ".*"
"""


@pytest.mark.parametrize("extensions", [
    ["sphinxext_opsdocs", "sphinx_needs", "myst_parser"],
    ["myst_parser", "sphinx_needs", "sphinxext_opsdocs"],
])  # fmt: skip
def test_need_type_with_a_name_of_ours_is_an_error_in_any_order(
    project: Project, extensions: list[str]
) -> None:
    project.append("conf.py", f"extensions = {extensions}\n{NEED_TYPE}")
    body = (
        ".. workaround:: N\n   :id: W_1\n\n.. ops:workaround::\n   :deviation: GONE\n\n   Wait.\n"
    )
    project.write({"a.rst": rst_page(body, header=None)})
    build = project.build("dummy")
    (taken,) = build.of("markup_taken")
    assert (taken.severity, taken.place.path, taken.docname) == ("error", "conf.py", "")
    assert 'directive "workaround" is taken by the need type "workaround"' in taken.message
    assert "short_names = false" in taken.message
    assert '"ops:workaround"' in taken.message
    assert [w.deviation for w in build.documents["a"].workarounds] == ["GONE"]
    assert project.build("dummy").of("markup_taken") == [taken]
    assert project.build("dummy", opsdocs_short_names=False).of("markup_taken") == []


@pytest.mark.parametrize("is_first", [True, False])
def test_other_extensions_keep_the_names_that_they_take(
    project: Project, tmp_path: Path, is_first: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = f"taker_{is_first}".lower()
    (tmp_path / f"{name}.py").write_text(
        "from docutils.parsers.rst.directives.admonitions import Note\n"
        "def role(name, rawtext, text, lineno, inliner, options=None, content=()):\n"
        "    return [], []\n"
        "def setup(app):\n"
        '    app.add_directive("canonical-impact", Note)\n'
        '    app.add_role("canonical", role)\n'
        '    app.add_crossref_type("deviation", "deviation")\n'
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    extensions = ["myst_parser", "sphinxext_opsdocs"]
    extensions.insert(0 if is_first else 2, name)
    project.append("conf.py", f"extensions = {extensions}\n")
    build = project.build("dummy")
    assert [finding.message.partition(";")[0] for finding in build.of("markup_taken")] == [
        'the directive "canonical-impact" is taken by "docutils.parsers.rst.directives.admonitions.Note"',
        f'the role "canonical" is taken by "{name}.role"',
        'the role "deviation" is taken by the domain "std"',
    ]
    assert "already registered" not in build.warnings


def test_check_and_facts_file_report_a_taken_name(project: Project, tmp_path: Path) -> None:
    project.append("conf.py", OTHERS.replace("canonical-reff", "canonical-ref"))
    runner = CliRunner()
    result = runner.invoke(main, ["check", str(project.srcdir)])
    assert result.exit_code == 1
    assert "[opsdocs.markup_taken]" in result.output
    out = project.build().outdir
    again = runner.invoke(main, ["check", str(out / "opsdocs.json"), "-c", str(project.srcdir)])
    assert "[opsdocs.markup_taken]" in again.output


@pytest.mark.parametrize("syntax", SYNTAXES)
@pytest.mark.parametrize("is_strict", [True, False])
def test_role_without_its_deviation_is_reported_once(
    project: Project, syntax: str, is_strict: bool
) -> None:
    body = f"Text.\nSee {use('role', 'deviation', syntax).replace('api:x', 'DEV-0070')}.\n"
    pages_of_both = dict([RUNBOOK])
    project.write({**SPECIFICATION, **pages_of_both, f"ops/b.{syntax}": MAKE[syntax](body)})
    build = project.build(nitpicky=is_strict)
    (finding,) = build.of("deviation_unresolved")
    assert finding.severity == "error"
    assert finding.message == 'no deviation has the id "DEV-0070"; did you mean "DEV-0007"?'
    text = (project.srcdir / f"ops/b.{syntax}").read_text().splitlines()
    assert "DEV-0070" in text[finding.place.line - 1]
    assert build.warnings.count("DEV-0070") == 1
    assert project.build(nitpicky=is_strict).of("deviation_unresolved") == [finding]


def test_workaround_without_its_deviation_is_no_second_finding(project: Project) -> None:
    body = ".. workaround::\n   :deviation: DEV-9\n\n   Wait.\n"
    project.write({"ops/a.rst": rst_page(body)})
    build = project.build(nitpicky=True)
    assert len(build.of("workaround_misplaced")) == 1
    assert build.of("deviation_unresolved") == []
    assert build.warnings.count("DEV-9") == 1


def test_role_may_name_a_deviation_of_another_project(project: Project, tmp_path: Path) -> None:
    other = Project(tmp_path / "other")
    other.write({**SPECIFICATION, **dict([RUNBOOK])})
    inventory = other.build().outdir / "objects.inv"
    project.append("conf.py", f"extensions += ['sphinx.ext.intersphinx']\n"
                   f"intersphinx_mapping = {{'other': ('https://o.example/', {str(inventory)!r})}}\n")  # fmt: skip
    project.write({"ops/b.rst": rst_page("See :deviation:`DEV-0007`.")})
    build = project.build()
    assert build.of("deviation_unresolved") == []
    assert "https://o.example/ops/drain.html#DEV-0007" in build.text("ops/b.html")


BROKEN = {
    "rst": {
        "directive of nobody": (".. tabs::\n\n   .. canonical-ref:: api:gone\n", 'unknown directive "tabs"'),
        "role of nobody": ("See :kbd2:`x`.\n", 'unknown role "kbd2"'),
        "missing argument": (".. image::\n", "1 argument(s) required"),
        "wrong option": (".. note::\n   :clas: x\n\n   T\n", 'unknown option: "clas"'),
        "malformed table": ("+---+---+\n| a | b\n+---+---+\n\nText.\n", "Malformed table"),
        "substitution": ("A |gone| b.\n", "gone"),
        "missing file": (".. include:: gone.txt\n", "gone.txt"),
    },
    "md": {
        "directive of nobody": ("````{tabs}\n```{canonical-ref} api:gone\n```\n````\n", 'unknown directive "tabs"'),
        "role of nobody": ("See {kbd2}`x`.\n", 'unknown role "kbd2"'),
        "missing argument": ("```{image}\n```\n", "1 argument(s) required"),
        "content that is left out": ("```{image} x.png\nText.\n```\n", "none permitted"),
        "missing file": ("```{include} gone.txt\n```\n", "gone.txt"),
    },
}  # fmt: skip


@pytest.mark.parametrize(("syntax", "name"), [(s, name) for s in BROKEN for name in BROKEN[s]])
def test_what_a_parser_cannot_read_is_reported_on_governed_pages(
    project: Project, syntax: str, name: str
) -> None:
    body, words = BROKEN[syntax][name]
    make = MAKE[syntax]
    text = make("Before.") + "\n" + body
    project.write({f"ops/a.{syntax}": text, f"other.{syntax}": make("", header=None) + "\n" + body})
    build = project.build("dummy", suppress_warnings=["docutils"])
    (finding,) = build.of("markup_broken")
    assert (finding.docname, finding.severity) == ("ops/a", "warning")
    assert words in finding.message
    start = text[: text.index(body)].count("\n") + 1
    assert start <= finding.place.line <= start + body.count("\n")
    assert project.build("dummy").of("markup_broken") == [finding]


def test_names_of_nobody_are_reported_even_if_myst_suppresses_its_warning(project: Project) -> None:
    project.write({"ops/a.md": md_page("```{tabs}\nText\n```\n\nSee {kbd2}`x`.")})
    build = project.build("dummy", suppress_warnings=["myst"])
    assert [finding.message for finding in build.of("markup_broken")] == [
        'unknown directive "tabs"; its text is left out',
        'unknown role "kbd2"; its text is left out',
    ]


def test_pages_with_markup_of_ours_count_as_governed_here(project: Project) -> None:
    page = rst_page(".. tabs::\n\n.. deviation-register::", header=None)
    project.write({"a.rst": page})
    assert project.build("dummy").rules == ["markup_broken"]


def test_warnings_that_lose_no_text_are_no_findings(project: Project) -> None:
    project.write({
        "ops/a.rst": rst_page("Subsection\n-----\n\nText *a.\n"),
        "ops/b.md": md_page("### Three\n\n```{note} T\n:class: x\n\nbody\n```\n"),
    })  # fmt: skip
    build = project.build("dummy")
    assert "Title underline too short" in build.warnings
    assert build.of("markup_broken") == []


def test_names_are_those_that_are_registered() -> None:
    assert set(DIRECTIVE_NAMES) == set(DIRECTIVES)
    assert set(ROLE_NAMES) == set(ROLES)


def cli(*arguments: object) -> None:
    result = run(*map(str, arguments))
    assert result.exit_code == 0, result.output


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_commands_edit_directives_with_the_prefix(project: Project, syntax: str) -> None:
    name, text = RUNBOOKS["rst" if syntax == "rst" else "myst"]
    for own in ("observed-deviation", "workaround"):
        text = text.replace(f".. {own}::", f".. ops:{own}::").replace(
            f"{{{own}}}", f"{{ops:{own}}}"
        )
    path = project.srcdir / "opsdocs.toml"
    path.write_text(f"short_names = false\n{path.read_text()}")
    project.write({**SPECIFICATION, name: text.replace("canonical`", "canonical `")})
    cli("deviations", "confirm", "DEV-0007", "-s", project.srcdir)
    cli("deviations", "resolve", "DEV-0007", "-s", project.srcdir)
    cli("change", "ops/drain", "--why", "a reason", "--what", "Something", "-s", project.srcdir)
    changed = (project.srcdir / name).read_text()
    assert "ops:document-change" in changed
    build = project.build("dummy")
    (deviation,) = build.documents["ops/drain"].deviations
    assert (deviation.state, deviation.last_observed) == ("resolved", "2026-11-23")
    assert [entry.version for entry in build.documents["ops/drain"].changes] == ["2.2"]
