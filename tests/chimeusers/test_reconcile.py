from __future__ import annotations

from uuid import uuid4

import pytest

from accounts import services
from chimeusers import chime, sync
from chimeusers import reconcile as reconciliation
from chimeusers.models import Change, ChimeUser
from chimeusers.reconcile import Differences, reconcile
from tenants.scope import scope
from tests.conftest import person, stagehand


@pytest.fixture
def link(linked, alice, bob):
    with scope(linked):
        link = linked.aws_link
        for user in (alice, bob):
            sync.settle(link, user.pk)
        Change.objects.all().delete()
        yield link


@pytest.fixture
def identity(at_aws):
    return stagehand(at_aws, "chime-sdk-identity")


def waiting():
    return set(Change.objects.values_list("user_id", flat=True))


def test_equal_sets_make_no_work(link):
    assert reconcile(link) == Differences(different=0, missing=0, foreign=0, braked=False)
    assert not waiting()


def test_each_difference_becomes_work_that_mends_it(link, identity, alice, bob):
    identity.update_app_instance_user(AppInstanceUserArn=link.user_arn(str(alice.pk)), Name="Eve", Metadata="")
    identity.delete_app_instance_user(AppInstanceUserArn=link.user_arn(str(bob.pk)))
    assert reconcile(link) == Differences(different=1, missing=1, foreign=0, braked=False)
    assert waiting() == {alice.pk, bob.pk}
    for user in (alice, bob):
        sync.settle(link, user.pk)
    assert reconcile(link) == Differences(different=0, missing=0, foreign=0, braked=False)


def test_whom_we_deleted_but_chime_still_has_is_deleted_there(link, identity, alice):
    ChimeUser.objects.filter(user_id=alice.pk).update(state="absent")
    services.delete(link.tenant, [alice.pk])
    Change.objects.all().delete()
    reconcile(link)
    assert waiting() == {alice.pk}
    sync.settle(link, alice.pk)
    listed = identity.list_app_instance_users(AppInstanceArn=link.app_instance_arn)["AppInstanceUsers"]
    assert len(listed) == 1


def test_users_that_are_not_ours_are_counted_and_left_alone(link, identity):
    arn = link.app_instance_arn
    identity.create_app_instance_user(
        AppInstanceArn=arn, AppInstanceUserId="bot", Name="Bot", ClientRequestToken=str(uuid4())
    )
    assert reconcile(link).foreign == 1
    assert not waiting()
    assert len(identity.list_app_instance_users(AppInstanceArn=arn)["AppInstanceUsers"]) == 3


def test_a_list_that_lost_many_stops_and_changes_nothing(link, identity, monkeypatch, caplog):
    monkeypatch.setattr(reconciliation, "_BRAKE_NUMBER", 1)
    monkeypatch.setattr(chime, "pages", lambda _: iter([[]]))
    person(link.tenant, "dave")
    Change.objects.all().delete()
    assert reconcile(link) == Differences(different=0, missing=2, foreign=0, braked=True)
    assert not waiting()
    assert ChimeUser.objects.filter(state="present").count() == 2


def test_whoever_the_waiting_work_forgot_is_found(link, identity, alice, bob):
    """Beliefs can be equal to Chime's list and wrong all the same: the users have the last word."""
    services.disable(link.tenant, [alice.pk])
    dave = person(link.tenant, "dave")
    Change.objects.all().delete()
    assert reconcile(link) == Differences(different=0, missing=0, foreign=0, braked=False)
    assert waiting() == {alice.pk, dave.pk}


def test_work_that_was_given_up_is_left_to_the_admin(link, alice):
    services.disable(link.tenant, [alice.pk])
    Change.objects.update(gave_up=True, reason="no")
    reconcile(link)
    assert Change.objects.get().reason == "no"
