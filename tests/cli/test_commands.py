"""The command line, run as users run it: exit status, output, messages."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from inspect import cleandoc
from pathlib import Path

import click
import pytest

from sphinxext_opsdocs.cli import main
from sphinxext_opsdocs.cli.schema import SCHEMAS, schema_text
from sphinxext_opsdocs.ext.reading_cache import CACHE_FOLDER
from sphinxext_opsdocs.rules import RULES
from tests.commands import ROOT, git, run, run_piped
from tests.project import CONFIG, HEADER, Project, md_page, rst_page

Words = tuple[tuple[str, ...], click.Command]
"""A command, after the words that name it."""


def test_check_of_sound_documents_is_silent_and_clean(sound: Project) -> None:
    found = run_piped("check", sound.srcdir)
    assert (found.returncode, found.stdout) == (0, "")
    assert "0 errors, 0 warnings" in found.stderr


def test_check_prints_findings_alone_to_standard_output(faulty: Project) -> None:
    found = run_piped("check", ".", cwd=faulty.srcdir)
    lines = found.stdout.splitlines()
    assert found.returncode == 1
    assert [line.rpartition("[")[2] for line in lines] == [
        "opsdocs.canonical_unresolved]",
        "opsdocs.workaround_misplaced]",
    ]
    assert lines[0].startswith("ops/drain.rst:")


def test_check_finds_what_the_build_finds(faulty: Project) -> None:
    built = json.loads(faulty.build().text("opsdocs-findings.json"))
    checked = json.loads(run_piped("check", faulty.srcdir, "--format", "json").stdout)
    assert checked["findings"] == built["findings"]
    assert checked["reach"] == built["reach"]


def test_notes_alone_do_not_fail(faulty: Project) -> None:
    rules = '[rules]\ncanonical_unresolved = "info"\nworkaround_misplaced = "info"\n'
    faulty.write({"opsdocs.toml": f"{CONFIG}\n{rules}"})
    found = run_piped("check", faulty.srcdir)
    assert found.returncode == 0
    assert found.stdout.count(": INFO: ") == 2


def test_reach_tells_a_rule_that_never_applied(faulty: Project) -> None:
    rows = {
        line.split()[0]: line.split()[1:]
        for line in run_piped("check", faulty.srcdir, "--reach").stderr.splitlines()
        if line.split()[0] in {rule.name for rule in RULES}
    }
    assert rows["canonical_unresolved"] == ["3", "1"]
    assert rows["ignore_expired"] == ["0", "0"]
    assert len(rows) == len(RULES)


def test_day_can_be_given(sound: Project) -> None:
    assert run_piped("check", sound.srcdir, "--today", "2026-11-23").returncode == 0
    late = run_piped("check", sound.srcdir, "--today", "2028-01-01")
    assert "opsdocs.review_overdue" in late.stdout
    assert run_piped("check", sound.srcdir, "--today", "soon").returncode == 2


def test_findings_can_go_to_a_file(faulty: Project, tmp_path: Path) -> None:
    found = run_piped("check", faulty.srcdir, "-f", "sarif", "-o", tmp_path / "x.sarif")
    assert (found.returncode, found.stdout) == (1, "")
    assert json.loads((tmp_path / "x.sarif").read_text())["version"] == "2.1.0"


def test_options_go_to_sphinx(faulty: Project) -> None:
    options = ("-D", "suppress_warnings=opsdocs.canonical_unresolved", "-j", "2")
    found = run_piped("check", faulty.srcdir, *options)
    assert "canonical_unresolved" not in found.stdout
    assert "workaround_misplaced" in found.stdout


def test_check_leaves_nothing_behind(sound: Project) -> None:
    before = sorted(sound.srcdir.rglob("*"))
    run_piped("check", sound.srcdir, "--no-cache")
    assert sorted(sound.srcdir.rglob("*")) == before
    run_piped("check", sound.srcdir)
    assert {*sound.srcdir.iterdir()} - {*before} == {sound.srcdir / CACHE_FOLDER}


@pytest.mark.parametrize(
    ("config", "wanted"),
    [
        ('governed = "ops"', ["governed", '"ops"', "a list"]),
        ('[rules]\nreview_overdue = "loud"', ["rules.review_overdue", '"loud"', '"warning"']),
        ('[rules]\nno_such = "off"', ["rules.no_such", "no such rule", "review_overdue"]),
        ('[domains.api]\ntracker = "x"', ["domains.api.tracker", '"x"', "none is configured"]),
        ("[domains.api]\npath = []", ["domains.api.path", 'did you mean "paths"']),
        ('[trackers.t]\npattern = "("', ["trackers.t.pattern", '"("', "regular expression"]),
        ("[trackers.t]\nurl = 'x'", ["trackers.t.pattern", "missing"]),
        (
            "[classes.runbook]\nreview_interval = -1",
            ["classes.runbook.review_interval", "-1", ">= 0"],
        ),
        ('[classes.x]\nextends = "y"', ["classes.x.extends", '"y"', "runbook"]),
        ('[classes.x]\nextends = "x"', ["classes.x.extends", '"x"', "circle"]),
        ("governed = [", ["opsdocs.toml"]),
        ('codeowners = "gone"', ["codeowners", '"gone"']),
    ],
)
def test_wrong_configuration_is_one_message(
    project: Project, config: str, wanted: list[str]
) -> None:
    project.write({"opsdocs.toml": config})
    found = run_piped("check", project.srcdir)
    assert found.returncode == 2
    assert found.stdout == ""
    assert "Traceback" not in found.stderr
    for text in wanted:
        assert text in found.stderr


def test_failed_build_is_told_from_wrong_use(project: Project, tmp_path: Path) -> None:
    project.write({"conf.py": "extensions = ['sphinxext_opsdocs', 'no_such_extension']\n"})
    found = run_piped("check", project.srcdir)
    assert found.returncode == 3
    assert "no_such_extension" in found.stderr
    assert "Traceback" not in found.stderr
    assert run_piped("check", tmp_path / "gone").returncode == 2
    assert run_piped("check", "--no-such-option").returncode == 2


@pytest.mark.parametrize("kind", ["register", "matrix", "inventory"])
@pytest.mark.parametrize("written", ["csv", "json", "markdown"])
def test_reports_are_printed(sound: Project, kind: str, written: str) -> None:
    found = run_piped("report", kind, sound.srcdir, "-f", written)
    assert found.returncode == 0
    assert {"register": "DEV-0007", "matrix": "api:rate-limits", "inventory": "runbook"}[
        kind
    ] in found.stdout


def test_report_filters_rows_and_refuses_an_unknown_filter(sound: Project) -> None:
    found = run_piped("report", "register", sound.srcdir, "--filter", "state=resolved")
    assert "DEV-0007" not in found.stdout
    found = run_piped("report", "register", sound.srcdir, "--filter", "colour=red")
    assert found.returncode == 2
    assert "severity" in found.stderr


def test_rules_are_listed_and_explained() -> None:
    listed = run_piped("rules").stdout
    assert [line.split()[0] for line in listed.splitlines()] == [rule.name for rule in RULES]
    assert len(json.loads(run_piped("rules", "-f", "json").stdout)) == len(RULES)
    for rule in RULES[:3]:
        assert rule.summary in run_piped("explain", rule.name).stdout
    found = run_piped("explain", "header_mising")
    assert found.returncode == 2
    assert 'did you mean "header_missing"' in found.stderr


def test_help_loads_no_sphinx() -> None:
    code = (
        "import sys; from sphinxext_opsdocs.cli import main; from click.testing import CliRunner; "
        "assert CliRunner().invoke(main, ['--help']).exit_code == 0; "
        "print([m for m in sys.modules if m.split('.')[0] in ('sphinx', 'docutils', 'sphinx_needs')])"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def commands_below(words: tuple[str, ...], command: click.Command) -> Iterator[Words]:
    """A command and, for a group, all below it, each with the words after ``opsdocs``."""
    yield words, command
    for name, inner in getattr(command, "commands", {}).items():
        yield from commands_below((*words, name), inner)


COMMANDS = dict(commands_below((), main))
GROUPS = [words for words, command in COMMANDS.items() if isinstance(command, click.Group)]
LONGEST_SUMMARY = 45
"""Characters; click cuts longer lines in a terminal of 80 columns, and short ones are read."""


def help_in_80_columns(*words: str) -> str:
    environment = os.environ | {"COLUMNS": "80"}
    command = [sys.executable, "-m", "sphinxext_opsdocs", *words, "--help"]
    return subprocess.run(
        command, capture_output=True, text=True, check=True, env=environment
    ).stdout


def summary_of(command: click.Command) -> str:
    return " ".join(cleandoc(command.help or "").partition("\n\n")[0].split())


@pytest.mark.parametrize("words", GROUPS, ids=" ".join)
def test_help_lists_every_command_with_one_whole_sentence(words: tuple[str, ...]) -> None:
    rows = (
        help_in_80_columns(*words).partition("\nCommands:\n")[2].partition("\n\n")[0].splitlines()
    )
    listed = dict(row.split(maxsplit=1) for row in rows)
    below = {key[-1]: command for key, command in COMMANDS.items() if key and key[:-1] == words}
    assert listed == {name: summary_of(command) for name, command in sorted(below.items())}
    for name, summary in listed.items():
        assert len(summary) <= LONGEST_SUMMARY, name
        assert re.fullmatch(r"[A-Z][^.]*(?:\.\w[^.]*)*\.", summary), name


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_help_of_every_command_and_option_is_complete(words: tuple[str, ...]) -> None:
    command = COMMANDS[words]
    context = click.Context(command, info_name=" ".join(("opsdocs", *words)), terminal_width=80)
    text = command.get_help(context)
    assert max(map(len, text.splitlines())) <= 80
    assert summary_of(command) in " ".join(text.split())
    for parameter in command.get_params(context):
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.name


LEAVES = [
    words for words, command in COMMANDS.items()
    if words and (not isinstance(command, click.Group) or command.invoke_without_command)
]  # fmt: skip


@pytest.mark.parametrize("words", LEAVES, ids=" ".join)
def test_help_has_an_example_that_can_be_typed(words: tuple[str, ...]) -> None:
    command = COMMANDS[words]
    start, _, example = (command.epilog or "").partition(": opsdocs ")
    assert start == "Example"
    typed = shlex.split(example)
    assert tuple(typed[: len(words)]) == words
    # parsed as it would be, and not run
    command.make_context("opsdocs", typed[len(words) :])


def test_new_documents_and_first_configuration_are_sound(project: Project) -> None:
    (project.srcdir / "opsdocs.toml").unlink()
    assert run_piped("init", project.srcdir).returncode == 2  # nobody can be asked
    assert run_piped("init", "--yes", "--governed", "ops/**", project.srcdir).returncode == 0
    assert "nothing to do" in run_piped("init", "--yes", project.srcdir).stderr
    for suffix in (".rst", ".md"):
        page = project.srcdir / f"ops/drain-node{suffix}"
        made = run_piped("new", "runbook", page, "-s", project.srcdir, "--owner", "team-ops")
        assert made.returncode == 0, made.stderr
        todo = ["section_empty"] * 6  # a page is begun, not written
        assert project.build("dummy").rules == ["canonical_missing", *todo]
        project.remove(f"ops/drain-node{suffix}")
    assert (
        run_piped("new", "nothing", project.srcdir / "x.rst", "-s", project.srcdir).returncode == 2
    )


@pytest.mark.parametrize("kind", sorted(SCHEMAS))
def test_schemas_are_published_as_the_code_has_them(kind: str) -> None:
    shipped = ROOT / f"sphinxext_opsdocs/data/{kind}.schema.json"
    assert shipped.read_text(encoding="utf-8") == schema_text(kind)
    assert run_piped("schema", kind).stdout == schema_text(kind)


def test_configuration_schema_takes_the_documented_sample() -> None:
    import tomllib

    import jsonschema

    sample = (ROOT / "examples/acme/opsdocs.toml").read_text()
    schema = json.loads(schema_text("config"))
    jsonschema.Draft202012Validator(schema).validate(tomllib.loads(sample))
    wrong = {"domains": {"api": {"path": []}}}
    assert not jsonschema.Draft202012Validator(schema).is_valid(wrong)


def test_no_progress_where_there_is_no_terminal(sound: Project) -> None:
    assert "reading sources" not in run_piped("check", sound.srcdir).stderr


def test_broken_page_of_sphinx_does_not_hide_findings(faulty: Project) -> None:
    faulty.write({"ops/broken.rst": rst_page(".. no-such-directive::\n\n*unclosed")})
    found = run_piped("check", faulty.srcdir)
    assert found.returncode == 1
    assert "no-such-directive" in found.stderr
    assert "canonical_unresolved" in found.stdout


def test_owner_in_codeowners_or_of_a_spec_domain_is_known(project: Project) -> None:
    header = {"class": "access-guidance", "status": "Draft", "version": "1"}
    header["last-reviewed"] = "2026-11-02"
    for owner in ("@org/ops", "team-api", "team-nobody"):
        page = rst_page("Text.", header=header | {"owner": owner})
        project.write({f"pages/{owner.rpartition('/')[2]}.rst": page})
    project.write(
        {
            "CODEOWNERS": "# who answers\n* @org/ops # all\n",
            "opsdocs.toml": 'codeowners = "CODEOWNERS"\n[domains.api]\nowner = "team-api"\n',
        }
    )
    found = run_piped("check", project.srcdir).stdout
    assert found.count("owner_unknown") == 1
    assert '"team-nobody"' in found
    project.write({"opsdocs.toml": '[domains.api]\nowner = "team-api"\n'})
    assert "owner_unknown" not in run_piped("check", project.srcdir).stdout


@pytest.mark.parametrize("suffix", ["rst", "md"])
def test_time_alone_fails_no_page_that_a_change_does_not_touch(
    project: Project, suffix: str
) -> None:
    write = {"rst": rst_page, "md": md_page}[suffix]
    old = HEADER | {"last-reviewed": "2025-01-10"}
    rules = '[rules]\nsection_missing = "off"\ncanonical_missing = "off"\n'
    pages = {f"ops/{name}.{suffix}": write("Stop it.", name, old) for name in ("one", "two")}
    project.write({**pages, "opsdocs.toml": CONFIG + rules})
    root = project.srcdir.parent
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "base")

    def found(*words: str) -> dict[str, str]:
        result = run("check", project.srcdir, "--format", "json", *words)
        findings = json.loads(result.stdout)["findings"]
        assert result.exit_code == any(f["severity"] != "info" for f in findings)
        return {f["docname"]: f["severity"] for f in findings if f["rule"] == "review_overdue"}

    assert found() == {"ops/one": "warning", "ops/two": "warning"}
    assert found("--since", "main") == {"ops/one": "info", "ops/two": "info"}
    project.append(f"ops/one.{suffix}", "\nAnd once more.\n")
    assert found("--since", "main") == {"ops/one": "warning", "ops/two": "info"}
    project.append(f"ops/two.{suffix}", "\nCall {canonical}`api:gone`, :canonical:`api:gone`.\n")
    git(root, "checkout", "-q", "--", f"docs/ops/one.{suffix}")
    assert found("--since", "main") == {"ops/one": "info", "ops/two": "warning"}
    assert run("check", project.srcdir, "--since", "nowhere").exit_code == 2
