"""The default cache, where throttles count."""

from __future__ import annotations

from django.core.cache import cache


def test_whoever_comes_from_many_addresses_makes_it_forget_nobody():
    cache.set("first-address", 60)
    for number in range(3_000):
        cache.set(f"address-{number}", 1)
    assert cache.get("first-address") == 60
