"""Tokens stay where they belong: redirects and proxies, against real servers on this machine."""

from __future__ import annotations

import socket
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sphinxext_opsdocs.config.parser import ConfigurationError, parse_config
from sphinxext_opsdocs.config.schema import IssueSettings, Sync, Tracker
from sphinxext_opsdocs.network.address import AddressError, is_public_ip, read_address
from sphinxext_opsdocs.network.download import Downloader, DownloadError
from sphinxext_opsdocs.network.trackers import CLIENTS
from sphinxext_opsdocs.network.trackers.requester import TrackerError, TrackerStoppedError
from tests.conftest import skip

SECRET = "s3cret-token-value"
HOME, ELSEWHERE = "127.0.0.1", ("127.0.0.2", "::1")
STATUSES = (301, 302, 303, 307, 308)


class Server(ThreadingHTTPServer):
    """Redirects the path ``/first...`` to ``location``, and notes every request."""

    daemon_threads = True
    location = b"/last"
    status = 302

    def __init__(self, host: str, port: int) -> None:
        self.heads: list[str] = []
        """The first line and the headers of each request."""
        if ":" in host:
            self.address_family = socket.AF_INET6
        super().__init__((host, port), _Handler)

    @property
    def has_seen_token(self) -> bool:
        return any(SECRET in head for head in self.heads)

    def handle_error(self, *_arguments: object) -> None:
        """Clients hang up on answers that they refuse."""


class _Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.heads.append(f"{self.requestline}\n{self.headers}")
        if "/first" in self.path:
            self.wfile.write(b"HTTP/1.1 %d Moved\r\n" % self.server.status)
            # as bytes: http.server would refuse some of what a hostile server sends
            self.wfile.write(b"Location: " + self.server.location + b"\r\n")
            self.wfile.write(b"Set-Cookie: session=" + SECRET.encode() + b"\r\n")
        else:
            self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        self.wfile.write(b"Content-Length: 2\r\nConnection: close\r\n\r\n{}")
        self.close_connection = True

    def do_CONNECT(self) -> None:
        self.server.heads.append(f"{self.requestline}\n{self.headers}")
        self.send_error(502)

    def log_message(self, *_arguments: object) -> None:
        pass


class Servers(NamedTuple):
    """The one with the token, others on its port, and others on another port."""

    home: Server
    others: tuple[Server, ...]

    @property
    def port(self) -> int:
        return self.home.server_port

    @property
    def other_port(self) -> int:
        return self.others[-1].server_port

    def forget(self) -> None:
        for server in (self.home, *self.others):
            server.heads.clear()


def start(stack: ExitStack, host: str, port: int) -> Server:
    server = stack.enter_context(Server(host, port))
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    stack.callback(server.shutdown)
    return server


@pytest.fixture(scope="module")
def servers() -> Iterator[Servers]:
    for _ in range(20):  # a port that is free on one address may be taken on another
        with ExitStack() as stack:
            try:
                home = start(stack, HOME, 0)
                others = [start(stack, host, home.server_port) for host in ELSEWHERE]
                others += [start(stack, HOME, 0)]
                others += [start(stack, host, others[-1].server_port) for host in ELSEWHERE]
            except OSError:
                continue
            yield Servers(home, tuple(others))
            return
    skip("a port that is free on 127.0.0.1, 127.0.0.2 and ::1")


HOSTILE = r"""
http://127.0.0.2:{p}/last
HTTP://127.0.0.2:{p}/last
http://[::1]:{p}/last
http://[0:0:0:0:0:0:0:1]:{p}/last
http://[::0001]:{p}/last
http://[::ffff:127.0.0.2]:{p}/last
http://[::ffff:7f00:2]:{p}/last
http://[::127.0.0.2]:{p}/last
http://[::1%25lo]:{p}/last
http://[::1%lo]:{p}/last
http://[::1]@127.0.0.1:{p}/last
http://localhost:{p}/last
http://localhost.:{p}/last
http://LOCALHOST:{q}/last
http://127.0.0.2.:{p}/last
http://127.0.2:{p}/last
http://127.2:{p}/last
http://2130706434:{p}/last
http://0x7f000002:{p}/last
http://0x7f.0.0.2:{p}/last
http://0177.0.0.2:{p}/last
http://0177.0.0.02:{p}/last
http://127.0.0.1:{q}/last
http://127.0.0.1:0{q}/last
http://127.0.0.1.:{q}/last
http://127.1:{q}/last
http://[::1]:{q}/last
http://0.0.0.0:{q}/last
http://0:{q}/last
//127.0.0.2:{p}/last
///127.0.0.2:{p}/last
////127.0.0.2:{p}/last
http:/127.0.0.2:{p}/last
http:127.0.0.2:{p}/last
http:///127.0.0.2:{p}/last
http:////127.0.0.2:{p}/last
/\127.0.0.2:{p}/last
\\127.0.0.2:{p}/last
\/\/127.0.0.2:{p}/last
http:\\127.0.0.2:{p}/last
http:/\127.0.0.2:{p}/last
http://127.0.0.2:{p}\@127.0.0.1:{p}/last
http://127.0.0.2:{p}\\@127.0.0.1:{p}/last
http://127.0.0.2:{p}%5c@127.0.0.1:{p}/last
http://127.0.0.2:{p}/\@127.0.0.1:{p}/last
http://127.0.0.2:{p}#@127.0.0.1:{p}/last
http://127.0.0.2:{p}?@127.0.0.1:{p}/last
http://127.0.0.2:{p};@127.0.0.1:{p}/last
http://127.0.0.1:{p}\.127.0.0.2:{p}/last
http://127.0.0.1:{p}@127.0.0.2:{p}/last
http://127.0.0.1:{p}%40127.0.0.2:{p}/last
http://127.0.0.1@127.0.0.2:{p}/last
http://127.0.0.1:pass@127.0.0.2:{p}/last
http://127.0.0.1:{p}%2f@127.0.0.2:{p}/last
http://127.0.0.1:{p}%00@127.0.0.2:{p}/last
http://127.0.0.1%2e127.0.0.2:{p}/last
http://127.0.0.1%23@127.0.0.2:{p}/last
http://%31%32%37.0.0.2:{p}/last
http://127%2e0%2e0%2e2:{p}/last
http://127.0.0.2%3a{p}/last
http://[127.0.0.2]:{p}/last
http://127.0.0.1 :{p}@127.0.0.2:{p}/last
 http://127.0.0.2:{p}/last
http://127.0.0.2:{p}/ last
ht<TAB>tp://127.0.0.2:{p}/last
http:/<TAB>/127.0.0.2:{p}/last
http://127.0.0.2<TAB>:{p}/last
<NUL>http://127.0.0.2:{p}/last
http://127.0.0.1:{p}<NUL>@127.0.0.2:{p}/last
http://127.0.0.2:{p}<DEL>@127.0.0.1:{p}/last
http://127.0.0.2:{p}<FOLD>/last
http://１２７.0.0.2:{p}/last
http://127。0。0。2:{p}/last
http://127．0．0．2:{p}/last
http://ⓛocalhost:{q}/last
http://127.0.0.1:{p}＠127.0.0.2:{p}/last
http://127.0.0.1:{p}／127.0.0.2:{p}/last
http://127.0.0.2<ZWSP>:{p}/last
http://127.0.0.2<SHY>:{p}/last
http://127.0.0.1:{p}:{q}/last
http://127.0.0.1:+{q}/last
http://127.0.0.1:{q}:/last
http://127.0.0.1:٨٠/last
https://127.0.0.1:{p}/last
https://127.0.0.1:{q}/last
https:/127.0.0.2:{p}/last
ftp://127.0.0.1:{p}/last
file:///etc/passwd
gopher://127.0.0.2:{p}/last
javascript://127.0.0.2:{p}/last
data:text/plain,x
httpx://127.0.0.2:{p}/last
http+unix://127.0.0.2:{p}/last
url:http://127.0.0.2:{p}/last
//[::1]:{p}/last
//127.0.0.1:{q}/last
//127.0.0.1:{p}@127.0.0.2:{p}/last
//127.0.0.2:{p}\@127.0.0.1:{p}/last
""".strip("\n").split("\n")
"""Where a server that has the token sends the client; {p} is its own port, {q} that of others."""
MARKS = {"<TAB>": "\t", "<NUL>": "\0", "<DEL>": "\x7f", "<FOLD>": "\r\n ", "<ZWSP>": "\u200b"}
MARKS["<SHY>"] = "\u00ad"
ALLOWED = (
    "127.0.0.1", "127.0.0.2", "::1", "localhost", "localhost.", "127.0.0.2.", "127.0.0.1.", "127.1",
    "127.2", "127.0.2", "2130706434", "0x7f000002", "0x7f.0.0.2", "0177.0.0.2", "0177.0.0.02",
    "0.0.0.0", "0", "::ffff:127.0.0.2", "::ffff:7f00:2", "0:0:0:0:0:0:0:1", "::0001",
)  # fmt: skip
"""The spellings of hosts above: configuration that allows all of them gives no token away."""


def download(home: Server) -> None:
    rules = Sync(
        allow_http=True,
        allow_private=True,
        retries=0,
        timeout=5,
        allow_redirects_to=ALLOWED,
        credentials={HOME: "OPSDOCS_TEST_TOKEN"},
    )
    with suppress(DownloadError):
        Downloader(rules).get(f"http://{HOME}:{home.server_port}/first")


def ask_tracker(home: Server) -> None:
    tracker = Tracker(
        kind="gitea",
        pattern=r"\d+",
        project="acme/first",
        api=f"http://{HOME}:{home.server_port}",
        token="OPSDOCS_TEST_TOKEN",
    )
    with suppress(TrackerError):
        CLIENTS["gitea"](tracker, IssueSettings(retries=0, timeout=5)).look_up(["1"], {})


def located(row: str, servers: Servers) -> bytes:
    for mark, character in MARKS.items():
        row = row.replace(mark, character)
    return row.replace("{p}", f"{servers.port}").replace("{q}", f"{servers.other_port}").encode()


def test_table_of_hostile_redirects_is_large() -> None:
    assert len(HOSTILE) == len(set(HOSTILE)) >= 60


@pytest.mark.parametrize("client", [download, ask_tracker])
def test_no_hostile_redirect_carries_a_token_elsewhere(
    servers: Servers, client: Callable[[Server], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPSDOCS_TEST_TOKEN", SECRET)
    leaks: list[str] = []
    arrived = 0
    for number, row in enumerate(HOSTILE):
        servers.forget()
        servers.home.location, servers.home.status = located(row, servers), STATUSES[number % 5]
        client(servers.home)
        assert servers.home.has_seen_token, row
        arrived += any(server.heads for server in servers.others)
        if any(server.has_seen_token for server in servers.others):
            leaks.append(row)
    assert leaks == []
    # a tracker's redirects to other origins are not followed, those of downloads are
    assert arrived >= 15 if client is download else arrived == 0


@pytest.mark.parametrize("client", [download, ask_tracker])
def test_redirect_within_the_origin_keeps_the_token(
    servers: Servers, client: Callable[[Server], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPSDOCS_TEST_TOKEN", SECRET)
    for row in (
        "/last",
        "last",
        "?last",
        "http://127.0.0.1:{p}/last",
        "//127.0.0.1:{p}/é",
        "a//b@c",
    ):
        servers.forget()
        servers.home.location, servers.home.status = located(row, servers), 302
        client(servers.home)
        authorized = ["Authorization:" in head for head in servers.home.heads]
        assert authorized[:2] == [True, True], row


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("tls") / "loopback.pem"
    names = "subjectAltName=IP:127.0.0.1,IP:127.0.0.2,DNS:localhost"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "36500"]
    command += ["-subj", "/CN=loopback", "-addext", names, "-keyout", str(path), "-out", str(path)]
    try:
        done = subprocess.run(command, capture_output=True, check=False)
    except OSError:
        skip("openssl, which makes the certificate of a server")
    assert done.returncode == 0, done.stderr
    return path


@pytest.mark.parametrize(
    "row",
    ["http://127.0.0.1:{q}/last", "//127.0.0.1:{q}/last", "//127.0.0.2:{q}/last", "http:/last"],
)
def test_token_of_https_goes_to_no_other_scheme_or_port(
    servers: Servers, certificate: Path, row: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPSDOCS_TEST_TOKEN", SECRET)
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(certificate))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    with ExitStack() as stack:
        home = start(stack, HOME, 0)
        home.socket = context.wrap_socket(home.socket, server_side=True)
        servers.forget()
        home.location = located(row, servers)
        rules = Sync(
            allow_http=True,
            allow_private=True,
            retries=0,
            allow_redirects_to=ALLOWED,
            credentials={HOME: "OPSDOCS_TEST_TOKEN"},
        )
        with pytest.raises(DownloadError):
            Downloader(rules).get(f"https://{HOME}:{home.server_port}/first")
        assert home.has_seen_token
        assert not any(server.has_seen_token for server in servers.others)


# Proxies and plain http


@pytest.mark.parametrize("client", [download, ask_tracker])
@pytest.mark.parametrize("variable", ["http_proxy", "all_proxy"])
def test_token_does_not_pass_a_proxy_in_clear_text(
    servers: Servers,
    client: Callable[[Server], None],
    variable: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    proxy = servers.others[0]
    monkeypatch.setenv("OPSDOCS_TEST_TOKEN", SECRET)
    monkeypatch.setenv(variable, f"http://127.0.0.2:{proxy.server_port}")
    servers.forget()
    servers.home.location = b"/last"
    client(servers.home)
    assert servers.home.has_seen_token
    assert proxy.heads == []


def test_proxy_only_connects_the_two_ends_of_https(
    servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = servers.others[0]
    monkeypatch.setenv("OPSDOCS_TEST_TOKEN", SECRET)
    monkeypatch.setenv("https_proxy", f"http://127.0.0.2:{proxy.server_port}")
    servers.forget()
    rules = Sync(retries=0, credentials={"specs.example": "OPSDOCS_TEST_TOKEN"})
    with pytest.raises(DownloadError):
        Downloader(rules).get("https://specs.example/x")
    tracker = Tracker(
        kind="gitea",
        pattern=r"\d+",
        project="a/b",
        api="https://t.example",
        token="OPSDOCS_TEST_TOKEN",
    )
    with pytest.raises(TrackerError):
        CLIENTS["gitea"](tracker, IssueSettings(retries=0)).look_up(["1"], {})
    targets = [head.split()[:2] for head in proxy.heads]
    assert ["CONNECT", "specs.example:443"] in targets
    assert ["CONNECT", "t.example:443"] in targets
    assert not proxy.has_seen_token


def test_no_token_over_plain_http_to_another_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPSDOCS_TEST_TOKEN", SECRET)
    rules = Sync(
        allow_http=True,
        allow_private=True,
        retries=0,
        credentials={"192.0.2.1": "OPSDOCS_TEST_TOKEN"},
    )
    with pytest.raises(DownloadError, match="must use https: no token is sent over plain http"):
        Downloader(rules).get("http://192.0.2.1/x")
    tracker = Tracker(
        kind="gitea",
        pattern=r"\d+",
        project="a/b",
        api="http://192.0.2.1",
        token="OPSDOCS_TEST_TOKEN",
    )
    with pytest.raises(TrackerStoppedError, match="no token is sent over plain http"):
        CLIENTS["gitea"](tracker, IssueSettings())


def test_hosts_of_credentials_are_read_as_the_client_reads_them(
    servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPSDOCS_TEST_TOKEN", SECRET)
    servers.forget()
    rules = Sync(
        allow_http=True,
        allow_private=True,
        retries=0,
        credentials={"LocalHost": "OPSDOCS_TEST_TOKEN"},
    )
    Downloader(rules).get(f"http://localhost:{servers.port}/last")
    assert servers.home.has_seen_token


# Addresses


@pytest.mark.parametrize(
    "address",
    [
        "http://other\\@tracker.example/", "https://tracker.example\\x", "https://me@tracker.example/",
        "https://me:secret@tracker.example/", "https://tracker.example/ x", "https://tracker.example/\t",
        " https://tracker.example/", "https://tracker.example/\x7f", "https://tracker.example/\u00a0",
        "https://tracker.example\x00/",
    ],
)  # fmt: skip
@pytest.mark.parametrize(
    "tables",
    [
        lambda address: {"trackers": {"t": {"pattern": "x", "url": address}}},
        lambda address: {"trackers": {"t": {"pattern": "x", "api": address}}},
        lambda address: {"domains": {"a": {"base_url": address}}},
        lambda address: {"domains": {"a": {"index": address}}},
        lambda address: {"dependents": {"a": {"facts": address, "domain": "a"}}},
        lambda address: {"dependents": {"a": {"facts": "x", "domain": "a", "base_url": address}}},
    ],
    ids=["url", "api", "base_url", "index", "facts", "dependent"],
)
def test_address_that_parsers_read_differently_is_refused(
    tables: Callable[[str], dict[str, object]], address: str
) -> None:
    with pytest.raises(ConfigurationError, match=r"must not contain|must be") as failure:
        parse_config(tables(address))
    assert "secret" not in str(failure.value)


@pytest.mark.parametrize(
    "host", ["https://a.example", "a.example/x", "a.example:80", "me@a", "a\\b", ""]
)
def test_host_that_is_none_is_refused(host: str) -> None:
    for table in ({"credentials": {host: "TOKEN"}}, {"allow_redirects_to": [host]}):
        with pytest.raises(ConfigurationError, match="must be a host"):
            parse_config({"sync": table})


@given(st.text(alphabet="ahtp:/@\\?#[]%.0125é。＠\t \x00", max_size=40).map("http://".__add__))
def test_reading_an_address_again_changes_nothing(text: str) -> None:
    try:
        address = read_address(text)
    except AddressError:
        return
    assert read_address(address.text) == address


@pytest.mark.parametrize(
    ("address", "is_public"),
    [
        ("8.8.8.8", True),
        ("2606:4700::1111", True),
        ("2001:4860:4860::8888", True),
        ("0.0.0.0", False),
        ("10.0.0.1", False),
        ("100.64.0.1", False),
        ("127.0.0.1", False),
        ("169.254.169.254", False),
        ("192.88.99.1", False),
        ("198.18.0.1", False),
        ("224.0.0.1", False),
        ("240.0.0.1", False),
        ("255.255.255.255", False),
        ("::", False),
        ("::1", False),
        ("::8.8.8.8", False),
        ("::ffff:8.8.8.8", False),
        ("64:ff9b::8.8.8.8", False),
        ("64:ff9b::10.0.0.1", False),
        ("64:ff9b:1::1", False),
        ("100::1", False),
        ("2001::1", False),
        ("2001:db8::1", False),
        ("2002:a00:1::1", False),
        ("2002:808:808::1", False),
        ("3fff::1", False),
        ("5f00::1", False),
        ("fc00::1", False),
        ("fe80::1", False),
        ("fec0::1", False),
        ("ff02::1", False),
    ],
)
def test_public_ip_addresses(address: str, is_public: bool) -> None:
    assert is_public_ip(address) == is_public
    host = f"[{address}]" if ":" in address else address
    if not is_public:
        with pytest.raises(DownloadError, match="a private or local address"):
            Downloader(Sync(retries=0)).get(f"https://{host}/x")
