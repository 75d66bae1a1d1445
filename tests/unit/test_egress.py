"""The gate: every case of the attack set, with a network made of lists and one real server on the loopback."""

from __future__ import annotations

import gzip
import itertools
import json
import re
import ssl
import threading
import zlib
from collections.abc import Callable, Iterator, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpcore
import pytest

from assistant.foundation import egress
from assistant.foundation.addresses import NEVER, is_public, place_of
from assistant.foundation.egress import Gate, Limits
from assistant.foundation.errors import (
    AddressRefused,
    BadAnswer,
    EgressError,
    MovedAway,
    NotReached,
    TooBig,
    TookTooLong,
)
from tests.conftest import DATA

PUBLIC = "93.184.215.14"
CASES = (
    [json.loads(line) for line in (DATA / "injection" / "ours_ssrf.jsonl").read_text().split("\n") if line]
    if DATA.exists()
    else []
)
URLS = [case for case in CASES if "url" in case]
SCENARIOS = {case["id"]: case["scenario"] for case in CASES if "scenario" in case}
HOSTS = {"shop.example"}


class Wire(httpcore.NetworkStream):
    """A connection that gives these pieces, whatever is sent to it."""

    def __init__(self, pieces: Iterator[bytes], tick: Callable[[], None] = lambda: None) -> None:
        self.pieces, self.tick = pieces, tick
        self.sent = b""

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        self.tick()
        return next(self.pieces, b"")

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self.sent += buffer

    def close(self) -> None:
        pass

    def start_tls(self, ssl_context: Any, server_hostname: Any = None, timeout: Any = None) -> httpcore.NetworkStream:
        return self


class Network:
    """Names with their addresses, and what each connection answers; it counts what was asked of it."""

    def __init__(self, *answers: Sequence[bytes] | Iterator[bytes], addresses: Sequence[str] = (PUBLIC,)) -> None:
        self.answers = iter(answers)
        self.addresses = addresses
        self.looked_up: list[str] = []
        self.connected: list[str] = []
        self.wires: list[Wire] = []
        self.time = 0.0

    def resolve(self, host: str, port: int) -> Sequence[str]:
        self.looked_up.append(host)
        return self.addresses

    def connect(self, address: str, port: int, timeout_s: float) -> httpcore.NetworkStream:
        self.connected.append(address)
        self.wires.append(Wire(iter(next(self.answers)), self.pass_a_second))
        return self.wires[-1]

    def pass_a_second(self) -> None:
        self.time += 1.0

    def gate(self, **more: Any) -> Gate:
        return Gate(resolve=self.resolve, connect=self.connect, clock=lambda: self.time, **more)


def page(body: bytes = b"hello", *headers: str, status: str = "200 OK") -> list[bytes]:
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return ["\r\n".join(lines).encode(), body] if body else ["\r\n".join(lines).encode()]


def redirect(to: str) -> list[bytes]:
    return page(b"", f"Location: {to}", status="302 Found")


def fetch(network: Network, url: str = "http://shop.example/help", **more: Any) -> egress.Answer:
    return network.gate().fetch(url, hosts=HOSTS, **more)


# --- addresses --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", URLS, ids=lambda case: str(case["id"]))
def test_every_address_of_the_attack_set(case: dict[str, str]) -> None:
    network = Network(page(), page())
    listed = HOSTS | {"93.184.215.14", "xn--bcher-kva.example"}
    if case["expect"] == "block":
        with pytest.raises(AddressRefused):
            network.gate().fetch(case["url"], hosts=listed | {place.name for place in _place(case["url"])})
        assert network.connected == []
        return
    assert network.gate().fetch(case["url"], hosts=listed).status == 200
    with pytest.raises(MovedAway):
        network.gate().fetch(case["url"], hosts=())
    assert network.connected == [PUBLIC]


def _place(url: str) -> Iterator[Any]:
    try:
        yield place_of(url)
    except AddressRefused:
        return


def test_the_request_carries_the_name_and_goes_to_the_address() -> None:
    network = Network(page())
    fetch(network)
    assert network.connected == [PUBLIC]
    assert b"Host: shop.example\r\n" in network.wires[0].sent


@pytest.mark.parametrize("network", NEVER, ids=str)
def test_metadata_and_link_local_are_refused_even_when_the_operator_lists_them(network: Any) -> None:
    address = str(network[min(1, network.num_addresses - 1)])
    host = f"[{address}]" if ":" in address else address
    allowed = frozenset({address, "inside.example"})
    with pytest.raises(AddressRefused):
        Gate(allowed=allowed).check(f"http://{host}/")
    with pytest.raises(AddressRefused):
        Network(page(), addresses=[address]).gate(allowed=allowed).fetch(
            "http://inside.example/", hosts={"inside.example"}
        )


def test_a_listed_host_of_the_operators_may_be_inside_and_on_another_port() -> None:
    network = Network(page(), addresses=["10.1.2.3"])
    gate = network.gate(allowed=frozenset({"help.corp:8080"}))
    assert gate.fetch("http://help.corp:8080/", hosts={"help.corp:8080"}).body == b"hello"
    with pytest.raises(AddressRefused):
        gate.fetch("http://help.corp/", hosts={"help.corp"})


@pytest.mark.parametrize("address", ["64:ff9b::a00:1", "2002:a00:1::", "2001:0:a00:1::", "::ffff:10.0.0.1"])
def test_ipv6_that_carries_another_address_is_refused_even_from_a_listed_host(address: str) -> None:
    gate = Network(page(), addresses=[address]).gate(allowed=frozenset({"inside.example"}))
    with pytest.raises(AddressRefused):
        gate.fetch("http://inside.example/", hosts={"inside.example"})


def test_the_operators_list_can_name_the_tenant(settings: Any) -> None:
    listed = "all.corp, alpha@only.corp:8080"
    settings.DESKSIDE = settings.DESKSIDE.model_copy(update={"egress_allow": listed})
    assert egress.gate("alpha").allowed == {"all.corp", "only.corp:8080"}
    assert egress.gate("gamma").allowed == {"all.corp"}


@pytest.mark.parametrize("address", ["8.8.8.8", "93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"])
def test_ordinary_addresses_are_public(address: str) -> None:
    import ipaddress

    assert is_public(ipaddress.ip_address(address))


# --- scenarios of a hostile server ------------------------------------------------------------------------------------


def test_every_scenario_of_the_attack_set_has_a_test() -> None:
    here = Path(__file__).read_text() + (Path(__file__).parent / "test_crawl.py").read_text()
    assert {name for name in SCENARIOS if f'"{name}"' not in here and f"{name}:" not in here} == set()


def test_a_redirect_to_the_loopback_is_refused() -> None:
    """ours-ssrf-67: a listed host leads inside."""
    network = Network(redirect("http://127.0.0.1/"))
    with pytest.raises(AddressRefused):
        fetch(network)
    assert network.connected == [PUBLIC]


def test_a_redirect_to_a_file_is_refused() -> None:
    """ours-ssrf-68: a listed host leads to another scheme."""
    with pytest.raises(AddressRefused):
        fetch(Network(redirect("file:///etc/passwd")))


def test_a_redirect_to_another_host_is_refused_by_name() -> None:
    with pytest.raises(MovedAway, match=re.escape("www.shop.example")):
        fetch(Network(redirect("http://www.shop.example/help")))


def test_redirects_end() -> None:
    """ours-ssrf-69: thirty redirects."""
    network = Network(*(redirect(f"/{n}") for n in range(30)))
    with pytest.raises(BadAnswer, match="often"):
        fetch(network)
    assert len(network.connected) == egress.MOST_REDIRECTS + 1


def test_a_name_that_changes_its_address_is_refused() -> None:
    """ours-ssrf-70: public at the first look-up, the loopback at the second."""
    network = Network(redirect("/again"), page())
    answers = iter([[PUBLIC], ["127.0.0.1"]])
    gate = Gate(resolve=lambda host, port: next(answers), connect=network.connect, clock=lambda: 0.0)
    with pytest.raises(AddressRefused):
        gate.fetch("http://shop.example/", hosts=HOSTS)
    assert network.connected == [PUBLIC]


def test_a_name_is_looked_up_once_a_question() -> None:
    network = Network(page())
    fetch(network)
    assert network.looked_up == ["shop.example"]


def test_one_private_address_among_public_ones_is_too_many() -> None:
    """ours-ssrf-71: one public, one private."""
    network = Network(page(), addresses=[PUBLIC, "10.0.0.1"])
    with pytest.raises(AddressRefused):
        fetch(network)
    assert network.connected == []


def test_an_endless_body_is_cut_off() -> None:
    """ours-ssrf-72: 10 GB without a length."""
    given = itertools.count()
    endless = itertools.chain([b"HTTP/1.1 200 OK\r\n\r\n"], (b"x" * 60_000 for _ in given))
    with pytest.raises(TooBig):
        fetch(Network(endless), limits=Limits(bytes=1_000_000, seconds=1_000.0))
    assert next(given) < 30


def test_a_dripping_body_is_cut_off() -> None:
    """ours-ssrf-73: one byte a second for ever."""
    network = Network(itertools.chain([b"HTTP/1.1 200 OK\r\n\r\n"], itertools.repeat(b"x")))
    with pytest.raises(TookTooLong):
        fetch(network, limits=Limits(seconds=30.0))
    assert network.time < 35


def test_a_dripping_head_is_cut_off() -> None:
    with pytest.raises(TookTooLong):
        fetch(Network(itertools.repeat(b"X-A: b\r\n")), limits=Limits(seconds=30.0))


def test_a_packed_body_is_cut_off_where_it_becomes_too_big() -> None:
    """ours-ssrf-74: gzip that expands a thousandfold."""
    body = gzip.compress(b"\0" * 50_000_000)
    assert len(body) < 100_000
    with pytest.raises(TooBig):
        fetch(Network(page(body, "Content-Encoding: gzip")), limits=Limits(bytes=1_000_000))


def test_a_packed_body_is_unpacked() -> None:
    body = gzip.compress(b"hello " * 1_000)
    assert fetch(Network(page(body, "Content-Encoding: gzip"))).body == b"hello " * 1_000


@pytest.mark.parametrize("encoding", ["gzip, gzip", "gzip, br", "br", "deflate", "zstd", "gzip,gzip,br"])
def test_other_and_nested_packings_are_refused(encoding: str) -> None:
    """ours-ssrf-75: gzip of gzip of br."""
    with pytest.raises(BadAnswer):
        fetch(Network(page(zlib.compress(b"x"), f"Content-Encoding: {encoding}")))


def test_a_flood_of_headers_is_refused() -> None:
    """ours-ssrf-76: 100,000 header lines."""
    flood = [b"HTTP/1.1 200 OK\r\n", *(b"X-%d: y\r\n" % n for n in range(100_000)), b"\r\n"]
    with pytest.raises(BadAnswer):
        fetch(Network(flood), limits=Limits(seconds=1_000_000.0))


def test_an_invalid_certificate_is_refused() -> None:
    """ours-ssrf-77: the certificate is not valid."""

    class Untrusted(Wire):
        def start_tls(self, *arguments: Any, **more: Any) -> httpcore.NetworkStream:
            raise httpcore.ConnectError("[SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: self-signed")

    gate = Gate(resolve=lambda host, port: [PUBLIC], connect=lambda *place: Untrusted(iter([])))
    with pytest.raises(NotReached, match="certificate"):
        gate.fetch("https://shop.example/", hosts=HOSTS)


def test_the_name_is_what_the_certificate_is_compared_with() -> None:
    asked: list[Any] = []

    class Asking(Wire):
        def start_tls(self, ssl_context: Any, server_hostname: Any = None, timeout: Any = None) -> Any:
            asked.append((server_hostname, ssl_context.verify_mode, ssl_context.check_hostname))
            return self

    gate = Gate(resolve=lambda host, port: [PUBLIC], connect=lambda *place: Asking(iter(page())))
    gate.fetch("https://shop.example/", hosts=HOSTS)
    assert asked == [("shop.example", ssl.CERT_REQUIRED, True)]


def test_nobody_there_is_said_so() -> None:
    def refuse(*place: Any) -> Any:
        raise httpcore.ConnectError("refused")

    with pytest.raises(NotReached):
        Gate(resolve=lambda host, port: [PUBLIC], connect=refuse).fetch("http://shop.example/", hosts=HOSTS)

    def unknown(host: str, port: int) -> Sequence[str]:
        raise OSError

    with pytest.raises(NotReached, match="name"):
        Gate(resolve=unknown).fetch("http://shop.example/", hosts=HOSTS)


def test_nonsense_is_no_http() -> None:
    with pytest.raises(BadAnswer):
        fetch(Network([b"220 mail.example ESMTP\r\n"]))


def test_what_is_sent_is_sent_once_and_not_to_where_it_redirects() -> None:
    network = Network(page(b"", "Location: /other", status="307 Temporary Redirect"))
    answer = fetch(network, method="POST", body=b'{"a": 1}', headers={"Content-Type": "application/json"})
    assert answer.status == 307
    assert network.wires[0].sent.endswith(b'\r\n\r\n{"a": 1}')
    assert b"Content-Length: 8\r\n" in network.wires[0].sent


# --- one real server --------------------------------------------------------------------------------------------------


@pytest.fixture
def local() -> Iterator[str]:
    """A server on the loopback that says which host it was asked for."""

    class Echo(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = self.headers["Host"].encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Echo)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_real_server_is_asked_when_it_is_listed_and_not_otherwise(local: str) -> None:
    assert Gate(allowed=frozenset({local})).fetch(f"http://{local}/", hosts={local}).body == local.encode()
    with pytest.raises(EgressError):
        Gate().fetch(f"http://{local}/", hosts={local})


def test_a_real_name_reaches_the_checked_address(local: str) -> None:
    port = local.partition(":")[2]
    name = f"help.corp:{port}"
    gate = Gate(allowed=frozenset({name}), resolve=lambda host, port: ["127.0.0.1"])
    assert gate.fetch(f"http://{name}/", hosts={name}).body == name.encode()
