"""What can be said about a web address without asking anybody: its one form, and whether it may lead there.

Everything that two programs might read differently is refused.
"""

from __future__ import annotations

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

import idna

from assistant.foundation.errors import AddressRefused

IpAddress = ipaddress.IPv4Address | ipaddress.IPv6Address

PORTS = {"http": 80, "https": 443}
LONGEST_URL = 2_000

NEVER = tuple(
    ipaddress.ip_network(network)
    for network in (
        *("169.254.0.0/16", "fe80::/10", "fd00:ec2::/32"),  # link-local, and metadata in it
        *("100.100.100.200/32", "168.63.129.16/32", "192.0.0.192/32"),  # metadata elsewhere
        *("0.0.0.0/8", "224.0.0.0/4", "240.0.0.0/4", "::/128", "ff00::/8"),
    )
)
"""Not even by the operator's list."""
NOT_GLOBAL = tuple(
    ipaddress.ip_network(network)
    for network in (
        *("100.64.0.0/10", "192.0.0.0/24", "192.88.99.0/24", "198.18.0.0/15"),
        *("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"),
    )
)
"""What `is_global` lets through in one Python version or another, and IPv6 that carries IPv4 inside."""
OWN_V6 = (ipaddress.ip_network("::1/128"), ipaddress.ip_network("fc00::/7"))
GLOBAL_V6 = ipaddress.ip_network("2000::/3")
NEVER_NAMES = frozenset({"metadata", "metadata.google.internal", "instance-data"})
LOCAL_SUFFIXES = ("localhost", "local", "internal", "localdomain", "home.arpa")
LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
NUMBER = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)")
UNSAFE = re.compile(r"[\x00-\x20\x7f-\xa0\\\u2028\u2029]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a checked URL leads."""

    scheme: str
    host: str
    """Lower case, IDNA; an address without brackets."""
    port: int
    path: str

    @property
    def name(self) -> str:
        """`host`, or `host:port` when the port is not the scheme's own; as lists of hosts have it."""
        return self.host if self.port == PORTS[self.scheme] else f"{self.host}:{self.port}"

    @property
    def url(self) -> str:
        """The URL in its one form."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        netloc = host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"
        path, _, query = self.path.partition("?")
        return urlunsplit((self.scheme, netloc, path, query, ""))


def place_of(url: str) -> Place:
    """A URL in its one form. Everything that two programs might read differently is refused: AddressRefused."""
    if len(url) > LONGEST_URL or UNSAFE.search(url):
        raise AddressRefused("This is not a usable address.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as problem:
        raise AddressRefused("This is not a usable address.") from problem
    if parts.scheme not in PORTS or not url.lower().startswith(f"{parts.scheme}://"):
        raise AddressRefused("An address begins with http:// or https://.")
    if "@" in parts.netloc or "%" in parts.netloc or not parts.hostname:
        raise AddressRefused("An address holds a host, and neither a user nor escapes in it.")
    path = _ascii(parts.path or "/") + (f"?{_ascii(parts.query)}" if parts.query else "")
    return Place(scheme=parts.scheme, host=_host(parts.hostname), port=port or PORTS[parts.scheme], path=path)


def is_public(address: IpAddress) -> bool:
    """May strangers' names lead there?"""
    if any(address in network for network in (*NEVER, *NOT_GLOBAL) if network.version == address.version):
        return False
    if address.version == 6 and address not in GLOBAL_V6:
        return False
    return address.is_global and not address.is_multicast


def is_local_name(host: str) -> bool:
    """Names that only mean something inside a network: one word, or a reserved ending."""
    if literal(host) is not None:
        return False
    return "." not in host or host.rsplit(".", maxsplit=1)[-1] in LOCAL_SUFFIXES or host.endswith(".home.arpa")


def _host(name: str) -> str:
    """Lower case, IDNA, without a final dot. Raises AddressRefused, also for numbers that are no plain address."""
    if ":" in name:
        return _v6(name)
    try:
        host = idna.encode(name.rstrip("."), uts46=True).decode().lower() if not name.isascii() else name.lower()
    except idna.IDNAError as problem:
        raise AddressRefused("The host's name is not valid.") from problem
    host = host.rstrip(".")
    labels = host.split(".")
    if len(host) > 253 or not all(LABEL.fullmatch(label) for label in labels) or host in NEVER_NAMES:
        raise AddressRefused("The host's name is not valid.")
    if NUMBER.fullmatch(labels[-1]) and literal(host) is None:
        raise AddressRefused("An address in numbers has four of them.")
    return host


def _v6(name: str) -> str:
    try:
        return str(ipaddress.IPv6Address(name))
    except ValueError as problem:
        raise AddressRefused("The host's address is not valid.") from problem


def literal(host: str) -> IpAddress | None:
    """The address that a host is, when it is one; Python refuses short, octal and hexadecimal forms."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def is_own(address: IpAddress) -> bool:
    """An address of a private network. IPv6 that carries an IPv4 address inside is none: nobody looked at that one."""
    return address.version == 4 or any(address in network for network in OWN_V6)


def _ascii(text: str) -> str:
    """Percent-encode what is not ASCII, and leave the rest as it was written."""
    return "".join(char if char.isascii() else "".join(f"%{byte:02X}" for byte in char.encode()) for char in text)
