"""Without a scope nothing can be read; within one only what is the tenant's own."""

from __future__ import annotations

import threading

import pytest
from django.core.cache import cache

from accounts.models import User
from tenants.scope import NoScope, current_tenant, scope, unscoped


def names() -> set[str]:
    return set(User.objects.values_list("username", flat=True))


def test_each_scope_sees_its_own(alice, bob, carol, root):
    with scope(alice.tenant):
        assert names() == {"alice", "bob"}
        assert not User.objects.filter(pk=carol.pk).exists()
    with scope(carol.tenant):
        assert names() == {"carol"}
    with scope(None):
        assert names() == {"root"}
    with unscoped():
        assert names() == {"alice", "bob", "carol", "root"}


def test_outside_every_scope_there_is_nothing_to_ask(alice):
    for ask in (User.objects.all, User.objects.count, lambda: list(alice.tenant.users.all()), current_tenant):
        with pytest.raises(NoScope):
            ask()


def test_a_scope_ends_where_it_began_even_by_an_error(alice, carol):
    with scope(alice.tenant):
        with pytest.raises(RuntimeError, match="inside"), scope(carol.tenant):
            raise RuntimeError("inside")
        assert names() == {"alice"}
    with pytest.raises(NoScope):
        names()


def test_a_thread_starts_without_a_scope(alice):
    seen: list[type[BaseException]] = []

    def look() -> None:
        try:
            current_tenant()
        except NoScope as error:
            seen.append(type(error))

    with scope(alice.tenant):
        thread = threading.Thread(target=look)
        thread.start()
        thread.join()
    assert seen == [NoScope]


def test_what_is_counted_for_one_tenant_is_not_counted_for_another(acme, globex):
    with scope(acme):
        cache.set("count", 1)
    for other in (scope(globex), scope(None)):
        with other:
            assert cache.get("count") is None
    with scope(acme):
        assert cache.get("count") == 1
