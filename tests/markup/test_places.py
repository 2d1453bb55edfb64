"""The places of findings: the file and the line where somebody wrote the text."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from sphinxext_opsdocs.markup.docstrings import find_docstring_line
from sphinxext_opsdocs.markup.line_numbers import Clip, match_lines, number_clipped_lines
from tests.project import CONF, Build, Project, md_page, rst_page

ROLES = {"rst": ":canonical:`api:gone{n}`", "md": "{{canonical}}`api:gone{n}`"}
PAGES = {"rst": rst_page, "md": md_page}
SYNTAXES = sorted(ROLES)
TARGET = re.compile(r"api:gone\d+")


def fault(syntax: str, number: int) -> str:
    """A sentence with a finding that its role, and one that its words are."""
    return f"The pool MUST have {number} nodes. Also {ROLES[syntax].format(n=number)}."


def fault_places(project: Project, build: Build) -> list[tuple[str, int]]:
    """Path and number of each fault, once its line is that of its sentence."""
    found: set[tuple[str, int]] = set()
    for finding in build.of("canonical_unresolved"):
        path, line = finding.place.path, finding.place.line
        target = TARGET.findall(finding.message)[0]
        text = (project.srcdir / path).read_text(encoding="utf-8")
        assert target in text.split("\n")[line - 1], (finding.place, target)
        found.add((path, int(target.removeprefix("api:gone"))))
    return sorted(found)


def statement_places(project: Project, build: Build) -> list[tuple[str, int]]:
    """The same for the statements of a page."""
    found: set[tuple[str, int]] = set()
    for facts in build.documents.values():
        for statement in facts.statements:
            text = (project.srcdir / statement.place.path).read_text(encoding="utf-8")
            assert statement.text[:20] in text.split("\n")[statement.place.line - 1]
            found.add((statement.place.path, int(re.findall(r"have (\d+)", statement.text)[0])))
    return sorted(found)


def fragment(syntax: str) -> str:
    """A file of which parts are included: eight sentences with marks around each."""
    return "\n\n".join(f"mark{n}\n\n{fault(syntax, n)}" for n in range(8)) + "\n\nend\n"


INCLUDES = {
    "whole": ({}, range(8)),
    "start-line": ({"start-line": 5}, range(1, 8)),
    "negative start-line": ({"start-line": -5}, [7]),
    "end-line": ({"end-line": 8}, range(2)),
    "both lines": ({"start-line": 9, "end-line": 16}, [2, 3]),
    "start-after": ({"start-after": "mark3"}, range(3, 8)),
    "start-after in a line": ({"start-after": "mark"}, range(8)),
    "end-before": ({"end-before": "mark2"}, range(2)),
    "both marks": ({"start-after": "mark2", "end-before": "mark4"}, [2, 3]),
    "lines and marks": (
        {"start-line": 4, "end-line": -4, "start-after": "mark2", "end-before": "mark6"},
        range(2, 6),
    ),
}


@pytest.mark.parametrize("syntax", SYNTAXES)
@pytest.mark.parametrize("name", INCLUDES)
def test_included_part_of_a_file_has_its_lines(project: Project, syntax: str, name: str) -> None:
    options, numbers = INCLUDES[name]
    lines = "".join(f"   :{key}: {value}\n" for key, value in options.items())
    text = {"rst": ".. include:: parts/text.txt\n", "md": "```{include} parts/text.txt\n"}[syntax]
    text += lines if syntax == "rst" else lines.replace("   :", ":") + "```\n"
    page = PAGES[syntax](f"{fault(syntax, 20)}\n\nBEFORE\n\n{fault(syntax, 21)}")
    project.write(
        {
            f"ops/a.{syntax}": page.replace("BEFORE", text.strip()),
            "ops/parts/text.txt": fragment(syntax),
        }
    )
    build = project.build("dummy")
    expected = [(f"ops/a.{syntax}", 20), (f"ops/a.{syntax}", 21)]
    expected += [("ops/parts/text.txt", number) for number in numbers]
    assert fault_places(project, build) == expected
    assert statement_places(project, build) == expected


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_include_within_an_include_has_the_lines_of_each_file(
    project: Project, syntax: str
) -> None:
    directive = {
        "rst": ".. include:: {}\n   :start-after: mark1\n",
        "md": "```{{include}} {}\n:start-after: mark1\n```\n",
    }[syntax]
    outer = fragment(syntax).replace("mark4", directive.format("/ops/inner.txt"))
    project.write(
        {
            f"ops/a.{syntax}": PAGES[syntax](
                f"PART\n\n{fault(syntax, 30)}",
            ).replace("PART", directive.format("/ops/outer.txt").strip()),
            "ops/outer.txt": outer,
            "ops/inner.txt": fragment(syntax).replace("gone", "gone1").replace("have ", "have 1"),
        }
    )
    build = project.build("dummy")
    expected = [(f"ops/a.{syntax}", 30)]
    expected += [("ops/inner.txt", 10 + number) for number in range(1, 8)]
    expected += [("ops/outer.txt", number) for number in range(1, 8)]
    assert fault_places(project, build) == expected
    assert statement_places(project, build) == expected


def test_include_in_a_list_a_table_and_a_directive_has_the_lines_of_the_file(
    project: Project,
) -> None:
    part = ".. include:: /ops/text.txt\n   :start-after: mark{0}\n   :end-before: mark{1}\n"
    blocks = [part.format(n, n + 1).replace("\n", "\n  ") for n in range(3)]
    cell = part.format(2, 3).replace("\n", "\n       ")
    body = (
        f"- Item:\n\n  {blocks[0]}\n\n.. note::\n\n  {blocks[1]}\n\n"
        f".. list-table::\n\n   * - A\n     - {cell}\n\nAfter.\n\n{fault('rst', 9)}\n"
    )
    project.write({"ops/a.rst": rst_page("B").replace("\nB\n", f"\n{body}")})
    project.write({"ops/text.txt": fragment("rst")})
    build = project.build("dummy")
    expected = [("ops/a.rst", 9), *(("ops/text.txt", number) for number in range(3))]
    assert fault_places(project, build) == expected
    assert statement_places(project, build) == expected


def test_table_that_a_page_of_myst_includes_has_the_lines_of_the_file(project: Project) -> None:
    rows = "".join(f"* - row {n}\n  - {fault('md', n)}\n" for n in range(3))
    table = (
        f"Text.\n\n```{{list-table}}\n{rows}```\n\n| a | b |\n|---|---|\n| c | {fault('md', 4)} |\n"
    )
    project.write({"ops/a.md": md_page("```{include} t.txt\n```"), "ops/t.txt": table})
    build = project.build("dummy")
    expected = [("ops/t.txt", number) for number in (0, 1, 2, 4)]
    assert fault_places(project, build) == expected
    assert statement_places(project, build) == expected


def test_cell_with_smart_quotes_has_its_own_line(project: Project) -> None:
    rows = "".join(
        f'| a."b{n}" -- it\'s... {n} | The pool MUST have {n} nodes. |\n' for n in range(4)
    )
    project.write({"ops/a.md": md_page("Text.").replace("Text.", f"| a | b |\n|---|---|\n{rows}")})
    for settings in ({}, {"smartquotes": False}):
        build = project.build("dummy", fresh=True, **settings)
        assert statement_places(project, build) == [("ops/a.md", n) for n in range(4)]
        lines = (project.srcdir / "ops/a.md").read_text().split("\n")
        (header, *passages) = build.documents["ops/a"].passages
        assert header.text == "a | b"
        assert len(passages) == 4
        for number, passage in enumerate(passages):
            assert f'b{number}"' in lines[passage.place.line - 1]


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_sections_and_directives_of_an_included_file_have_its_lines(
    project: Project, syntax: str
) -> None:
    title = {"rst": "Inner\n-----", "md": "## Inner"}[syntax]
    deviation = {
        "rst": ".. observed-deviation:: Late\n   :id: DEV-1\n   :state: odd\n",
        "md": "```{observed-deviation} Late\n:id: DEV-1\n:state: odd\n```\n",
    }[syntax]
    include = {
        "rst": ".. include:: p.txt\n   :start-line: 3",
        "md": "```{include} p.txt\n:start-line: 3\n```",
    }[syntax]
    project.write(
        {
            f"ops/a.{syntax}": PAGES[syntax](include),
            "ops/p.txt": f"1\n2\n3\n4\n\n{title}\n\n{deviation}\nText.\n",
        }
    )
    build = project.build("dummy")
    lines = (project.srcdir / "ops/p.txt").read_text().split("\n")
    facts = build.documents["ops/a"]
    assert facts.sections[1].place.path == facts.deviations[0].place.path == "ops/p.txt"
    assert lines[facts.sections[1].place.line - 1].endswith("Inner")
    assert "observed-deviation" in lines[facts.deviations[0].place.line - 1]
    (state,) = (f for f in build.of("deviation_field_invalid") if "odd" in f.message)
    assert ":state:" in lines[state.place.line - 1]


def test_file_that_another_parser_includes_has_its_lines(project: Project) -> None:
    include = ".. include:: p.txt\n   :parser: myst_parser.sphinx_\n   :start-after: mark5\n"
    project.write({"ops/a.rst": rst_page(f"{include}\nText."), "ops/p.txt": fragment("md")})
    build = project.build("dummy")
    assert fault_places(project, build) == [("ops/p.txt", n) for n in range(5, 8)]


@pytest.mark.parametrize("option", ["literal", "code: text"])
@pytest.mark.parametrize("syntax", SYNTAXES)
def test_literal_include_says_nothing(project: Project, syntax: str, option: str) -> None:
    include = {
        "rst": f".. include:: p.txt\n   :{option}\n   :start-line: 3",
        "md": f"```{{include}} p.txt\n:{option}\n:start-line: 3\n```",
    }[syntax]
    include = include.replace(":literal", ":literal:")
    text = f"PART\n\n{fault(syntax, 9)}"
    page = PAGES[syntax](text).replace("PART", include)
    project.write({f"ops/a.{syntax}": page, "ops/p.txt": fragment(syntax)})
    build = project.build("dummy")
    assert fault_places(project, build) == [(f"ops/a.{syntax}", 9)]


@pytest.mark.parametrize("clip", [Clip(), Clip(1, None), Clip(None, -1), Clip(0, 9, "b", "y")])
@pytest.mark.parametrize("mark", ["\f", "\v", "\x1c", "\x85", "\u2028", "\n"])
def test_lines_of_a_part_are_counted_as_docutils_does(clip: Clip, mark: str) -> None:
    from docutils.statemachine import string2lines

    text = f"a b\n{mark}c d{mark}e\n\nx{mark}y z\n"
    part = text
    if clip.start_line or clip.end_line is not None:
        part = "\n".join(text.splitlines()[clip.start_line : clip.end_line])
    part = part.partition(clip.start_after)[2] if clip.start_after else part
    part = part.partition(clip.end_before)[0] if clip.end_before else part
    lines = text.split("\n")
    read = string2lines(part, convert_whitespace=True)
    numbers = number_clipped_lines(text, clip)
    assert len(numbers) == len(read)
    for line, number in zip(read, numbers, strict=True):
        assert line.strip() in lines[number - 1].replace("\f", " ").replace("\v", " ")


SEPARATORS = ["\f", "\v", "\x1c", "\x1d", "\x1e", "\x85", "\u2028", "\u2029"]


@pytest.mark.parametrize("syntax", SYNTAXES)
@pytest.mark.parametrize("separator", SEPARATORS)
def test_separators_besides_line_feeds_end_no_line(
    project: Project, syntax: str, separator: str
) -> None:
    note = {"rst": ".. note::\n\n   A{0}b.\n\n   {1}\n", "md": "```{{note}}\nA{0}b.\n\n{1}\n```\n"}
    own = {
        "rst": ".. workaround::\n   :deviation: DEV-1\n\n   A{0}b.\n\n   {1}\n",
        "md": "```{{workaround}}\n:deviation: DEV-1\n\nA{0}b.\n\n{1}\n```\n",
    }
    body = f"One{separator}word.\n\n{separator}\n\n{fault(syntax, 1)}\n\nCell{separator}s.\n"
    body += f"\n{note[syntax]}\n{own[syntax]}".format(separator, fault(syntax, 2))
    include = {"rst": ".. include:: p.txt\n   :start-line: 2", "md": "```{include} p.txt\n```"}
    body += f"\nPART\n\nTwo{separator}words.\n\n{fault(syntax, 3)}\n"
    page = PAGES[syntax]("BODY").replace("BODY", body.replace("PART", include[syntax]))
    project.write(
        {
            f"ops/a.{syntax}": page,
            "ops/p.txt": f"a{separator}b\n\nc{separator}d\n\n{fault(syntax, 4)}\n",
        }
    )
    build = project.build("dummy")
    expected = [(f"ops/a.{syntax}", n) for n in (1, 2, 3)] + [("ops/p.txt", 4)]
    assert fault_places(project, build) == expected
    assert statement_places(project, build) == expected


PROLOG = """
.. |product| replace:: Orders

.. note:: The gateway MUST NOT be drained twice.
"""


def configure(project: Project, text: str) -> None:
    """Add settings to conf.py."""
    conf = CONF.format(extensions=["myst_parser", "sphinxext_opsdocs"])
    project.write({"conf.py": f"{conf}{text}"})


@pytest.mark.parametrize("option", ["rst_prolog", "rst_epilog"])
def test_text_that_conf_py_adds_to_every_page_is_reported_once_and_there(
    project: Project, option: str
) -> None:
    configure(project, f'{option} = """{PROLOG}"""\n')
    project.write({f"ops/{name}.rst": rst_page("Text.") for name in "abc"})
    project.write({"ops/d.md": md_page("Text.")})
    build = project.build("html")
    (finding,) = build.of("normative_keyword")
    text = (project.srcdir / "conf.py").read_text().split("\n")
    assert finding.place.path == "conf.py"
    assert "MUST NOT" in text[finding.place.line - 1]
    assert build.warnings.count("normative_keyword") == 1
    assert "conf.py:" in build.warnings
    incremental = project.build("html")
    assert incremental.of("normative_keyword") == [finding]


def test_text_that_conf_py_computes_has_the_line_of_its_assignment(project: Project) -> None:
    configure(project, "MODAL = 'MUST'\n\nrst_prolog = f'The gateway {MODAL} be drained.\\n\\n'\n")
    project.write({"ops/a.rst": rst_page("Text.")})
    (finding,) = project.build("dummy").of("normative_keyword")
    lines = (project.srcdir / "conf.py").read_text().split("\n")
    assert finding.place.path == "conf.py"
    assert lines[finding.place.line - 1].startswith("rst_prolog")


def test_recorded_fault_of_conf_py_is_known_on_a_new_page(project: Project) -> None:
    from datetime import date

    from sphinxext_opsdocs.findings.baseline import dump_baseline, renew_baseline

    configure(project, f'rst_prolog = """{PROLOG}"""\n')
    project.write({"ops/b.rst": rst_page("Text.")})
    entries = renew_baseline(project.build("dummy").findings, date(2026, 11, 1))
    (project.srcdir / "opsdocs-baseline.json").write_bytes(dump_baseline(entries))
    project.write({"ops/a.rst": rst_page("Text.")})
    (finding,) = project.build("dummy").of("normative_keyword")
    assert finding.baseline_date == "2026-11-01"
    project.remove("ops/b.rst")
    (finding,) = project.build("dummy").of("normative_keyword")
    assert finding.baseline_date == "2026-11-01"


DOCSTRINGS = '''"""Module.

The first MUST have 1 node.
"""

LIMIT = 5
"""The second MUST have 2 nodes."""


class Gateway:
    """
    A gateway.

    The third MUST have 3 nodes.
    """

    def drain(self):
        """Drain it.

        The fourth MUST have 4 nodes.
        """
'''


def test_docstrings_have_the_lines_of_their_files(project: Project) -> None:
    conf = CONF.format(extensions=["myst_parser", "sphinx.ext.autodoc", "sphinxext_opsdocs"])
    path = "import sys, pathlib\nsys.path.insert(0, str(pathlib.Path(__file__).parent / 'code'))\n"
    project.write(
        {
            "conf.py": path + conf,
            "code/opsdocs_sample.py": DOCSTRINGS,
            "ops/a.rst": rst_page(".. automodule:: opsdocs_sample\n   :members:\n"),
            "ops/b.md": md_page("```{eval-rst}\n.. autoclass:: opsdocs_sample.Gateway\n```\n"),
        }
    )
    build = project.build("dummy")
    found = [(s.place, s.text) for d in build.documents.values() for s in d.statements]
    lines = DOCSTRINGS.split("\n")
    assert len(found) == 5
    for place, text in found:
        assert place.path == "code/opsdocs_sample.py"
        assert text in lines[place.line - 1]


def test_docstring_without_a_file_has_a_place_on_the_page(project: Project) -> None:
    conf = CONF.format(extensions=["myst_parser", "sphinx.ext.autodoc", "sphinxext_opsdocs"])
    project.write({"conf.py": conf, "ops/a.rst": rst_page(".. autofunction:: builtins.divmod\n")})
    facts = project.build("dummy").documents["ops/a"]
    assert facts.passages
    assert {passage.place.path for passage in facts.passages} == {"ops/a.rst"}


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("pkg.mod", 1),
        ("pkg.mod.function", 5),
        ("pkg.mod.Class.method", 11),
        ("pkg.mod.LIMIT", 14),
        ("pkg.mod.guarded", 18),
        ("pkg.mod.Class.missing", 8),
    ],
)
def test_line_of_a_docstring_is_that_of_its_first_words(name: str, line: int) -> None:
    text = (
        '"""Module."""\n\ndef function():\n    """\n    Text.\n    """\n\n'
        "class Class:\n    x = 1\n    async def method(self):\n        '''Text.'''\n\n\n"
        "LIMIT: int = 5\n\nif LIMIT:\n    def guarded():\n        '''Text.'''\n"
    )
    assert find_docstring_line(text, name) == line
    assert find_docstring_line("def (", name) == 1


@pytest.mark.parametrize(
    "folder", ["a <b> c", "x:docstring of y", "<rst_prologue>", "m:12:<translated>", "n'ü"]
)
@pytest.mark.parametrize("syntax", SYNTAXES)
def test_folder_may_have_any_name(project: Project, folder: str, syntax: str) -> None:
    include = {"rst": ".. include:: p.txt", "md": "```{include} p.txt\n```"}[syntax]
    project.write(
        {
            f"ops/{folder}/a.{syntax}": PAGES[syntax](
                f"PART\n\n{fault(syntax, 1)}",
            ).replace("PART", include),
            f"ops/{folder}/p.txt": f"Text.\n\n{fault(syntax, 2)}\n",
        }
    )
    build = project.build("dummy")
    expected = [(f"ops/{folder}/a.{syntax}", 1), (f"ops/{folder}/p.txt", 2)]
    assert fault_places(project, build) == expected
    assert statement_places(project, build) == expected


def test_places_do_not_depend_on_the_working_directory(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(project, f'rst_prolog = """{PROLOG}"""\n')
    project.write(
        {
            "specs/api/a.rst": rst_page(
                "Text.\n\n.. include:: /part.txt\n   :literal:\n\n.. raw:: html\n   :file: x.html\n",
                header={"class": "specification", "owner": "team-api"},
            ),
            "specs/api/x.html": "<b>x</b>\n",
            "part.txt": fragment("rst"),
            "ops/a.rst": rst_page(".. include:: /part.txt\n   :start-after: mark4\n"),
        }
    )
    elsewhere = tmp_path / "some" / "where"
    elsewhere.mkdir(parents=True)
    results: list[Any] = []
    for folder in (project.srcdir, project.srcdir / "ops", elsewhere, Path("/")):
        monkeypatch.chdir(folder)
        build = project.build("dummy", fresh=True)
        results.append((build.findings, build.documents))
    assert results[1:] == results[:1] * 3
    paths = {finding.place.path for finding in results[0][0]}
    assert {"part.txt", "conf.py"} < paths
    assert paths <= {"part.txt", "conf.py", "ops/a.rst", "specs/api/a.rst"}


def test_lines_of_a_changed_text_are_those_of_the_file() -> None:
    original = "a\nb\nc\nd\ne\n"
    assert match_lines("x\ny\na\nb\nc\nd\ne\n", original) == [1, 1, 1, 2, 3, 4, 5, 6]
    assert match_lines("a\nB\nc\nd1\nd2\nd3\ne\n", original) == [1, 2, 3, 4, 4, 4, 5, 6]
    assert match_lines("a\ne\n", original) == [1, 5, 6]


def test_included_text_that_an_extension_changes_has_its_lines(project: Project) -> None:
    configure(
        project,
        "def change(app, path, docname, content):\n"
        "    content[0] = 'New.\\n\\n' + content[0].replace('mark5', 'a\\n\\nb')\n\n"
        "def setup(app):\n    app.connect('include-read', change)\n",
    )
    include = ".. include:: p.txt\n   :start-after: mark3\n"
    project.write({"ops/a.rst": rst_page(include), "ops/p.txt": fragment("rst")})
    build = project.build("dummy")
    assert fault_places(project, build) == [("ops/p.txt", n) for n in range(3, 8)]
    assert statement_places(project, build) == [("ops/p.txt", n) for n in range(3, 8)]


EXTENSION = """
def change(app, docname, source):
    text = source[0]
    if docname == "ops/a":
        source[0] = text.replace("team-other", "team-orders").replace("EXPANDED", "one\\n\\ntwo")
    if docname == "ops/b":
        source[0] = HEADER + text
    if docname == "ops/c":
        source[0] = text.replace(":owner: team-orders\\n", "").replace("owner: \\"team-orders\\"\\n", "")

def setup(app):
    app.connect("source-read", change)
"""


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_header_and_text_are_those_that_sphinx_read(project: Project, syntax: str) -> None:
    page = PAGES[syntax](f"EXPANDED\n\n{fault(syntax, 1)}")
    header = page[: page.index("Page") - (2 if syntax == "md" else 1)]
    configure(project, f"HEADER = {header!r}\n{EXTENSION}")
    project.write(
        {
            f"ops/a.{syntax}": page.replace("team-orders", "team-other"),
            f"ops/b.{syntax}": page.removeprefix(header),
            f"ops/c.{syntax}": page,
        }
    )
    build = project.build("dummy")
    documents = build.documents
    owners = [documents[f"ops/{name}"].header for name in "abc"]
    assert [header and header.owners for header in owners] == [
        ("team-orders",),
        ("team-orders",),
        (),
    ]
    assert "header_missing" not in build.rules
    assert [f.docname for f in build.of("header_field_missing")] == ["ops/c"]
    assert fault_places(project, build) == [(f"ops/{name}.{syntax}", 1) for name in "abc"]
    first = documents["ops/a"].header
    assert first is not None
    lines = (project.srcdir / f"ops/a.{syntax}").read_text().split("\n")
    assert all(name in lines[place.line - 1] for name, place in first.given.items())


HEADERS = {
    "plain": ":class: runbook\n:owner: team-orders\n:status: Canonical\n",
    "behind a blank line": "\n:class: runbook\n:owner: team-orders\n:status: Canonical\n",
    "behind a comment": ".. A comment\n   of two lines.\n\n:class: runbook\n:owner: team-orders\n",
    "with a long value": ":class: runbook\n:scope: one\n   two\n:owner: team-orders\n",
    "with blank lines": ":class: runbook\n\n:owner: team-orders\n\n:status: Canonical\n",
}


@pytest.mark.parametrize("name", HEADERS)
def test_header_is_the_same_with_text_that_conf_py_adds(project: Project, name: str) -> None:
    project.write({"ops/a.rst": f"{HEADERS[name]}\nTitle\n=====\n\n{fault('rst', 1)}\n"})
    plain = project.build("text", fresh=True)
    configure(project, 'rst_prolog = """\n.. |product| replace:: Orders\n"""\n')
    with_prolog = project.build("text", fresh=True)
    assert with_prolog.documents == plain.documents
    assert with_prolog.text("ops/a.txt") == plain.text("ops/a.txt")
    assert with_prolog.warnings == plain.warnings
