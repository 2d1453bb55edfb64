"""A repository of documents, and pages that change in it, in both syntaxes."""

from __future__ import annotations

import json

from tests.commands import git, run
from tests.project import HEADER, SPEC_PAGE, Project, md_page, rst_page

PAGES = {"rst": rst_page, "md": md_page}
HEADING = {"rst": "{0}\n{1}", "md": "## {0}"}
DEVIATION = {
    "rst": ".. observed-deviation:: Throttled clients get 503\n{options}\n\n   Seen.\n",
    "md": "```{{observed-deviation}} Throttled clients get 503\n{options}\n\nSeen.\n```\n",
}
ENTRY = {
    "rst": ".. document-change:: {0}\n   :date: 2026-11-20\n   :why: {1}\n\n   {2}\n",
    "md": "```{{document-change}} {0}\n:date: 2026-11-20\n:why: {1}\n\n{2}\n```\n",
}


class Repository:
    """A repository with the documents in ``docs``, on a branch off ``main``."""

    def __init__(self, project: Project) -> None:
        self.project, self.root = project, project.srcdir.parent

    def begin(self, files: dict[str, str]) -> None:
        """The base of every review, and a branch for what changes."""
        self.project.write({"specs/api/limits.rst": SPEC_PAGE, **files})
        (self.root / ".gitignore").write_text("out/\n")
        git(self.root, "init", "-q", "-b", "main")
        self.commit("base")
        git(self.root, "checkout", "-q", "-b", "work")

    def commit(self, message: str) -> None:
        git(self.root, "add", "-A")
        git(self.root, "commit", "-q", "--allow-empty", "-m", message)

    def review(self, *arguments: str) -> list[tuple[str, str]]:
        """Rule and page of each finding."""
        result = run("review", "main", "-s", self.project.srcdir, "--format", "json", *arguments)
        assert result.exit_code in (0, 1), result.output
        return [(f["rule"], f["docname"]) for f in json.loads(result.stdout)["findings"]]


def text_of(suffix: str, steps: str = "Stop the node.", entries: str = "", **header: str) -> str:
    """A page with one section, entries of its history and header fields changed."""
    heading = HEADING[suffix].format("Mitigation", "-" * 10)
    fields = HEADER | {key.replace("_", "-"): value for key, value in header.items()}
    return PAGES[suffix](f"{entries}\n{heading}\n\n{steps}\n", "Drain a node", fields)


def entry(suffix: str, version: str, why: str = "it was wrong", what: str = "Corrected it.") -> str:
    return ENTRY[suffix].format(version, why, what)
