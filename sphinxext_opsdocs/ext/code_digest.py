"""A digest of our own code: a version number does not identify what was installed from git."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

__all__ = ["PACKAGE", "digest_of_code"]

PACKAGE = Path(__file__).parents[1]


@lru_cache(maxsize=1)
def digest_of_code() -> str:
    """Return the digest of all files that decide what a check finds."""
    digest = hashlib.blake2b(digest_size=16)
    for path in sorted((*PACKAGE.rglob("*.py"), *PACKAGE.glob("data/*"))):
        digest.update(path.read_bytes())
    return digest.hexdigest()
