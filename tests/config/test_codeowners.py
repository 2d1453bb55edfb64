"""CODEOWNERS as GitHub and GitLab read it, and owners compared as they compare them."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sphinxext_opsdocs.config.codeowners import Dialect, code_owners, dialect_of
from tests.commands import run
from tests.project import CONFIG, HEADER, Project, md_page, rst_page

FILE = r"""
# Global
*       @acme/everyone   # inline comment @not-an-owner
/docs/Path\ With\ Space.md @acme/space-team
/docs/Path Without Backslash.md @acme/torn
/apps/\#1/ @acme/hash-team
/ops/ ops@example.org @Acme/SRE
/generated/
/apps/github # Skip
/mixed/ @acme/mixed nobody
[Documentation][2] @acme/docs-default
docs/
^[Optional section] @@maintainer @acme/opt
README.md @acme/readme
[No approvals][] @@Developers @@guests
*.[ch] @acme/range
!vendor/ @acme/vendor
\#notes @acme/notes
"""
COMMON = {
    "@acme/everyone",
    "@acme/space-team",
    "@acme/hash-team",
    "ops@example.org",
    "@Acme/SRE",
    "@acme/readme",
}
"""What both hosts read."""
OWNERS: dict[Dialect, set[str]] = {
    "github": COMMON,
    "gitlab": COMMON
    | {"@acme/docs-default", "@@maintainer", "@acme/opt", "@@Developers"}
    # one wrong word does not make the others wrong, and patterns may contain what .gitignore allows
    | {"@acme/torn", "@acme/mixed", "@acme/range", "@acme/notes"},
}


@pytest.mark.parametrize("dialect", ["github", "gitlab"])
def test_owners_are_those_that_the_host_reads(dialect: Dialect) -> None:
    assert set(code_owners(FILE, dialect)) == OWNERS[dialect]


@pytest.mark.parametrize(
    ("path", "text", "dialect"),
    [
        (".github/CODEOWNERS", "[Docs] @a/b\n", "github"),
        (".gitlab/CODEOWNERS", "* @a/b\n", "gitlab"),
        ("docs/CODEOWNERS", "* @a/b\n[Docs][1] @a/b\n", "gitlab"),
        ("CODEOWNERS", "* @a/b\n^[Docs]\n", "gitlab"),
        ("CODEOWNERS", "* @a/b # see [Docs]\n# [Docs]\n", "github"),
        ("CODEOWNERS", "", "github"),
    ],
)
def test_folder_decides_which_host_reads_else_headings_do(
    path: str, text: str, dialect: str
) -> None:
    assert dialect_of(Path(path), text) == dialect


@given(st.text(alphabet="@[]^!#\\ \t\na/.", max_size=200))
def test_any_text_is_read(text: str) -> None:
    for dialect in OWNERS:
        assert all("@" in owner for owner in code_owners(text, dialect))


def unknown_owners(project: Project, *arguments: str) -> dict[str, str]:
    """The message on the owner of each page whose owner is unknown."""
    done = run("check", str(project.srcdir), *arguments)
    lines = [line for line in done.stdout.splitlines() if "[opsdocs.owner_unknown]" in line]
    return {match[1]: line for line in lines if (match := re.search(r"(\w+\.\w+):\d", line))}


def with_owners(project: Project, *owners: str) -> None:
    """A page for each owner, in either syntax in turn; none of them is in the registry."""
    for number, owner in enumerate(owners):
        header = HEADER | {"owner": owner}
        if number % 2:
            project.write({f"ops/p{number}.md": md_page("Text.", header=header)})
        else:
            project.write({f"ops/p{number}.rst": rst_page("Text.", header=header)})


def test_letter_case_of_names_does_not_matter_and_that_of_keys_does(project: Project) -> None:
    project.write({"opsdocs.toml": f'codeowners = "CODEOWNERS"\n{CONFIG}', "CODEOWNERS": FILE})
    with_owners(
        project, "@acme/sre", "@ACME/Everyone", "Ops@Example.org", "team-orders", "Team-Orders"
    )
    assert unknown_owners(project).keys() == {"p4.rst"}


def test_dialect_of_the_configuration_wins(project: Project) -> None:
    project.write({"opsdocs.toml": f'codeowners = "CODEOWNERS"\n{CONFIG}', "CODEOWNERS": FILE})
    with_owners(project, "@acme/opt", "@acme/opt")
    assert not unknown_owners(project)
    assert unknown_owners(project, "-D", "opsdocs_codeowners_dialect=github").keys() == {
        "p0.rst",
        "p1.md",
    }
    wrong = ["check", str(project.srcdir), "-D", "opsdocs_codeowners_dialect=svn"]
    done = run(*wrong)
    assert done.exit_code == 2
    assert 'codeowners_dialect = "svn": must be "auto", "github" or "gitlab"' in done.stderr


def test_hint_can_be_pasted(project: Project) -> None:
    owners = ("@acme/x", "team-nobody", 'say "hi"', "Space.md", "With\\")
    for number, owner in enumerate(owners):
        project.write({f"ops/p{number}.rst": rst_page("Text.", header=HEADER | {"owner": owner})})
    lines = unknown_owners(project).values()
    hints = [re.search(r"add (\[owners\..*\]) to the configuration", line) for line in lines]
    pasted = [tomllib.loads(hint[1]) for hint in hints if hint]
    assert [next(iter(table["owners"])) for table in pasted] == list(owners)
