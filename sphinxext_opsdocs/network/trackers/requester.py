"""Asks one tracker over HTTP: paced, tried again, conditional, and never past its own host."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Mapping
from email.utils import parsedate_to_datetime
from http.cookiejar import DefaultCookiePolicy
from typing import Any, TypeVar
from urllib.parse import urljoin, urlsplit

import msgspec
import requests
from msgspec import Struct
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies
from urllib3.exceptions import HTTPError

from sphinxext_opsdocs.config.schema import IssueSettings
from sphinxext_opsdocs.network.deadline import within
from sphinxext_opsdocs.network.trackers.pace import Pace
from sphinxext_opsdocs.version import __version__

Read = TypeVar("Read")

__all__ = ["Reply", "Requester", "TrackerError", "TrackerStoppedError"]

REDIRECTS = (301, 302, 303, 307, 308)
PERMANENT = (301, 308)
AGAIN = (429, 500, 502, 503, 504)
HOPS = 5
LIMIT = 16 * 1024 * 1024
"""Bytes that one answer may have."""
CHUNK = 1 << 16
EPOCH = 1e9
"""A reset above is a time since 1970, one below counts the seconds from now."""
SECONDARY = 60.0
"""Seconds to wait after a refusal that names no time (GitHub's best practices for its REST API)."""


class TrackerError(Exception):
    """Why a look-up came to nothing. Never holds a token."""


class TrackerStoppedError(TrackerError):
    """Why nothing more is asked of a tracker for now."""


class Reply(Struct, frozen=True):
    """What a server answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""
    location: str = ""
    """Where a redirect leads that was not followed, since it is another host."""
    has_moved: bool = False
    """A permanent redirect was followed."""

    @property
    def etag(self) -> str:
        """What the server calls this version."""
        return self.headers.get("ETag", "")

    @property
    def modified(self) -> str:
        """When it was changed last."""
        return self.headers.get("Last-Modified", "")

    def read(self, kind: type[Read]) -> Read:
        """The body as a value of this type. Raises TrackerError."""
        try:
            return msgspec.json.decode(self.body, type=kind)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise TrackerError(f"the answer is not what its API promises: {error}") from None


class Requester:
    """Requests to one API with one set of credentials."""

    def __init__(
        self,
        base: str,
        headers: Mapping[str, str],
        credentials: Mapping[str, str],
        settings: IssueSettings,
        pace: Pace,
    ) -> None:
        """``credentials`` are headers that go to the host of ``base`` alone."""
        self.base = base.rstrip("/")
        self._credentials = dict(credentials)
        self._settings, self._pace = settings, pace
        self._session = requests.Session()
        self._session.trust_env = False  # no credentials from .netrc
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
        self._session.headers.update({"User-Agent": f"opsdocs/{__version__}", **headers})
        pool = HTTPAdapter(pool_connections=1, pool_maxsize=settings.concurrency)
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, pool)
        self._stopped = threading.Event()
        self._proxies = get_environ_proxies(self.base)
        bundle = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
        self._verify: str | bool = bundle or True

    def get(self, path: str, etag: str = "", modified: str = "") -> Reply:
        """The answer to a GET below the base. Raises TrackerError.

        Redirects within the same origin are followed.
        """
        conditions = {"If-None-Match": etag, "If-Modified-Since": "" if etag else modified}
        headers = {name: text for name, text in conditions.items() if text}
        address = self.base + path
        has_moved = False
        for _ in range(HOPS + 1):
            reply = self._patient("GET", address, headers)
            if reply.status not in REDIRECTS:
                return msgspec.structs.replace(reply, has_moved=has_moved)
            target = _target(address, reply)
            if _origin(target) != _origin(self.base):
                return self._led_away(reply, address, target)
            has_moved |= reply.status in PERMANENT
            address = target
        raise TrackerError(f"leads on more than {HOPS} times")

    def _led_away(self, reply: Reply, address: str, target: str) -> Reply:
        """A permanent redirect to another place; all others are no answer. Raises TrackerError."""
        parts, here = urlsplit(target), urlsplit(address)
        place = f"{parts.scheme}://{parts.netloc}"
        if reply.status not in PERMANENT or parts.scheme not in ("http", "https"):
            raise TrackerStoppedError(f"leads to {place}, which is not asked")
        if parts.path == here.path:
            raise TrackerStoppedError(f"its API has moved to {place}: set api")
        return msgspec.structs.replace(reply, location=place + parts.path)

    def ask(self, address: str, value: Any) -> Reply:
        """The answer to a question that is put as a POST of JSON, and changes nothing.

        ``address`` is of the same origin as the base. Raises TrackerError.
        """
        headers = {"Content-Type": "application/json"}
        return self._patient("POST", address, headers, msgspec.json.encode(value))

    def post(self, path: str, value: Any) -> Reply:
        """The answer to a POST of JSON, which is sent once. Raises TrackerError."""
        return self.send("POST", path, value, {})

    def send(self, method: str, path: str, value: Any, headers: Mapping[str, str]) -> Reply:
        """The answer to any other change, which is sent once. Raises TrackerError."""
        sent = {"Content-Type": "application/json", **headers}
        try:
            return self._asked(method, self.base + path, sent, msgspec.json.encode(value))
        except requests.RequestException as error:
            raise TrackerError(
                f"{_told(error)}; it may have been done all the same: look before you try again"
            ) from None

    def stop(self) -> None:
        """Ask nothing more."""
        self._stopped.set()

    def _patient(
        self, method: str, address: str, headers: Mapping[str, str], data: bytes | None = None
    ) -> Reply:
        """The first answer that is no passing fault."""
        retries = self._settings.retries
        for attempt in range(retries + 1):
            self._pace.wait(self._stopped)
            if self._stopped.is_set():
                raise TrackerStoppedError("was given up")
            fault: TrackerError
            pause = 0.5 * 2**attempt
            try:
                reply = self._asked(method, address, headers, data)
                asked = _pause(reply)
                if reply.status not in AGAIN and asked is None:
                    return reply
                fault = _fault(reply, asked)
                pause = pause if asked is None else asked
            except requests.RequestException as error:
                gone = isinstance(error, requests.ConnectionError)
                fault = (TrackerStoppedError if gone else TrackerError)(_told(error))
            if pause > self._settings.max_wait:
                raise TrackerStoppedError(
                    f"{fault}; it asks to wait {pause:.0f} s, and issues.max_wait is "
                    f"{self._settings.max_wait:g} s"
                )
            if attempt == retries:
                raise fault
            if isinstance(fault, TrackerStoppedError):
                self._pace.hold(pause)  # all wait: the next one would be refused too
            self._stopped.wait(pause)
        raise AssertionError("the last try returns or raises")

    def _asked(
        self, method: str, address: str, headers: Mapping[str, str], data: bytes | None = None
    ) -> Reply:
        def ask() -> Reply:
            with self._session.request(
                method,
                address,
                data=data,
                headers={**headers, **self._credentials},
                timeout=self._settings.timeout,
                stream=True,
                allow_redirects=False,
                proxies=self._proxies,
                verify=self._verify,
            ) as answer:
                return Reply(answer.status_code, answer.headers, _body(answer))

        try:
            return within(self._settings.timeout, ask)
        except TimeoutError:
            raise requests.Timeout from None
        except (HTTPError, ValueError, OSError) as error:
            if isinstance(error, requests.RequestException):
                raise
            raise TrackerError(f"cannot be asked: {type(error).__name__}") from None


def _target(address: str, reply: Reply) -> str:
    """Where a redirect leads. Raises TrackerError for what is no address."""
    try:
        target = urljoin(address, reply.headers.get("Location", ""))
        _origin(target)
    except ValueError as error:
        raise TrackerError(f"leads to no address: {error}") from None
    return target


def _origin(address: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(address)
    port = parts.port or {"https": 443, "http": 80}.get(parts.scheme)
    return parts.scheme, parts.hostname, port


def _body(answer: requests.Response) -> bytes:
    data = bytearray()
    for chunk in answer.iter_content(CHUNK):
        data += chunk
        if len(data) > LIMIT:
            raise TrackerError(f"the answer is larger than {LIMIT // 1024 // 1024} MiB")
    return bytes(data)


def _pause(reply: Reply) -> float | None:
    """Seconds that a server asks to wait; None where it does not."""
    if reply.status not in (403, *AGAIN):
        return None
    after = reply.headers.get("Retry-After", "")
    if after.isdecimal():
        return float(after)
    if after:
        try:
            return max(parsedate_to_datetime(after).timestamp() - time.time(), 0)
        except ValueError:
            return None
    for prefix in ("X-RateLimit-", "RateLimit-"):
        reset = reply.headers.get(f"{prefix}Reset", "")
        if reply.headers.get(f"{prefix}Remaining") == "0" and reset.isdecimal():
            seconds = float(reset)
            return max(seconds - time.time(), 0) if seconds > EPOCH else seconds
    if reply.status == 403 and b"rate limit" in reply.body[:2000].lower():
        return SECONDARY
    return None


def _fault(reply: Reply, asked: float | None) -> TrackerError:
    if reply.status in (403, 429):
        return TrackerStoppedError(f"the rate limit is reached ({reply.status})")
    kind = TrackerStoppedError if asked is not None else TrackerError
    return kind(f"the server answers {reply.status}")


def _told(error: requests.RequestException) -> str:
    if isinstance(error, requests.exceptions.SSLError):
        return "its certificate is not trusted; REQUESTS_CA_BUNDLE can name others"
    if isinstance(error, requests.Timeout):
        return "the server did not answer in time (issues.timeout)"
    return f"the connection failed: {type(error).__name__}"
