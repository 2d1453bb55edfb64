"""Fetches a file over https, within limits, and only from where configuration allows."""

from __future__ import annotations

import ipaddress
import os
import time
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from msgspec import Struct
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import HTTPError

from sphinxext_opsdocs.config.schema import Sync
from sphinxext_opsdocs.network.deadline import within
from sphinxext_opsdocs.version import __version__

__all__ = ["Download", "DownloadError", "Downloader"]

REDIRECTS = (301, 302, 303, 307, 308)
AGAIN = (429, 500, 502, 503, 504)
HOPS = 5
CHUNK = 1 << 16


class DownloadError(Exception):
    """Why a file was not fetched. Never holds a credential."""


class _PassingError(DownloadError):
    """A fault that may be gone at the next try; ``wait`` is what the server asked for, seconds."""

    def __init__(self, message: str, wait: float = 0) -> None:
        super().__init__(message)
        self.wait = wait


class Download(Struct, frozen=True):
    """What a server answered; ``data`` is None when the file is the one that is known."""

    data: bytes | None
    etag: str = ""
    modified: str = ""


class Downloader:
    """Fetches files under the rules of a configuration."""

    def __init__(self, rules: Sync, sleep: Callable[[float], None] = time.sleep) -> None:
        self._rules = rules
        self._sleep = sleep
        self._session = requests.Session()
        self._session.trust_env = False  # no credentials from .netrc
        self._session.headers["User-Agent"] = f"opsdocs/{__version__}"
        if not rules.allow_private:
            for scheme in ("http://", "https://"):
                self._session.mount(scheme, _PublicAdapter())

    def get(self, address: str, etag: str = "", modified: str = "") -> Download:
        """The file at an address. Raises DownloadError.

        A passing fault (network, 429, 5xx) is tried again, with the pause that the server asks
        for, as long as the time for one file lasts.
        """
        try:
            return within(self._rules.timeout, lambda: self._get(address, etag, modified))
        except TimeoutError:
            limit = f"{self._rules.timeout:g} s"
            raise DownloadError(f"took longer than sync.timeout, {limit}") from None
        # what a library makes of an address, header or answer that is none
        except (requests.RequestException, HTTPError, ValueError, OSError) as error:
            raise DownloadError(f"cannot be asked: {type(error).__name__}") from None

    def _get(self, address: str, etag: str, modified: str) -> Download:
        deadline = time.monotonic() + self._rules.timeout
        conditions = {"If-None-Match": etag, "If-Modified-Since": "" if etag else modified}
        headers = {name: text for name, text in conditions.items() if text}
        for attempt in range(self._rules.retries + 1):
            try:
                return self._follow(address, headers)
            except _PassingError as fault:
                pause = fault.wait or 0.5 * 2**attempt
                last = attempt == self._rules.retries
                if last or time.monotonic() + pause > deadline:
                    raise DownloadError(str(fault)) from None
                self._sleep(pause)
        raise AssertionError("the last try returns or raises")

    def _follow(self, address: str, headers: Mapping[str, str]) -> Download:
        origin = urlsplit(address)
        for _ in range(HOPS + 1):
            self._refuse(address)
            parts = urlsplit(address)
            if origin.scheme == "https" and parts.scheme != "https":
                raise DownloadError("leads from https to plain http")
            host = parts.hostname or ""
            if host != origin.hostname and host not in self._rules.allow_redirects_to:
                raise DownloadError(
                    f'leads to another host, "{host}", which sync.allow_redirects_to does not have'
                )
            is_origin = (parts.scheme, parts.netloc) == (origin.scheme, origin.netloc)
            token = self._credentials(host) if is_origin else {}
            with self._asked(address, {**headers, **token}) as answer:
                if answer.status_code not in REDIRECTS:
                    return self._taken(answer)
                address = urljoin(address, answer.headers.get("Location", ""))
        raise DownloadError(f"leads on more than {HOPS} times")

    def _refuse(self, address: str) -> None:
        """Refuse what can be told from the address alone."""
        parts = urlsplit(address)
        if parts.scheme != "https" and not (parts.scheme == "http" and self._rules.allow_http):
            raise DownloadError(
                f'"{parts.scheme}" is not fetched; https is, http if sync.allow_http'
            )
        if parts.username or parts.password:
            raise DownloadError("leads to an address with credentials in it")
        if not self._rules.allow_private:
            try:
                _refuse_private(parts.hostname or "")
            except ValueError:
                return  # a name: where it leads is seen when a connection is made

    def _credentials(self, host: str) -> dict[str, str]:
        variable = self._rules.credentials.get(host)
        if not variable:
            return {}
        token = os.environ.get(variable)
        if not token:
            raise DownloadError(f'environment variable "{variable}" with its token is not set')
        return {"Authorization": token if " " in token else f"Bearer {token}"}

    def _asked(self, address: str, headers: Mapping[str, str]) -> requests.Response:
        bundle = os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE")
        try:
            return self._session.get(
                address,
                headers=dict(headers),
                timeout=self._rules.timeout,
                stream=True,
                allow_redirects=False,
                proxies=get_environ_proxies(address),
                verify=bundle or True,
            )
        except requests.RequestException as error:
            raise _of_network(error) from None

    def _taken(self, answer: requests.Response) -> Download:
        etag = answer.headers.get("ETag", "")
        modified = answer.headers.get("Last-Modified", "")
        told = f"the server answers {answer.status_code} {answer.reason}"
        if answer.status_code == 304:
            return Download(None, etag, modified)
        if answer.status_code in AGAIN:
            asked = answer.headers.get("Retry-After", "")
            raise _PassingError(told, float(asked) if asked.isdecimal() else 0)
        if answer.status_code != 200:
            raise DownloadError(told)
        return Download(self._body(answer), etag, modified)

    def _body(self, answer: requests.Response) -> bytes:
        limit = self._rules.max_size * 1024 * 1024
        data = bytearray()
        try:
            for chunk in answer.iter_content(CHUNK):
                data += chunk
                if len(data) > limit:
                    raise DownloadError(f"is larger than sync.max_size, {self._rules.max_size} MiB")
        except (requests.RequestException, HTTPError) as error:
            raise _of_network(error) from None
        return bytes(data)


def _of_network(error: Exception) -> DownloadError:
    """The fault behind an exception of the library; what we refused ourselves is final."""
    inner: BaseException | None = error
    while inner is not None:
        if isinstance(inner, DownloadError):
            return inner
        inner = inner.__cause__ or inner.__context__
    if isinstance(error, requests.exceptions.SSLError):
        return DownloadError("its certificate is not trusted; REQUESTS_CA_BUNDLE can name others")
    if isinstance(error, requests.Timeout):
        return _PassingError("the server did not answer in time")
    return _PassingError(f"the connection failed: {type(error).__name__}")


def _refuse_private(address: str) -> None:
    """Raise DownloadError for an IP address that is not public, ValueError for none at all."""
    if not ipaddress.ip_address(address).is_global:
        raise DownloadError(
            f"leads to {address}, a private or local address; sync.allow_private allows those"
        )


class _PublicConnection(HTTPConnection):
    def _new_conn(self) -> Any:
        """Connect, and hang up before a byte is sent where the other end is not public."""
        connection = super()._new_conn()
        try:
            _refuse_private(str(connection.getpeername()[0]).partition("%")[0])
        except DownloadError:
            connection.close()
            raise
        return connection


class _PublicTlsConnection(HTTPSConnection, _PublicConnection):
    pass


# urllib3's own connection classes do not fit the protocols that it declares for them either
class _PublicPool(HTTPConnectionPool):
    ConnectionCls = _PublicConnection  # pyright: ignore[reportAssignmentType]


class _PublicTlsPool(HTTPSConnectionPool):
    ConnectionCls = _PublicTlsConnection  # pyright: ignore[reportAssignmentType]


class _PublicAdapter(HTTPAdapter):
    """Connects to public addresses alone. What goes through a proxy, the proxy has to judge."""

    def init_poolmanager(self, *arguments: Any, **settings: Any) -> None:
        """Make pools whose connections look where they lead."""
        super().init_poolmanager(*arguments, **settings)
        pools = {"http": _PublicPool, "https": _PublicTlsPool}
        self.poolmanager.pool_classes_by_scheme = pools
