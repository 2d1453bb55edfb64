"""Paths in reports."""

import posixpath
from urllib.parse import quote

__all__ = ["based", "uri"]


def based(base: str, path: str) -> str:
    """A path below a base, without ``..`` parts where that is possible."""
    return posixpath.normpath(posixpath.join(base, path))


def uri(base: str, path: str) -> str:
    """The same as a relative URI reference (RFC 3986, section 4.2)."""
    return quote(based(base, path))
