"""Approvals of versions, and reviews by the dozen, on real git repositories."""

from __future__ import annotations

import pytest

from sphinxext_opsdocs.config.parser import ConfigurationError, parse_config
from sphinxext_opsdocs.config.people import is_same_person
from sphinxext_opsdocs.config.schema import Config
from tests.commands import git, run
from tests.project import CONFIG, Project
from tests.review.repository import DEVIATION, PAGES, Repository, entry, text_of

APPROVAL = {
    "rst": ".. approval:: {who}\n   :role: operations\n   :date: 2026-11-20\n"
    "   :version: {version}\n",
    "md": "```{{approval}} {who}\n:role: operations\n:date: 2026-11-20\n:version: {version}\n```\n",
}
RULES = """
[owners.team-ops]
members = ["Ben Berg <ben@acme.example>", "Jo Doe"]
roles = ["operations"]
[classes.runbook]
independent_approval = true
approvals = {Canonical = ["operations"]}
"""


@pytest.fixture
def repository(project: Project) -> Repository:
    project.write({"opsdocs.toml": CONFIG + RULES})
    return Repository(project)


def approved(suffix: str, version: str, who: str = "Ben Berg") -> str:
    return APPROVAL[suffix].format(who=who, version=version)


def changed(suffix: str, records: str = "", **header: str) -> str:
    """The page with another step and all that goes with it, but for its approvals."""
    fields = {"version": "2.2", "last_reviewed": "2026-11-20"} | header
    return text_of(
        suffix, "Drain the node.\n\n" + records, entry(suffix, fields["version"]), **fields
    )


def approval_rules(repository: Repository) -> set[str]:
    return {rule for rule, _ in repository.review() if rule.startswith("approv")}


@pytest.mark.parametrize("suffix", PAGES)
def test_version_needs_an_approval_of_its_own(repository: Repository, suffix: str) -> None:
    page = f"docs/ops/page.{suffix}".removeprefix("docs/")
    old = approved(suffix, "2.1")
    repository.begin({page: text_of(suffix, "Stop the node.\n\n" + old)})
    assert approval_rules(repository) == set()
    repository.project.write({page: changed(suffix, old)})
    assert approval_rules(repository) == {"approval_missing"}
    repository.commit("change")
    repository.project.write({page: changed(suffix, old + "\n" + approved(suffix, "2.2"))})
    assert approval_rules(repository) == set()
    # of somebody without the role
    repository.project.write({page: changed(suffix, approved(suffix, "2.2", "Eva Ek"))})
    assert approval_rules(repository) == {"approval_missing"}


@pytest.mark.parametrize("suffix", PAGES)
def test_status_needs_an_approval(repository: Repository, suffix: str) -> None:
    page = f"ops/page.{suffix}"
    repository.begin({page: text_of(suffix, status="Draft")})
    repository.project.write({page: text_of(suffix)})
    assert approval_rules(repository) == {"approval_missing"}
    repository.project.write(
        {page: text_of(suffix, "Stop the node.\n\n" + approved(suffix, "2.1"))}
    )
    assert approval_rules(repository) == set()
    # a page that is Canonical from its first day
    repository.project.write({f"ops/new.{suffix}": text_of(suffix)})
    assert approval_rules(repository) == {"approval_missing"}
    repository.project.write({f"ops/new.{suffix}": text_of(suffix, status="Draft")})
    assert approval_rules(repository) == set()


@pytest.mark.parametrize("suffix", PAGES)
@pytest.mark.parametrize(
    "header",
    [
        {"status": "Deprecated", "superseded_by": "none", "retired_because": "gone"},
        {"editorial": "a typo of 20 November"},
    ],
)
def test_no_approval_for_what_is_safer_or_editorial(
    repository: Repository, suffix: str, header: dict[str, str]
) -> None:
    page = f"ops/page.{suffix}"
    repository.begin({page: text_of(suffix, "Stop teh node.")})
    repository.project.write({page: text_of(suffix, "Stop the node.", **header)})
    assert approval_rules(repository) == set()


@pytest.mark.parametrize("suffix", PAGES)
def test_no_approval_for_a_new_deviation(repository: Repository, suffix: str) -> None:
    page = f"ops/page.{suffix}"
    repository.begin({page: text_of(suffix)})
    values = {"id": "DEV-0001", "spec": "api:rate-limits", "issue": "API-1", "state": "open",
              "observed": "2026-11-01", "severity": "minor"}  # fmt: skip
    indent = "   " if suffix == "rst" else ""
    options = "\n".join(f"{indent}:{name}: {value}" for name, value in values.items())
    deviation = DEVIATION[suffix].format(options=options)
    header = {"version": "2.2", "last_reviewed": "2026-11-20"}
    steps = "Stop the node.\n\n" + deviation
    repository.project.write({page: text_of(suffix, steps, entry(suffix, "2.2"), **header)})
    assert approval_rules(repository) == set()
    steps = "Stop the whole node.\n\n" + deviation
    repository.project.write({page: text_of(suffix, steps, entry(suffix, "2.2"), **header)})
    assert approval_rules(repository) == {"approval_missing"}


@pytest.mark.parametrize("suffix", PAGES)
def test_nobody_approves_their_own_change(repository: Repository, suffix: str) -> None:
    page = f"ops/page.{suffix}"
    repository.begin({page: text_of(suffix)})
    repository.project.write({page: changed(suffix)})
    repository.commit("change, by Jo Doe")
    repository.project.write({page: changed(suffix, approved(suffix, "2.2", "Jo Doe"))})
    assert approval_rules(repository) == {"approval_by_author"}
    repository.project.write({page: changed(suffix, approved(suffix, "2.2", "jo@acme.example"))})
    assert "approval_by_author" in approval_rules(repository)
    # a commit that only adds the approval is no change of the page
    repository.project.write({page: changed(suffix, approved(suffix, "2.2"))})
    git(repository.root, "add", "-A")
    author = "--author=Ben Berg <ben@acme.example>"
    git(repository.root, "commit", "-q", "-m", "I agree", author)
    assert approval_rules(repository) == set()
    # one that changes a step too is
    text = changed(suffix, approved(suffix, "2.2")).replace("Drain the", "Drain each")
    repository.project.write({page: text})
    git(repository.root, "add", "-A")
    git(repository.root, "commit", "-q", "-m", "One more thing", author)
    # and the approval is older than the change
    assert approval_rules(repository) == {"approval_by_author", "approval_missing"}


@pytest.mark.parametrize("suffix", PAGES)
def test_change_cannot_drop_its_own_approvals(repository: Repository, suffix: str) -> None:
    page = f"ops/page.{suffix}"
    repository.begin({page: text_of(suffix)})
    repository.project.write({page: changed(suffix), "opsdocs.toml": CONFIG})
    rules = {rule for rule, _ in repository.review()}
    assert {"approval_missing", "governance_edited"} <= rules
    members = RULES.replace('"Jo Doe"', '"Jo Doe", "Eva Ek"')
    with_eva = changed(suffix, approved(suffix, "2.2", "Eva Ek"))
    repository.project.write({page: with_eva, "opsdocs.toml": CONFIG + members})
    rules = {rule for rule, _ in repository.review()}
    assert {"approval_missing", "governance_edited"} <= rules


@pytest.mark.parametrize(("pages", "is_named"), [(5, False), (6, True)])
def test_dates_that_move_together(repository: Repository, pages: int, is_named: bool) -> None:
    names = [f"ops/page-{number}.rst" for number in range(6)]
    repository.begin({name: text_of("rst") for name in names})
    dated = {name: text_of("rst", last_reviewed="2026-11-20") for name in names[:pages]}
    repository.project.write(dated)
    found = [rule for rule, _ in repository.review()]
    assert ("reviews_in_bulk" in found) == is_named
    # a page of which the text changed was read
    repository.project.write({names[0]: changed("rst")})
    assert "reviews_in_bulk" not in [rule for rule, _ in repository.review()]


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("Ben Berg", "ben  berg", True),
        ("@ben", "Ben Berg <ben@acme.example>", True),
        ("ben@acme.example", "Ben Berg <ben@acme.example>", True),
        ("Ben Berg", "Ben Berg <12+bb@users.noreply.github.com>", True),
        ("bb", "Ben Berg <12+bb@users.noreply.github.com>", True),
        ("Ben", "Ben Berg <benedict@acme.example>", False),
        ("ben+git@acme.example", "eva+git@acme.example", False),
        ("ben", "Ben Berg <ben+git@acme.example>", False),
        ("ben@evil.example", "Ben Berg <ben@acme.example>", False),
        ("Eva Ek", "Ben Berg <ben@acme.example>", False),
        ("", "Ben Berg <ben@acme.example>", False),
    ],
)
def test_names_of_one_person(one: str, other: str, is_same: bool) -> None:
    assert is_same_person(one, other) == is_same == is_same_person(other, one)


@pytest.mark.parametrize(
    ("approvals", "message"),
    [
        ({"Live": ["operations"]}, 'must be "Draft", "Canonical"'),
        ({"Canonical": ["security"]}, "must be a role of an owner with members"),
    ],
)
def test_approvals_that_nobody_can_give(approvals: dict[str, list[str]], message: str) -> None:
    owners = {"team-ops": {"members": ["Ben"], "roles": ["operations"]}}
    with pytest.raises(ConfigurationError, match=message):
        parse_config({"owners": owners, "classes": {"runbook": {"approvals": approvals}}})
    assert isinstance(parse_config({"owners": owners}), Config)


@pytest.mark.parametrize("suffix", PAGES)
def test_change_cannot_leave_its_class_to_be_asked_for_nothing(
    repository: Repository, suffix: str
) -> None:
    page = f"ops/page.{suffix}"
    repository.begin({page: text_of(suffix)})
    other = "[classes.note]\nextends = 'legacy'\n"
    fields = {"version": "2.2", "last_reviewed": "2026-11-20", "class": "note"}
    text = text_of(suffix, "Drain the node.", entry(suffix, "2.2"), **fields)
    repository.project.write({page: text, "opsdocs.toml": CONFIG + RULES + other})
    assert approval_rules(repository) == {"approval_missing"}


def deviation(suffix: str, state: str = "open", text: str = "Seen.") -> str:
    values = {"id": "DEV-0001", "spec": "api:rate-limits", "issue": "API-1", "state": state,
              "observed": "2026-11-01", "severity": "minor"}  # fmt: skip
    values |= {"resolved": "2026-11-20"} if state == "resolved" else {}
    indent = "   " if suffix == "rst" else ""
    options = "\n".join(f"{indent}:{name}: {value}" for name, value in values.items())
    return DEVIATION[suffix].format(options=options).replace("Seen.", text)


@pytest.mark.parametrize("suffix", PAGES)
def test_deviation_in_a_list_and_its_resolution_need_no_approval(
    repository: Repository, suffix: str
) -> None:
    page = f"ops/page.{suffix}"
    header = {"version": "2.2", "last_reviewed": "2026-11-20"}
    repository.begin({page: text_of(suffix, "- Stop the node.\n- Start it.")})
    nested = deviation(suffix).replace("\n", "\n  ").rstrip()
    steps = f"- Stop the node.\n\n  {nested}\n\n- Start it."
    repository.project.write({page: text_of(suffix, steps, entry(suffix, "2.2"), **header)})
    assert approval_rules(repository) == set()
    repository.project.write({page: text_of(suffix, "Stop it.\n\n" + deviation(suffix))})
    repository.commit("another base")
    git(repository.root, "branch", "-f", "main")
    heading = {"rst": "Resolved deviations\n-------------------", "md": "## Resolved deviations"}
    moved = f"Stop it.\n\n{heading[suffix]}\n\n{deviation(suffix, 'resolved')}"
    repository.project.write({page: text_of(suffix, moved, entry(suffix, "2.2"), **header)})
    assert approval_rules(repository) == set()
    # another text of an old deviation is a change: it could be a step
    other = deviation(suffix, text="Then drop the table.")
    steps = "Stop it.\n\n" + other
    repository.project.write({page: text_of(suffix, steps, entry(suffix, "2.2"), **header)})
    assert approval_rules(repository) == {"approval_missing"}


@pytest.mark.parametrize("suffix", PAGES)
def test_authors_of_new_and_renamed_pages(
    repository: Repository, suffix: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    page, other = f"ops/page.{suffix}", f"ops/other.{suffix}"
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Jo Doe")
    monkeypatch.setenv("GIT_AUTHOR_EMAIL", "jo@acme.example")
    repository.begin({page: text_of(suffix)})
    new = text_of(suffix, "Stop all.\n\n" + approved(suffix, "2.1", "Jo Doe"))
    repository.project.write({other: new})
    assert approval_rules(repository) == {"approval_by_author"}
    repository.project.remove(other)
    repository.project.write({page: changed(suffix)})
    repository.commit("change, by Jo Doe")
    git(repository.root, "mv", f"docs/{page}", f"docs/{other}")
    repository.commit("rename")
    repository.project.write({other: changed(suffix, approved(suffix, "2.2", "Jo Doe"))})
    git(repository.root, "add", "-A")
    git(repository.root, "commit", "-q", "-m", "approval", "--author=Ben Berg <ben@acme.example>")
    assert approval_rules(repository) == {"approval_by_author"}


YAML = "```{approval} Ben Berg\n---\nrole: operations\ndate: 2026-11-20\nversion: '2.2'\n---\n```\n"


def test_approval_in_yaml_options_makes_nobody_an_author(repository: Repository) -> None:
    repository.begin({"ops/page.md": text_of("md")})
    repository.project.write({"ops/page.md": changed("md")})
    repository.commit("change, by Jo Doe")
    repository.project.write({"ops/page.md": changed("md", YAML)})
    git(repository.root, "add", "-A")
    git(repository.root, "commit", "-q", "-m", "I agree", "--author=Ben Berg <ben@acme.example>")
    assert approval_rules(repository) == set()


def test_line_that_looks_like_an_option_is_a_change(repository: Repository) -> None:
    repository.begin({"ops/page.rst": text_of("rst")})
    repository.project.write({"ops/page.rst": changed("rst")})
    repository.commit("change, by Jo Doe")
    text = changed("rst", approved("rst", "2.2"))
    text = text.replace("Mitigation\n", ":version: 9 nodes at once\n\nMitigation\n")
    repository.project.write({"ops/page.rst": text})
    git(repository.root, "add", "-A")
    git(repository.root, "commit", "-q", "-m", "More", "--author=Ben Berg <ben@acme.example>")
    assert approval_rules(repository) == {"approval_by_author"}


@pytest.mark.parametrize(
    ("author", "who", "message"),
    [
        ("B. Berg <ben@acme.example>", "Ben Berg", "One more"),
        ("Ben Berg <private@home.example>", "ben@acme.example", "One more"),
        (
            "Eva Ek <eva@acme.example>",
            "Ben Berg",
            "One more\n\nCo-authored-by: Ben <ben@acme.example>",
        ),
    ],
)
def test_author_is_told_by_any_name_of_the_member(
    repository: Repository, author: str, who: str, message: str
) -> None:
    repository.begin({"ops/page.rst": text_of("rst")})
    repository.project.write({"ops/page.rst": changed("rst")})
    git(repository.root, "add", "-A")
    git(repository.root, "commit", "-q", "-m", message, f"--author={author}")
    repository.project.write({"ops/page.rst": changed("rst", approved("rst", "2.2", who))})
    git(repository.root, "add", "-A")
    git(repository.root, "commit", "-q", "-m", "approval", "--author=Zoe <zoe@acme.example>")
    assert approval_rules(repository) == {"approval_by_author"}


def test_approval_that_does_not_count_is_named(repository: Repository) -> None:
    repository.begin({"ops/page.rst": text_of("rst")})
    repository.project.write({"ops/page.rst": changed("rst", approved("rst", "2.2", "Eva Ek"))})
    result = run("review", "main", "-s", repository.project.srcdir)
    assert 'that of "Eva Ek" does not count: nobody of that name has the role at the base' in (
        result.output
    )


def commit_as(repository: Repository, who: str, message: str = "commit") -> None:
    git(repository.root, "add", "-A")
    git(repository.root, "commit", "-q", "-m", message, f"--author={who}")


BEN, EVA = "Ben Berg <ben@acme.example>", "Eva Ek <eva@acme.example>"


@pytest.mark.parametrize("suffix", PAGES)
def test_approval_from_before_the_last_change_does_not_count(
    repository: Repository, suffix: str
) -> None:
    page = f"ops/page.{suffix}"
    repository.begin({page: text_of(suffix)})
    text = changed(suffix, approved(suffix, "2.2"))
    repository.project.write({page: changed(suffix)})
    commit_as(repository, EVA)
    repository.project.write({page: text})
    commit_as(repository, BEN)
    assert approval_rules(repository) == set()
    repository.project.write({page: text.replace("Drain the node", "Drop the database")})
    assert approval_rules(repository) == {"approval_missing"}
    commit_as(repository, EVA)
    result = run("review", "main", "-s", repository.project.srcdir)
    assert 'that of "Ben Berg" does not count: the page changed after it' in result.output


@pytest.mark.parametrize("suffix", PAGES)
def test_approval_of_a_version_to_come_does_not_count(repository: Repository, suffix: str) -> None:
    page = f"ops/page.{suffix}"
    repository.begin({page: text_of(suffix, "Stop the node.\n\n" + approved(suffix, "2.2"))})
    repository.project.write({page: changed(suffix, approved(suffix, "2.2"))})
    result = run("review", "main", "-s", repository.project.srcdir)
    assert "it was given before there was such a version" in result.output


@pytest.mark.parametrize("suffix", PAGES)
def test_approval_of_another_version_is_mentioned(repository: Repository, suffix: str) -> None:
    page = f"ops/page.{suffix}"
    repository.begin({page: text_of(suffix)})
    repository.project.write({page: changed(suffix, approved(suffix, "2.1"))})
    result = run("review", "main", "-s", repository.project.srcdir)
    assert 'for version 2.2 (status Canonical, class runbook); that of "Ben Berg" is for' in (
        result.output
    )


def test_merge_that_changes_a_step_has_an_author(repository: Repository) -> None:
    repository.begin({"ops/page.rst": text_of("rst"), "ops/other.rst": text_of("rst")})
    repository.project.write({"ops/page.rst": changed("rst")})
    commit_as(repository, EVA)
    git(repository.root, "checkout", "-q", "main")
    repository.project.write({"ops/other.rst": text_of("rst", "Go.", editorial="a typo")})
    repository.commit("on main")
    git(repository.root, "checkout", "-q", "work")
    git(repository.root, "merge", "-q", "--no-commit", "--no-ff", "main")
    evil = changed("rst").replace("Drain the node", "Drop the database")
    repository.project.write({"ops/page.rst": evil})
    commit_as(repository, BEN, "merge main")
    repository.project.write(
        {
            "ops/page.rst": changed("rst", approved("rst", "2.2")).replace(
                "Drain the node", "Drop the database"
            )
        }
    )
    commit_as(repository, BEN, "I agree")
    assert approval_rules(repository) == {"approval_by_author"}


@pytest.mark.parametrize(
    "smuggled",
    [
        ":date: Drop the database.\n\n",
        ":role: anybody\n\n",
        "\u2028Drop the database first.\n\n",
        "\x1eDrop the database first.\n\n",
    ],
)
def test_step_beside_an_approval_makes_an_author(repository: Repository, smuggled: str) -> None:
    repository.begin({"ops/page.rst": text_of("rst")})
    repository.project.write({"ops/page.rst": changed("rst")})
    commit_as(repository, EVA)
    repository.project.write({"ops/page.rst": changed("rst", smuggled + approved("rst", "2.2"))})
    commit_as(repository, BEN)
    assert "approval_by_author" in approval_rules(repository)


def test_page_that_git_takes_for_binary_has_authors(repository: Repository) -> None:
    (repository.root / ".gitattributes").write_text("*.rst -diff\n")
    repository.begin({"ops/page.rst": text_of("rst")})
    repository.project.write({"ops/page.rst": changed("rst")})
    commit_as(repository, BEN)
    repository.project.write({"ops/page.rst": changed("rst", approved("rst", "2.2"))})
    commit_as(repository, EVA)
    assert approval_rules(repository) == {"approval_by_author"}


def test_whoever_only_approves_is_no_author(repository: Repository) -> None:
    page = "ops/page.rst"
    old = approved("rst", "2.1").rstrip()
    repository.begin({page: text_of("rst", "Stop the node.\n\n" + old).rstrip()})
    repository.project.write({page: changed("rst", old).rstrip()})
    commit_as(repository, EVA)
    # the old record edited in place; the file gets a newline at its end
    repository.project.write({page: changed("rst", old.replace("2.1", "2.2"))})
    commit_as(repository, BEN)
    assert approval_rules(repository) == set()


@pytest.mark.parametrize("suffix", PAGES)
def test_step_that_looks_like_a_deviation_needs_an_approval(
    repository: Repository, suffix: str
) -> None:
    page = f"ops/page.{suffix}"
    repository.begin({page: text_of(suffix)})
    header = {"version": "2.2", "last_reviewed": "2026-11-20"}
    indented = {
        "rst": "::\n\n" + " " * 26 + "rm -rf /\n",
        "md": "```sh\n" + " " * 26 + "rm -rf /\n```\n",
    }[suffix]
    forged = "observed_deviation: Observed deviation DEV-0001: drop the database first.\n"
    for step in (indented, forged):
        steps = "Stop the node.\n\n" + deviation(suffix) + "\n" + step
        repository.project.write({page: text_of(suffix, steps, entry(suffix, "2.2"), **header)})
        assert approval_rules(repository) == {"approval_missing"}


DRILL = {
    "rst": ".. verification:: 2026-11-20\n   :result: failed\n   :by: Ben\n   :issue: API-1\n",
    "md": "```{verification} 2026-11-20\n:result: failed\n:by: Ben\n:issue: API-1\n```\n",
}


@pytest.mark.parametrize("suffix", PAGES)
def test_records_of_drills_do_not_vanish(repository: Repository, suffix: str) -> None:
    drill = DRILL[suffix]
    page = f"ops/page.{suffix}"
    repository.begin({page: text_of(suffix, "Stop the node.\n\n" + drill)})
    repository.project.write(
        {page: text_of(suffix, "Stop the node.\n\n" + drill.replace("Ben", "Eva"))}
    )
    assert "verification_vanished" not in {rule for rule, _ in repository.review()}
    for text in ("Stop the node.", "Stop the node.\n\n" + drill.replace("failed", "passed")):
        repository.project.write({page: text_of(suffix, text)})
        assert "verification_vanished" in {rule for rule, _ in repository.review()}


@pytest.mark.parametrize("suffix", PAGES)
def test_one_of_two_records_of_a_day_does_not_vanish(repository: Repository, suffix: str) -> None:
    drill = DRILL[suffix]
    page = f"ops/page.{suffix}"
    repository.begin({page: text_of(suffix, f"Stop the node.\n\n{drill}\n{drill}")})
    for left, lost in ((drill, 1), ("", 2)):
        repository.project.write({page: text_of(suffix, f"Stop the node.\n\n{left}")})
        found = [rule for rule, _ in repository.review()]
        assert found.count("verification_vanished") == lost
