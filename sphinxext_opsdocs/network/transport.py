"""What both HTTP clients share: sessions, conditions, bodies, retries and names of faults."""

from __future__ import annotations

import os
from http.cookiejar import DefaultCookiePolicy

import requests

from sphinxext_opsdocs.version import __version__

__all__ = [
    "MAX_REDIRECTS",
    "REDIRECT_STATUSES",
    "RETRY_STATUSES",
    "BodyTooLargeError",
    "certificate_authorities",
    "conditional_headers",
    "describe_failure",
    "new_session",
    "read_body",
    "retry_pause",
]

CAUSES = {
    "NameResolutionError": "the name of its server is not known here",
    "NewConnectionError": "nothing answers at its address",
}
"""By the name of an exception of urllib3, whose versions have not all of them."""
MAX_REDIRECTS = 5
REDIRECT_STATUSES = (301, 302, 303, 307, 308)
RETRY_STATUSES = (429, 500, 502, 503, 504)
"""Answers after which the same request may succeed later."""
CHUNK_SIZE = 1 << 16


class BodyTooLargeError(Exception):
    """The body of an answer is larger than its limit; the rest of it was not read."""


def new_session() -> requests.Session:
    """Return a session that sends only the headers that its user sets."""
    session = requests.Session()
    # Otherwise requests takes credentials for a host from ~/.netrc.
    session.trust_env = False
    # A cookie of one answer would go to every port of its host, and change the next answer.
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=()))
    session.headers["User-Agent"] = f"opsdocs/{__version__}"
    return session


def certificate_authorities() -> str | bool:
    """Return the file or folder of trusted authorities, or True for those of requests."""
    # trust_env = False makes requests ignore these two variables as well.
    return os.environ.get("REQUESTS_CA_BUNDLE") or os.environ.get("CURL_CA_BUNDLE") or True


def conditional_headers(etag: str, modified: str) -> dict[str, str]:
    """Return the headers that ask for an answer only if it is not this version."""
    # Beside If-None-Match a server must ignore If-Modified-Since (RFC 9110, 13.1.3).
    if etag:
        return {"If-None-Match": etag}
    if modified:
        return {"If-Modified-Since": modified}
    return {}


def read_body(response: requests.Response, limit: int) -> bytes:
    """Return the body of a streamed response. Raises BodyTooLargeError above ``limit`` bytes."""
    # Content-Length is not enough: it may be missing, and it counts compressed bytes.
    data = bytearray()
    for chunk in response.iter_content(CHUNK_SIZE):
        data += chunk
        if len(data) > limit:
            raise BodyTooLargeError
    return bytes(data)


def retry_pause(attempt: int) -> float:
    """Return the seconds before the next attempt when the server asks for none; 0 is the first."""
    return 0.5 * 2.0**attempt


def describe_failure(error: Exception) -> str:
    """Return a message for an exception of requests, without the address: it may be secret."""
    if isinstance(error, requests.exceptions.SSLError):
        return "the certificate is not trusted; name its authority in REQUESTS_CA_BUNDLE"
    if isinstance(error, requests.Timeout):
        return "the server did not answer in time"
    cause: object = error.args[0] if error.args else error
    name = type(getattr(cause, "reason", cause)).__name__
    return f"the connection failed: {CAUSES.get(name, name)}"
