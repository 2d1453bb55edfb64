"""Pages with one deviation, in both syntaxes, and the state of its issue."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sphinxext_opsdocs.issues.snapshot import IssueState, dump_snapshot
from tests.project import SPEC_PAGE, Build, Project, md_page, rst_page

PAGES = {"rst": rst_page, "md": md_page}


BEFORE = {
    "rst": "Mitigation\n----------\n\nStop traffic.\n\n",
    "md": "## Mitigation\n\nStop traffic.\n\n",
}


AFTER = {"rst": "\nEscalation\n----------\n\nCall.\n", "md": "\n## Escalation\n\nCall.\n"}


def deviation(suffix: str, workaround: bool = False, **options: str | None) -> str:
    given = {
        "id": "DEV-0007",
        "spec": "api:rate-limits",
        "issue": "API-7",
        "observed": "2026-10-30",
        "severity": "major",
        "state": "open",
    } | options
    lines = [f":{name.replace('_', '-')}: {text}" for name, text in given.items() if text]
    nested = {
        "rst": "\n.. workaround::\n\n   Raise the period.\n",
        "md": "\n```{workaround}\nRaise the period.\n```\n",
    }[suffix]
    body = "\n".join([*lines, "", "The gateway answered 503.", nested if workaround else ""])
    if suffix == "md":
        return f"````{{observed-deviation}} Throttled clients get 503\n{body.rstrip()}\n````\n"
    inner = "\n".join(f"   {line}".rstrip() for line in body.rstrip().splitlines())
    return f".. observed-deviation:: Throttled clients get 503\n{inner}\n"


def page(suffix: str, **options: Any) -> str:
    return PAGES[suffix](BEFORE[suffix] + deviation(suffix, **options) + AFTER[suffix])


def snapshot(*states: tuple[str, IssueState], tracker: str = "api-issues") -> str:
    return dump_snapshot({tracker: dict(states)}).decode()


def state(**told: Any) -> IssueState:
    sound = {"outcome": "found", "checked": "2026-11-20T06:00:00Z", "state": "open"}
    return IssueState(**({"title": "503 during a drain"} | sound | told))


def built(project: Project, suffix: str, *states: tuple[str, IssueState], **options: Any) -> Build:
    files = {"specs/api/limits.rst": SPEC_PAGE, f"ops/page.{suffix}": page(suffix, **options)}
    if states:
        files["opsdocs-issues.json"] = snapshot(*states)
    project.write(files)
    return project.build("html")


def github_project(make_project: Callable[..., Project], api: str) -> Project:
    return make_project(
        config=f"""
        governed = ["ops/**"]
        [owners.team-orders]
        title = "Orders team"
        contact = "#orders-oncall"
        [owners.team-api]
        [trackers.api-issues]
        kind = "github"
        project = "acme/api"
        api = "{api}"
        pattern = 'API-(?P<number>\\d+)'
        url = "https://github.com/acme/api/issues/{{number}}"
        [domains.api]
        owner = "team-api"
        tracker = "api-issues"
        paths = ["specs/api/**"]
        """
    )
