"""The one gate through which the house asks other machines for anything.

An address that somebody typed, or that a page links to, could point into our own network. So: the name is looked up
once, every address it has must be public, the connection goes to exactly that address, each redirect passes the same
checks, and whatever is unclear is refused. Only hosts that the caller lists are asked at all. A host inside the
operator's own network can be allowed by name (`EGRESS_ALLOW`); metadata services and link-local addresses never are.

Not through this gate: `inference` talks to the engine and the embedder over local sockets or the `ENGINE_URL` of the
operator, which no tenant can set.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
import zlib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from urllib.parse import urljoin

import httpcore

from assistant.foundation.addresses import (
    NEVER,
    PORTS,
    UNSAFE,
    IpAddress,
    Place,
    is_local_name,
    is_own,
    is_public,
    literal,
    place_of,
)
from assistant.foundation.conf import conf
from assistant.foundation.errors import AddressRefused, BadAnswer, MovedAway, NotReached, TooBig, TookTooLong

MOST_REDIRECTS = 5
CONNECT_S = 5.0
CHUNK = 65_536
USER_AGENT = "Deskside/1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much may come, and for how long."""

    bytes: int = 5_000_000
    """Of the body, both as it travels and unpacked."""
    seconds: float = 30.0
    """For everything: look-up, redirects and the last byte."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back, complete."""

    status: int
    url: str
    """Of the last redirect."""
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes


Resolve = Callable[[str, int], Sequence[str]]
Connect = Callable[[str, int, float], httpcore.NetworkStream]


def look_up(host: str, port: int) -> list[str]:
    """Every address of a name. Raises OSError."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in found))


def connect(address: str, port: int, timeout_s: float) -> httpcore.NetworkStream:
    """A connection to an address. Raises httpcore's errors."""
    return httpcore.SyncBackend().connect_tcp(address, port, timeout=timeout_s)


@cache
def trust() -> ssl.SSLContext:
    """The certificates that are believed, read once."""
    return httpcore.default_ssl_context()


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """The way out. `allowed` are hosts (`host` or `host:port`) whose addresses need not be public."""

    allowed: frozenset[str] = frozenset()
    resolve: Resolve = look_up
    connect: Connect = connect
    clock: Callable[[], float] = time.monotonic
    tls: ssl.SSLContext = field(default_factory=trust)

    def check(self, url: str) -> Place:
        """What can be said about an address without asking anybody. Raises AddressRefused."""
        place = place_of(url)
        if place.name not in self.allowed:
            if place.port != PORTS[place.scheme]:
                raise AddressRefused("Only the ports 80 (http) and 443 (https) may be asked.")
            if is_local_name(place.host):
                raise AddressRefused("This is a name inside a private network.")
        if (address := literal(place.host)) is not None:
            self._check_address(address, place)
        return place

    def fetch(
        self,
        url: str,
        *,
        hosts: Collection[str],
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        body: bytes = b"",
        limits: Limits | None = None,
    ) -> Answer:
        """Ask one of the listed hosts and wait for the whole answer. Raises EgressError.

        Redirects are followed for GET only, and to listed hosts only.
        """
        limits = limits or Limits()
        deadline = _Deadline(clock=self.clock, at=self.clock() + limits.seconds)
        for _ in range(MOST_REDIRECTS + 1):
            place = self.check(url)
            if place.name not in hosts:
                raise MovedAway(f"It leads to another host: {place.name[:100]}.")
            answer = self._ask(place, method, headers or {}, body, limits, deadline)
            to = answer.headers.get("location")
            if method != "GET" or answer.status not in (301, 302, 303, 307, 308) or not to:
                return answer
            url = _join(place.url, to)
        raise BadAnswer("It redirects too often.")

    def _ask(
        self,
        place: Place,
        method: str,
        headers: Mapping[str, str],
        body: bytes,
        limits: Limits,
        deadline: _Deadline,
    ) -> Answer:
        backend = _Backend(address=self._address_of(place), connect=self.connect, deadline=deadline)
        own = {"Host": place.url.split("/")[2], "User-Agent": USER_AGENT, "Accept-Encoding": "gzip"}
        sent = [(name.encode(), value.encode()) for name, value in {**own, **headers}.items()]
        try:
            with (
                httpcore.ConnectionPool(ssl_context=self.tls, network_backend=backend, http2=False) as pool,
                pool.stream(method, place.url, headers=sent, content=body or None) as response,
            ):
                found = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in response.headers}
                content = _bounded_body(response.iter_stream(), found, limits.bytes)
                return Answer(status=response.status, url=place.url, headers=found, body=content)
        except httpcore.TimeoutException as problem:
            raise TookTooLong from problem
        except (httpcore.NetworkError, OSError) as problem:
            if "CERTIFICATE" in str(problem).upper():
                raise NotReached("The certificate of this address is not valid.") from problem
            raise NotReached from problem
        except (httpcore.ProtocolError, httpcore.UnsupportedProtocol) as problem:
            raise BadAnswer("The answer is not proper HTTP.") from problem

    def _address_of(self, place: Place) -> str:
        """The address that is asked: looked up once, refused unless every one of the name's addresses is allowed."""
        if (own := literal(place.host)) is not None:
            return str(own)
        try:
            found = [ipaddress.ip_address(address) for address in self.resolve(place.host, place.port)]
        except (OSError, UnicodeError, ValueError) as problem:
            raise NotReached("There is no such name.") from problem
        if not found:
            raise NotReached("There is no such name.")
        for address in found:
            self._check_address(address, place)
        return str(found[0])

    def _check_address(self, address: IpAddress, place: Place) -> None:
        if any(address in network for network in NEVER if network.version == address.version):
            raise AddressRefused
        if not is_public(address) and not (place.name in self.allowed and is_own(address)):
            raise AddressRefused("This address is not public.")


def gate(tenant: str) -> Gate:
    """The gate as the operator set it for a tenant, named by its slug."""
    allowed = set()
    for entry in filter(None, (part.strip() for part in conf().egress_allow.split(","))):
        owner, at, host = entry.rpartition("@")
        if not at or owner == tenant:
            allowed.add(host.lower())
    return Gate(allowed=frozenset(allowed))


def _join(base: str, to: str) -> str:
    if UNSAFE.search(to):
        raise AddressRefused("It redirects to something that is no address.")
    try:
        return urljoin(base, to)
    except ValueError as problem:
        raise AddressRefused("It redirects to something that is no address.") from problem


def _bounded_body(chunks: Iterable[bytes], headers: Mapping[str, str], limit: int) -> bytes:
    """The unpacked body. Raises TooBig before more than the limit is held, and BadAnswer."""
    encoding = headers.get("content-encoding", "").strip().lower()
    if encoding not in ("", "identity", "gzip", "x-gzip"):
        raise BadAnswer("It is packed in a way that we did not ask for.")
    unpacker = Unpacker(limit=limit) if "gzip" in encoding else None
    body, travelled = bytearray(), 0
    for chunk in chunks:
        travelled += len(chunk)
        body += unpacker.take(chunk) if unpacker else chunk
        if travelled > limit or len(body) > limit:
            raise TooBig(f"It is bigger than {limit // 1_000_000 or 1} MB.")
    return bytes(body)


@dataclass(slots=True, kw_only=True)
class Unpacker:
    """Gzip, unpacked up to a limit: a kilobyte can become a gigabyte."""

    limit: int
    _stream: zlib._Decompress = field(default_factory=lambda: zlib.decompressobj(wbits=31))
    _made: int = 0

    def take(self, chunk: bytes) -> bytes:
        """The next piece. Raises TooBig, BadAnswer."""
        try:
            piece = self._stream.decompress(chunk, self.limit - self._made + 1)
        except zlib.error as problem:
            raise BadAnswer("It is packed wrongly.") from problem
        self._made += len(piece)
        if self._made > self.limit:
            raise TooBig("It is too big when it is unpacked.")
        return piece


@dataclass(frozen=True, slots=True, kw_only=True)
class _Deadline:
    clock: Callable[[], float]
    at: float

    def left(self, wanted: float | None) -> float:
        """Seconds for the next step. Raises httpcore's timeout when there are none."""
        rest = self.at - self.clock()
        if rest <= 0:
            raise httpcore.ReadTimeout
        return rest if wanted is None else min(rest, wanted)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Backend(httpcore.NetworkBackend):
    """Connects to one address whatever it is asked for; names in the request stay as they are (Host, SNI)."""

    address: str
    connect: Connect
    deadline: _Deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """The checked address."""
        return _Stream(inner=self.connect(self.address, port, self.deadline.left(CONNECT_S)), deadline=self.deadline)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Stream(httpcore.NetworkStream):
    """A connection that ends at the deadline, however slowly bytes drip."""

    inner: httpcore.NetworkStream
    deadline: _Deadline

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """The next bytes."""
        return self.inner.read(min(max_bytes, CHUNK), self.deadline.left(timeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Send."""
        self.inner.write(buffer, self.deadline.left(timeout))

    def close(self) -> None:
        """Hang up."""
        self.inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """The name that was asked for is the one that the certificate must have."""
        inner = self.inner.start_tls(ssl_context, server_hostname, self.deadline.left(timeout))
        return _Stream(inner=inner, deadline=self.deadline)

    def get_extra_info(self, info: str) -> object:
        """What the connection knows about itself."""
        return self.inner.get_extra_info(info)
