"""Digests of normalised text, with the name of their format in front."""

import hashlib
from collections.abc import Iterable

__all__ = ["DIGEST_FORMAT", "digest_of", "format_of"]

DIGEST_FORMAT = "w1"
"""Raised whenever equal text comes to another digest: one of another format tells nothing."""


def digest_of(lines: Iterable[str]) -> str:
    """``w1:`` and 24 hex digits of SHA-256 over the lines, each ended by a newline."""
    text = "".join(f"{line}\n" for line in lines)
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{DIGEST_FORMAT}:{digest[:24]}"


def format_of(digest: str) -> str:
    """The name of the format that a digest was made in."""
    return digest.partition(":")[0]
