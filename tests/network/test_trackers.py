"""``opsdocs issues refresh`` and its clients, against real HTTP servers on this machine.

GitHub, GitLab, Jira and Gitea cannot run here: a loopback server answers as their published APIs
say; those of GitHub are held against its OpenAPI description. Roundup and Redmine run themselves.
"""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from graphql import GraphQLError, build_schema, graphql_sync
from jsonschema import Draft202012Validator, ValidationError
from referencing import Registry
from referencing.jsonschema import DRAFT202012

from sphinxext_opsdocs.config.schema import Config, IssueSettings, Tracker
from sphinxext_opsdocs.issues.snapshot import SNAPSHOT_FORMAT, IssueState, Snapshot
from sphinxext_opsdocs.network.trackers import CLIENTS
from sphinxext_opsdocs.network.trackers.refresh import TrackerResult, refresh
from sphinxext_opsdocs.network.trackers.requester import TrackerStoppedError
from tests.commands import run
from tests.conftest import skip
from tests.network.redmine import free_port, running_redmine
from tests.network.tracker_replies import (
    gitea_issue,
    github_issue,
    github_node,
    gitlab_issue,
    jira_issue,
)
from tests.network.tracker_server import Answer, Request, TrackerServer
from tests.project import SPEC_PAGE, Project, rst_page

NOW = "2026-11-23T06:00:00Z"
Serve = Callable[..., TrackerServer]
TOKENS = ("GH_TOKEN", "GITHUB_TOKEN", "GITLAB_TOKEN", "JIRA_API_TOKEN", "JIRA_EMAIL", "GITEA_TOKEN")
SECRET = "s3cret-token-value"


@pytest.fixture(autouse=True)
def _no_tokens(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in TOKENS:
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def serve() -> Iterator[Serve]:
    with ExitStack() as stack:
        yield lambda handle, delay=0.0: stack.enter_context(TrackerServer(handle, delay))


def ask(
    server: TrackerServer,
    kind: str,
    refs: set[str],
    known: Snapshot | None = None,
    **settings: Any,
) -> tuple[dict[str, IssueState], TrackerResult]:
    """What a refresh of one tracker comes to."""
    patterns = {"jira": r"[A-Z]+-\d+", "github": r"(?:(?P<project>[\w/.-]+))?#(?P<number>\d+)"}
    tracker = {
        "pattern": patterns.get(kind, r"#(?P<number>\d+)"),
        "project": "acme/api",
        "api": server.address,
        "requests_per_minute": 0,
    }
    rules = {"retries": 1, "timeout": 3.0, "max_wait": 5.0}
    tracker |= {key: value for key, value in settings.items() if key not in rules}
    rules |= {key: value for key, value in settings.items() if key in rules}
    config = Config(trackers={"t": Tracker(kind=kind, **tracker)}, issues=IssueSettings(**rules))  # type: ignore[arg-type]
    snapshot, (answer,) = refresh(config, {"t": refs}, known or {}, NOW)
    return dict(snapshot.get("t", {})), answer


def number_of(request: Request) -> int:
    return int(request.path.partition("?")[0].rpartition("/")[2])


# What GitHub says


@pytest.mark.parametrize(
    ("reply", "told"),
    [
        (Answer(200, github_issue(7)), ("found", "open", "")),
        (Answer(200, github_issue(7, state="closed")), ("found", "closed", "completed")),
        (
            Answer(200, github_issue(7, state="closed", state_reason="not_planned")),
            ("found", "closed", "not planned"),
        ),
        (
            Answer(200, github_issue(7, state="closed", state_reason="duplicate")),
            ("found", "closed", "duplicate"),
        ),
        (Answer(404, {"message": "Not Found"}), ("gone", "", "")),
        (Answer(410, {"message": "This issue was deleted"}), ("gone", "", "")),
        (Answer(401, {"message": "Bad credentials"}), ("no access", "", "")),
        (Answer(403, {"message": "Resource not accessible"}), ("no access", "", "")),
    ],
    ids=lambda value: (
        "-".join(value) if isinstance(value, tuple) and isinstance(value[0], str) else ""
    ),
)
def test_github_outcomes(serve: Serve, reply: Answer, told: tuple[str, str, str]) -> None:
    server = serve(lambda _: reply)
    states, answer = ask(server, "github", {"7"})
    state = states["7"]
    assert (state.outcome, state.state, state.reason) == told
    assert server.requests[0].path == "/repos/acme/api/issues/7"
    assert answer.is_complete
    if state.outcome == "found":
        assert (state.title, state.labels) == ("Issue 7", ("bug", "p1"))
        assert state.url == "https://github.com/acme/api/issues/7"


def test_github_issue_that_was_transferred_is_found_at_its_new_place(serve: Serve) -> None:
    def handle(request: Request) -> Answer:
        if request.path.startswith("/repos/"):
            return Answer(301, {}, {"Location": "/repositories/42/issues/3"})
        return Answer(200, github_issue(3, "acme/contracts"))

    states, _ = ask(serve(handle), "github", {"7"})
    assert (states["7"].outcome, states["7"].moved_to) == ("moved", "acme/contracts#3")
    assert states["7"].state == "open"


def test_ids_name_their_project_where_the_pattern_has_one(serve: Serve) -> None:
    server = serve(lambda request: Answer(200, github_issue(number_of(request), "acme/other")))
    ask(server, "github", {"acme/other#5"})
    assert server.requests[0].path == "/repos/acme/other/issues/5"


def test_github_replies_are_what_its_description_promises() -> None:
    path = os.environ.get("OPSDOCS_GITHUB_API", "")
    if not path:
        skip("GitHub's OpenAPI description (npm: @octokit/openapi); set OPSDOCS_GITHUB_API")
    description = nullable(json.loads(Path(path).read_text(encoding="utf-8")))
    resolver = Registry().with_resource("api", DRAFT202012.create_resource(description))
    for name, values in (
        ("issue", [github_issue(7), github_issue(7, state="closed", state_reason="duplicate")]),
        ("basic-error", [{"message": "Not Found"}, {"message": "This issue was deleted"}]),
    ):
        schema = {"$ref": f"api#/components/schemas/{name}"}
        for value in values:
            Draft202012Validator(schema, registry=resolver).validate(value)
    with pytest.raises(ValidationError):  # it can fail
        broken = github_issue(7) | {"state": 1}
        schema = {"$ref": "api#/components/schemas/issue"}
        Draft202012Validator(schema, registry=resolver).validate(broken)


@pytest.fixture(scope="session")
def github_schema() -> Any:
    path = os.environ.get("OPSDOCS_GITHUB_GRAPHQL", "")
    if not path:
        skip("GitHub's GraphQL schema (npm: @octokit/graphql-schema); set OPSDOCS_GITHUB_GRAPHQL")
    return build_schema(Path(path).read_text(encoding="utf-8"), assume_valid=True)


def test_github_is_asked_for_new_issues_by_the_hundred(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, github_schema: Any
) -> None:
    """A GraphQL engine answers, which has GitHub's own schema and refuses what is not in it."""
    monkeypatch.setenv("GH_TOKEN", SECRET)
    elsewhere = {101: "gone", 102: "transferred", 103: "a pull request"}
    closed = {"state": "CLOSED", "stateReason": "NOT_PLANNED"}

    def issue(_info: Any, number: int) -> dict[str, Any] | None:
        if number in elsewhere:
            raise GraphQLError(f"Could not resolve to an Issue with the number of {number}.")
        return github_node(number, **(closed if number == 7 else {}))

    def handle(request: Request) -> Answer:
        if request.path == "/graphql":
            asked = json.loads(request.body)
            root = {"repository": lambda _info, **_names: {"issue": issue}}
            told = graphql_sync(
                github_schema, asked["query"], root, variable_values=asked["variables"]
            )
            return Answer(200, told.formatted)
        number = number_of(request)
        if number == 101:
            return Answer(404, {"message": "Not Found"})
        if number == 102 and request.path.startswith("/repos/"):
            return Answer(301, headers={"Location": "/repositories/9/issues/5"})
        if request.headers.get("if-modified-since") == "Fri, 30 Oct 2026 08:00:00 GMT":
            return Answer(304)
        return Answer(200, github_issue(number, "acme/other" if number == 5 else "acme/api"))

    server = serve(handle)
    refs = {str(number) for number in range(1, 251) if number != 5}
    first, answer = ask(server, "github", refs)
    assert answer.failures == []
    paths = [request.path for request in server.requests]
    assert paths.count("/graphql") == 3
    assert len(paths) == 3 + len(elsewhere) + 1  # the transferred one leads on
    assert (first["7"].state, first["7"].reason) == ("closed", "not planned")
    assert first["8"].labels == ("bug", "p1")
    assert first["101"].outcome == "gone"
    assert (first["102"].outcome, first["102"].moved_to) == ("moved", "acme/other#5")
    assert first["103"].outcome == "found"
    del server.requests[:]
    assert ask(server, "github", {"7", "8"}, {"t": first})[0] == {"7": first["7"], "8": first["8"]}
    conditions = [request.headers.get("if-modified-since") for request in server.requests]
    assert conditions == ["Fri, 30 Oct 2026 08:00:00 GMT"] * 2


def test_github_that_does_not_take_a_batch_is_asked_one_by_one(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GH_TOKEN", SECRET)
    for answer in (
        Answer(404, {}),
        Answer(200, {"data": None, "errors": [{"type": "FORBIDDEN", "message": "No."}]}),
        Answer(200, {"data": {"repository": None}, "errors": [{"message": "No."}]}),
    ):
        server = serve(lambda r, a=answer: a if r.path == "/graphql" else by_number(r))
        states, _ = ask(server, "github", {"1", "2"})
        assert {state.outcome for state in states.values()} == {"found"}
    limited = {"data": None, "errors": [{"type": "RATE_LIMITED", "message": "Slow down."}]}
    server = serve(lambda r: Answer(200, limited) if r.path == "/graphql" else by_number(r))
    states, told = ask(server, "github", {"1", "2"})
    assert (states, told.stop_reason) == ({}, "the rate limit is reached")


def nullable(schema: Any) -> Any:
    """A schema of OpenAPI 3.0, whose own word for null JSON Schema does not know."""
    if isinstance(schema, list):
        return [nullable(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: nullable(part) for key, part in schema.items()}
    if made.pop("nullable", False) is True:
        return {"anyOf": [made, {"type": "null"}]}
    return made


# Others


def test_gitlab_is_asked_for_a_hundred_at_a_time(serve: Serve) -> None:
    def handle(request: Request) -> Answer:
        path, _, query = request.path.partition("?")
        if not path.endswith("/issues"):
            return Answer(404, {"message": "404 Not found"})
        numbers = [int(part[11:]) for part in query.split("&") if part.startswith("iids%5B%5D=")]
        known = {1: {"state": "closed"}, 2: {"moved_to_id": 9}, 3: {"duplicate": True}}
        found = [gitlab_issue(n, **known.get(n, {})) for n in numbers if n != 4]
        return Answer(200, found, {"ETag": f'W/"{query}"'})

    server = serve(handle)
    states, answer = ask(server, "gitlab", {str(n) for n in range(1, 251)}, project="acme/sub/api")
    assert len(states) == 250
    assert answer.is_complete
    lists = [r for r in server.requests if "?" in r.path]
    assert len(lists) == 3
    assert lists[0].path.startswith("/api/v4/projects/acme%2Fsub%2Fapi/issues?")
    assert (states["1"].state, states["1"].reason) == ("closed", "")
    assert states["2"].outcome == "moved"
    assert (states["3"].state, states["3"].reason) == ("closed", "duplicate")
    assert states["4"].outcome == "gone"


@pytest.mark.parametrize(
    ("category", "resolution", "told"),
    [
        ("new", None, ("open", "")),
        ("indeterminate", None, ("open", "")),
        ("done", "Done", ("closed", "completed")),
        ("done", "Won't Do", ("closed", "not planned")),
        ("done", "Duplicate", ("closed", "duplicate")),
        ("done", None, ("closed", "completed")),
    ],
)
def test_jira_states(
    serve: Serve, category: str, resolution: str | None, told: tuple[str, str]
) -> None:
    server = serve(lambda _: Answer(200, jira_issue("API-7", category, resolution)))
    states, _ = ask(server, "jira", {"API-7"})
    assert (states["API-7"].state, states["API-7"].reason) == told
    assert server.requests[0].path.startswith("/rest/api/2/issue/API-7?fields=")
    assert states["API-7"].url == f"{server.address}/browse/API-7"


def test_jira_issue_that_was_moved_answers_under_its_new_key(serve: Serve) -> None:
    states, _ = ask(serve(lambda _: Answer(200, jira_issue("OPS-3"))), "jira", {"API-7"})
    assert (states["API-7"].outcome, states["API-7"].moved_to) == ("moved", "OPS-3")


@pytest.mark.parametrize("is_cloud", [True, False], ids=["cloud", "server"])
def test_jira_is_asked_for_a_hundred_at_a_time(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, is_cloud: bool
) -> None:
    if is_cloud:  # told by its host, which is this machine's here
        monkeypatch.setattr("sphinxext_opsdocs.network.trackers.jira.CLOUD_HOSTS", ("127.0.0.1",))

    def handle(request: Request) -> Answer:
        if request.method == "GET":
            key = request.path.partition("?")[0].rpartition("/")[2]
            return Answer(404, {}) if key == "API-3" else Answer(200, jira_issue("OPS-4"))
        asked = json.loads(request.body)
        keys = asked.get("issueIdsOrKeys") or re.findall(r"API-\d+", asked["jql"])
        assert asked["fields"] == ["summary", "status", "resolution", "labels"]
        told = [jira_issue("OPS-4" if key == "API-4" else key) for key in keys if key != "API-3"]
        return Answer(200, {"issues": told})

    server = serve(handle)
    states, answer = ask(server, "jira", {f"API-{number}" for number in range(1, 151)})
    assert answer.failures == []
    asked = [r.path for r in server.requests if r.method == "POST"]
    assert asked == ["/rest/api/2/issue/bulkfetch" if is_cloud else "/rest/api/2/search"] * 2
    assert len(server.requests) == 4
    assert len(states) == 150
    assert states["API-3"].outcome == "gone"
    assert (states["API-4"].outcome, states["API-4"].moved_to) == ("moved", "OPS-4")
    assert states["API-5"].url == f"{server.address}/browse/API-5"


@pytest.mark.parametrize(
    ("email", "scheme"), [("jo@acme.example", "Basic "), ("", "Bearer ")], ids=["cloud", "server"]
)
def test_jira_credentials(
    serve: Serve, monkeypatch: pytest.MonkeyPatch, email: str, scheme: str
) -> None:
    monkeypatch.setenv("JIRA_API_TOKEN", SECRET)
    monkeypatch.setenv("JIRA_EMAIL", email)
    server = serve(lambda _: Answer(200, jira_issue("API-7")))
    ask(server, "jira", {"API-7"})
    assert server.requests[0].headers["authorization"].startswith(scheme)


def test_gitea_issue_of_a_renamed_project(serve: Serve) -> None:
    def handle(request: Request) -> Answer:
        if "/acme/api/" in request.path:
            return Answer(301, {}, {"Location": "/api/v1/repos/acme/contracts/issues/7"})
        return Answer(200, gitea_issue(7, "acme/contracts", state="closed"))

    states, _ = ask(serve(handle), "gitea", {"7"})
    assert (states["7"].outcome, states["7"].moved_to) == ("moved", "acme/contracts#7")
    assert states["7"].state == "closed"


# Faults


KNOWN = {"t": {"7": IssueState("found", "2026-11-01T06:00:00Z", "open", title="Known before")}}


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Answer(200, raw=b"<html>not json"), "does not match the API"),
        (Answer(200, {"number": "seven", "state": 1}), "does not match the API"),
        (Answer(200, raw=b'{"title": "' + b"x" * (17 << 20) + b'"}'), "larger than 16 MiB"),
        (Answer(200, github_issue(7), cut=True), "the connection failed"),
        (Answer(200, github_issue(7), delay=4), "did not answer in time"),
        (Answer(200, github_issue(7), drip=0.05), "did not answer in time"),
        (Answer(500, {}), "answers 500"),
        (Answer(503, {}, {"Retry-After": "3600"}), "asks to wait 3600 s"),
        (Answer(429, {}, {"Retry-After": "0"}), "rate limit is reached (429)"),
        (
            Answer(403, {}, {"X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "4102444800"}),
            "rate limit is reached (403)",
        ),
        (Answer(302, {}, {"Location": "/again"}), "redirects more than 5 times"),
        (Answer(302, {}, {"Location": "https://sso.example/login?s=1"}), "redirects to https://sso"),
        (Answer(301, {}, {"Location": "http://127.0.0.1:99999/x"}), "redirects to an invalid address"),
        (Answer(301, {}, {"Location": "https://h.example/repos/acme/api/issues/7"}), "set api"),
        (Answer(304), "answers 304"),
        (Answer(403, {"message": "You have exceeded a secondary rate limit"}), "asks to wait 60 s"),
        (Answer(429, {}, {"RateLimit-Remaining": "0", "RateLimit-Reset": "90"}), "to wait 90 s"),
        (Answer(200, raw=b"\xff\xfe\x00"), "does not match the API"),
        (Answer(418, {}), "answers 418"),
    ],
    ids=["html", "types", "oversized", "cut", "slow", "drip", "500", "503", "429", "403", "loop",
         "login", "port", "moved api", "304", "secondary", "reset", "bytes", "418"],
)  # fmt: skip
def test_fault_leaves_what_is_known(serve: Serve, reply: Answer, said: str) -> None:
    states, answer = ask(serve(lambda _: reply), "github", {"7"}, KNOWN, timeout=2.0)
    assert states == KNOWN["t"]
    assert not answer.is_complete
    assert said in " ".join([*answer.failures, answer.stop_reason])


def test_server_that_is_not_there(serve: Serve) -> None:
    server = serve(lambda _: Answer())
    server.close()
    states, answer = ask(server, "github", {"7", "8"}, KNOWN)
    assert states == KNOWN["t"]
    assert "the connection failed" in answer.stop_reason


def test_passing_fault_is_tried_again(serve: Serve) -> None:
    replies = iter(
        [Answer(503, {}), Answer(429, {}, {"Retry-After": "1"}), Answer(200, github_issue(7))]
    )
    server = serve(lambda _: next(replies))
    start = time.monotonic()
    states, answer = ask(server, "github", {"7"}, retries=2)
    assert states["7"].outcome == "found"
    assert answer.is_complete
    assert time.monotonic() - start >= 1.4  # half a second, then what Retry-After says


def test_one_tracker_down_does_not_hold_up_another(serve: Serve) -> None:
    up, down = serve(lambda _: Answer(200, github_issue(7))), serve(lambda _: Answer(500, {}))
    trackers = {
        key: Tracker(kind="github", pattern=r"#(?P<number>\d+)", project="a/b", api=server.address)
        for key, server in (("down", down), ("up", up))
    }
    config = Config(trackers=trackers, issues=IssueSettings(retries=0))
    snapshot, answers = refresh(config, {"up": {"7"}, "down": {"7"}}, {}, NOW)
    assert list(snapshot) == ["up"]
    assert [answer.is_complete for answer in answers] == [False, True]


def test_tracker_that_keeps_failing_is_left_alone(serve: Serve) -> None:
    server = serve(lambda _: Answer(500, {}))
    refs = {str(number) for number in range(500)}
    _, answer = ask(server, "github", refs, retries=0)
    assert answer.stop_reason
    assert len(server.requests) < 100


def test_pace(serve: Serve) -> None:
    server = serve(lambda request: Answer(200, github_issue(number_of(request))))
    refs = {str(number) for number in range(1, 51)}
    start = time.monotonic()
    ask(server, "github", refs, requests_per_minute=1200)
    assert time.monotonic() - start >= 1.4  # 20 at once, then 20 a second


# Tokens


def test_token_goes_to_no_other_host_and_nowhere_else(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GH_TOKEN", SECRET)
    other = serve(lambda _: Answer(200, github_issue(7)))
    first = serve(lambda _: Answer(301, {}, {"Location": f"{other.address}/steal"}))
    states, _ = ask(first, "github", {"7"})
    assert first.requests[0].headers["authorization"] == f"Bearer {SECRET}"
    assert not any("authorization" in request.headers for request in other.requests)
    assert states["7"].outcome == "moved"
    assert SECRET not in repr(states)


@pytest.mark.parametrize(
    ("kind", "api", "variable", "is_sent"),
    [
        ("github", "https://api.github.com", "GH_TOKEN", True),
        ("github", "https://api.github.com", "GITHUB_TOKEN", True),
        ("github", "https://ghe.example/api/v3", "GH_TOKEN", False),
        ("github", "https://ghe.example/api/v3", "GH_ENTERPRISE_TOKEN", True),
        ("gitlab", "https://gitlab.example", "GITLAB_TOKEN", True),
        ("gitea", "https://gitea.example", "GITEA_TOKEN", True),
        ("redmine", "https://redmine.example", "REDMINE_API_KEY", True),
        ("roundup", "https://bugs.example", "ROUNDUP_TOKEN", True),
    ],
)
def test_names_of_tokens(
    monkeypatch: pytest.MonkeyPatch, kind: str, api: str, variable: str, is_sent: bool
) -> None:
    monkeypatch.setenv(variable, SECRET)
    tracker = Tracker(kind=kind, pattern=r"\d+", project="acme/api", api=api)  # type: ignore[arg-type]
    client = CLIENTS[kind](tracker, IssueSettings())
    assert (SECRET in "".join(client.credentials(api).values())) == is_sent


def test_refused_token_stops_and_keeps_what_is_known(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GH_TOKEN", SECRET)
    states, answer = ask(serve(lambda _: Answer(401, {})), "github", {"7"}, KNOWN)
    assert states == KNOWN["t"]
    assert "refuses the token (401)" in answer.stop_reason


@pytest.mark.parametrize("kind", ["github", "gitlab", "gitea", "redmine"])
def test_token_that_is_gone_leaves_what_is_known(serve: Serve, kind: str) -> None:
    states, answer = ask(serve(lambda _: Answer(401, {})), kind, {"7"}, KNOWN)
    assert states == KNOWN["t"]
    assert not answer.is_complete
    assert answer.failures == ["the server wants a token now (401), and none is set"]


def test_one_issue_that_became_private_stops_no_other(serve: Serve) -> None:
    def handle(request: Request) -> Answer:
        return Answer(200, github_issue(8)) if number_of(request) == 8 else Answer(401, {})

    states, answer = ask(serve(handle), "github", {"7", "8"}, KNOWN)
    assert (states["7"], states["8"].outcome) == (KNOWN["t"]["7"], "found")
    assert not answer.is_complete


@pytest.mark.parametrize("path", ["-/issues", "issues"])
def test_server_of_gitlab_is_found_in_both_forms_of_an_address(path: str) -> None:
    url = f"https://gitlab.example/acme/api/{path}/{{number}}"
    tracker = Tracker(kind="gitlab", pattern=r"\d+", project="acme/api", url=url)
    assert CLIENTS["gitlab"].base_address(tracker) == "https://gitlab.example/api/v4"


def test_two_servers_of_one_kind_name_their_tokens(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITEA_TOKEN", SECRET)
    servers = [serve(lambda _: Answer(200, gitea_issue(7))) for _ in range(2)]
    trackers = {
        key: Tracker(kind="gitea", pattern=r"#(\d+)", project="a/b", api=server.address)
        for key, server in zip("ab", servers, strict=True)
    }
    _, answers = refresh(Config(trackers=trackers), {"a": {"7"}, "b": {"7"}}, {}, NOW)
    assert all("name the variable of its token" in answer.stop_reason for answer in answers)
    assert not [request for server in servers for request in server.requests]


def test_projects_cannot_leave_their_place(serve: Serve) -> None:
    server = serve(lambda _: Answer(200, github_issue(7)))
    _, answer = ask(server, "github", {"../../user#7", "a%2Fb?x#3"})
    assert not answer.is_complete
    assert [request.path for request in server.requests] == ["/repos/a%252Fb%3Fx/issues/3"]


def test_titles_have_no_control_characters(serve: Serve) -> None:
    title = "a\x00b\x1b[31m \u202ec"
    states, _ = ask(serve(lambda _: Answer(200, github_issue(7, title=title))), "github", {"7"})
    assert states["7"].title == "a b [31m c"


def test_batch_with_one_bad_answer_keeps_the_others(serve: Serve) -> None:
    def handle(request: Request) -> Answer:
        if "?" in request.path:
            return Answer(200, [gitlab_issue(1)], {"ETag": '"list"'})
        return Answer(200, raw=b"nonsense") if request.path.endswith("/9") else Answer(404, {})

    server = serve(handle)
    states, answer = ask(server, "gitlab", {"1", "9", "10"})
    assert set(states) == {"1", "10"}
    assert "does not match the API" in answer.failures[0]
    server.handle = lambda request: (
        Answer(304) if "if-none-match" in request.headers else Answer(404)
    )
    again, answer = ask(server, "gitlab", {"1", "10"}, {"t": states})
    assert server.requests[-1].headers["if-none-match"] == '"list"'
    assert again == states


def test_no_token_over_plain_http(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REDMINE_API_KEY", SECRET)
    tracker = Tracker(kind="redmine", pattern=r"\d+", api="http://redmine.example")
    with pytest.raises(TrackerStoppedError, match="plain http"):
        CLIENTS["redmine"](tracker, IssueSettings())


def test_named_token_that_is_not_set_stops_its_tracker(serve: Serve) -> None:
    server = serve(lambda _: Answer(200, github_issue(7)))
    states, answer = ask(server, "github", {"7"}, KNOWN, token="NOT_SET_ANYWHERE")
    assert states == KNOWN["t"]
    assert "that token names is not set" in answer.stop_reason
    assert not server.requests


# The command


def tracked_project(make_project: Callable[..., Project], api: str) -> Project:
    config = f"""
    governed = ["ops/**"]
    [owners.team-orders]
    [owners.team-api]
    [trackers.api-issues]
    kind = "github"
    project = "acme/api"
    api = "{api}"
    pattern = 'API-(?P<number>\\d+)'
    url = "https://github.com/acme/api/issues/{{number}}"
    requests_per_minute = 0
    [domains.api]
    owner = "team-api"
    tracker = "api-issues"
    paths = ["specs/api/**"]
    """
    project = make_project(config=config)
    body = ""
    for number in range(1, 13):
        body += DEVIATION.format(number=number)
    project.write({"specs/api/limits.rst": SPEC_PAGE, "ops/page.rst": rst_page(body)})
    return project


DEVIATION = """
.. observed-deviation:: Throttled clients get 503
   :id: DEV-{number}
   :spec: api:rate-limits
   :issue: API-{number}, https://github.com/acme/api/issues/{number}
   :observed: 2026-10-30
   :severity: major
   :state: open

   Seen.
"""


def by_number(request: Request) -> Answer:
    if request.method == "POST":
        numbers = re.findall(r"i(\d+): issue", json.loads(request.body)["query"])
        told = {f"i{number}": github_node(int(number)) for number in numbers}
        return Answer(200, {"data": {"repository": told}})
    number = number_of(request)
    tag = f'W/"v{number}"'
    day = "Fri, 30 Oct 2026 08:00:00 GMT"
    is_known = request.headers.get("if-none-match") == tag
    if is_known or request.headers.get("if-modified-since") == day:
        return Answer(304, headers={"ETag": tag})
    return Answer(200, github_issue(number), {"ETag": tag, "Last-Modified": day})


@pytest.mark.parametrize("has_token", [True, False])
def test_refresh_asks_once_for_each_issue_and_then_conditionally(
    make_project: Callable[..., Project],
    serve: Serve,
    monkeypatch: pytest.MonkeyPatch,
    has_token: bool,
) -> None:
    if has_token:
        monkeypatch.setenv("GH_TOKEN", SECRET)
    server = serve(by_number)
    project = tracked_project(make_project, server.address)
    path = project.srcdir / "opsdocs-issues.json"
    result = run("issues", "refresh", project.srcdir)
    assert result.exit_code == 0, result.output
    assert "api-issues: 12 issues: 12 found" in result.output
    assert len(server.requests) == (1 if has_token else 12)
    del server.requests[:]
    first = path.read_text()
    snapshot = SNAPSHOT_FORMAT.load_if_present(path)
    assert snapshot
    assert sorted(snapshot["api-issues"], key=int) == [str(number) for number in range(1, 13)]
    assert len([line for line in first.splitlines() if '"outcome"' in line]) == 12
    result = run("issues", "refresh", project.srcdir)
    assert result.exit_code == 0
    assert len(server.requests) == 12
    condition = "if-modified-since" if has_token else "if-none-match"
    assert all(condition in request.headers for request in server.requests)
    now = [
        SNAPSHOT_FORMAT.load_if_present(path)["api-issues"]["1"].checked,
        snapshot["api-issues"]["1"].checked,
    ]  # type: ignore[index]
    assert path.read_text().replace(now[0], "") == first.replace(now[1], "")
    assert SECRET not in first + result.output


def test_refresh_that_fails_keeps_the_file_and_says_so(
    make_project: Callable[..., Project], serve: Serve
) -> None:
    server = serve(by_number)
    project = tracked_project(make_project, server.address)
    run("issues", "refresh", project.srcdir)
    before = (project.srcdir / "opsdocs-issues.json").read_bytes()
    server.handle = lambda _: Answer(503, {}, {"Retry-After": "7200"})
    result = run("issues", "refresh", project.srcdir)
    assert result.exit_code == 2
    assert "12 not answered, state kept" in result.output
    assert "asks to wait 7200 s" in result.output
    assert (project.srcdir / "opsdocs-issues.json").read_bytes() == before


def test_refresh_that_is_killed_leaves_the_old_file_or_the_new_one(
    make_project: Callable[..., Project], serve: Serve
) -> None:
    server = serve(by_number, 0.02)
    project = tracked_project(make_project, server.address)
    path = project.srcdir / "opsdocs-issues.json"
    command = [sys.executable, "-m", "sphinxext_opsdocs", "issues", "refresh", str(project.srcdir)]
    for pause in (0.4, 0.9, 1.1, 1.3, 1.5):
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(pause)
        process.send_signal(signal.SIGKILL)
        process.wait()
        snapshot = SNAPSHOT_FORMAT.load_if_present(path)
        assert snapshot is None or len(snapshot["api-issues"]) == 12


def test_snapshot_that_cannot_be_read_is_not_overwritten(
    make_project: Callable[..., Project], serve: Serve
) -> None:
    project = tracked_project(make_project, serve(by_number).address)
    project.write({"opsdocs-issues.json": "{torn"})
    result = run("issues", "refresh", project.srcdir)
    assert result.exit_code == 2
    assert "is not a snapshot of issues" in result.output
    assert (project.srcdir / "opsdocs-issues.json").read_text() == "{torn"
    assert project.build("dummy").of("input_unreadable")


# Real servers


def roundup_home(tmp_path: Path, port: int) -> Path:
    """A new Roundup tracker with two issues, an open and a resolved one."""
    home = tmp_path / "tracker"
    admin = [str(Path(sys.executable).with_name("roundup-admin")), "-i", str(home)]
    subprocess.run([*admin, "install", "classic", "sqlite"], check=True, capture_output=True)
    config = home / "config.ini"
    text = config.read_text()
    for name, value in (("domain", "acme.example"), ("host", "localhost")):
        text = text.replace(f"#{name} = NO DEFAULT", f"{name} = {value}", 1)
    web = f"web = http://127.0.0.1:{port}/"
    config.write_text(text.replace("#web = NO DEFAULT", web, 1))
    for command in (
        ["initialise", "adminpw"],
        ["create", "issue", "title=503 during a drain", "status=1", "priority=1"],
        ["create", "issue", "title=Page size ignored", "status=8", "priority=1"],
    ):
        done = subprocess.run([*admin, *command], check=False, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
    return home


SERVE_ROUNDUP = """
import sys
from wsgiref.simple_server import make_server
from roundup.cgi.wsgi_handler import RequestDispatcher

server = make_server("127.0.0.1", int(sys.argv[2]), RequestDispatcher(sys.argv[1]))
print("ready", flush=True)
server.serve_forever()
"""


def test_roundup_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    port = free_port()
    home = roundup_home(tmp_path, port)
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE_ROUNDUP, str(home), str(port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        assert process.stdout
        assert process.stdout.readline().strip() == "ready"
        monkeypatch.setenv("ROUNDUP_TOKEN", "admin:adminpw")
        tracker = Tracker(
            kind="roundup",
            pattern=r"issue(?P<number>\d+)",
            url=f"http://127.0.0.1:{port}/issue{{number}}",
        )
        config = Config(trackers={"t": tracker})
        snapshot, _ = refresh(config, {"t": {"1", "2", "99"}}, {}, NOW)
        states = snapshot["t"]
        assert (states["1"].state, states["1"].title) == ("open", "503 during a drain")
        assert (states["2"].state, states["2"].reason) == ("closed", "completed")
        assert states["99"].outcome == "gone"
        ref = CLIENTS["roundup"](tracker, IssueSettings()).create("A new one", "Body of it.")
        snapshot, _ = refresh(config, {"t": {ref}}, {}, NOW)
        assert snapshot["t"][ref].title == "A new one"
    finally:
        process.kill()


def test_redmine_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with running_redmine(tmp_path) as (address, key):
        monkeypatch.setenv("REDMINE_API_KEY", key)
        tracker = Tracker(kind="redmine", pattern=r"#(\d+)", project="api", api=address)
        config = Config(trackers={"t": tracker})
        wanted = {"t": {"1", "2", "3", "99"}}
        snapshot, _ = refresh(config, wanted, {}, NOW)
        told = {ref: (s.outcome, s.state, s.reason) for ref, s in snapshot["t"].items()}
        assert told["1"] == ("found", "open", "")
        assert told["2"] == ("found", "closed", "")
        assert told["3"] == ("found", "closed", "not planned")
        assert told["99"][0] == "gone"
        again, _ = refresh(config, wanted, snapshot, NOW)
        assert again == snapshot
        ref = CLIENTS["redmine"](tracker, IssueSettings()).create("A new one", "Body of it.")
        snapshot, _ = refresh(config, {"t": {ref}}, {}, NOW)
        assert (snapshot["t"][ref].title, snapshot["t"][ref].state) == ("A new one", "open")
