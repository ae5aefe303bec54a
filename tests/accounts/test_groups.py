"""Groups and who is in them: the users' own rows and the memberships say the same, whichever was changed."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from accounts import groups, services, standing
from accounts.models import Group, Membership, User
from audit.models import Event
from chimeusers.models import Change
from tenants.scope import scope
from tests.conftest import person


@pytest.fixture
def acme(acme):
    with scope(acme):
        yield acme


def names(user):
    return User.objects.get(pk=user.pk).groups


def members(group_name):
    rows = Membership.objects.filter(group__name=group_name)
    return set(rows.values_list("user__username", flat=True))


def test_a_change_of_the_user_is_one_of_the_memberships(acme, alice):
    services.update(alice, expected_version=1, groups=["staff", "chat"])
    assert (members("staff"), members("chat")) == ({"alice"}, {"alice"})
    services.update(alice, expected_version=2, groups=["chat", "new"])
    assert (members("staff"), members("chat"), members("new")) == (set(), {"alice"}, {"alice"})
    assert Group.objects.count() == 3, "an empty group stays, with its id"


def test_who_comes_with_groups_is_in_them(acme):
    person(acme, "dave", groups=["staff"])
    assert members("staff") == {"dave"}


def test_a_change_of_the_memberships_is_one_of_the_user(acme, alice, bob):
    group = groups.make_group(acme, name="Staff")
    groups.change_members(group, add=[alice.pk, bob.pk])
    groups.change_members(group, add=[alice.pk])
    assert names(alice) == names(bob) == ["Staff"]
    assert User.objects.get(pk=alice.pk).version == 2, "who is in already does not change"
    groups.change_members(group, remove=[bob.pk])
    assert (names(alice), names(bob)) == (["Staff"], [])
    group.refresh_from_db()
    assert group.version == 3


def test_a_group_with_another_name_and_one_that_is_gone(acme, alice):
    group = groups.make_group(acme, name="Staff")
    group_id = group.pk
    groups.change_members(group, add=[alice.pk])
    groups.rename_group(group, name="Everybody", external_id="42")
    assert names(alice) == ["Everybody"]
    groups.drop_group(group)
    assert names(alice) == []
    assert not Membership.objects.exists()
    assert set(Event.objects.filter(subject_id=group_id).values_list("name", flat=True)) == {
        "group.made",
        "group.changed",
        "group.dropped",
    }


def test_chime_hears_of_whoever_changes(linked, alice, bob):
    with scope(linked):
        group = groups.make_group(linked, name="Staff")
        Change.objects.all().delete()
        groups.change_members(group, add=[alice.pk])
        assert set(Change.objects.values_list("user_id", flat=True)) == {alice.pk}


def test_another_tenants_users_are_not_put_into_a_group(acme, alice, carol):
    group = groups.make_group(acme, name="Staff")
    groups.change_members(group, add=[alice.pk, carol.pk])
    assert members("Staff") == {"alice"}


@pytest.mark.parametrize("name", ["", "  ", "x" * 256, "Taken"])
def test_a_name_that_is_wrong_or_taken_is_told(acme, name):
    groups.make_group(acme, name="Taken")
    with pytest.raises(ValidationError):
        groups.make_group(acme, name=name)


def test_who_is_erased_is_in_no_group(acme, alice):
    services.update(alice, expected_version=1, groups=["staff"])
    standing.erase(acme, [alice.pk])
    assert members("staff") == set()
