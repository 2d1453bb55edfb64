"""Digests of normalised text, which start with the name of their format."""

import hashlib
from collections.abc import Iterable

__all__ = ["DIGEST_FORMAT", "compute_digest", "read_digest_format"]

# to change whenever the normalised text or its digest changes for a text that did not: digests of
# different formats are never compared
DIGEST_FORMAT = "w1"


def compute_digest(lines: Iterable[str]) -> str:
    """Return ``w1:`` and 24 hex digits of SHA-256 over the lines, each with a newline."""
    text = "".join(f"{line}\n" for line in lines)
    # text of a page may contain lone surrogates, which strict UTF-8 refuses
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return f"{DIGEST_FORMAT}:{digest[:24]}"


def read_digest_format(digest: str) -> str:
    """Return the name of the format of a digest."""
    return digest.partition(":")[0]
