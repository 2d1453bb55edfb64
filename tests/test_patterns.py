"""Regular expressions of a team: what they match, and that none of them hangs a check or a build."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from sphinxext_opsdocs.cli import main
from sphinxext_opsdocs.config.globs import glob_matches
from sphinxext_opsdocs.config.parser import ConfigurationError, parse_config
from sphinxext_opsdocs.config.patterns import MOST_SLOW_TEXTS, Patterns
from sphinxext_opsdocs.text.language import LanguageError, load_language
from tests.project import CONFIG, SPEC_PAGE, Project, md_page, rst_page

PAGES = {"rst": rst_page, "md": md_page}
SLOW = "(A|AA)+"
"""Backtracks for ever on many letters and something else, in ``re`` and in ``regex``."""
TEXT = "A" * 60
DEVIATION = {
    "rst": ".. observed-deviation:: Throttled clients get 503\n{}\n\n   Seen.\n",
    "md": "```{{observed-deviation}} Throttled clients get 503\n{}\n\nSeen.\n```\n",
}
ENGLISH = Path(__file__).parents[1] / "sphinxext_opsdocs/data/language_en.toml"


def deviating(suffix: str, number: str = "DEV-1", issue: str = "API-7", title: str = "Page") -> str:
    """A page with a deviation, and with an empty required field that other rules report."""
    options = {
        "id": number, "spec": "api:rate-limits", "issue": issue, "observed": "2026-10-30",
        "severity": "major", "state": "open", "resolved": "yesterday",
    }  # fmt: skip
    indent = "   " if suffix == "rst" else ""
    lines = "\n".join(f"{indent}:{name}: {text}" for name, text in options.items())
    return PAGES[suffix](DEVIATION[suffix].format(lines), title)


CASES = {
    "trackers.api-issues.pattern": (
        CONFIG.replace("API-(?P<number>", f"{SLOW}API-(?P<number>"),
        {"issue": TEXT},
    ),
    "deviations.id_pattern": (f"{CONFIG}[deviations]\nid_pattern = '{SLOW}B'\n", {"number": TEXT}),
    "classes.runbook.title_pattern": (
        f"{CONFIG}[classes.runbook]\ntitle_pattern = '{SLOW}B'\n",
        {"title": TEXT},
    ),
    "classes.runbook.file_pattern": (f"{CONFIG}[classes.runbook]\nfile_pattern = '{SLOW}B'\n", {}),
}


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def check(project: Project, *arguments: str) -> list[dict[str, Any]]:
    """The findings of a check in a process of its own, which must end."""
    command = [sys.executable, "-m", "sphinxext_opsdocs", "check", project.srcdir, "-f", "json"]
    done = subprocess.run(
        [*command, *arguments], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 1, done.stderr
    findings: list[dict[str, Any]] = json.loads(done.stdout)["findings"]
    return findings


def write(project: Project, key: str, suffix: str) -> None:
    config, values = CASES[key]
    name = TEXT if key.endswith("file_pattern") else "page"
    page = deviating(suffix, **values)
    project.write({"opsdocs.toml": config, "specs/api/limits.rst": SPEC_PAGE})
    project.write({f"ops/{name}.{suffix}": page})


@pytest.mark.parametrize("suffix", PAGES)
@pytest.mark.parametrize("key", CASES)
def test_pattern_that_backtracks_is_one_error_and_hides_nothing(
    project: Project, key: str, suffix: str
) -> None:
    write(project, key, suffix)
    findings = check(project)
    (slow,) = [finding for finding in findings if "too long" in finding["message"]]
    assert slow["rule"] == "input_unreadable"
    assert slow["place"]["path"] == "opsdocs.toml"
    assert slow["message"].startswith(f'{key} = "')
    assert SLOW in slow["message"]
    assert f'to match "{TEXT}"' in slow["message"]
    rules = {finding["rule"] for finding in findings}
    # the rules that the pattern is for say nothing of a text that nobody knows to be wrong
    assert rules.isdisjoint({"document_name", "deviation_issue_wrong_tracker"})
    (invalid,) = [f for f in findings if f["rule"] == "deviation_field_invalid"]
    assert "yesterday" in invalid["message"]


@pytest.mark.parametrize("key", CASES)
def test_slow_pattern_in_every_kind_of_build(project: Project, key: str) -> None:
    write(project, key, "rst")
    project.write({f"ops/other{number}.rst": rst_page("Text.") for number in range(8)})

    def slow(**settings: int) -> list[str]:
        found = [each.message for each in project.build("dummy", **settings).findings]  # type: ignore[arg-type]
        return [message for message in found if "too long" in message]

    first = slow()
    assert len(first) == 1
    assert slow() == first
    project.append("ops/other1.rst", "\nMore.\n")
    assert slow() == first
    assert slow(jobs=2, fresh=True) == first
    name = TEXT if key.endswith("file_pattern") else "page"
    project.remove(f"ops/{name}.rst")
    assert slow() == []


def test_many_slow_texts_take_no_longer_than_a_few(project: Project) -> None:
    config, _ = CASES["deviations.id_pattern"]
    pages = {f"ops/p{n}.rst": deviating("rst", "A" * (60 + n)) for n in range(40)}
    project.write({"opsdocs.toml": config, "specs/api/limits.rst": SPEC_PAGE, **pages})
    slow = [finding for finding in check(project) if "too long" in finding["message"]]
    assert 1 <= len(slow) <= MOST_SLOW_TEXTS


def test_pattern_of_the_issue_ends(project: Project) -> None:
    config = CONFIG.replace("API-(?P<number>\\d+)", "([A-Z]+-?)+(?P<number>[0-9])")
    pages = {"ops/page.rst": deviating("rst", issue="A" * 5000)}
    project.write({"opsdocs.toml": config, "specs/api/limits.rst": SPEC_PAGE, **pages})
    assert any(f["rule"] == "deviation_issue_wrong_tracker" for f in check(project))


def test_facts_file_of_somebody_else_hangs_nothing(project: Project) -> None:
    write(project, "trackers.api-issues.pattern", "rst")
    project.build("html")
    facts = project.outdir / "html/opsdocs.json"
    result = run("check", facts, "-c", project.srcdir)
    assert result.exit_code == 1
    assert "trackers.api-issues.pattern" in result.output


def test_refresh_does_not_ask_for_some_of_the_issues(project: Project) -> None:
    config, values = CASES["trackers.api-issues.pattern"]
    config = config.replace("[trackers.api-issues]", '[trackers.api-issues]\nkind = "redmine"')
    project.write({"opsdocs.toml": config, "ops/page.rst": deviating("rst", **values)})
    result = run("issues", "refresh", project.srcdir)
    assert result.exit_code == 2
    assert "the issues are not all known: trackers.api-issues.pattern" in result.output
    assert not (project.srcdir / "opsdocs-issues.json").exists()


# Language files


def language_file(project: Project, expression: str) -> None:
    text = ENGLISH.read_text(encoding="utf-8")
    text = re.sub(
        r"^intent = \[", f"intent = [\n'''{expression}''',", text, count=1, flags=re.MULTILINE
    )
    project.write({"ours.toml": text, "opsdocs.toml": f'language = "ours.toml"\n{CONFIG}'})


@pytest.mark.parametrize("suffix", PAGES)
def test_expression_of_a_language_file_is_named(project: Project, suffix: str) -> None:
    language_file(project, "(a|aa)+b")
    prose = f"Clients see {TEXT} here.\n\nIt is by design that the gateway drops calls with errors."
    project.write({f"ops/page.{suffix}": PAGES[suffix](prose)})
    findings = check(project)
    (slow,) = [finding for finding in findings if "too long" in finding["message"]]
    assert slow["message"].startswith('ours.toml: claims.intent = "(a|aa)+b": takes too long')
    assert slow["place"]["path"] == "opsdocs.toml"
    assert "intent_claim" in {finding["rule"] for finding in findings}
    project.write({f"ops/page.{suffix}": PAGES[suffix](prose.replace(TEXT, "a page"))})
    assert "too long" not in json.dumps(check(project))


def test_language_file_of_a_team_judges_as_the_shipped_one(project: Project) -> None:
    prose = "The gateway must reject calls.\n\nIt is by design that it drops calls with errors."
    project.write({"specs/api/limits.rst": SPEC_PAGE, "ops/page.rst": rst_page(prose)})
    shipped = project.build("dummy").rules
    language_file(project, "never-in-a-text")
    assert project.build("dummy").rules == shipped


@pytest.mark.parametrize("expression", ["(", "((x{1000}){1000}){1000}"])
def test_expression_that_cannot_be_used_names_its_list(tmp_path: Path, expression: str) -> None:
    text = ENGLISH.read_text(encoding="utf-8")
    text = re.sub(
        r"^intent = \[", f"intent = [\n'''{expression}''',", text, count=1, flags=re.MULTILINE
    )
    (tmp_path / "ours.toml").write_text(text, encoding="utf-8")
    with pytest.raises(LanguageError, match=r"claims\.intent") as failure:
        load_language("ours.toml", tmp_path)
    assert "ours.toml" in str(failure.value)


# What patterns match


@pytest.mark.parametrize("pattern", ["((a{1000}){1000}){1000}", "(", "a{2,1}", "(?P<a>x)(?P<a>y)"])
def test_pattern_that_cannot_be_compiled_is_a_fault_of_its_key(pattern: str) -> None:
    for key, tables in (
        ("trackers.t.pattern", {"trackers": {"t": {"pattern": pattern}}}),
        ("deviations.id_pattern", {"deviations": {"id_pattern": pattern}}),
        ("classes.runbook.file_pattern", {"classes": {"runbook": {"file_pattern": pattern}}}),
    ):
        with pytest.raises(ConfigurationError, match=re.escape(f'{key} = "{pattern}"')):
            parse_config(tables)


@pytest.mark.parametrize(
    "pattern",
    [
        r"API-(?P<number>\d+)", r"(?:(?P<project>[\w/.-]+))?#(?P<number>\d+)", r"x{e}", r"x{i<=1}",
        r"a{,2}b", r"[{}]+", r"\{a\}", r"{", r"a{1", r"\N{DIGIT ONE}{2}", r"(?i)ops-\d{3,}",
        r"(?x) a  # {e}", r"(a)?(?(1)b|c)", r"(?<!\w)\w+(?!\w)", r"[A-Z][a-z]+ (a|an|the) .*", "",
    ],
)  # fmt: skip
@given(st.text(alphabet="aAbcePIxOS-#/1{}<=, ", max_size=12))
def test_patterns_match_as_those_of_python(pattern: str, text: str) -> None:
    ours = Patterns().compile(pattern)
    for method in ("fullmatch", "search", "match"):
        expected = getattr(re.compile(pattern), method)(text)
        found = getattr(ours, method)(text)
        assert bool(found) == bool(expected)
        if expected:
            assert found.groupdict() == expected.groupdict()
            assert (found.start(), found.end()) == (expected.start(), expected.end())


@given(
    st.lists(st.sampled_from(["a", "b", "/", "*", "**", "**/", "?"]), max_size=9).map("".join),
    st.text(alphabet="ab/", max_size=9),
)
def test_globs_match_as_their_plain_translation(glob: str, docname: str) -> None:
    wild = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    parts = re.split(r"(\*\*/|\*\*|\*|\?)", glob)
    plain = "".join(wild.get(part) or re.escape(part) for part in parts)
    assert glob_matches(docname, (glob,)) == bool(re.fullmatch(plain, docname))


def test_glob_with_many_wildcards_ends() -> None:
    assert not glob_matches("ops/" + "a-" * 100, ("ops/*-*-*-*-*-*-*-*-*x",))
    assert not glob_matches("a" * 200, ("**a**a**a**a**a**a**a**b",))


# What it costs


@pytest.mark.parametrize(
    ("config", "is_loaded"),
    [("", False), ('governed = ["ops/**"]\n[owners.team-orders]\n', False), (CONFIG, True)],
)
def test_project_without_patterns_does_not_load_the_package(
    project: Project, config: str, is_loaded: bool
) -> None:
    project.write({"opsdocs.toml": config, "ops/page.rst": deviating("rst")})
    code = (
        "import sys\nfrom click.testing import CliRunner\nfrom sphinxext_opsdocs.cli import main\n"
        f"CliRunner().invoke(main, ['check', {str(project.srcdir)!r}])\nprint('regex' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.splitlines()[-1:] == [str(is_loaded)], done.stderr
