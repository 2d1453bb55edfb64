"""Headers that a team has already, in both syntaxes: other names, defaults, several owners."""

from __future__ import annotations

import json

import pytest

from tests.commands import run
from tests.project import CONFIG, HEADER, Project, md_page, rst_page

SETTINGS = """
[header]
date_order = "day-first"
[header.aliases]
last-reviewed = ["last_reviewed_on", "ms.date"]
review-interval = ["review_in"]
owner = ["owner_slack"]
[header.defaults]
class = "legacy"
status = "Canonical"
"""
FIELDS = {"last_reviewed_on": "2026-03-31", "review_in": "3 months", "owner_slack": "team-orders"}
WRITERS = {".rst": rst_page, ".md": md_page}


@pytest.mark.parametrize("suffix", WRITERS)
def test_fields_of_other_names_count_as_ours(project: Project, suffix: str) -> None:
    write = WRITERS[suffix]
    project.write(
        {"opsdocs.toml": CONFIG + SETTINGS, f"ops/a{suffix}": write("Text.", header=FIELDS)}
    )
    build = project.build("dummy")
    header = build.documents["ops/a"].header
    assert header
    assert (header.last_reviewed, header.review_interval) == ("2026-03-31", 90)
    assert (header.document_class, header.status, header.owners) == (
        "legacy",
        "Canonical",
        ("team-orders",),
    )
    (finding,) = build.findings
    assert finding.rule == "review_overdue"
    assert finding.place.line == header.given["last-reviewed"].line
    assert (
        "last_reviewed_on"
        in (project.srcdir / f"ops/a{suffix}").read_text().splitlines()[finding.place.line - 1]
    )


@pytest.mark.parametrize("suffix", WRITERS)
def test_own_name_wins_and_a_bad_value_is_named_as_typed(project: Project, suffix: str) -> None:
    write = WRITERS[suffix]
    both = HEADER | {"ms.date": "x", "last-reviewed": "2026-11-02"}
    bad = FIELDS | {"last_reviewed_on": "31/02/2026"}
    good = FIELDS | {"last_reviewed_on": "3/11/2026"}
    project.write(
        {
            "opsdocs.toml": CONFIG + SETTINGS,
            f"ops/a{suffix}": write("Text.", header=both),
            f"ops/b{suffix}": write("Text.", header=bad),
            f"ops/c{suffix}": write("Text.", header=good),
        }
    )
    build = project.build("dummy")
    dates = {
        name: facts.header.last_reviewed for name, facts in build.documents.items() if facts.header
    }
    assert dates == {"ops/a": "2026-11-02", "ops/b": "", "ops/c": "2026-11-03"}
    (finding,) = build.of("header_value_invalid")
    assert finding.message.startswith("last_reviewed_on must be a day of the calendar")


@pytest.mark.parametrize("suffix", WRITERS)
def test_missing_field_names_its_aliases(project: Project, suffix: str) -> None:
    settings = '[header.aliases]\nowner = ["owner_slack"]\n'
    fields = {name: text for name, text in HEADER.items() if name != "owner"}
    project.write(
        {"opsdocs.toml": CONFIG + settings, f"ops/a{suffix}": WRITERS[suffix]("T.", header=fields)}
    )
    (finding,) = project.build("dummy").of("header_field_missing")
    assert finding.message == 'missing header field "owner" (owner_slack)'


@pytest.mark.parametrize(
    ("settings", "fault"),
    [
        (
            '[header.aliases]\nownr = ["x"]',
            'header.aliases.ownr: must be a header field; did you mean "owner"?',
        ),
        (
            '[header.aliases]\nowner = ["class"]',
            'header.aliases.owner = "class": is a header field itself',
        ),
        (
            '[header.aliases]\nowner = ["x"]\nscope = ["X"]',
            'header.aliases.scope = "x": is the name of owner already',
        ),
        (
            '[header.defaults]\nlast-reviewed = "2026-01-01"',
            "header.defaults.last-reviewed: only class, owner",
        ),
        ('[header.defaults]\nstatus = "Fine"', 'header.defaults.status = "Fine": must be'),
    ],
)
def test_wrong_settings_are_refused(project: Project, settings: str, fault: str) -> None:
    project.write({"opsdocs.toml": CONFIG + settings})
    done = run("check", "-s", project.srcdir)
    assert done.exit_code == 2
    assert fault in done.output


@pytest.mark.parametrize("suffix", WRITERS)
def test_page_can_have_several_owners(project: Project, suffix: str) -> None:
    page = WRITERS[suffix]("Text.", header=HEADER | {"owner": "team-orders, team-apu"})
    project.write({f"ops/a{suffix}": page})
    build = project.build("html")
    (finding,) = build.of("owner_unknown")
    assert finding.message == (
        'unknown owner "team-apu"; did you mean "team-api"? Otherwise add [owners.team-apu] to the '
        "configuration"
    )
    assert "Orders team" in build.text("ops/a.html")
    assert "team-apu" in build.text("ops/a.html")
    for owner, number in (("team-orders", 1), ("team-apu", 1), ("team-api", 0)):
        done = run(
            "report", "inventory", project.srcdir, "-f", "json", "--filter", f"owner={owner}"
        )
        assert len(json.loads(done.stdout)) == number
    (row,) = json.loads(run("report", "inventory", "-s", project.srcdir, "-f", "json").stdout)
    assert row["Owner"] == "team-orders, team-apu"


@pytest.mark.parametrize("suffix", WRITERS)
def test_legacy_page_needs_three_fields_alone(project: Project, suffix: str) -> None:
    fields = {"class": "legacy", "owner": "team-orders", "status": "Canonical"}
    project.write({f"ops/a{suffix}": WRITERS[suffix]("Text.", header=fields)})
    build = project.build("html")
    assert build.findings == ()
    assert "Not yet classified" in build.text("ops/a.html")
    project.write({f"ops/a{suffix}": WRITERS[suffix]("Text.", header={"class": "legacy"})})
    assert project.build("html").rules == ["header_field_missing"] * 2
