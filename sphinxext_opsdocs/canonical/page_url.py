"""Addresses of built pages: made comparable, and joined."""

import re
from urllib.parse import unquote

__all__ = ["folder_url", "is_file_folder", "plain_url", "schemeless_url", "with_anchor"]

FILE_FOLDER = re.compile(r"://[^?#]+?/(?:(?:blob|tree|raw)/|src/(?:branch|tag|commit)/)")
"""Folders on GitHub and GitLab; on Gitea and Forgejo."""


def plain_url(url: str) -> str:
    """Return a relative address without its query, its anchor and the endings that are optional.

    Web servers serve ``a/index.html`` as ``a/`` too, and many serve ``b.html`` as ``b``.
    """
    path = unquote(url.partition("#")[0].partition("?")[0])
    if path == "index.html" or path.endswith("/index.html"):
        path = path.removesuffix("index.html")
    return path.removesuffix(".html").rstrip("/")


def is_file_folder(url: str) -> bool:
    """Whether an address is that of a folder of source files, which keep their suffix there."""
    return bool(FILE_FOLDER.search(url))


def folder_url(url: str) -> str:
    """Return an address that others can be joined to: with a final slash; empty stays empty."""
    if not url or url.endswith("/"):
        return url
    return f"{url}/"


def schemeless_url(address: str) -> str:
    """Return an address without its scheme, with its host in lower case."""
    # RFC 3986, section 6.2.2.1: the letter case of a host does not matter, that of a path does
    host, slash, path = address.partition("://")[2].partition("/")
    return f"{host.lower()}{slash}{path}"


def with_anchor(page: str, anchor: str) -> str:
    """Return ``page#anchor``, of a docname or an address; only the page for an empty anchor."""
    if not anchor:
        return page
    return f"{page}#{anchor}"
