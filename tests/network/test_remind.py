"""``opsdocs remind``: one issue for each owner, in a tracker that runs here and in three that cannot.

Redmine is the real one. GitHub, GitLab and Gitea cannot run here: a loopback server keeps issues as
their published APIs describe it, and what GitHub is sent is checked against its description.
"""

from __future__ import annotations

import json
import os
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from sphinxext_opsdocs.reports.reminder import NOTHING
from tests.commands import run
from tests.conftest import skip
from tests.network.redmine import running_redmine
from tests.network.tracker_server import Answer, Request, TrackerServer
from tests.project import CONFIG, HEADER, Project, md_page, rst_page

PAGES = {"rst": rst_page, "md": md_page}
TOKENS = {"github": "GH_TOKEN", "gitlab": "GITLAB_TOKEN", "gitea": "GITEA_TOKEN",
          "redmine": "REDMINE_API_KEY"}  # fmt: skip
PATHS = {
    "github": "/repos/acme/api/issues",
    "gitlab": "/api/v4/projects/acme%2Fapi/issues",
    "gitea": "/api/v1/repos/acme/api/issues",
}
NUMBER = {"github": "number", "gitlab": "iid", "gitea": "number"}
BODY = {"github": "body", "gitlab": "description", "gitea": "body"}


class KeptIssues:
    """Issues in memory, behind the API of one kind of tracker."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.issues: dict[int, dict[str, Any]] = {}
        self.labels: list[dict[str, Any]] = []
        self.changes = 0
        self.has_next = False

    def add(self, title: str, body: str, labels: list[str], state: str = "open") -> int:
        number = len(self.issues) + 1
        opened = "opened" if self.kind == "gitlab" else "open"
        state = opened if state == "open" else "closed"
        self.issues[number] = {"title": title, "body": body, "labels": labels, "state": state}
        return number

    def handle(self, request: Request) -> Answer:
        url, path = urlsplit(request.path), PATHS[self.kind]
        if request.method == "GET" and url.path == path:
            listed = self._listed(parse_qs(url.query))
            link = {"Link": f'<{path}?page=2>; rel="{"next" if self.has_next else "prev"}"'}
            return Answer(200, listed, link)
        if url.path.endswith("/labels"):
            return self._label(request)
        value = json.loads(request.body or b"{}")
        if request.method == "POST" and url.path == path:
            self.changes += 1
            labels = value["labels"]
            labels = labels.split(",") if isinstance(labels, str) else labels
            if self.kind == "gitea":
                labels = [label["name"] for label in self.labels if label["id"] in labels]
            number = self.add(value["title"], value[BODY[self.kind]], labels)
            return Answer(201, self._shown(number))
        assert request.method == ("PUT" if self.kind == "gitlab" else "PATCH")
        self.changes += 1
        number = int(url.path.rpartition("/")[2])
        issue = self.issues[number]
        issue["body"] = value[BODY[self.kind]]
        if self.kind == "gitlab":
            issue["state"] = {"close": "closed", "reopen": "opened"}[value["state_event"]]
        else:
            issue["state"] = value["state"]
        return Answer(200, self._shown(number))

    def _listed(self, query: dict[str, list[str]]) -> list[dict[str, Any]]:
        assert query["state"] == ["all"]
        # a server may send fewer than it is asked for
        size = min(int((query.get("per_page") or query["limit"])[0]), 20)
        page, label = int(query["page"][0]), query["labels"][0]
        # Gitea leaves a label out that does not exist
        is_known = self.kind != "gitea" or label in (each["name"] for each in self.labels)
        found = [n for n, issue in self.issues.items() if not is_known or label in issue["labels"]]
        self.has_next = len(found) > page * size
        return [self._shown(number) for number in found[(page - 1) * size : page * size]]

    def _label(self, request: Request) -> Answer:
        if request.method == "GET":
            return Answer(200, self.labels)
        label = json.loads(request.body) | {"id": 7}
        self.labels.append(label)
        return Answer(201, label)

    def _shown(self, number: int) -> dict[str, Any]:
        issue = self.issues[number]
        return {
            NUMBER[self.kind]: number,
            "state": issue["state"],
            "title": issue["title"],
            BODY[self.kind]: issue["body"],
        }


@pytest.fixture(params=list(PATHS))
def kept(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[KeptIssues, TrackerServer]]:
    issues = KeptIssues(request.param)
    monkeypatch.setenv(TOKENS[request.param], "token")
    with TrackerServer(issues.handle) as server:
        yield issues, server


def configure(project: Project, kind: str, api: str, name: str = "acme/api") -> None:
    tracker = f"""
    [trackers.ops-issues]
    kind = "{kind}"
    project = "{name}"
    api = "{api}"
    requests_per_minute = 0
    pattern = 'OPS-(?P<number>\\d+)'
    url = "https://tracker.example/{{number}}"
    [remind]
    tracker = "ops-issues"
    """
    project.write({"opsdocs.toml": CONFIG + "\n".join(map(str.strip, tracker.splitlines()))})


def write(project: Project, reviewed: str, suffix: str = "rst") -> None:
    text = PAGES[suffix]("Stop it.", "Drain a node", HEADER | {"last-reviewed": reviewed})
    project.write({f"ops/page.{suffix}": text})


def remind(project: Project, *words: str) -> list[str]:
    result = run("remind", project.srcdir, *words)
    assert result.exit_code == 0, result.output
    return result.output.splitlines()


def test_issue_is_kept(project: Project, kept: tuple[KeptIssues, TrackerServer]) -> None:
    issues, server = kept
    for number in range(60):  # more than one page of a list
        issues.add(f"Other {number}", "no mark", ["opsdocs-remind"])
    issues.add("Not ours", "<!-- opsdocs-remind test/team-orders-2 x -->", ["opsdocs-remind"])
    configure(project, issues.kind, server.address)
    write(project, "2025-01-10")
    assert remind(project) == ["team-orders: 1 item due; created https://tracker.example/62"]
    issue = issues.issues[62]
    assert issue["title"] == "Operational documents of Orders team: reviews and drills"
    assert "Drain a node (`ops/page`): review was due on 2025-07-09" in issue["body"]
    # again: nothing changes
    assert remind(project) == ["team-orders: 1 item due; unchanged https://tracker.example/62"]
    assert issues.changes == 1
    # what is due changes
    write(project, "2025-01-11")
    assert remind(project) == ["team-orders: 1 item due; updated https://tracker.example/62"]
    assert "2025-07-10" in issue["body"]
    # nothing is due
    write(project, "2026-11-20")
    assert remind(project) == ["team-orders: 0 items due; closed https://tracker.example/62"]
    assert issue["state"] == "closed"
    changes = issues.changes
    assert remind(project) == [NOTHING]
    assert issues.changes == changes
    # due again: the same issue
    write(project, "2025-01-10")
    assert remind(project) == ["team-orders: 1 item due; reopened https://tracker.example/62"]
    assert issue["state"] != "closed"
    assert len(issues.issues) == 62


def test_what_people_write_stays(project: Project, kept: tuple[KeptIssues, TrackerServer]) -> None:
    issues, server = kept
    configure(project, issues.kind, server.address)
    write(project, "2025-01-10")
    remind(project)
    issue = issues.issues[1]
    # a browser sends other line ends
    issue["body"] = ("Ben does it on Friday.\n\n" + issue["body"]).replace("\n", "\r\n")
    assert remind(project) == ["team-orders: 1 item due; unchanged https://tracker.example/1"]
    write(project, "2026-11-20")
    assert remind(project) == ["team-orders: 0 items due; updated https://tracker.example/1"]
    assert issue["state"] != "closed"
    assert "Ben does it on Friday." in issue["body"]
    assert "Nothing is overdue" in issue["body"]
    assert remind(project) == [NOTHING]
    # our part alone, but edited: what somebody wrote there stays, and so does the issue
    issue["body"] = issue["body"].replace("Ben does it on Friday.", "").strip()
    issue["body"] = issue["body"].replace("Nothing is overdue", "Naught is overdue")
    assert remind(project)[0].endswith("updated https://tracker.example/1")
    assert remind(project) == [NOTHING]
    assert "Naught is overdue" in issue["body"]
    assert issue["state"] != "closed"


def test_owners_have_an_issue_each(
    project: Project, kept: tuple[KeptIssues, TrackerServer]
) -> None:
    issues, server = kept
    configure(project, issues.kind, server.address)
    for number, owner in enumerate(("team a", "team-a", "team --> a", "Grüße/x")):
        text = rst_page("Stop.", "One", HEADER | {"owner": owner, "last-reviewed": "2025-01-10"})
        project.write({f"ops/page-{number}.rst": text})
    assert len([line for line in remind(project) if "created" in line]) == 4
    assert len([line for line in remind(project) if "unchanged" in line]) == 4
    # an owner that no page has any more, with an issue from before
    project.remove("ops/page-3.rst")
    lines = remind(project)
    assert "Grüße/x: 0 items due; closed https://tracker.example/1" in lines
    assert [issue["state"] for issue in issues.issues.values()].count("closed") == 1


def test_page_that_cannot_be_read_closes_no_issue(
    project: Project, kept: tuple[KeptIssues, TrackerServer]
) -> None:
    issues, server = kept
    configure(project, issues.kind, server.address)
    write(project, "2025-01-10")
    remind(project)
    (project.srcdir / "ops/page.rst").write_bytes(b":class: \xff\n")
    result = run("remind", project.srcdir)
    assert result.exit_code == 3
    assert "cannot be read" in result.output
    assert issues.issues[1]["state"] != "closed"


def test_redmine_itself_is_kept(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with running_redmine(tmp_path) as (address, key):
        monkeypatch.setenv("REDMINE_API_KEY", key)
        configure(project, "redmine", address, "api")

        def read(number: int) -> dict[str, Any]:
            request = urllib.request.Request(
                f"{address}/issues/{number}.json", headers={"X-Redmine-API-Key": key}
            )
            with urllib.request.urlopen(request, timeout=10) as reply:
                issue: dict[str, Any] = json.load(reply)["issue"]
            return issue

        write(project, "2025-01-10")
        assert remind(project) == ["team-orders: 1 item due; created https://tracker.example/4"]
        before = read(4)
        assert "review was due on 2025-07-09" in before["description"]
        assert remind(project) == ["team-orders: 1 item due; unchanged https://tracker.example/4"]
        assert read(4) == before
        write(project, "2026-11-20")
        assert remind(project) == ["team-orders: 0 items due; closed https://tracker.example/4"]
        assert read(4)["status"]["name"] == "Closed"
        assert remind(project) == [NOTHING]
        write(project, "2025-01-10")
        assert remind(project) == ["team-orders: 1 item due; reopened https://tracker.example/4"]
        assert read(4)["status"]["name"] == "New"


def test_what_github_is_sent_is_what_its_description_takes(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = os.environ.get("OPSDOCS_GITHUB_API", "")
    if not path:
        skip("GitHub's OpenAPI description (npm: @octokit/openapi); set OPSDOCS_GITHUB_API")
    description = json.loads(Path(path).read_text(encoding="utf-8"))
    registry = Registry().with_resource("api", DRAFT202012.create_resource(description))
    place = "api#/paths/~1repos~1{owner}~1{repo}~1issues"
    bodies = {"POST": f"{place}/post", "PATCH": f"{place}~1{{issue_number}}/patch"}
    issues, sent = KeptIssues("github"), list[Request]()

    def handle(request: Request) -> Answer:
        sent.append(request)
        return issues.handle(request)

    monkeypatch.setenv("GH_TOKEN", "token")
    with TrackerServer(handle) as server:
        configure(project, "github", server.address)
        write(project, "2025-01-10")
        remind(project)
        write(project, "2026-11-20")
        remind(project)
    methods = [request.method for request in sent if request.method != "GET"]
    assert methods == ["POST", "PATCH"]
    for request in sent:
        if request.method in bodies:
            schema = f"{bodies[request.method]}/requestBody/content/application~1json/schema"
            Draft202012Validator({"$ref": schema}, registry=registry).validate(
                json.loads(request.body)
            )


@pytest.mark.parametrize("suffix", PAGES)
def test_digest_has_a_part_for_each_owner(project: Project, suffix: str) -> None:
    project.write({"opsdocs.toml": CONFIG + "[deviations]\nconfirm_within = 10\n"})
    write(project, "2026-06-01", suffix)
    deviation = {
        "rst": ".. observed-deviation:: Clients get 503\n   :id: DEV-1\n   :spec: api:x\n"
        "   :issue: API-1\n   :observed: 2026-11-02\n   :severity: minor\n   :state: open\n\n   Yes.",
        "md": "```{observed-deviation} Clients get 503\n:id: DEV-1\n:spec: api:x\n:issue: API-1\n"
        ":observed: 2026-11-02\n:severity: minor\n:state: open\n\nYes.\n```",
    }[suffix]
    text = PAGES[suffix](deviation, "Other", HEADER | {"owner": "team-api, team-orders"})
    archived = PAGES[suffix](
        "Old.", "Old", HEADER | {"status": "Archived", "last-reviewed": "2020-01-01"}
    )
    project.write({f"ops/other.{suffix}": text, f"ops/old.{suffix}": archived})
    lines = remind(project, "--format", "markdown")
    assert [line for line in lines if line.startswith(("##", "-", "**"))] == [
        "## team-api",
        "**Overdue**",
        "- `DEV-1` Clients get 503 on Other (`ops/other`): was to be looked at again by 2026-11-12",
        "## Orders team (#orders-oncall)",
        "**Overdue**",
        "- `DEV-1` Clients get 503 on Other (`ops/other`): was to be looked at again by 2026-11-12",
        "**Due soon**",
        "- Drain a node (`ops/page`): review by 2026-11-28",
    ]
    config = project.srcdir / "opsdocs.toml"
    silent = '[rules]\ndeviation_unconfirmed = "off"\n[remind]\nwithin = 0\n'
    config.write_text(config.read_text() + silent)
    assert remind(project, "--format", "markdown") == [
        "Nothing is overdue, and nothing is due soon."
    ]


def test_digest_links_pages_where_they_are_published(project: Project) -> None:
    write(project, "2025-01-10")
    project.append("conf.py", 'html_baseurl = "https://docs.acme.example"\n')
    (line,) = (each for each in remind(project, "--format", "markdown") if each.startswith("- "))
    assert "[Drain a node](<https://docs.acme.example/ops/page.html>)" in line


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ("", "remind.tracker is not set; set it, or print a digest"),
        ('[remind]\ntracker = "api-issues"\n', "is of kind generic; issues can be kept in github,"),
        ('[remind]\ntracker = "api-isues"\n', "must be the key of a tracker; allowed: api-issues"),
    ],
)
def test_where_no_issue_can_be_kept(project: Project, settings: str, message: str) -> None:
    project.write({"opsdocs.toml": CONFIG + settings})
    write(project, "2025-01-10")
    result = run("remind", project.srcdir)
    assert result.exit_code == 2
    assert message in result.output


def test_tracker_that_fails_says_so(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITEA_TOKEN", "token")
    with TrackerServer(lambda _: Answer(403, {"message": "no"})) as server:
        configure(project, "gitea", server.address)
        project.append("opsdocs.toml", "\n[issues]\nretries = 0\n")
        write(project, "2025-01-10")
        result = run("remind", project.srcdir)
    assert result.exit_code == 2
    assert 'tracker "ops-issues": the server answers 403' in result.output


def test_pages_file_for_other_bots(make_project: Callable[..., Project]) -> None:
    project = make_project(config="pages = true\n" + CONFIG)
    project.append("conf.py", 'html_baseurl = "https://docs.acme.example/"\n')
    write(project, "2026-11-02")
    build = project.build("html")
    (entry,) = json.loads(build.text("opsdocs-pages.json"))
    assert entry == {
        "title": "Drain a node",
        "url": "https://docs.acme.example/ops/page.html",
        "page": "ops/page",
        "class": "runbook",
        "owner": ["team-orders"],
        "status": "Canonical",
        "version": "2.1",
        "last_reviewed": "2026-11-02",
        "review_by": "2027-05-01",
        "last_verified": None,
        "verify_by": None,
    }
    config = "pages = true\npages_contacts = true\n" + CONFIG
    project.write({"opsdocs.toml": config})
    (entry,) = json.loads(project.build("dirhtml").text("opsdocs-pages.json"))
    assert entry["url"] == "https://docs.acme.example/ops/page/"
    assert entry["owner_slack"] == "#orders-oncall"
    project.write({"opsdocs.toml": CONFIG})
    build = project.build("html")
    assert not (build.outdir / "opsdocs-pages.json").exists()


@pytest.mark.parametrize("suffix", PAGES)
def test_page_of_which_all_drills_failed_is_due(project: Project, suffix: str) -> None:
    drill = {
        "rst": ".. verification:: 2026-11-20\n   :result: failed\n   :by: Ben\n   :issue: API-1\n",
        "md": "```{verification} 2026-11-20\n:result: failed\n:by: Ben\n:issue: API-1\n```\n",
    }[suffix]
    project.write({f"ops/page.{suffix}": PAGES[suffix](f"Stop it.\n\n{drill}", "Drain a node")})
    lines = remind(project, "--format", "markdown")
    assert "- Drain a node (`ops/page`): drill was due on 2026-11-20" in lines


@pytest.mark.parametrize("suffix", PAGES)
def test_what_an_ignore_covers_is_not_due(project: Project, suffix: str) -> None:
    ignore = {
        "rst": ".. opsdocs-ignore:: deviation_unconfirmed\n   :reason: seen daily\n\n",
        "md": "```{opsdocs-ignore} deviation_unconfirmed\n:reason: seen daily\n```\n\n",
    }[suffix]
    deviation = {
        "rst": ".. observed-deviation:: Clients get 503\n   :id: DEV-1\n   :spec: api:x\n"
        "   :issue: API-1\n   :observed: 2026-08-02\n   :severity: minor\n   :state: open\n\n   Yes.",
        "md": "```{observed-deviation} Clients get 503\n:id: DEV-1\n:spec: api:x\n:issue: API-1\n"
        ":observed: 2026-08-02\n:severity: minor\n:state: open\n\nYes.\n```",
    }[suffix]
    for text, is_due in ((deviation, True), (ignore + deviation, False)):
        project.write({f"ops/page.{suffix}": PAGES[suffix](text, "Drain a node")})
        lines = remind(project, "--format", "markdown")
        assert any("was to be looked at again by 2026-10-31" in line for line in lines) == is_due
