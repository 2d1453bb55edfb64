"""Addresses as the HTTP client reads them, and what may be sent to each."""

from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from urllib.parse import urljoin, urlsplit

from msgspec import Struct
from requests import Request, RequestException
from requests.utils import get_environ_proxies
from urllib3.exceptions import HTTPError
from urllib3.util import parse_url

from sphinxext_opsdocs.config.url_fault import find_address_fault

__all__ = [
    "Address",
    "AddressError",
    "choose_proxies",
    "follow_redirect",
    "headers_with_token",
    "is_public_ip",
    "read_address",
    "read_host",
]

DEFAULT_PORTS = {"https": 443, "http": 80}
GLOBAL_UNICAST = ipaddress.IPv6Network("2000::/3")
"""The addresses of IPv6 hosts: https://www.iana.org/assignments/ipv6-address-space/

Outside of it are the unspecified address, loopback, link-local, multicast, and the forms that
contain an IPv4 address: mapped, compatible and NAT64 (64:ff9b::/96 and 64:ff9b:1::/48).
"""
NOT_PUBLIC = tuple(
    map(
        ipaddress.ip_network,
        (
            "2001::/23",  # protocols, with Teredo (2001::/32), which contains an IPv4 address
            "2001:db8::/32",  # documentation
            "2002::/16",  # 6to4, which contains an IPv4 address
            "3fff::/20",  # documentation
            "192.0.0.0/24",  # protocols
            "192.88.99.0/24",  # relays of 6to4
            "224.0.0.0/3",  # multicast, and reserved
        ),
    )
)
"""Networks that some version of Python counts as global."""


class AddressError(ValueError):
    """Why nothing is sent to an address; the message continues "it", without the address."""


class Address(Struct, frozen=True):
    """An http or https address."""

    text: str
    """What the client requests."""
    scheme: str
    host: str
    """In lower case and ASCII; an IPv6 address without its brackets."""
    port: int
    path: str

    @property
    def origin(self) -> tuple[str, str, int]:
        """Scheme, host and port (RFC 6454); a token belongs to one origin."""
        return self.scheme, self.host, self.port

    @property
    def server(self) -> str:
        """The address up to its path."""
        parts = urlsplit(self.text)
        return f"{parts.scheme}://{parts.netloc}"

    @property
    def is_loopback(self) -> bool:
        """Whether it is an address of this machine, by its spelling alone."""
        if self.host == "localhost":
            return True
        try:
            return ipaddress.ip_address(self.host).is_loopback
        except ValueError:  # another name
            return False


def read_address(text: str) -> Address:
    """Return an address as the HTTP client reads it.

    Raises AddressError for other schemes, and for text that parsers could read differently.
    """
    if fault := find_address_fault(text):
        raise AddressError(fault)
    scheme = text.partition(":")[0].lower()
    if scheme not in DEFAULT_PORTS:
        raise AddressError(f'must not have the scheme "{scheme}"')
    try:
        # what the client makes of an address: names in ASCII, other characters quoted
        prepared = Request("GET", text).prepare().url or ""
        # requests connects to what the first one finds, and urllib3 sends what the second finds.
        parts, client_parts = urlsplit(prepared), parse_url(prepared)
        port = DEFAULT_PORTS[scheme] if parts.port is None else parts.port
    except (RequestException, HTTPError, ValueError):
        raise AddressError("must have a valid host and port") from None
    host = parts.hostname or ""
    if not host or "%" in host or host != (client_parts.host or "").strip("[]"):
        raise AddressError("must have a valid host and port")
    return Address(prepared, scheme, host, port, parts.path)


def read_host(name: str) -> str:
    """Return a configured host, with or without brackets, as ``Address.host`` spells it.

    Raises AddressError.
    """
    if ":" in name:
        name = f"[{name.strip('[]')}]"
    return read_address(f"https://{name}").host


def follow_redirect(address: Address, location: str) -> Address:
    """Return where the header ``Location`` of an answer leads. Raises AddressError."""
    try:
        # http.client decodes headers as Latin-1, while servers write UTF-8, if not ASCII.
        location = location.encode("latin-1").decode("utf-8")
        # urljoin drops some of the characters that are refused: look before it does.
        if fault := find_address_fault(location):
            raise AddressError(fault)
        return read_address(urljoin(address.text, location))
    except UnicodeError:
        raise AddressError("must be ASCII or UTF-8") from None
    except AddressError:
        raise
    except ValueError:  # brackets without an IPv6 address
        raise AddressError("must have a valid host and port") from None


def headers_with_token(
    target: Address, home: Address, headers: Mapping[str, str]
) -> Mapping[str, str]:
    """Return the headers that carry a token of ``home``; none for a target of another origin.

    Raises AddressError if they would cross the network in clear text.
    """
    if not headers or target.origin != home.origin:
        return {}
    if target.scheme != "https" and not target.is_loopback:
        raise AddressError("must use https: no token is sent over plain http")
    return headers


def choose_proxies(target: Address, has_token: bool) -> dict[str, str]:
    """Return the proxies for a request, from the environment, by scheme."""
    # A proxy reads the headers of plain http. For https, it only connects the two ends.
    if has_token and target.scheme == "http":
        return {}
    return get_environ_proxies(target.text)


def is_public_ip(text: str) -> bool:
    """Return whether an IP address is public. Raises ValueError for other text.

    The forms of IPv6 that contain an IPv4 address are not: a gateway would lead to any network.
    """
    ip = ipaddress.ip_address(text)
    if isinstance(ip, ipaddress.IPv6Address) and ip not in GLOBAL_UNICAST:
        return False
    return ip.is_global and not any(ip in network for network in NOT_PUBLIC)
