"""Requests to one tracker: paced, retried, conditional, and never to another host."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any, TypeVar

import msgspec
import requests
from msgspec import Struct
from requests.adapters import HTTPAdapter
from urllib3.exceptions import HTTPError

from sphinxext_opsdocs.config.schema import IssueSettings
from sphinxext_opsdocs.network.address import (
    Address,
    AddressError,
    choose_proxies,
    follow_redirect,
    headers_with_token,
    read_address,
)
from sphinxext_opsdocs.network.deadline import run_with_timeout
from sphinxext_opsdocs.network.trackers.pace import Pace
from sphinxext_opsdocs.network.trackers.rate_limits import requested_pause
from sphinxext_opsdocs.network.transport import (
    MAX_REDIRECTS,
    REDIRECT_STATUSES,
    RETRY_STATUSES,
    BodyTooLargeError,
    certificate_authorities,
    conditional_headers,
    describe_failure,
    new_session,
    read_body,
    retry_pause,
)

__all__ = ["Reply", "Requester", "TrackerError", "TrackerStoppedError", "describe_refusal"]

Value = TypeVar("Value")
PERMANENT_REDIRECTS = (301, 308)
MAX_BODY_SIZE = 16 * 1024 * 1024
"""Bytes in one answer."""
JSON_HEADERS = {"Content-Type": "application/json"}


class TrackerError(Exception):
    """Why a look-up or a change failed. Never contains a token."""


class TrackerStoppedError(TrackerError):
    """Why nothing more is asked of a tracker in this run."""


class _TransientError(Exception):
    """A fault that the next attempt may not have; ``pause`` is what the server asks for, if so."""

    def __init__(self, error: TrackerError, pause: float | None = None) -> None:
        super().__init__(str(error))
        self.error, self.pause = error, pause


class Reply(Struct, frozen=True):
    """The answer of a server."""

    status: int
    headers: Mapping[str, str]
    body: bytes = b""
    location: str = ""
    """Where a permanent redirect leads that was not followed, since it is another host."""
    has_moved: bool = False
    """Whether a permanent redirect was followed."""

    @property
    def etag(self) -> str:
        """The entity tag of this version of the answer."""
        return self.headers.get("ETag", "")

    @property
    def modified(self) -> str:
        """The time of the last change, as an HTTP date."""
        return self.headers.get("Last-Modified", "")

    def read(self, kind: type[Value]) -> Value:
        """Return the body as a value of this type. Raises TrackerError."""
        try:
            return msgspec.json.decode(self.body, type=kind)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
            raise TrackerError(f"the answer does not match the API: {error}") from None


class Requester:
    """Sends requests to one API with one set of credentials."""

    def __init__(
        self,
        base: str,
        headers: Mapping[str, str],
        credentials: Mapping[str, str],
        settings: IssueSettings,
        pace: Pace,
    ) -> None:
        """``credentials`` are headers for the origin of ``base`` alone. Raises AddressError."""
        self.base = base.rstrip("/")
        self._home = read_address(self.base)
        self._credentials = dict(credentials)
        self._settings, self._pace = settings, pace
        self._session = new_session()
        self._session.headers.update(headers)
        pool = HTTPAdapter(pool_connections=1, pool_maxsize=settings.concurrency)
        for scheme in ("https://", "http://"):
            self._session.mount(scheme, pool)
        self._stopped = threading.Event()
        self._proxies = choose_proxies(self._home, bool(credentials))
        self._verify = certificate_authorities()

    def get(self, path: str, etag: str = "", modified: str = "") -> Reply:
        """Return the answer to a GET below the base, after redirects within its origin.

        Raises TrackerError.
        """
        headers = conditional_headers(etag, modified)
        address = _read(self.base + path)
        has_moved = False
        for _ in range(MAX_REDIRECTS + 1):
            reply = self._send_with_retries("GET", address, headers)
            if reply.status not in REDIRECT_STATUSES:
                return msgspec.structs.replace(reply, has_moved=has_moved)
            target = _redirect_target(address, reply)
            # The token stays at its origin, and elsewhere nothing is asked without it either.
            if target.origin != self._home.origin:
                return _moved_elsewhere(reply, address, target)
            has_moved |= reply.status in PERMANENT_REDIRECTS
            address = target
        raise TrackerError(f"redirects more than {MAX_REDIRECTS} times")

    def query(self, address: str, value: Any) -> Reply:
        """Return the answer to a question that is sent as a POST of JSON, and changes nothing.

        Raises TrackerError.
        """
        data = msgspec.json.encode(value)
        return self._send_with_retries("POST", _read(address), JSON_HEADERS, data)

    def post(self, path: str, value: Any) -> Reply:
        """Return the answer to a POST of JSON that is sent once. Raises TrackerError."""
        return self.send_once("POST", path, value, {})

    def send_once(self, method: str, path: str, value: Any, headers: Mapping[str, str]) -> Reply:
        """Return the answer to a change that is sent once. Raises TrackerError."""
        data = msgspec.json.encode(value)
        try:
            address = _read(self.base + path)
            return self._send(method, address, {**JSON_HEADERS, **headers}, data)
        except requests.RequestException as error:
            # A second attempt could create the issue twice: the first may have arrived.
            raise TrackerError(
                f"{_describe(error)}; the change may have been made: check before you repeat it"
            ) from None

    def stop(self) -> None:
        """Send no further requests; those that wait end with TrackerStoppedError."""
        self._stopped.set()

    def _send_with_retries(
        self, method: str, address: Address, headers: Mapping[str, str], data: bytes | None = None
    ) -> Reply:
        """Return the first answer that is not a transient fault. Raises TrackerError."""
        retries = self._settings.retries
        for attempt in range(retries + 1):
            self._pace.wait(self._stopped)
            if self._stopped.is_set():
                raise TrackerStoppedError("was cancelled")
            try:
                return self._attempt(method, address, headers, data)
            except _TransientError as transient:
                error, pause = transient.error, transient.pause
            if pause is None:
                pause = retry_pause(attempt)
            if pause > self._settings.max_wait:
                raise TrackerStoppedError(
                    f"{error}; it asks to wait {pause:.0f} s, more than issues.max_wait "
                    f"({self._settings.max_wait:g} s)"
                )
            if attempt == retries:
                raise error
            if isinstance(error, TrackerStoppedError):
                # The requests of other threads would be refused too.
                self._pace.pause_all(pause)
            self._stopped.wait(pause)
        raise AssertionError("the last attempt returns or raises")

    def _attempt(
        self, method: str, address: Address, headers: Mapping[str, str], data: bytes | None
    ) -> Reply:
        """Return an answer. Raises TrackerError, and _TransientError to be tried again."""
        try:
            reply = self._send(method, address, headers, data)
        except requests.ConnectionError as error:
            raise _TransientError(TrackerStoppedError(_describe(error))) from None
        except requests.RequestException as error:
            raise _TransientError(TrackerError(_describe(error))) from None
        pause = requested_pause(reply.status, reply.headers, reply.body)
        if pause is not None or reply.status in RETRY_STATUSES:
            raise _TransientError(_transient_fault(reply.status, pause), pause)
        return reply

    def _send(
        self, method: str, address: Address, headers: Mapping[str, str], data: bytes | None
    ) -> Reply:
        """Return the answer to one request. Raises TrackerError and requests.RequestException."""

        def send() -> Reply:
            with self._session.request(
                method,
                address.text,
                data=data,
                headers={**headers, **headers_with_token(address, self._home, self._credentials)},
                timeout=self._settings.timeout,
                stream=True,
                allow_redirects=False,
                proxies=self._proxies,
                verify=self._verify,
            ) as response:
                body = read_body(response, MAX_BODY_SIZE)
                return Reply(response.status_code, response.headers, body)

        try:
            return run_with_timeout(self._settings.timeout, send)
        except TimeoutError:
            raise requests.Timeout from None
        except BodyTooLargeError:
            raise TrackerError(
                f"the answer is larger than {MAX_BODY_SIZE // 1024 // 1024} MiB"
            ) from None
        except requests.RequestException:
            raise
        # Beside its own exceptions, requests lets those of urllib3, of codecs and of sockets
        # through.
        except (HTTPError, ValueError, OSError) as error:
            raise TrackerError(f"the request failed: {type(error).__name__}") from None


def _read(text: str) -> Address:
    """Return an address below the base. Raises TrackerError."""
    try:
        return read_address(text)
    except AddressError as error:
        raise TrackerError(f"the address of a request is invalid: it {error}") from None


def _redirect_target(address: Address, reply: Reply) -> Address:
    """Return the address that a redirect leads to. Raises TrackerError for an invalid one."""
    try:
        return follow_redirect(address, reply.headers.get("Location", ""))
    except AddressError as error:
        raise TrackerError(f"redirects to an invalid address: it {error}") from None


def _moved_elsewhere(reply: Reply, address: Address, target: Address) -> Reply:
    """Return the answer with the address on another host where an issue is now.

    Raises TrackerStoppedError for redirects that are not about one issue.
    """
    # A temporary redirect to another host is usually a log-in page.
    if reply.status not in PERMANENT_REDIRECTS:
        raise TrackerStoppedError(f"redirects to {target.server}, which is not followed")
    # The same path on another host: the API has moved, not the issue.
    if target.path == address.path:
        raise TrackerStoppedError(f"its API has moved to {target.server}; set api")
    return msgspec.structs.replace(reply, location=target.server + target.path)


def describe_refusal(status: int) -> str:
    """Return what to say after the status of a refused request; empty for any other status."""
    return "; set a token that may do this" if status in (401, 403) else ""


def _transient_fault(status: int, pause: float | None) -> TrackerError:
    if status in (403, 429):
        return TrackerStoppedError(f"the rate limit is reached ({status})")
    message = f"the server answers {status}"
    if pause is None:
        return TrackerError(message)
    return TrackerStoppedError(message)


def _describe(error: requests.RequestException) -> str:
    message = describe_failure(error)
    if isinstance(error, requests.Timeout):
        return f"{message} (issues.timeout)"
    return message
