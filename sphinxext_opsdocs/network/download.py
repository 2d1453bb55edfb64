"""Fetch a file over HTTPS, within limits, and only from where configuration allows."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import requests
from msgspec import Struct
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError

from sphinxext_opsdocs.config.network import Fetching
from sphinxext_opsdocs.network.address import (
    Address,
    AddressError,
    choose_proxies,
    follow_redirect,
    headers_with_token,
    is_public_ip,
    read_address,
    read_host,
)
from sphinxext_opsdocs.network.deadline import run_with_timeout
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

__all__ = ["Download", "DownloadError", "Downloader"]


class DownloadError(Exception):
    """Why a file was not fetched. Never contains a credential."""


class _TransientError(DownloadError):
    """A fault that the next attempt may not have; ``retry_after`` is in seconds, 0 if not asked."""

    def __init__(self, message: str, retry_after: float = 0) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Download(Struct, frozen=True):
    """The answer of a server; ``data`` is None when the file has not changed."""

    data: bytes | None
    etag: str = ""
    modified: str = ""


class Downloader:
    """Fetches files under the rules of a configuration."""

    def __init__(self, rules: Fetching, sleep: Callable[[float], None] = time.sleep) -> None:
        self._rules = rules
        self._sleep = sleep
        self._hosts = frozenset(_read_hosts(rules.allow_redirects_to))
        self._variables = dict(
            zip(_read_hosts(rules.credentials), rules.credentials.values(), strict=True)
        )
        """By host, the environment variable with its token."""
        self._session = new_session()
        if not rules.allow_private:
            for scheme in ("http://", "https://"):
                self._session.mount(scheme, _PublicAdapter())

    def get(self, address: str, etag: str = "", modified: str = "") -> Download:
        """Return the file at an address. Raises DownloadError.

        After a transient fault (network, 429, 5xx) the request is repeated, with the pause that
        the server asks for, as long as the time for one file lasts.
        """
        conditions = conditional_headers(etag, modified)
        timeout = self._rules.timeout
        try:
            return run_with_timeout(timeout, lambda: self._get_with_retries(address, conditions))
        except TimeoutError:
            raise DownloadError(f"took longer than sync.timeout ({timeout:g} s)") from None
        # Beside its own exceptions, requests lets those of urllib3 and of the codecs (a header
        # that is not Latin-1) through.
        except (requests.RequestException, HTTPError, ValueError, OSError) as error:
            raise DownloadError(f"the request failed: {type(error).__name__}") from None

    def _get_with_retries(self, address: str, conditions: Mapping[str, str]) -> Download:
        deadline = time.monotonic() + self._rules.timeout
        for attempt in range(self._rules.retries + 1):
            try:
                return self._follow_redirects(address, conditions)
            except _TransientError as error:
                pause = error.retry_after or retry_pause(attempt)
                is_last = attempt == self._rules.retries
                if is_last or time.monotonic() + pause > deadline:
                    raise DownloadError(str(error)) from None
                self._sleep(pause)
        raise AssertionError("the last attempt returns or raises")

    def _follow_redirects(self, address: str, conditions: Mapping[str, str]) -> Download:
        try:
            home = target = read_address(address)
        except AddressError as error:
            raise DownloadError(f"its address {error}") from None
        credentials = self._credentials(home.host)
        # requests would follow redirects by itself to any host, private ones among them.
        for _ in range(MAX_REDIRECTS + 1):
            self._check_address(target)
            self._check_redirect(home, target)
            with self._send(target, conditions, _with_token(target, home, credentials)) as response:
                if response.status_code not in REDIRECT_STATUSES:
                    return self._read_response(response)
                target = _redirect_target(target, response)
        raise DownloadError(f"redirects more than {MAX_REDIRECTS} times")

    def _check_address(self, address: Address) -> None:
        """Raise DownloadError for an address that is not allowed, whatever its name resolves to."""
        if address.scheme == "http" and not self._rules.allow_http:
            raise DownloadError(
                'scheme "http" is not allowed; use https, or set sync.allow_http for plain http'
            )
        if not self._rules.allow_private:
            try:
                _check_public(address.host)
            except ValueError:
                return  # a name; _PublicConnection sees the IP address that it resolves to

    def _check_redirect(self, home: Address, target: Address) -> None:
        """Raise DownloadError where a redirect leaves HTTPS or the hosts that are allowed."""
        if home.scheme == "https" and target.scheme != "https":
            raise DownloadError("redirects from https to plain http")
        if target.host != home.host and target.host not in self._hosts:
            raise DownloadError(
                f'redirects to another host, "{target.host}"; to allow it, add it to '
                "sync.allow_redirects_to"
            )

    def _credentials(self, host: str) -> dict[str, str]:
        """Return the header with the token of a host; empty if configuration names none."""
        variable = self._variables.get(host)
        if not variable:
            return {}
        token = os.environ.get(variable)
        if not token:
            raise DownloadError(
                f'environment variable "{variable}" is not set; it must contain the token for '
                f'"{host}"'
            )
        if " " not in token:
            token = f"Bearer {token}"
        return {"Authorization": token}

    def _send(
        self, address: Address, conditions: Mapping[str, str], token: Mapping[str, str]
    ) -> requests.Response:
        try:
            return self._session.get(
                address.text,
                headers={**conditions, **token},
                timeout=self._rules.timeout,
                stream=True,
                allow_redirects=False,
                proxies=choose_proxies(address, bool(token)),
                verify=certificate_authorities(),
            )
        except requests.RequestException as error:
            raise _as_download_error(error) from None

    def _read_response(self, response: requests.Response) -> Download:
        etag = response.headers.get("ETag", "")
        modified = response.headers.get("Last-Modified", "")
        status = response.status_code
        if status == 304:
            return Download(None, etag, modified)
        message = f"the server answers {status} {response.reason}"
        if status in RETRY_STATUSES:
            retry_after = response.headers.get("Retry-After", "")
            if not retry_after.isdecimal():
                raise _TransientError(message)
            raise _TransientError(message, float(retry_after))
        if status != 200:
            raise DownloadError(message)
        return Download(self._read_body(response), etag, modified)

    def _read_body(self, response: requests.Response) -> bytes:
        limit = self._rules.max_size
        try:
            return read_body(response, limit * 1024 * 1024)
        except BodyTooLargeError:
            raise DownloadError(f"is larger than sync.max_size ({limit} MiB)") from None
        except (requests.RequestException, HTTPError) as error:
            raise _as_download_error(error) from None


def _read_hosts(names: Iterable[str]) -> Iterator[str]:
    """Yield configured hosts as the client spells them. Raises DownloadError."""
    for name in names:
        try:
            yield read_host(name)
        except AddressError:
            raise DownloadError(f'"{name}", in sync, is not a valid host') from None


def _with_token(
    target: Address, home: Address, credentials: Mapping[str, str]
) -> Mapping[str, str]:
    try:
        return headers_with_token(target, home, credentials)
    except AddressError as error:
        raise DownloadError(f"its address {error}") from None


def _redirect_target(address: Address, response: requests.Response) -> Address:
    try:
        return follow_redirect(address, response.headers.get("Location", ""))
    except AddressError as error:
        raise DownloadError(f"redirects to an invalid address: it {error}") from None


def _as_download_error(error: Exception) -> DownloadError:
    """Return the fault behind an exception of requests or urllib3."""
    # requests wraps what _PublicConnection raises: that refusal is final, not a network fault.
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, DownloadError):
            return cause
        cause = cause.__cause__ or cause.__context__
    message = describe_failure(error)
    if isinstance(error, requests.exceptions.SSLError):
        return DownloadError(message)
    return _TransientError(message)


def _check_public(address: str) -> None:
    """Raise DownloadError for an IP address that is not public, ValueError for other text."""
    if not is_public_ip(address):
        raise DownloadError(
            f"connects to {address}, a private or local address; to allow it, set "
            "sync.allow_private"
        )


class _PublicConnection(HTTPConnection):
    def _new_conn(self) -> Any:
        """Connect, and hang up before a byte is sent if the other end is not public."""
        connection = super()._new_conn()
        try:
            # The address of the peer, not that of a look-up: a name server could give another
            # answer the second time. An IPv6 address may end with a zone such as "%eth0".
            _check_public(str(connection.getpeername()[0]).partition("%")[0])
        except DownloadError:
            connection.close()
            raise
        return connection


class _PublicTlsConnection(HTTPSConnection, _PublicConnection):
    pass


# The connection classes of urllib3 itself do not fit the protocols that it declares for them.
class _PublicPool(HTTPConnectionPool):
    ConnectionCls = _PublicConnection  # pyright: ignore[reportAssignmentType]


class _PublicTlsPool(HTTPSConnectionPool):
    ConnectionCls = _PublicTlsConnection  # pyright: ignore[reportAssignmentType]


class _PublicAdapter(HTTPAdapter):
    """Connects to public addresses only; behind a proxy, the proxy has to check them."""

    def init_poolmanager(self, *arguments: Any, **settings: Any) -> None:
        """Create pools whose connections check the address of the other end."""
        super().init_poolmanager(*arguments, **settings)
        pools = {"http": _PublicPool, "https": _PublicTlsPool}
        self.poolmanager.pool_classes_by_scheme = pools
