"""What no web address may contain, whether a team configures it or a server redirects to it."""

import re

__all__ = ["find_address_fault"]

# Parsers disagree about these: some read a back-slash as a slash and others as a part of the
# host, some drop tabs and line breaks, some strip blanks.
BLANK_OR_CONTROL = re.compile(r"[\s\x00-\x20\x7f-\xa0]")
AUTHORITY = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*:)?//([^/?#]*)")
"""User, host and port, also in a redirect that keeps the scheme ("//host/path")."""


def find_address_fault(address: str) -> str:
    """Return what an address must not contain, as ``must not contain ...``; empty without a fault.

    The message does not quote the address, which may contain a password.
    """
    if "\\" in address:
        return "must not contain a back-slash"
    if BLANK_OR_CONTROL.search(address):
        return "must not contain blanks or control characters"
    authority = AUTHORITY.match(address)
    if authority and "@" in authority[1]:
        return "must not contain credentials; tokens are read from environment variables"
    return ""
