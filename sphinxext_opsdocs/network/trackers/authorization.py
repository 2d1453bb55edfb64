"""Headers that carry a token, in the schemes that several trackers share."""

from __future__ import annotations

import base64

__all__ = ["basic_authorization", "bearer_authorization"]


def basic_authorization(user: str, password: str) -> dict[str, str]:
    """Return the header of the basic scheme (RFC 7617), in UTF-8."""
    pair = base64.b64encode(f"{user}:{password}".encode()).decode("ascii")
    return {"Authorization": f"Basic {pair}"}


def bearer_authorization(token: str) -> dict[str, str]:
    """Return the header of the bearer scheme (RFC 6750)."""
    return {"Authorization": f"Bearer {token}"}
