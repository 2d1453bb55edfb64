"""``opsdocs fleet``: its commands as somebody types them."""

from __future__ import annotations

import csv
import io
import json
import os
from pathlib import Path

import pytest

from tests.commands import run, run_piped
from tests.fleet.fleet import DAY, SAME_ISSUE, Fleet, another_page, late_answers


@pytest.fixture
def refreshed(company: Fleet) -> Fleet:
    for name in ("orders", "billing"):
        company.members[name].write(
            {"ops/more.rst": another_page(late_answers("DEV-0031", SAME_ISSUE))}
        )
        company.members[name].build()
    company.refresh()
    return company


def test_from_nothing_to_a_report(company: Fleet, tmp_path: Path) -> None:
    folder = tmp_path / "watch"
    folder.mkdir()
    for name, member in company.members.items():
        done = run("fleet", "add", name, member.site, "--owner", "team-orders", "-s", folder)
        assert done.exit_code == 0, done.output
    assert done.stderr == f"{folder}/fleet.toml: repositories: 3\n"
    done = run("fleet", "refresh", "-s", folder, "--today", DAY)
    assert done.exit_code == 0, done.output
    assert done.stderr.endswith("3 of 3 repositories read, 3 changed, 3 checked\n")
    assert (folder / "fleet/.gitignore").read_text() == "*\n"
    done = run("fleet", "report", "scorecard", "-s", folder)
    assert "| orders | team-orders |" in done.stdout
    assert done.stderr == f"3 of 3 repositories read, {DAY}\n"
    assert run("fleet", "check", "-s", folder).exit_code == 0
    assert run("fleet", "remove", "orders", "-s", folder).exit_code == 0
    run("fleet", "refresh", "-s", folder, "--today", DAY)
    assert "| orders |" not in run("fleet", "report", "repositories", "-s", folder).stdout


def test_add_keeps_comments_and_takes_a_list(tmp_path: Path) -> None:
    path = tmp_path / "fleet.toml"
    path.write_text(
        '# ours\nsilent_after = 7  # a week\n\n[repositories.a]\naddress = "https://a"\n'
    )
    listed = tmp_path / "list.csv"
    listed.write_text("name,address,owner\nb,https://docs.example/b/,team-b\nc,../c,\n")
    assert run("fleet", "add", "--from", listed, "-s", tmp_path).exit_code == 0
    text = path.read_text()
    assert text.startswith("# ours\nsilent_after = 7  # a week\n")
    assert '[repositories.b]\naddress = "https://docs.example/b/"\nowner = "team-b"\n' in text
    assert '[repositories.c]\naddress = "../c"\n' in text


def test_what_is_not_given_stays(tmp_path: Path) -> None:
    path = tmp_path / "fleet.toml"
    path.write_text('[repositories.pay]\naddress = "https://a"\naudience = "finance"\n')
    run("fleet", "add", "pay", "https://b", "-s", tmp_path)
    listed = tmp_path / "list.csv"
    listed.write_text("name,address,owner\npay,https://c,team-pay\n")
    assert run("fleet", "add", "--from", listed, "-s", tmp_path).exit_code == 0
    text = path.read_text()
    assert 'address = "https://c"\naudience = "finance"\nowner = "team-pay"\n' in text
    done = run("fleet", "add", "--from", listed, "--audience", "x", "-s", tmp_path)
    assert "--from takes all from the file" in done.stderr


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("name\nb\n", "must have the columns name and address"),
        ("name,address\n,x\n", ":2: name and address must not be empty"),
        ("name,address\nb,x,y\n", ":2: has more fields than the first line"),
        ("name,address\nb,x\nb,y\n", ':3: "b" is there already'),
        ("name,address\na b,x\n", 'and "_", not "a b"'),
    ],
)
def test_a_wrong_list_is_refused(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text(text)
    done = run("fleet", "add", "--from", tmp_path / "list.csv", "-s", tmp_path)
    assert done.exit_code == 2
    assert message in done.stderr
    assert not (tmp_path / "fleet.toml").exists()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("silent = 3\n", "silent = 3: unknown key"),
        ("[repositories.a]\n", "repositories.a.address: missing"),
        ('[rules]\nowner_unknown = "off"\n', 'no rule "owner_unknown" of the fleet'),
        (
            '[repositories.a]\naddress="x"\n[repositories.b]\naddress="x/"\n',
            "have the same address",
        ),
        ("[repositories", "cannot read"),
    ],
)
def test_a_wrong_file_is_refused(text: str, message: str, tmp_path: Path) -> None:
    (tmp_path / "fleet.toml").write_text(text)
    done = run("fleet", "refresh", "-s", tmp_path)
    assert done.exit_code == 2
    assert message in done.stderr


def test_before_the_first_refresh(tmp_path: Path) -> None:
    done = run("fleet", "check", "-s", tmp_path)
    assert "no fleet.toml in" in done.stderr
    (tmp_path / "fleet.toml").write_text("")
    done = run("fleet", "check", "-s", tmp_path)
    assert (done.exit_code, done.stderr) == (
        2,
        'Error: nothing has been fetched yet; run "opsdocs fleet refresh"\n',
    )


def test_check_fails_on_a_warning(refreshed: Fleet) -> None:
    done = run("fleet", "check", "-s", refreshed.folder)
    assert done.exit_code == 1
    lines = done.stdout.splitlines()
    assert len(lines) == 2
    assert lines[0].startswith("billing/ops/more.rst:")
    assert lines[0].endswith("[deviation_recorded_twice]")
    assert done.stderr == f"0 errors, 2 warnings, 0 notes; 3 of 3 repositories read, {DAY}\n"
    done = run("fleet", "check", "--owner", "team-api", "-s", refreshed.folder)
    assert (done.exit_code, done.stdout) == (0, "")
    # a slip must not look as if all was well
    done = run("fleet", "check", "--owner", "team-oders", "-s", refreshed.folder)
    assert (done.exit_code, done.stderr) == (
        2,
        'Error: no owner "team-oders" in the fleet; did you mean "team-orders"?\n',
    )
    found = json.loads(run("fleet", "check", "-f", "json", "-s", refreshed.folder).stdout)
    assert [each["repository"] for each in found] == ["billing", "orders"]
    assert found[0]["line"] > 10


def test_reports_as_data(refreshed: Fleet, tmp_path: Path) -> None:
    folder = refreshed.folder
    text = run("fleet", "report", "register", "-f", "csv", "-s", folder).stdout
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 4
    assert {row["state"] for row in rows} == {"open"}
    path = tmp_path / "register.parquet"
    assert run("fleet", "report", "register", "-f", "parquet", "-s", folder).exit_code == 2
    done = run("fleet", "report", "register", "-f", "parquet", "-o", path, "-s", folder)
    assert done.exit_code == 0
    assert path.read_bytes()[:4] == b"PAR1"


def test_filters(refreshed: Fleet) -> None:
    folder = refreshed.folder

    def repositories(*words: str) -> list[str]:
        done = run("fleet", "report", *words, "-f", "json", "-s", folder)
        assert done.exit_code == 0, done.output
        return sorted({row["repository"] for row in json.loads(done.stdout)})

    assert repositories("register", "--repository", "orders") == ["orders"]
    assert repositories("register", "--domain", "platform") == ["billing", "orders"]
    assert repositories("matrix", "--domain", "platform") == ["platform"]
    assert repositories("impact", "node-drain") == ["billing", "orders"]
    assert repositories("impact", "platform:specs/nodes#draining") == ["billing", "orders"]
    assert repositories("impact", "platform:nodes#draining") == ["billing", "orders"]
    address = "https://docs.example/platform/specs/nodes.html#draining"
    assert repositories("impact", address) == ["billing", "orders"]
    for words, message in (
        (("impact",), "impact takes a SECTION"),
        (("trend", "node-drain"), "impact takes a SECTION"),
        (("impact", "gone"), 'no repository publishes a section "gone"'),
        (("impact", "rate-limits"), '"rate-limits" is ambiguous'),
        (("register", "--domain", "plattform"), 'did you mean "platform"'),
        (("register", "--repository", "odres"), 'did you mean "orders"?'),
        (
            ("impact", "platform:specs/node#draining"),
            'did you mean "platform:specs/nodes#draining"',
        ),
        (("trend", "--owner", "x"), '"trend" cannot be filtered by owner'),
    ):
        done = run("fleet", "report", *words, "-s", folder)
        assert done.exit_code == 2, words
        assert message in done.stderr, words


def test_a_spreadsheet_runs_nothing(company: Fleet) -> None:
    deviation = late_answers("DEV-0031", SAME_ISSUE).replace(
        "Late answers", '=HYPERLINK("x")\x1b[2J'
    )
    company.members["orders"].write({"ops/more.rst": another_page(deviation)})
    company.members["orders"].build()
    company.refresh()
    text = run("fleet", "report", "register", "-f", "csv", "-s", company.folder).stdout
    titles = [row["title"] for row in csv.DictReader(io.StringIO(text))]
    assert '\'=HYPERLINK("x")[2J' in titles
    assert "\x1b" not in text
    assert "\x1b" not in run("fleet", "report", "register", "-s", company.folder).stdout


def test_sql_of_another_engine() -> None:
    done = run("fleet", "sql", "register", "--dialect", "spark")
    assert "COLLECT_LIST" in done.stdout.upper() or "COLLECT_SET" in done.stdout.upper()
    assert "Every observed deviation" in done.stdout
    done = run("fleet", "sql", "register", "--dialect", "cobol")
    assert (done.exit_code, 'no dialect "cobol"' in done.stderr) == (2, True)


def test_other_commands_import_nothing_of_a_fleet(company: Fleet) -> None:
    code = (
        "import sys\nfrom sphinxext_opsdocs.cli import main\n"
        "try:\n    main(['check', sys.argv[1], '--no-cache'])\nexcept SystemExit:\n    pass\n"
        "names = {'duckdb', 'pebble', 'tomlkit', 'sqlglot', 'obstore'} & set(sys.modules)\n"
        "ours = {n for n in sys.modules if n.startswith('sphinxext_opsdocs.fleet.') "
        "and n.rpartition('.')[2] in ('database', 'refresh', 'pool', 'reading')}\n"
        "print('imported:', names | ours)\n"
    )
    import subprocess
    import sys

    source = company.members["orders"].project.srcdir
    done = subprocess.run(
        [sys.executable, "-c", code, source], capture_output=True, text=True, check=True
    )
    assert "imported: set()" in done.stdout


def test_without_the_extra_the_command_says_what_to_install(company: Fleet, tmp_path: Path) -> None:
    company.write()
    (tmp_path / "duckdb.py").write_text("raise ImportError\n")
    done = run_piped("fleet", "refresh", "-s", company.folder.resolve(), cwd=tmp_path)
    assert done.returncode == 2
    assert 'pip install "sphinxext-opsdocs[fleet]"' in done.stderr


def test_a_path_is_kept_as_seen_from_the_file(
    company: Fleet, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = tmp_path / "watch/inner"
    inner.mkdir(parents=True)
    (tmp_path / "watch/fleet.toml").write_text("")
    monkeypatch.chdir(inner)
    site = os.path.relpath(company.members["platform"].site, inner)
    assert run("fleet", "add", "platform", site).exit_code == 0
    assert run("fleet", "refresh", "--today", DAY).stderr.endswith(
        "1 of 1 repositories read, 1 changed, 1 checked\n"
    )


def test_a_change_of_the_file_is_named_until_the_next_refresh(refreshed: Fleet) -> None:
    del refreshed.members["billing"]
    refreshed.write()
    done = run("fleet", "report", "totals", "-s", refreshed.folder)
    assert "fleet.toml has changed since" in done.stderr
    refreshed.refresh()
    assert "changed since" not in run("fleet", "report", "totals", "-s", refreshed.folder).stderr


def test_rules_of_the_fleet_are_explained() -> None:
    done = run("explain", "index_copy_outdated")
    assert done.exit_code == 0
    assert "older than what its repository publishes" in done.stdout
