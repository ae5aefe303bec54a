"""Who is deleted can come back for some days, and is then forgotten."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts import standing
from accounts.models import APIToken, Identity, Kind, User
from accounts.tasks import end_grace
from audit.models import Event
from tenants.scope import scope
from tenants.services import change_tenant
from tests.conftest import PASSWORD, at, person, token_of


@pytest.fixture
def acme(acme):
    with scope(acme):
        yield acme


def there(user):
    return User.objects.filter(pk=user.pk).first()


def signs_in(user):
    answer = at(user.tenant).post("/account/login/", {"login": user.username, "password": PASSWORD})
    return answer.status_code == 302


def test_who_is_deleted_is_out_at_once_and_comes_back_as_they_were(acme, alice):
    token_of(alice)
    was = User.objects.filter(pk=alice.pk).values("username", "email", "role", "groups", "kind").get()
    assert standing.delete(acme, [alice.pk]) == 1
    assert not there(alice).is_active
    assert not signs_in(alice)
    assert APIToken.objects.filter(revoked_at=None).count() == 0
    assert standing.restore(acme, [alice.pk]) == 1
    assert signs_in(alice)
    assert User.objects.filter(pk=alice.pk).values(*was).get() == was
    assert list(Event.objects.filter(subject_id=alice.pk).values_list("name", flat=True).order_by("at"))[-2:] == [
        "user.leaving",
        "user.restored",
    ]


def test_nobody_is_forgotten_before_the_days_are_over(acme, alice, bob, time_machine):
    standing.delete(acme, [alice.pk])
    standing.disable(acme, [bob.pk])
    time_machine.move_to(timezone.now() + timedelta(days=29, hours=23))
    end_grace()
    assert there(alice)
    time_machine.move_to(timezone.now() + timedelta(hours=2))
    end_grace()
    assert there(alice) is None
    assert there(bob), "whoever is only disabled stays a user"
    assert Event.objects.filter(name="user.deleted", subject_id=alice.pk).count() == 1


def test_a_second_deletion_is_for_good(acme, alice):
    assert standing.delete(acme, [alice.pk]) == 1
    assert standing.delete(acme, [alice.pk]) == 1
    assert there(alice) is None


def test_without_days_of_grace_and_for_guests_it_is_for_good_at_once(acme, alice):
    guest = person(acme, "anon", kind=Kind.GUEST)
    standing.delete(acme, [guest.pk])
    assert there(guest) is None
    change_tenant(acme, grace_days=0)
    standing.delete(acme, [alice.pk])
    assert there(alice) is None
    assert not Identity.objects.exists()


def test_who_waits_for_approval_can_be_deleted_too(acme):
    waiting = person(acme, "dave", is_active=False, awaits_approval=True)
    standing.delete(acme, [waiting.pk])
    assert not there(waiting).awaits_approval
    assert standing.approve(acme, [waiting.pk]) == 0
