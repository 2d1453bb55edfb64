"""Ids and addresses of issues, as trackers and writers give them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from sphinxext_opsdocs.config.schema import Config, Tracker
from sphinxext_opsdocs.issues.reference import format_issue_address, format_issue_id, resolve_issue
from tests.deviations import (
    built,
)
from tests.project import Project


def test_id_that_fits_two_trackers_is_ambiguous(make_project: Callable[..., Project]) -> None:
    config = """
    [trackers.one]
    pattern = '#\\d+'
    url = "https://one.example/issues/{id}"
    [trackers.two]
    pattern = '#\\d+'
    url = "https://two.example/issues/{id}"
    [domains.api]
    paths = ["specs/api/**"]
    """
    project = make_project(config=config)
    (finding,) = built(project, "rst", issue='"#7"').of("deviation_issue_unknown")
    assert 'fits the trackers "one", "two"' in finding.message
    assert not built(project, "rst", issue="https://two.example/issues/7").of(
        "deviation_issue_unknown"
    )


@pytest.mark.parametrize(
    ("pattern", "url", "kind", "written", "ref", "text"),
    [
        (r"API-(?P<number>\d+)", "https://t.example/{number}", "github", "API-7", "7", "API-7"),
        (r"API-(?P<number>\d+)", "https://t.example/{number}", "github", "https://t.example/7", "7", "API-7"),
        (r"#\d+", "https://t.example/issues/{id}", "gitlab", "#12", "12", "#12"),
        (r"[A-Z]+-\d+", "https://j.example/browse/{id}", "jira", "OPS-3", "OPS-3", "OPS-3"),
        (r"[A-Z]+-\d+", "https://j.example/browse/{id}", "jira", "https://j.example/browse/OPS-3?x=1", "OPS-3", "OPS-3"),
        (r"issue(?P<n>\d+)", "https://r.example/issue{n}", "roundup", "issue4", "4", "issue4"),
        (r"(?P<project>[\w/]+)#(?P<number>\d+)", "https://g.example/{project}/issues/{number}", "github", "a/b#5", "a/b#5", "a/b#5"),
        (r"(?P<project>[\w/]+)#(?P<number>\d+)", "https://g.example/{project}/issues/{number}", "github", "https://g.example/a/b/issues/5", "a/b#5", "a/b#5"),
        (r"(?:GH|gh)-(?P<number>[0-9]{1,5})", "https://t.example/{number}", "github", "GH-7", "7", "https://t.example/7"),
    ],
)  # fmt: skip
def test_ids_and_addresses(
    pattern: str, url: str, kind: str, written: str, ref: str, text: str
) -> None:
    tracker = Tracker(pattern=pattern, url=url, kind=kind, project="acme/api")  # type: ignore[arg-type]
    config = Config(trackers={"t": tracker})
    issue = resolve_issue(config, written)
    assert (issue.tracker, issue.ref) == ("t", ref)
    assert format_issue_id(config, "t", ref) == text
    assert resolve_issue(config, text).ref == ref
    if address := format_issue_address(tracker, ref):
        assert resolve_issue(config, address).ref == ref


@pytest.mark.parametrize(
    ("kind", "pattern", "url", "written", "ref"),
    [
        ("github", r"API-(?P<number>\d+)", "https://github.com/a/b/issues/{number}", "http://GitHub.com/a/b/pull/7", "7"),
        ("gitlab", r"#(?P<n>\d+)", "https://g.example/a/b/-/issues/{n}", "https://g.example/a/b/-/work_items/7", "7"),
        ("jira", r"(?P<project>[A-Z]+)-(?P<number>\d+)", "", "XYZ-3", "XYZ-3"),
        ("jira", r"API-(?P<number>\d+)", "", "API-12", "ABC-12"),
        ("jira", r"(?i:[a-z]+-\d+)", "", "api-7", "API-7"),
        ("redmine", r"(?P<project>\w+)#(?P<number>\d+)", "", "ops#12", "12"),
        ("github", r"(?P<team>[A-Z]+)-(?P<n>\d+)", "", "OPS-12", "12"),
        ("github", r"API-(?P<number>\d+)", "", "API-0", ""),
        ("github", r"[a-z]+", "", "new", ""),
    ],
)  # fmt: skip
def test_ids_in_their_trackers(kind: str, pattern: str, url: str, written: str, ref: str) -> None:
    project = "ABC" if kind == "jira" else "a/b"
    tracker = Tracker(pattern=pattern, url=url, kind=kind, project=project)  # type: ignore[arg-type]
    issue = resolve_issue(Config(trackers={"t": tracker}), written)
    assert (issue.tracker, issue.ref) == ("t" if ref else "", ref)
