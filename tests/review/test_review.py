"""``opsdocs review`` on real git repositories: what changed, and what is missing in the change."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from sphinxext_opsdocs.clock import today
from sphinxext_opsdocs.config.parser import ConfigurationError, parse_config
from sphinxext_opsdocs.issues.snapshot import IssueState, dump_snapshot
from sphinxext_opsdocs.review.environment import select_variables
from sphinxext_opsdocs.review.worktree import review_tree
from tests.commands import git, run
from tests.project import CONF, CONFIG, SPEC_PAGE, SPECIFICATION, Project, rst_page
from tests.review.repository import DEVIATION, PAGES, Repository, entry, text_of


@pytest.fixture
def repository(project: Project) -> Repository:
    return Repository(project)


@pytest.mark.parametrize("suffix", PAGES)
@pytest.mark.parametrize(
    ("change", "rules"),
    [
        ({}, set()),
        ({"steps": "Stop  the\nnode."}, set()),
        ({"steps": "Drain the node."}, {"version_not_bumped", "review_not_refreshed"}),
        ({"steps": "Drain the node.", "last_reviewed": "2026-11-20"}, {"version_not_bumped"}),
        (
            {"steps": "Drain the node.", "last_reviewed": "2026-11-20", "version": "2.2"},
            {"change_unexplained"},
        ),
        (
            {
                "steps": "Drain the node.",
                "last_reviewed": "2026-11-20",
                "version": "2.2",
                "explained": "yes",
            },
            set(),
        ),
        (
            {
                "steps": "Drain the node.",
                "last_reviewed": "2026-11-20",
                "version": "2.2",
                "explained": "TODO",
            },
            {"change_unexplained"},
        ),
        ({"steps": "Stop teh node.", "editorial": "a typo of 20 November"}, set()),
        ({"status": "Deprecated", "superseded_by": "none", "retired_because": "gone"}, set()),
        ({"status": "Archived"}, {"transition_illegal"}),
        ({"status": "Draft"}, {"transition_illegal"}),
    ],
)
def test_what_a_changed_page_lacks(
    repository: Repository, suffix: str, change: dict[str, str], rules: set[str]
) -> None:
    name = f"ops/page.{suffix}"
    repository.begin({name: text_of(suffix)})
    change = dict(change)
    explained = change.pop("explained", "")
    why = "it was wrong" if explained == "yes" else explained
    entries = entry(suffix, change["version"], why) if explained else ""
    repository.project.write({name: text_of(suffix, entries=entries, **change)})
    assert {rule for rule, _ in repository.review()} == rules
    repository.commit("the change")
    assert {rule for rule, _ in repository.review()} == rules  # committed or not


def test_changes_of_syntax_and_name_are_none_of_meaning(repository: Repository) -> None:
    repository.begin({"ops/page.rst": text_of("rst"), "ops/other.rst": text_of("rst", "Go on.")})
    repository.project.remove("ops/page.rst")
    repository.project.write({"ops/new-name.md": text_of("md")})
    assert repository.review() == []


@pytest.mark.parametrize("suffix", PAGES)
def test_links_that_follow_a_renamed_page_say_nothing_new(
    repository: Repository, suffix: str
) -> None:
    link = {"rst": ":doc:`the other </ops/other>`", "md": "[the other](/ops/other)"}[suffix]
    name = f"ops/page.{suffix}"
    repository.begin(
        {
            name: text_of(suffix, f"``Stop`` it, then see {link}."),
            "ops/other.rst": text_of("rst", "Go on."),
            "ops/else.rst": text_of("rst", "Wait a while."),
        }
    )
    repository.project.remove("ops/other.rst")
    repository.project.write(
        {
            name: text_of(
                suffix,
                f"``Stop`` it, then see {link.replace('other>', 'new>').replace('other)', 'new)')}.",
            ),
            "ops/new.rst": text_of("rst", "Go on."),
        }
    )
    assert repository.review() == []
    another = link.replace("other>", "else>").replace("other)", "else)")
    repository.project.write({name: text_of(suffix, f"``Stop`` it, then see {another}.")})
    assert {page for _, page in repository.review()} == {"ops/page"}


def test_specification_is_not_edited_together_with_operations(repository: Repository) -> None:
    repository.begin({"ops/page.rst": text_of("rst")})
    spec = rst_page(
        ".. _rate-limits:\n\nRate limits\n-----------\n\nNothing.\n\n" + entry("rst", "2.2"),
        "Limits",
        SPECIFICATION | {"version": "2.2", "last-reviewed": "2026-11-20"},
    )
    repository.project.write({"specs/api/limits.rst": spec})
    assert repository.review() == []
    sound = {"version": "2.2", "last_reviewed": "2026-11-20", "entries": entry("rst", "2.2")}
    repository.project.write({"ops/page.rst": text_of("rst", "Drain it.", **sound)})
    assert repository.review() == [("canonical_edited", "specs/api/limits")]
    result = run("review", "main", "-s", repository.project.srcdir)
    assert 'raise an issue in "api-issues"' in result.stdout
    assert result.exit_code == 1
    config = CONFIG + '\n[review]\nspecifications = "allowed"\n'
    repository.project.write({"opsdocs.toml": config})
    assert repository.review() == [
        ("governance_edited", ""),
        ("canonical_edited", "specs/api/limits"),
    ]
    git(repository.root, "checkout", "-q", "main")  # its owner agrees, on the main branch
    git(repository.root, "add", "docs/opsdocs.toml")
    git(repository.root, "commit", "-q", "-m", "allowed")
    assert repository.review() == []


@pytest.mark.parametrize("suffix", PAGES)
@pytest.mark.parametrize(("state", "vanishes"), [("open", True), ("closed", False)])
def test_deviation_does_not_vanish_while_its_issue_is_open(
    repository: Repository, suffix: str, state: str, vanishes: bool
) -> None:
    indent = "   " if suffix == "rst" else ""
    options = {
        "id": "DEV-0007", "spec": "api:rate-limits", "issue": "API-7",
        "observed": "2026-10-30", "severity": "major", "state": "open",
    }  # fmt: skip
    lines = "\n".join(f"{indent}:{name}: {text}" for name, text in options.items())
    block = DEVIATION[suffix].format(options=lines)
    told = IssueState("found", "2026-11-20T00:00:00Z", state)  # type: ignore[arg-type]
    snapshot = dump_snapshot({"api-issues": {"7": told}}).decode()
    name = f"ops/page.{suffix}"
    files = {name: text_of(suffix, f"Stop the node.\n\n{block}"), "opsdocs-issues.json": snapshot}
    repository.begin(files)
    sound = {"version": "2.2", "last_reviewed": "2026-11-20", "entries": entry(suffix, "2.2")}
    repository.project.write({name: text_of(suffix, **sound)})
    found = [("deviation_vanished", "ops/page")] if vanishes else []
    assert repository.review() == found


@pytest.mark.parametrize("suffix", PAGES)
def test_confirming_a_deviation_says_nothing_new(repository: Repository, suffix: str) -> None:
    indent = "   " if suffix == "rst" else ""
    name = f"ops/page.{suffix}"

    def written(*further: str) -> str:
        options = (":id: DEV-1", ":state: open", ":severity: minor", ":observed: 2026-09-01")
        lines = "\n".join(f"{indent}{option}" for option in (*options, *further))
        return text_of(suffix, DEVIATION[suffix].format(options=lines))

    repository.begin({name: written()})
    repository.project.write({name: written(":last-observed: 2026-11-20, 5.2, a drill")})
    assert repository.review() == []


def test_large_changes_and_restructures_need_a_plan(repository: Repository) -> None:
    pages = {f"ops/p{number}.rst": text_of("rst", f"Step {number}.") for number in range(12)}
    repository.begin(pages)
    sound = {"version": "2.2", "last_reviewed": "2026-11-20", "entries": entry("rst", "2.2")}
    for name in pages:
        repository.project.write({name: text_of("rst", f"Do {name}.", **sound)})
    assert [rule for rule, _ in repository.review()] == ["change_not_incremental"]
    plan = text_of("rst", "Do it.", restructure_plan="PLAN-1", **sound)
    repository.project.write({"ops/p0.rst": plan})
    assert repository.review() == []
    for number in range(4, 12):
        repository.project.remove(f"ops/p{number}.rst")
    repository.project.write({"ops/p0.rst": text_of("rst", "Do it.", **sound)})
    assert [rule for rule, _ in repository.review()] == ["restructure_unplanned"]


def test_governance_is_not_edited_in_passing(repository: Repository) -> None:
    config = CONFIG + '\n[review]\ngovernance_owner = "team-orders"\n'
    repository.begin({"ops/page.rst": text_of("rst"), "opsdocs.toml": config})
    further = '[classes.runbook]\nrequired_sections = ["Mitigation"]\n'
    repository.project.write({"opsdocs.toml": config + further})
    assert repository.review() == [("governance_edited", "")]
    result = run("review", "main", "-s", repository.project.srcdir)
    assert 'class "runbook"); Orders team (#orders-oncall) must agree' in result.stdout


def test_path_that_a_page_depends_on_asks_for_a_review(repository: Repository) -> None:
    files = {"ops/page.rst": text_of("rst", reviews_when="charts/gateway/")}
    repository.begin(files)
    chart = repository.root / "charts/gateway/values.yaml"
    chart.parent.mkdir(parents=True)
    chart.write_text("replicas: 3\n")
    assert repository.review() == [("review_not_refreshed", "ops/page")]


def test_summary_for_a_pull_request(repository: Repository) -> None:
    repository.begin({"ops/page.rst": text_of("rst"), "ops/old.rst": text_of("rst", "Old.")})
    repository.project.write({"ops/page.rst": text_of("rst", "Drain :canonical:`api:page-size`.")})
    repository.project.remove("ops/old.rst")
    repository.project.write({"ops/new.rst": text_of("rst", "Something else.")})
    result = run("review", "main", "-s", repository.project.srcdir, "--format", "markdown")
    for part in (
        "## Operational documents, against main",
        '- **warning** `docs/ops/page.rst:4` "Mitigation" changed, but the version is still 2.1',
        "- `ops/page` 2.1: Mitigation",
        "- new: `ops/new`",
        "- removed: `ops/old`, which was Canonical",
        "- added: `ops/page` → `api:page-size`",
    ):
        assert part in result.stdout


@pytest.mark.parametrize("kind", ["text", "json", "sarif", "github", "gitlab", "junit", "rdjson"])
def test_finding_looks_the_same_in_every_format(repository: Repository, kind: str) -> None:
    repository.begin({"ops/page.rst": text_of("rst")})
    repository.project.write({"ops/page.rst": text_of("rst", "Drain it.")})
    result = run("review", "main", "-s", repository.project.srcdir, "--format", kind)
    assert "version_not_bumped" in result.stdout
    path = "ops/page.rst" if kind == "json" else "docs/ops/page.rst"  # json names the base apart
    assert path in result.stdout
    assert result.exit_code == 1


def test_nothing_of_the_user_is_touched(repository: Repository) -> None:
    repository.begin({"ops/page.rst": text_of("rst")})
    repository.project.write({"ops/page.rst": text_of("rst", "Drain it.")})
    (repository.root / "staged.txt").write_text("staged")
    git(repository.root, "add", "staged.txt")
    before = (
        git(repository.root, "status", "--porcelain"),
        git(repository.root, "rev-parse", "HEAD"),
    )
    repository.review()
    assert before == (
        git(repository.root, "status", "--porcelain"),
        git(repository.root, "rev-parse", "HEAD"),
    )


def test_renamed_page_is_the_same_before_it_is_committed(repository: Repository) -> None:
    repository.begin({"ops/old.rst": text_of("rst")})
    docs = repository.project.srcdir
    git(docs, "mv", "ops/old.rst", "ops/new.rst")
    summary = run("review", "main", "-s", docs, "--format", "markdown")
    assert "moved: `ops/old` → `ops/new`" in summary.stdout
    assert repository.review() == []
    repository.commit("renamed")
    assert repository.review() == []


@pytest.mark.parametrize("suffix", PAGES)
def test_page_without_a_header_is_in_the_summary(repository: Repository, suffix: str) -> None:
    name = f"ops/legacy.{suffix}"
    repository.begin({name: PAGES[suffix]("Flush it.", "Flush", {})})
    repository.project.write({name: PAGES[suffix]("Flush all of it.", "Flush", {})})
    summary = run("review", "main", "-s", repository.project.srcdir, "--format", "markdown")
    assert "`ops/legacy`: Flush" in summary.stdout
    repository.project.remove(name)
    summary = run("review", "main", "-s", repository.project.srcdir, "--format", "markdown")
    assert "- removed: `ops/legacy`\n" in summary.stdout


MEANING = {("version_not_bumped", "ops/page"), ("review_not_refreshed", "ops/page")}


@pytest.mark.parametrize("suffix", PAGES)
@pytest.mark.parametrize("field", ["version", "last_reviewed", "reviews_when"])
def test_fields_that_go_back_or_away_hide_nothing(
    repository: Repository, suffix: str, field: str
) -> None:
    name = f"ops/page.{suffix}"
    history = entry(suffix, "2.0")
    (repository.root / "src").mkdir()
    (repository.root / "src/x").write_text("1")
    repository.begin({name: text_of(suffix, entries=history, reviews_when="src/**")})
    sound = {"version": "2.2", "last_reviewed": "2026-11-20", "reviews_when": "src/**"}
    entries = f"{history}\n{entry(suffix, '2.2')}"
    if field == "reviews_when":
        (repository.root / "src/x").write_text("2")
        repository.project.write({name: text_of(suffix, entries=history)})
        assert repository.review() == [("review_not_refreshed", "ops/page")]
        return
    earlier = {"version": "2.0", "last_reviewed": "2020-01-01"}[field]
    rule = {"version": "version_not_bumped", "last_reviewed": "review_not_refreshed"}[field]
    changed = {"steps": "Drain it.", "entries": entries, **sound, field: earlier}
    repository.project.write({name: text_of(suffix, **changed)})
    assert repository.review() == [(rule, "ops/page")]


@pytest.mark.parametrize("suffix", PAGES)
def test_text_outside_of_sections_and_their_levels_count(
    repository: Repository, suffix: str
) -> None:
    name = f"ops/page.{suffix}"
    deeper = {"rst": "More\n~~~~\n\nMuch.", "md": "### More\n\nMuch."}[suffix]
    higher = {"rst": "More\n----\n\nMuch.", "md": "## More\n\nMuch."}[suffix]
    repository.begin({name: text_of(suffix, f"Stop it.\n\n{deeper}")})
    repository.project.write({name: text_of(suffix, f"Stop it.\n\n{higher}")})
    assert set(repository.review()) == MEANING
    text = text_of(suffix, f"Stop it.\n\n{deeper}")
    head, title, rest = text.partition({"rst": "Drain a node\n=", "md": "# Drain a node"}[suffix])
    repository.project.write({name: f"{head}Never delete it.\n\n{title}{rest}"})
    assert set(repository.review()) == MEANING


def test_code_that_makes_text_is_read_anew(repository: Repository) -> None:
    conf = repository.project.srcdir / "conf.py"
    handler = (
        "\nfrom made import word\n"
        "def setup(app):\n"
        "    app.connect('source-read', lambda app, name, text: text.__setitem__(\n"
        "        0, text[0].replace('@K@', word)))\n"
    )
    path = "\nimport sys\nsys.path.insert(0, __file__.rpartition('/')[0])\n"
    conf.write_text(conf.read_text() + path + handler)
    made = repository.project.srcdir / "made.py"
    made.write_text("word = 'one'\n")
    repository.begin({"ops/page.rst": text_of("rst", "Wait @K@ minute.")})
    made.write_text("word = 'two'\n")
    for _ in range(2):
        assert set(repository.review()) == MEANING


def test_change_cannot_switch_off_what_it_is_held_against(repository: Repository) -> None:
    repository.begin({"ops/page.rst": text_of("rst")})
    toml = repository.project.srcdir / "opsdocs.toml"
    off = (
        '[rules]\nversion_not_bumped = "off"\ngovernance_edited = "off"\n[review]\nmax_pages = 0\n'
    )
    toml.write_text(toml.read_text() + off)
    repository.project.write({"ops/page.rst": text_of("rst", "Drain it.")})
    assert set(repository.review()) == {*MEANING, ("governance_edited", "")}


def test_folder_of_the_documentation_that_was_renamed(repository: Repository) -> None:
    repository.begin({"ops/page.rst": text_of("rst")})
    git(repository.root, "mv", "docs", "handbook")
    repository.project.srcdir = repository.root / "handbook"
    repository.commit("renamed")
    assert repository.review() == []
    repository.project.write({"ops/page.rst": text_of("rst", "Drain it.")})
    assert set(repository.review()) == MEANING


def test_small_page_that_is_renamed_and_edited(repository: Repository) -> None:
    long = "Never delete the primary, whatever the alert says, before its copy has caught up."
    repository.begin({"ops/old.rst": text_of("rst", long)})
    git(repository.root, "mv", "docs/ops/old.rst", "docs/ops/page.rst")
    repository.project.write({"ops/page.rst": text_of("rst", long.replace("Never", "Always"))})
    assert set(repository.review()) == MEANING


def test_base_that_cannot_be_read_is_told_from_the_files_of_now(repository: Repository) -> None:
    toml = repository.project.srcdir / "opsdocs.toml"
    sound = toml.read_text()
    toml.write_text("governd = []\n" + sound)
    repository.begin({"ops/page.rst": text_of("rst")})
    toml.write_text(sound)
    result = run("review", "main", "-s", repository.project.srcdir)
    assert result.exit_code == 2
    assert 'at the base "main"' in result.output


def test_two_reviews_at_once_wait_for_each_other(repository: Repository) -> None:
    repository.begin({"ops/page.rst": text_of("rst")})
    repository.project.write({"ops/page.rst": text_of("rst", "Drain it.")})
    command = [sys.executable, "-m", "sphinxext_opsdocs", "review", "main", "-f", "json", "-s"]
    with review_tree(repository.root):  # this process has the folder
        process = subprocess.Popen(
            [*command, repository.project.srcdir], stdout=subprocess.PIPE, text=True
        )
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(3)
    assert len(json.loads(process.communicate()[0])["findings"]) == 2


@pytest.mark.parametrize("suffix", PAGES)
def test_change_cannot_excuse_itself(repository: Repository, suffix: str) -> None:
    name = f"ops/page.{suffix}"
    repository.begin({name: text_of(suffix)})
    ignore = {
        "rst": ".. opsdocs-ignore:: version_not_bumped\n   :reason: not now\n   :page:\n\n",
        "md": "```{opsdocs-ignore} version_not_bumped\n:reason: not now\n:page:\n```\n\n",
    }[suffix]
    repository.project.write({name: text_of(suffix, f"Drain it.\n\n{ignore}")})
    assert set(repository.review()) == MEANING
    repository.commit("excused")
    git(repository.root, "branch", "-f", "main", "work")
    repository.project.write({name: text_of(suffix, f"Kill it.\n\n{ignore}")})
    result = run("review", "main", "-s", repository.project.srcdir, "--format", "json")
    told = {f["rule"]: bool(f.get("suppressed")) for f in json.loads(result.stdout)["findings"]}
    assert told == {"version_not_bumped": True, "review_not_refreshed": False}


def test_specification_that_is_called_something_else_is_still_one(repository: Repository) -> None:
    repository.begin({"ops/page.rst": text_of("rst")})
    sound = {"version": "2.2", "last_reviewed": "2026-11-20", "entries": entry("rst", "2.2")}
    repository.project.write(
        {
            "specs/api/limits.rst": SPEC_PAGE.replace(":class: specification", ":class: runbook")
            + "\nNo limit.\n",
            "ops/page.rst": text_of("rst", "Drain it.", **sound),
        }
    )
    assert ("canonical_edited", "specs/api/limits") in repository.review()


def test_second_change_of_a_day_is_reviewed_on_that_day(repository: Repository) -> None:
    today = {"last_reviewed": "2026-11-23"}
    entries = entry("rst", "2.2")
    repository.begin({"ops/page.rst": text_of("rst", version="2.2", entries=entries, **today)})
    sound = {"version": "2.3", "entries": entry("rst", "2.3") + "\n" + entries, **today}
    repository.project.write({"ops/page.rst": text_of("rst", "Drain it.", **sound)})
    assert repository.review() == []


def test_page_may_name_its_own_folder_under_reviews_when(repository: Repository) -> None:
    repository.begin({"ops/page.rst": text_of("rst", reviews_when="docs/")})
    repository.project.write(
        {"ops/page.rst": text_of("rst", "Stop  the node.", reviews_when="docs/")}
    )
    assert repository.review() == []
    repository.project.write({"ops/other.rst": text_of("rst", "Another.")})
    assert repository.review() == [("review_not_refreshed", "ops/page")]


def test_base_without_the_documentation_is_named(repository: Repository) -> None:
    repository.begin({"ops/page.rst": text_of("rst")})
    other = repository.root / "other"
    other.mkdir()
    conf = CONF.format(extensions=["sphinxext_opsdocs"])
    # severities would be a change of governance; comments make it a new file to git
    conf = "\n".join(line for line in conf.splitlines() if "opsdocs_rules" not in line)
    (other / "conf.py").write_text(conf + "\n# new\n" * 40)
    (other / "index.rst").write_text("Other\n=====\n")
    result = run("review", "main", "-s", other)
    assert result.exit_code == 0, result.output
    assert 'there is no documentation in "other": every page counts as new' in result.output


def test_entry_goes_below_an_overlined_title(repository: Repository) -> None:
    overline = "==============\n Drain a node\n==============\n\nSubtitle\n--------\n\nText.\n"
    header = text_of("rst").partition("\n\n")[0]
    repository.begin({"ops/page.rst": f"{header}\n\n{overline}"})
    docs = repository.project.srcdir
    result = run("change", "ops/page", "-s", docs, "--why", "a", "--what", "b")
    assert result.exit_code == 0, result.output
    text = (docs / "ops/page.rst").read_text()
    assert text.index("====\n\n..") < text.index(".. document-change::") < text.index("Subtitle")


def test_lifecycle_is_in_the_summary(repository: Repository) -> None:
    repository.begin({"ops/page.rst": text_of("rst")})
    gone = {"superseded_by": "none", "retired_because": "the node is gone"}
    repository.project.write({"ops/page.rst": text_of("rst", status="Deprecated", **gone)})
    summary = run("review", "main", "-s", repository.project.srcdir, "--format", "markdown")
    assert "### Lifecycle\n\n- `ops/page`: Canonical → Deprecated" in summary.stdout


@pytest.mark.parametrize("suffix", PAGES)
def test_change_that_is_reviewed_asks_for_nothing_more(repository: Repository, suffix: str) -> None:
    name = f"ops/page.{suffix}"
    repository.begin({name: text_of(suffix)})
    repository.project.write({name: text_of(suffix, "Drain the node.")})
    docs = repository.project.srcdir
    run("change", "ops/page", "-s", docs)
    refused = run("change", "ops/page", "-s", docs, "--why", "a", "--what", "b")
    assert refused.exit_code == 2
    assert "version 2.2 is not explained yet; fill in ops/page" in refused.output
    repository.project.write({name: text_of(suffix, "Drain the node.")})
    words = ("--why", "it hung", "--what", "Drained it.", "--reviewed")
    assert run("change", "ops/page", "-s", docs, *words).exit_code == 0
    assert repository.review() == []


def test_documents_at_the_root_of_their_repository(make_project: Callable[..., Project]) -> None:
    """The files of the base lie below them then, and no build takes them for documents."""
    project = make_project()
    project.write({"specs/api/limits.rst": SPEC_PAGE, "ops/page.rst": text_of("rst")})
    git(project.srcdir, "init", "-q", "-b", "main")
    git(project.srcdir, "add", "-A")
    git(project.srcdir, "commit", "-q", "-m", "base")
    project.write({"ops/page.rst": text_of("rst", "Drain it.")})
    for _ in range(2):
        result = run("review", "main", "-s", project.srcdir, "--format", "json")
        assert len(json.loads(result.stdout)["findings"]) == 2
    assert set(project.build("dummy").documents) == {"ops/page", "specs/api/limits"}


def test_detached_head_and_renamed_and_windows_files(repository: Repository) -> None:
    repository.begin({"ops/page.rst": text_of("rst"), "ops/two.rst": text_of("rst", "Two.")})
    git(repository.root, "checkout", "-q", "--detach")
    path = repository.project.srcdir / "ops/page.rst"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    git(repository.root, "mv", "docs/ops/two.rst", "docs/ops/three.rst")
    assert repository.review() == []


def test_base_that_is_not_there_is_named(repository: Repository, tmp_path: Path) -> None:
    repository.begin({"ops/page.rst": text_of("rst")})
    result = run("review", "nowhere", "-s", repository.project.srcdir)
    assert (result.exit_code, 'no commit "nowhere"' in result.output) == (2, True)
    assert "shallow" not in result.output
    git(repository.root, "commit", "-q", "--allow-empty", "-m", "one more")
    shallow = tmp_path / "shallow"
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{repository.root}", str(shallow))
    result = run("review", "HEAD~1", "-s", shallow / "docs")
    assert result.exit_code == 2
    assert "git fetch --unshallow" in result.output
    one = tmp_path / "one"
    git(repository.root, "branch", "only")
    address = f"file://{repository.root}"
    git(tmp_path, "clone", "-q", "--single-branch", "-b", "only", address, str(one))
    result = run("review", "-s", one / "docs")
    assert (result.exit_code, "git fetch origin main" in result.output) == (2, True)
    git(one, "fetch", "-q", "origin", "main")
    assert run("review", "FETCH_HEAD", "-s", one / "docs").exit_code == 0


def test_outside_of_a_repository(make_project: Callable[..., Project]) -> None:
    project = make_project()
    result = run("review", "main", "-s", project.srcdir)
    assert result.exit_code == 2
    assert "git" in result.output


@pytest.mark.parametrize("suffix", PAGES)
def test_change_bumps_the_version_and_starts_its_entry(repository: Repository, suffix: str) -> None:
    name = f"ops/page.{suffix}"
    repository.begin({name: text_of(suffix, entries=entry(suffix, "2.1"))})
    before = (repository.project.srcdir / name).read_text().splitlines()
    repository.project.write({name: (text_of(suffix, "Drain it.", entry(suffix, "2.1")))})
    changed = (repository.project.srcdir / name).read_text().splitlines()
    result = run("change", "ops/page", "--why", "it was wrong", "--what", "Corrected it.",
                 "-s", repository.project.srcdir)  # fmt: skip
    assert result.exit_code == 0, result.output
    after = (repository.project.srcdir / name).read_text().splitlines()
    lost = [line for line in changed if line not in after]
    assert len(lost) == 1
    assert "version" in lost[0]
    assert len(after) > len(before)
    assert [rule for rule, _ in repository.review()] == ["review_not_refreshed"]
    run("change", "ops/page", "--version", "2.3", "-s", repository.project.srcdir)
    rules = [rule for rule, _ in repository.review()]
    assert sorted(rules) == ["change_unexplained", "review_not_refreshed"]


def test_second_review_reads_only_what_changed(repository: Repository) -> None:
    pages = {f"ops/p{number}.rst": text_of("rst", f"Step {number}.") for number in range(5)}
    repository.begin(pages)
    repository.review()
    kept = next((repository.root / ".git/opsdocs-review").glob("read-*"))
    marks = {path: path.stat().st_mtime_ns for path in kept.rglob("*.doctree")}
    repository.project.write({"ops/p1.rst": text_of("rst", "Another step.")})
    assert ("version_not_bumped", "ops/p1") in repository.review()
    touched = {path.name for path, then in marks.items() if path.stat().st_mtime_ns != then}
    assert touched == {"p1.doctree"}


# The process that reads a revision


def noting_conf(project: Project, notes: Path, further: str = "") -> None:
    """Let conf.py append the names of the variables that it can read to a file, a line a run."""
    conf = project.srcdir / "conf.py"
    code = (
        f"\nimport os\nwith open({str(notes)!r}, 'a') as f: f.write(' '.join(os.environ) + '\\n')\n"
    )
    conf.write_text(conf.read_text() + code + further)


def noted(notes: Path) -> list[set[str]]:
    runs = [set(line.split()) for line in notes.read_text().splitlines()]
    notes.unlink()
    return runs


SECRETS = ("GH_TOKEN", "AWS_SECRET_ACCESS_KEY", "SPHINX_GITHUB_CHANGELOG_TOKEN", "CI_JOB_TOKEN")


@pytest.fixture
def secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SECRETS:
        monkeypatch.setenv(name, "s3cret")
    monkeypatch.setenv("https_proxy", "http://me:s3cret@proxy.example:3128")
    monkeypatch.setenv("http_proxy", "http://proxy.example:3128")
    monkeypatch.setenv("LC_TIME", "C")


@pytest.mark.usefixtures("secrets")
def test_conf_py_of_base_and_change_gets_no_secret(repository: Repository, tmp_path: Path) -> None:
    noting_conf(repository.project, tmp_path / "notes")
    repository.begin({"ops/page.rst": text_of("rst")})
    repository.project.write({"ops/page.rst": text_of("rst", "Drain it.")})
    assert set(repository.review()) == MEANING
    base, change = noted(tmp_path / "notes")
    for names in (base, change):
        assert {"PATH", "HOME", "LC_TIME", "SOURCE_DATE_EPOCH", "http_proxy"} <= names
        assert names.isdisjoint({*SECRETS, "https_proxy"})


@pytest.mark.usefixtures("secrets")
def test_impact_since_runs_conf_py_without_secrets(repository: Repository, tmp_path: Path) -> None:
    noting_conf(repository.project, tmp_path / "notes")
    repository.begin({"ops/page.rst": text_of("rst")})
    done = run("impact", "--since", "main", "-s", repository.project.srcdir)
    assert done.exit_code == 0, done.output
    now, revision = noted(tmp_path / "notes")
    assert now.isdisjoint(SECRETS)
    assert revision.isdisjoint(SECRETS)


@pytest.mark.usefixtures("secrets")
def test_variables_are_added_by_the_base_and_not_by_the_change(
    repository: Repository, tmp_path: Path
) -> None:
    toml = repository.project.srcdir / "opsdocs.toml"
    added = '\n[review]\nenvironment = ["CI_JOB_TOKEN"]\n'
    noting_conf(repository.project, tmp_path / "notes")
    repository.begin({"ops/page.rst": text_of("rst")})
    sound = toml.read_text()
    toml.write_text(sound + added)
    assert ("governance_edited", "") in repository.review()
    assert all(names.isdisjoint(SECRETS) for names in noted(tmp_path / "notes"))
    repository.commit("agreed")
    git(repository.root, "branch", "-f", "main", "work")
    toml.write_text(sound)
    repository.review()
    base, change = noted(tmp_path / "notes")
    assert base & set(SECRETS) == change & set(SECRETS) == {"CI_JOB_TOKEN"}


def test_variable_that_conf_py_lacks_is_named_with_its_remedy(
    repository: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DOCS_FLAVOUR", "vanilla")
    conf = repository.project.srcdir / "conf.py"
    conf.write_text(conf.read_text() + "import os\nos.environ['DOCS_FLAVOUR']\n")
    toml = repository.project.srcdir / "opsdocs.toml"
    sound = toml.read_text()
    repository.begin({"ops/page.rst": text_of("rst")})
    result = run("review", "main", "-s", repository.project.srcdir)
    assert result.exit_code == 3
    assert 'at the base "main"' in result.output
    assert 'to let conf.py read "DOCS_FLAVOUR", add it to review.environment' in result.output
    toml.write_text(sound + '\n[review]\nenvironment = ["DOCS_FLAVOUR"]\n')
    repository.commit("named")
    git(repository.root, "branch", "-f", "main", "work")
    assert repository.review() == []


def test_what_conf_py_prints_is_no_part_of_the_report(repository: Repository) -> None:
    conf = repository.project.srcdir / "conf.py"
    conf.write_text(conf.read_text() + "import os\nprint('printed')\nos.system('echo echoed')\n")
    repository.begin({"ops/page.rst": text_of("rst", "`Unfinished")})
    result = run("review", "main", "-s", repository.project.srcdir, "--format", "json")
    assert json.loads(result.stdout)["findings"] == []
    for text in ("printed", "echoed", "Inline interpreted text"):  # the last by docutils
        assert text in result.stderr


def test_date_that_conf_py_sets_counts(repository: Repository) -> None:
    conf = repository.project.srcdir / "conf.py"
    conf.write_text(conf.read_text() + "import os\nos.environ['SOURCE_DATE_EPOCH'] = '86400'\n")
    repository.begin({"ops/page.rst": text_of("rst")})
    assert repository.review() == []
    assert today().isoformat() == "1970-01-02"


@pytest.mark.parametrize(
    ("code", "exit_code", "message"),
    [
        ("raise SystemExit(1)", 3, "called sys.exit()"),
        ("import os; os._exit(0)", 3, "ended early (exit status 0)"),
        ("import os; os.write(1, b'forged'); os._exit(7)", 3, "ended early (exit status 7)"),
        ("opsdocs_governd = 1\nopsdocs_rules = 7", 2, "opsdocs_* in conf.py"),
    ],
)
def test_reading_that_fails_is_one_message(
    repository: Repository, code: str, exit_code: int, message: str
) -> None:
    repository.begin({"ops/page.rst": text_of("rst")})
    conf = repository.project.srcdir / "conf.py"
    conf.write_text(f"{conf.read_text()}\n{code}\n")
    result = run("review", "main", "-s", repository.project.srcdir)
    assert (result.exit_code, message in result.output) == (exit_code, True), result.output
    assert "Traceback" not in result.output.partition("conf.py")[0]


def test_file_of_the_repository_takes_no_module_of_ours(repository: Repository) -> None:
    repository.begin({"ops/page.rst": text_of("rst")})
    for name in ("json.py", "click.py", "msgspec.py", "sphinx.py", "sphinxext_opsdocs.py"):
        (repository.root / name).write_text("raise RuntimeError('a file of the repository')\n")
    command = Path(sys.executable).with_name("opsdocs")
    done = subprocess.run(
        [command, "review", "main", "-s", "docs"],
        cwd=repository.root,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", ["GH_TOKEN", "SSH_AUTH_SOCK", "SPHINX_API_KEY", "CI", "path"])
def test_other_variables_are_not_selected(name: str) -> None:
    assert select_variables({name: "x", "PATH": "/bin"}, ()) == {"PATH": "/bin"}
    assert select_variables({name: "x"}, (name,)) == {name: "x"}


@pytest.mark.parametrize("name", ["a b", "A=B", "", "A*", "1A"])
def test_name_that_no_variable_has_is_refused(name: str) -> None:
    with pytest.raises(ConfigurationError, match="the name of an environment variable"):
        parse_config({"review": {"environment": [name]}})


@pytest.mark.parametrize("suffix", PAGES)
def test_adopting_opsdocs_edits_no_specification(repository: Repository, suffix: str) -> None:
    plain = PAGES[suffix]("Nothing.\n", "Limits", None)
    (repository.project.srcdir / "opsdocs.toml").write_text("")
    repository.begin(
        {
            f"specs/api/plain.{suffix}": plain,
            f"ops/page.{suffix}": PAGES[suffix]("Stop.", "Page", None),
        }
    )
    repository.project.write({"opsdocs.toml": CONFIG, f"ops/page.{suffix}": text_of(suffix)})
    assert "canonical_edited" not in {rule for rule, _ in repository.review()}
    repository.project.write({f"specs/api/plain.{suffix}": plain + "\nMore.\n"})
    assert ("canonical_edited", "specs/api/plain") in repository.review()
