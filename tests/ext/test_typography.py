"""Facts, digests and fingerprints are the same whatever quotation marks a build shows."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest

from tests.pages import RUNBOOKS, SPECIFICATION
from tests.project import Build, Project, md_page, rst_page

TEXT = {
    "rst": "It's \"quoted\" -- 'so' --- and... or . . . here: the pool MUST NOT say \"it's\".\n\n"
    "*\"Emphasis\"*'s end. The client's ``'code'`` MUST 'stop'. Every \\\"escaped\\\" client's "
    'token MUST be new.\n\n* "A list" item MUST be \'short\'.\n\nTerm\'s\n   "Defined" text.\n\n'
    '.. list-table::\n\n   * - "Name"\n     - The \'pool\' MUST have "4" nodes.\n\n'
    ".. rubric:: 'Rubric'\n\n.. class:: language-de\n\nThe \"German\" pool MUST wait.\n",
    "md": "It's \"quoted\" -- 'so' --- and... or . . . here: the pool MUST NOT say \"it's\".\n\n"
    "*\"Emphasis\"*'s end. The client's `'code'` MUST 'stop'. Every \\\"escaped\\\" client's "
    'token MUST be new.\n\n* "A list" item MUST be \'short\'.\n\n["Link\'s" text](#x) MUST end.\n\n'
    '| a | b |\n|---|---|\n| "Name" | The \'pool\' MUST have "4" nodes. |\n',
}
COPY = (
    'Whoever\'s throttled waits "twice" as long after each further answer -- and gives up after '
    "the merchant's fifth refused request within an hour."
)
BUILDS: dict[str, tuple[str, dict[str, Any]]] = {
    "dirhtml": ("dirhtml", {}),
    "text": ("text", {}),
    "man": ("man", {}),
    "latex": ("latex", {}),
    "epub": ("epub", {}),
    "gettext": ("gettext", {}),
    "dummy": ("dummy", {}),
    "without smart quotes": ("html", {"smartquotes": False}),
    "other action": ("html", {"smartquotes_action": "q"}),
    "excluded builder": ("html", {"smartquotes_excludes": {"builders": ["html"]}}),
    **{
        code: ("html", {"language": code, "opsdocs_language": "en"})
        for code in ("de", "fr", "sv", "ja", "nl", "en_GB")
    },
}


def write_pages(project: Project, syntax: str) -> None:
    """A page and a specification with everything that smart quotes change."""
    page = {"rst": rst_page, "md": md_page}[syntax]
    body = f"TEXT\n\n{COPY}\n"
    project.write(
        {
            f"specs/api/a.{syntax}": page(
                "TEXT", 'The "spec\'s" -- title', {"class": "specification", "owner": "team-api"}
            ).replace("TEXT", f"{TEXT[syntax]}\n{COPY}\n"),
            f"ops/a.{syntax}": page(body, '"Title\'s" -- end').replace("TEXT", TEXT[syntax]),
        }
    )


def same(one: Build, other: Build) -> bool:
    """Whether two builds give the same facts and findings."""
    return (one.documents, one.findings) == (other.documents, other.findings)


@pytest.mark.parametrize("syntax", ["rst", "md"])
@pytest.mark.parametrize("name", BUILDS)
def test_facts_do_not_depend_on_typography(project: Project, syntax: str, name: str) -> None:
    write_pages(project, syntax)
    builder, settings = BUILDS[name]
    html = project.build("html")
    assert sum(1 + len(each.further) for each in html.of("normative_keyword")) >= 5
    assert html.of("copied_canonical")
    other = project.build(builder, fresh=True, **settings)
    assert other.documents == html.documents
    assert same(other, html)


def test_pages_show_the_quotation_marks_of_the_build(project: Project) -> None:
    write_pages(project, "rst")
    texts = {
        "“quoted” – ‘so’ —": {},
        "„quoted“ – ‚so‘ —": {"language": "de"},
        "&quot;quoted&quot; -- 'so' ---": {"smartquotes": False},
    }
    for text, settings in texts.items():
        page = project.build("html", fresh=True, **settings).text("ops/a.html")
        assert text in page.replace("&#39;", "'")


def test_fingerprints_are_those_of_english_smart_quotes(project: Project) -> None:
    """They were computed from the text of html pages before, and baselines have them."""
    project.write({"ops/a.rst": rst_page('The pool\'s "size" MUST be 4 -- or less.')})
    for settings in ({}, {"smartquotes": False}, {"language": "de", "opsdocs_language": "en"}):
        build = project.build("html", fresh=True, **settings)
        (statement,) = build.documents["ops/a"].statements
        assert statement.text == "The pool’s “size” MUST be 4 – or less."
        (finding,) = build.of("normative_keyword")
        assert finding.fingerprint == "2b971a7cb63d7e39"


@pytest.mark.parametrize("syntax", sorted(RUNBOOKS))
def test_every_builder_gives_the_same_facts(project: Project, syntax: str) -> None:
    path, text = RUNBOOKS[syntax]
    project.write({**SPECIFICATION, path: text})
    html = project.build("html")
    for builder, settings in BUILDS.values():
        assert same(project.build(builder, fresh=True, **settings), html), (builder, settings)


KEPT = Path(__file__).parent / "kept" / "version_0_1"


@pytest.mark.parametrize(
    "settings",
    [{}, {"smartquotes": False}, {"language": "de", "opsdocs_language": "en"}],
    ids=["as it is", "without smart quotes", "German"],
)
def test_files_of_version_0_1_still_match(tmp_path: Path, settings: dict[str, Any]) -> None:
    """Baseline, lock and snapshot as that version wrote them: whoever upgrades loses nothing."""
    project = Project(tmp_path)
    shutil.copytree(KEPT, project.srcdir, dirs_exist_ok=True)
    build = project.build("html", html_theme="basic", **settings)
    new = [f for f in build.findings if f.is_reported]
    assert [(f.rule, f.place, f.message) for f in new if f.severity != "info"] == []
    assert not [f for f in new if f.rule in ("baseline_stale", "input_unreadable")]
    known = [f for f in build.findings if f.baseline_date]
    assert len(known) > 100
    # what the lock and the snapshot are for
    assert {"canonical_suspect", "canonical_moved", "deviation_issue_closed"} <= {
        finding.rule for finding in known
    }
