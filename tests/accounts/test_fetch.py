"""Outgoing HTTP leads where it was looked, no further, and nobody waits for long."""

from __future__ import annotations

import socket
import threading
import time

import pytest

from accounts import fetch
from tenants.refusal import Refusal
from tests.servers.openid import OpenIDProvider


@pytest.fixture
def server(settings):
    settings.PRIVATE_PROVIDERS = True
    with OpenIDProvider() as server:
        yield server


def reason(refusal) -> str:
    return " ".join(refusal.value.__notes__)


def test_what_is_there_is_fetched(server):
    server.pages["/thing"] = {"a": 1}
    assert fetch.get_json(f"{server.url}/thing") == {"a": 1}


def test_the_address_that_was_looked_at_is_the_one_connected_to(server, monkeypatch):
    """A name that leads to another address at each look (DNS rebinding) is looked up once."""
    look = socket.getaddrinfo
    answers = iter(["127.0.0.1", "169.254.169.254"])

    def rebound(host, *rest, **more):
        return look(next(answers) if host == "rebound.example" else host, *rest, **more)

    server.pages["/thing"] = {"a": 1}
    monkeypatch.setattr("accounts.addresses.socket.getaddrinfo", rebound)
    assert fetch.get_json(f"http://rebound.example:{server.server.server_port}/thing") == {"a": 1}
    assert next(answers) == "169.254.169.254"


def test_too_much_is_not_read_to_the_end(server):
    server.pages["/thing"] = b"x" * 3_000
    assert len(fetch.get(f"{server.url}/thing", most_bytes=3_000)) == 3_000
    with pytest.raises(Refusal, match="not set up right") as refusal:
        fetch.get(f"{server.url}/thing", most_bytes=2_999)
    assert "more than 2999 bytes" in reason(refusal)


def test_a_slow_server_is_left(settings, monkeypatch):
    settings.PRIVATE_PROVIDERS = True
    monkeypatch.setattr(fetch, "_SECONDS_IN_ALL", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        drip = threading.Thread(target=_drip, args=(listener,), daemon=True)
        drip.start()
        began = time.monotonic()
        with pytest.raises(Refusal) as refusal:
            fetch.get(f"http://127.0.0.1:{listener.getsockname()[1]}/")
        assert refusal.value.code == "provider_unreachable"
        assert time.monotonic() - began < 3
        drip.join()


def test_a_dead_server_is_left_alone_for_a_moment(settings, monkeypatch):
    settings.PRIVATE_PROVIDERS = True
    tried: list[str] = []

    def fail(host, *_, **__):
        tried.append(host)
        raise OSError("nobody there")

    monkeypatch.setattr(fetch, "connect", fail)
    for _ in range(3):
        with pytest.raises(Refusal):
            fetch.get("https://dead.example/")
    assert tried == ["dead.example"]


@pytest.mark.parametrize("url", ["", "file:///etc/passwd", "http://", "https://u:p@h/", "https://h:0/", "gopher://h/"])
def test_only_addresses_of_the_web_are_fetched(settings, url):
    settings.PRIVATE_PROVIDERS = True
    with pytest.raises(Refusal) as refusal:
        fetch.get(url)
    assert refusal.value.code == "provider_misconfigured"


def test_plain_http_is_for_private_providers_only(server, settings):
    settings.PRIVATE_PROVIDERS = False
    with pytest.raises(Refusal) as refusal:
        fetch.get(f"{server.url}/thing")
    assert refusal.value.code == "provider_misconfigured"


def _drip(listener: socket.socket) -> None:
    """Send a byte now and then, for ever or until the other side has had enough."""
    connection, _ = listener.accept()
    with connection:
        connection.recv(1_000)
        connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        try:
            for _ in range(200):
                connection.sendall(b"1\r\nx\r\n")
                time.sleep(0.05)
        except OSError:
            pass
