"""Base addresses of APIs, derived from addresses of issues."""

from __future__ import annotations

from urllib.parse import urlsplit

__all__ = ["server_of_pages", "with_api_root"]


def server_of_pages(url: str, marker: str) -> str:
    """Return what comes before ``marker`` in an address of issues; empty for an empty one."""
    parts = urlsplit(url)
    if not parts.netloc:
        return ""
    # A tracker may be installed below a folder of its host: https://acme.example/jira/browse/X-1
    folder = parts.path.partition(marker)[0]
    return f"{parts.scheme}://{parts.netloc}{folder}"


def with_api_root(base: str, root: str) -> str:
    """Return a base address that ends with the root of the API; empty for an empty one."""
    base = base.rstrip("/")
    if not base or base.endswith(root):
        return base
    return base + root
