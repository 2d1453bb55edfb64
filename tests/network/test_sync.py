"""``opsdocs sync`` against a real HTTP server on this machine, and builds that open no connection."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from click.testing import Result

from sphinxext_opsdocs.canonical.index_file import dump_index
from sphinxext_opsdocs.canonical.section import CanonicalEntry, CanonicalPage
from sphinxext_opsdocs.config.schema import Sync
from sphinxext_opsdocs.network.download import Downloader, DownloadError
from tests.commands import run
from tests.project import Project, rst_page


def index(title: str = "Rate limits") -> bytes:
    entry = CanonicalEntry(title, ("rate-limits",), "rate-limits", digest="w1:0", words="Text.")
    page = CanonicalPage("limits", "Limits", "limits.html", status="Canonical", sections=(entry,))
    return dump_index("specs", "1.0", "", {}, [page])


class Server(ThreadingHTTPServer):
    """Answers each path with what a test put there, and remembers what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        self.answers: dict[str, Callable[[BaseHTTPRequestHandler], None]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        super().__init__(("127.0.0.1", 0), _Handler)
        self.address = f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, *_arguments: object) -> None:
        """Clients hang up on answers that they refuse."""

    def serve(self, path: str, data: bytes, status: int = 200, **headers: str) -> None:
        """Answer a path with data; ``_`` in the name of a header stands for a hyphen."""

        def answer(handler: BaseHTTPRequestHandler) -> None:
            given = {name.replace("_", "-"): text for name, text in headers.items()}
            if given.get("ETag") and handler.headers.get("If-None-Match") == given["ETag"]:
                handler.send_response(304)
                handler.end_headers()
                return
            handler.send_response(status)
            for name, text in ({"Content-Length": str(len(data))} | given).items():
                handler.send_header(name, text)
            handler.end_headers()
            handler.wfile.write(data)

        self.answers[path] = answer


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.asked.append((self.path, dict(self.headers)))
        answer = self.server.answers.get(self.path)
        if answer:
            answer(self)
        else:
            self.send_error(404)

    def log_message(self, *_arguments: object) -> None:
        pass


@pytest.fixture
def server() -> Iterator[Server]:
    with Server() as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield running
        running.shutdown()


LOCAL = "[sync]\nallow_http = true\nallow_private = true\nretries = 0\n"


def configured(project: Project, origin: str, further: str = LOCAL) -> None:
    project.write({"opsdocs.toml": f'{further}[domains.nova]\nindex = "{origin}"\n'})
    project.write({"ops/page.rst": rst_page(".. canonical-ref:: nova:rate-limits\n")})


def sync(project: Project, *words: str) -> Result:
    return run("sync", str(project.srcdir), *words)


def copy_of(project: Project) -> Path:
    return project.srcdir / "opsdocs-sources/nova/canonical-index.json.gz"


def test_copy_is_fetched_and_builds_read_it(project: Project, server: Server) -> None:
    server.serve("/docs/canonical-index.json.gz", index(), ETag='"1"')
    configured(project, f"{server.address}/docs/canonical-index.json.gz")
    (missing,) = project.build("dummy").of("input_unreadable")
    assert 'run "opsdocs sync" in the folder of conf.py' in missing.message
    done = sync(project)
    assert done.exit_code == 0, done.output
    assert done.output.startswith("nova index: fetched, 1 section on 1 page (")
    assert copy_of(project).read_bytes() == index()
    build = project.build()
    assert build.of("canonical_unresolved") == build.of("input_unreadable") == []
    assert f'href="{server.address}/docs/limits.html#rate-limits"' in build.text("ops/page.html")


def test_second_sync_asks_conditionally_and_keeps_the_copy(
    project: Project, server: Server
) -> None:
    server.serve("/canonical-index.json.gz", index(), ETag='"1"')
    configured(project, f"{server.address}/canonical-index.json.gz")
    sync(project, "--today", "2026-11-01")
    changed = copy_of(project).stat().st_mtime_ns
    done = sync(project, "--today", "2026-11-20")
    assert "unchanged since its last sync" in done.output
    assert server.asked[-1][1]["If-None-Match"] == '"1"'
    assert copy_of(project).stat().st_mtime_ns == changed
    row = json.loads((project.srcdir / "opsdocs-sources/sources.jsonl").read_text())
    assert (row["fetched"], row["etag"]) == ("2026-11-20", '"1"')
    server.serve("/canonical-index.json.gz", index("Limits"), ETag='"2"')
    assert sync(project).output.startswith("nova index: fetched")
    assert copy_of(project).read_bytes() == index("Limits")


def slow(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    for _ in range(100):
        handler.wfile.write(b"x" * 100)
        handler.wfile.flush()
        time.sleep(0.05)


def cut_off(handler: BaseHTTPRequestHandler) -> None:
    data = index()
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(data)))
    handler.end_headers()
    handler.wfile.write(data[:50])


def endless(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.end_headers()
    for _ in range(200):
        handler.wfile.write(b"x" * (1 << 16))


def drops(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("Content-Length", "60000")
    handler.end_headers()
    for _ in range(40):
        handler.wfile.write(b"x")
        handler.wfile.flush()
        time.sleep(0.2)


def teapot(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(418, "\x1b[31mred")
    handler.send_header("Content-Length", "0")
    handler.end_headers()


FAILURES: dict[str, tuple[Callable[[Server], None], str, str]] = {
    "not found": (lambda server: None, "", "the server answers 404"),
    "server error": (lambda s: s.serve("/x", b"", 503), "", "the server answers 503"),
    "forbidden": (lambda s: s.serve("/x", b"", 403), "", "the server answers 403"),
    "slow": (lambda s: s.answers.update({"/x": slow}), "timeout = 0.5\n", "took longer than"),
    "cut off": (lambda s: s.answers.update({"/x": cut_off}), "", "the connection failed"),
    "too large": (
        lambda s: s.answers.update({"/x": endless}),
        "max_size = 1\n",
        "is larger than sync.max_size (1 MiB)",
    ),
    "a page": (lambda s: s.serve("/x", b"<html>"), "", "is not a canonical index"),
    "a bomb": (
        lambda s: s.serve("/x", gzip.compress(b" " * (200 << 20), 1)),
        "",
        "unpacks to more than",
    ),
    "packed on the way": (
        lambda s: s.serve("/x", gzip.compress(b" " * (3 << 20), 1), Content_Encoding="gzip"),
        "max_size = 1\n",
        "is larger than sync.max_size (1 MiB)",
    ),
    "another host": (
        lambda s: s.serve("/x", b"", 302, Location=f"http://localhost:{s.server_port}/y"),
        "",
        'redirects to another host, "localhost"',
    ),
    "a circle": (
        lambda s: s.serve("/x", b"", 302, Location="/x"),
        "",
        "redirects more than 5 times",
    ),
    "a file": (
        lambda s: s.serve("/x", b"", 302, Location="file:///etc/passwd"),
        "",
        'it must not have the scheme "file"',
    ),
    "no address": (
        lambda s: s.serve("/x", b"", 302, Location="http://["),
        "",
        "the request failed",
    ),
    "a terminal's command": (
        lambda s: s.answers.update({"/x": teapot}),
        "",
        "the server answers 418 \\x1b[31mred",
    ),
    "drop by drop": (
        lambda s: s.answers.update({"/x": drops}),
        "timeout = 1.0\n",
        "took longer than",
    ),
    "credentials": (
        lambda s: s.serve("/x", b"", 302, Location=f"http://u:p@127.0.0.1:{s.server_port}/y"),
        "",
        "it must not contain credentials",
    ),
}


@pytest.mark.parametrize("kind", list(FAILURES))
def test_failed_source_leaves_the_old_copy(project: Project, server: Server, kind: str) -> None:
    prepare, settings, message = FAILURES[kind]
    server.serve("/x", index())
    configured(project, f"{server.address}/x", LOCAL + settings)
    assert sync(project).exit_code == 0
    folder = project.srcdir / "opsdocs-sources"
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    del server.answers["/x"]
    prepare(server)
    done = sync(project)
    assert done.exit_code == 2
    assert message in done.output
    assert done.output.rstrip().endswith("the old copy stays")
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before


def test_one_failed_source_does_not_keep_others_back(project: Project, server: Server) -> None:
    server.serve("/good.json.gz", index())
    project.write(
        {
            "opsdocs.toml": f'{LOCAL}[domains.a]\nindex = "{server.address}/gone.json.gz"\n'
            f'[domains.b]\nindex = "{server.address}/good.json.gz"\n'
        }
    )
    done = sync(project)
    assert done.exit_code == 2
    first, second = done.output.splitlines()
    assert first.startswith("a index: FAILED")
    assert second.startswith("b index: fetched")


def test_passing_fault_is_tried_again_after_the_pause_that_was_asked_for(server: Server) -> None:
    tries: list[int] = []

    def busy(handler: BaseHTTPRequestHandler) -> None:
        tries.append(1)
        if len(tries) < 3:
            handler.send_response(429)
            handler.send_header("Retry-After", "7")
            handler.send_header("Content-Length", "0")
            handler.end_headers()
        else:
            server.serve("/x", b"done")
            server.answers["/x"](handler)

    server.answers["/x"] = busy
    pauses: list[float] = []
    rules = Sync(allow_http=True, allow_private=True)
    assert Downloader(rules, pauses.append).get(f"{server.address}/x").data == b"done"
    assert pauses == [7, 7]
    tries.clear()
    server.answers["/x"] = busy
    with pytest.raises(DownloadError, match="429"):
        Downloader(Sync(allow_http=True, allow_private=True, timeout=5), pauses.append).get(
            f"{server.address}/x"
        )


@pytest.mark.parametrize(
    ("rules", "message"),
    [
        (Sync(), 'scheme "http" is not allowed'),
        (Sync(allow_http=True), "connects to 127.0.0.1, a private or local address"),
    ],
)
def test_plain_http_and_private_addresses_are_refused(
    server: Server, rules: Sync, message: str
) -> None:
    with pytest.raises(DownloadError, match=message):
        Downloader(rules).get(f"{server.address}/x")
    assert server.asked == []


def test_name_that_leads_to_a_private_address_is_refused_before_a_byte_is_sent(
    server: Server,
) -> None:
    with pytest.raises(
        DownloadError, match=r"connects to 127\.0\.0\.1|connects to ::1|connection failed"
    ):
        Downloader(Sync(allow_http=True, retries=0)).get(f"http://localhost:{server.server_port}/x")
    assert server.asked == []


def test_redirect_to_an_allowed_host_is_followed_without_the_token(
    project: Project, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPECS_TOKEN", "s3cret-token")
    server.serve("/x", b"", 302, Location=f"http://localhost:{server.server_port}/y")
    server.serve("/y", index())
    settings = LOCAL + 'allow_redirects_to = ["localhost"]\n'
    settings += '[sync.credentials]\n"127.0.0.1" = "SPECS_TOKEN"\n'
    configured(project, f"{server.address}/x", settings)
    done = sync(project)
    assert done.exit_code == 0, done.output
    (_, first), (_, second) = server.asked
    assert first["Authorization"] == "Bearer s3cret-token"
    assert "Authorization" not in second
    files = [p.read_bytes() for p in project.srcdir.rglob("*") if p.is_file()]
    assert not any(b"s3cret" in data for data in files)
    server.serve("/x", b"", 401)
    assert "s3cret" not in sync(project).output
    monkeypatch.delenv("SPECS_TOKEN")
    assert 'variable "SPECS_TOKEN" is not set' in sync(project).output


def test_address_with_credentials_is_refused_and_not_shown(project: Project) -> None:
    configured(project, "https://me:s3cret@specs.example/x.json.gz")
    done = sync(project)
    assert done.exit_code == 2
    assert "must not contain credentials" in done.output
    assert "s3cret" not in done.output


def test_file_of_another_checkout_is_copied_and_watched(project: Project, tmp_path: Path) -> None:
    other = tmp_path / "specs/canonical-index.json.gz"
    other.parent.mkdir()
    other.write_bytes(index())
    configured(project, "../../specs/canonical-index.json.gz", "")
    assert project.build("dummy").of("input_unreadable") == []  # read where it is
    assert sync(project).output.startswith("nova index: fetched")
    assert project.build("dummy").of("index_stale") == []
    other.write_bytes(index("Other"))
    (finding,) = project.build("dummy").of("index_stale")
    assert 'has changed since; run "opsdocs sync"' in finding.message
    assert finding.place.path == "opsdocs-sources/nova/canonical-index.json.gz"
    sync(project)
    assert project.build("dummy").of("index_stale") == []
    other.unlink()  # as on a machine without the other checkout
    assert project.build("dummy").of("index_stale") == []
    assert sync(project).exit_code == 2
    assert copy_of(project).read_bytes() == index("Other")


def test_old_copy_is_stale(project: Project, server: Server) -> None:
    server.serve("/canonical-index.json.gz", index())
    configured(project, f"{server.address}/canonical-index.json.gz")
    sync(project, "--today", "2026-10-01")
    (finding,) = project.build("dummy").of("index_stale")
    assert "53 days ago (limit: 30)" in finding.message


def test_file_below_conf_py_is_read_in_place(project: Project) -> None:
    configured(project, "specs.json.gz", "")
    (project.srcdir / "specs.json.gz").write_bytes(index())
    assert sync(project).output == "nova index: specs.json.gz, read in place\n"
    assert not (project.srcdir / "opsdocs-sources").exists()


def test_copy_that_nothing_names_any_more_is_removed(project: Project, server: Server) -> None:
    server.serve("/canonical-index.json.gz", index())
    configured(project, f"{server.address}/canonical-index.json.gz")
    sync(project)
    project.write({"opsdocs.toml": ""})
    assert "removed, configuration no longer names it" in sync(project).output
    assert not copy_of(project).exists()


def test_changed_address_that_fails_leaves_the_copy(project: Project, server: Server) -> None:
    server.serve("/canonical-index.json.gz", index())
    configured(project, f"{server.address}/canonical-index.json.gz")
    sync(project)
    folder = project.srcdir / "opsdocs-sources"
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    configured(project, f"{server.address}/moved/canonical-index.json.gz")
    done = sync(project)
    assert done.exit_code == 2
    assert "removed" not in done.output
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()} == before
    server.serve("/moved/canonical-index.json.gz", index("Other"))
    assert sync(project).exit_code == 0
    assert copy_of(project).read_bytes() == index("Other")
    (row,) = (folder / "sources.jsonl").read_text().splitlines()
    assert json.loads(row)["origin"].endswith("/moved/canonical-index.json.gz")


def test_copy_of_another_source_stays_in_a_run_with_a_failure(
    project: Project, server: Server
) -> None:
    server.serve("/canonical-index.json.gz", index())
    configured(project, f"{server.address}/canonical-index.json.gz")
    sync(project)
    project.write(
        {"opsdocs.toml": f'{LOCAL}[domains.a]\nindex = "{server.address}/none.json.gz"\n'}
    )
    assert sync(project).exit_code == 2
    assert copy_of(project).is_file()
    project.write({"opsdocs.toml": LOCAL})
    assert "removed, configuration no longer names it" in sync(project).output
    assert not copy_of(project).exists()


def test_configuration_in_conf_py_counts(project: Project, server: Server) -> None:
    server.serve("/canonical-index.json.gz", index())
    project.write({"opsdocs.toml": LOCAL})
    conf = project.srcdir / "conf.py"
    address = f"{server.address}/canonical-index.json.gz"
    conf.write_text(conf.read_text() + f'opsdocs_domains = {{"nova": {{"index": "{address}"}}}}\n')
    assert sync(project).output.startswith("nova index: fetched")


def test_folder_may_be_given_as_seen_from_elsewhere(
    project: Project, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.serve("/canonical-index.json.gz", index())
    configured(project, f"{server.address}/canonical-index.json.gz")
    monkeypatch.chdir(project.srcdir.parent)
    done = run("sync", "docs")
    assert done.exit_code == 0, done.output
    monkeypatch.chdir(project.srcdir)
    assert "unchanged" in run("sync").output
    assert run("check").exit_code == 1


def test_corrupt_manifest_is_named_and_kept(project: Project) -> None:
    configured(project, "../gone.json.gz", "")
    manifest = project.srcdir / "opsdocs-sources/sources.jsonl"
    manifest.parent.mkdir()
    manifest.write_text("{")
    done = sync(project)
    assert done.exit_code == 2
    assert "sources.jsonl" in done.output
    assert manifest.read_text() == "{"


FORBIDDING = """
import sys
def refuse(event, arguments):
    if event in ("socket.connect", "socket.bind", "socket.getaddrinfo", "socket.gethostbyname"):
        raise RuntimeError(f"a build opened a connection: {event} {arguments}")
sys.addaudithook(refuse)
"""


@pytest.mark.parametrize("command", ["build", "check"])
def test_builds_open_no_connection(project: Project, server: Server, command: str) -> None:
    server.serve("/canonical-index.json.gz", index())
    configured(project, f"{server.address}/canonical-index.json.gz")
    sync(project)
    asked = len(server.asked)
    words = {
        "build": f"from sphinx.cmd.build import main; sys.exit(main(['-q', '-j', '2', {str(project.srcdir)!r}, "
        f"{str(project.outdir)!r}]))",
        "check": f"from sphinxext_opsdocs.cli import main; main(['check', {str(project.srcdir)!r}])",
    }[command]
    done = subprocess.run(
        [sys.executable, "-c", FORBIDDING + words], capture_output=True, text=True, check=False
    )
    assert "opened a connection" not in done.stderr + done.stdout
    assert done.returncode == (0 if command == "build" else 1), done.stderr
    assert len(server.asked) == asked
    proof = FORBIDDING + "import socket; socket.create_connection(('127.0.0.1', 9))"
    refused = subprocess.run(
        [sys.executable, "-c", proof], capture_output=True, text=True, check=False
    )
    assert "opened a connection" in refused.stderr


def test_second_source_of_the_same_name_leaves_the_first_copy(
    project: Project, server: Server
) -> None:
    server.serve("/a/canonical-index.json.gz", index())
    server.serve("/b/canonical-index.json.gz", index("Other"))
    first = f"{server.address}/a/canonical-index.json.gz"
    configured(project, first)
    sync(project)
    second = f"{server.address}/b/canonical-index.json.gz"
    project.write({"opsdocs.toml": f'{LOCAL}[domains.nova]\nindex = ["{second}", "{first}"]\n'})
    del server.answers["/a/canonical-index.json.gz"]
    done = sync(project)
    assert done.exit_code == 2
    assert copy_of(project).read_bytes() == index()
    copies = sorted(path.name for path in copy_of(project).parent.iterdir())
    assert len(copies) == 2
    assert project.build("dummy").of("input_unreadable") == []


def test_broken_copy_is_fetched_again(project: Project, server: Server) -> None:
    server.serve("/canonical-index.json.gz", index(), ETag='"1"')
    configured(project, f"{server.address}/canonical-index.json.gz")
    sync(project)
    copy_of(project).write_bytes(index()[:50])
    assert sync(project).output.startswith("nova index: fetched")
    assert copy_of(project).read_bytes() == index()


def test_token_does_not_go_to_another_port(
    project: Project, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPECS_TOKEN", "s3cret")
    with Server() as other:
        threading.Thread(target=other.serve_forever, daemon=True).start()
        other.serve("/y", index())
        server.serve("/x", b"", 302, Location=f"{other.address}/y")
        settings = LOCAL + '[sync.credentials]\n"127.0.0.1" = "SPECS_TOKEN"\n'
        configured(project, f"{server.address}/x", settings)
        assert sync(project).exit_code == 0
        assert "Authorization" in server.asked[0][1]
        assert "Authorization" not in other.asked[0][1]
        other.shutdown()


def test_token_that_no_header_can_hold_fails_that_source_alone(
    project: Project, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SPECS_TOKEN", "t✓ken")
    settings = LOCAL + '[sync.credentials]\n"127.0.0.1" = "SPECS_TOKEN"\n'
    configured(project, f"{server.address}/x", settings)
    done = sync(project)
    assert done.exit_code == 2
    assert "the request failed" in done.output
    assert "ken" not in done.output.replace("token", "")


@pytest.mark.parametrize(
    "row",
    [
        {"fetched": "yesterday"},
        {"copy": ""},
        {"copy": "nova"},
        {"copy": "../../etc/passwd"},
        {"copy": "a\u0000b/c"},
    ],
    ids=str,
)
def test_wrong_manifest_is_one_finding(project: Project, row: dict[str, str]) -> None:
    configured(project, "https://specs.example/x.gz", "")
    sound = {
        "copy": "nova/x.gz",
        "origin": "https://specs.example/x.gz",
        "fetched": "2026-11-01",
        "sha256": "",
    }
    manifest = project.srcdir / "opsdocs-sources/sources.jsonl"
    manifest.parent.mkdir()
    manifest.write_text(json.dumps(sound | row) + "\n")
    (finding,) = project.build("dummy").of("input_unreadable")
    assert finding.place.path == "opsdocs-sources/sources.jsonl"
    assert sync(project).exit_code == 2


def test_folder_of_copies_that_is_a_file_is_told(project: Project, tmp_path: Path) -> None:
    other = tmp_path / "specs.json.gz"
    other.write_bytes(index())
    configured(project, "../../specs.json.gz", "")
    (project.srcdir / "opsdocs-sources").write_text("")
    done = sync(project)
    assert done.exit_code == 2
    assert "Traceback" not in done.output
    assert not isinstance(done.exception, OSError)


@pytest.mark.parametrize("address", ["http://[::1", "https://", "ftp://specs.example/x"])
def test_address_that_is_none_is_refused(project: Project, address: str) -> None:
    configured(project, address, "")
    done = sync(project)
    assert done.exit_code == 2
    assert "must be a file, or an http or https address" in done.output


def test_proxy_exceptions_are_kept(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    server.serve("/x", b"done")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    rules = Sync(allow_http=True, allow_private=True, retries=0)
    with pytest.raises(DownloadError):
        Downloader(rules).get(f"{server.address}/x")
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    assert Downloader(rules).get(f"{server.address}/x").data == b"done"


RULES = """\
groups:
- name: gateway
  rules:
  - alert: GatewayDown
    annotations:
      runbook_url: https://docs.example/ops/gone.html
"""


def test_alerts_of_another_repository(project: Project, server: Server) -> None:
    server.serve("/rules/gateway.yml", RULES.encode(), ETag='"1"')
    address = f"{server.address}/rules/gateway.yml"
    remote = f'[alerts]\nbase_urls = ["https://docs.example/"]\n[alerts.remote.mixin]\nfiles = ["{address}"]\n'
    project.write({"opsdocs.toml": LOCAL + remote, "ops/page.rst": rst_page("Stop it.")})
    (finding,) = project.build("dummy").of("input_unreadable")
    assert f"has no copy of {address}" in finding.message
    assert "mixin alerts: fetched, 1 alert" in sync(project).output
    (finding,) = project.build("dummy").of("runbook_url_dead")
    assert (finding.place.path, finding.place.line) == (
        "opsdocs-sources/_alerts/mixin/gateway.yml",
        6,
    )
    assert "unchanged since its last sync" in sync(project).output
    # a copy is not ours to correct
    project.write({"redirects": "ops/gone ops/page\n"})
    assert run("fix", project.srcdir, "--write").exit_code == 0
    copy = project.srcdir / "opsdocs-sources/_alerts/mixin/gateway.yml"
    assert copy.read_text() == RULES
    # what is no YAML replaces no copy
    server.serve("/rules/gateway.yml", b"groups: [", ETag='"2"')
    result = sync(project)
    assert result.exit_code == 2
    assert "FAILED" in result.output
    assert copy.read_text() == RULES


def test_alerts_of_a_checkout_beside_this_one(project: Project, tmp_path: Path) -> None:
    other = tmp_path / "mixin"
    other.mkdir()
    (other / "gateway.yml").write_text(RULES)
    text = (
        '[alerts]\nbase_urls = ["https://docs.example/"]\n[alerts.remote.mixin]\nfiles = ["{}"]\n'
    )
    path = os.path.relpath(other / "gateway.yml", project.srcdir)
    project.write({"opsdocs.toml": text.format(path), "ops/page.rst": rst_page("Stop it.")})
    assert "mixin alerts: fetched, 1 alert" in sync(project).output
    assert project.build("dummy").of("runbook_url_dead")
    (other / "gateway.yml").write_text(RULES.replace("GatewayDown", "GatewayGone"))
    (finding,) = project.build("dummy").of("index_stale")
    assert "mixin" in finding.message
    assert project.build("dummy").of("runbook_url_dead")
    assert run("on-call", "GatewayDown", "-s", project.srcdir).exit_code == 0
