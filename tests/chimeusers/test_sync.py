"""settle() against localaws: whatever happened before, afterwards Chime holds the user as they are now."""

from __future__ import annotations

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from accounts import services, standing
from accounts.models import User
from audit.models import Event
from chimeusers import chime, sync
from chimeusers.grace import end_grace
from chimeusers.models import Change, ChimeUser, State
from tenants.failures import Unavailable
from tenants.scope import scope
from tenants.services import change_tenant
from tests.chimeusers.hands import settled
from tests.conftest import stagehand


@pytest.fixture
def link(linked, alice):
    with scope(linked):
        yield linked.aws_link


@pytest.fixture
def at_chime(link, at_aws):
    """Return what Chime holds: names by app instance user id."""

    def look():
        identity = stagehand(at_aws, "chime-sdk-identity")
        users = identity.list_app_instance_users(AppInstanceArn=link.app_instance_arn)["AppInstanceUsers"]
        return {user["AppInstanceUserArn"].rpartition("/")[2]: user["Name"] for user in users}

    return look


@pytest.fixture
def metadata(link, at_aws):
    """Return what Chime holds of somebody beside the name."""

    def look(user):
        identity = stagehand(at_aws, "chime-sdk-identity")
        told = identity.describe_app_instance_user(AppInstanceUserArn=link.user_arn(str(user.pk)))
        return json.loads(told["AppInstanceUser"]["Metadata"])

    return look


def test_a_user_is_created_renamed_and_removed_as_they_are_now(link, alice, at_chime):
    settled(link, alice)
    assert at_chime() == {str(alice.pk): "Alice Ångström"}

    services.update(alice, expected_version=1, display_name="Alice 🎉 مرحبا")
    settled(link, alice)
    assert at_chime() == {str(alice.pk): "Alice 🎉 مرحبا"}

    standing.erase(link.tenant, [alice.pk])
    settled(link, alice)
    assert at_chime() == {}


@pytest.mark.parametrize("put_out", [standing.disable, standing.delete])
def test_who_is_put_out_stays_marked_for_the_days_of_grace_and_can_come_back(link, alice, metadata, at_chime, put_out):
    settled(link, alice)
    put_out(link.tenant, [alice.pk])
    settled(link, alice)
    assert metadata(alice) == {"username": "alice", "disabled": True}

    standing.restore(link.tenant, [alice.pk])
    settled(link, alice)
    assert metadata(alice) == {"username": "alice"}

    put_out(link.tenant, [alice.pk])
    settled(link, alice)
    Change.objects.all().delete()
    User.objects.update(disabled_at=timezone.now() - timedelta(days=30, seconds=1))
    end_grace(link.tenant, now=timezone.now())
    assert Change.objects.get().user_id == alice.pk
    settled(link, alice)
    assert at_chime() == {}


def test_without_days_of_grace_who_is_disabled_leaves_chime_at_once(link, alice, at_chime):
    change_tenant(link.tenant, grace_days=0)
    settled(link, alice)
    standing.disable(link.tenant, [alice.pk])
    settled(link, alice)
    assert at_chime() == {}
    standing.restore(link.tenant, [alice.pk])
    settled(link, alice)
    assert at_chime() == {str(alice.pk): "Alice Ångström"}


def test_who_was_never_there_is_not_sent_to_be_shown_as_disabled(link, alice, at_chime):
    standing.disable(link.tenant, [alice.pk])
    settled(link, alice)
    assert at_chime() == {}


def test_settling_what_is_settled_calls_nobody(link, alice, monkeypatch):
    settled(link, alice)
    monkeypatch.setattr(chime, "_client", None)
    settled(link, alice)


def test_who_waits_for_approval_is_not_sent_to_chime(link, at_chime):
    dave = services.register(tenant=link.tenant, username="dave", is_active=False, awaits_approval=True)
    settled(link, dave)
    assert at_chime() == {}
    standing.approve(link.tenant, [dave.pk])
    settled(link, dave)
    assert at_chime() == {str(dave.pk): "dave"}


@pytest.mark.parametrize("then", ["settle again", "delete first"])
def test_a_crash_after_the_call_leaves_no_double_and_no_orphan(link, alice, at_chime, monkeypatch, then):
    with monkeypatch.context() as crashing:
        crashing.setattr(sync, "believe", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            settled(link, alice)
    assert at_chime(), "the call itself was made"
    assert ChimeUser.objects.get().state == State.UNSURE

    if then == "delete first":
        standing.erase(link.tenant, [alice.pk])
    settled(link, alice)
    assert list(at_chime()) == ([] if then == "delete first" else [str(alice.pk)])


def test_a_crash_after_the_call_and_a_rename_leave_the_new_name(link, alice, at_chime, monkeypatch):
    """Chime answers a creation of somebody who is there with success, and leaves them as they are."""
    with monkeypatch.context() as crashing:
        crashing.setattr(sync, "believe", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            settled(link, alice)
    services.update(alice, expected_version=1, display_name="Alice B")
    settled(link, alice)
    assert at_chime() == {str(alice.pk): "Alice B"}


def test_somebody_who_is_there_already_is_adopted_with_the_right_name(link, alice, at_chime, at_aws):
    stagehand(at_aws, "chime-sdk-identity").create_app_instance_user(
        AppInstanceArn=link.app_instance_arn,
        AppInstanceUserId=str(alice.pk),
        Name="Someone",
        ClientRequestToken=str(uuid4()),
    )
    settled(link, alice)
    assert at_chime() == {str(alice.pk): "Alice Ångström"}
    assert Event.objects.get(name="user.adopted_at_chime").detail == {"name": "Someone"}


def test_who_was_deleted_behind_our_back_is_created_again(link, alice, at_chime, at_aws):
    settled(link, alice)
    stagehand(at_aws, "chime-sdk-identity").delete_app_instance_user(AppInstanceUserArn=link.user_arn(str(alice.pk)))
    services.update(alice, expected_version=1, display_name="Alice B")
    settled(link, alice)
    assert at_chime() == {str(alice.pk): "Alice B"}


def test_a_rename_keeps_the_metadata(link, alice, metadata):
    settled(link, alice)
    services.update(alice, expected_version=1, display_name="Alice B")
    settled(link, alice)
    assert metadata(alice) == {"username": "alice"}


def test_the_names_of_two_tenants_do_not_mix(link, alice, carol, at_chime):
    settled(link, carol)
    assert at_chime() == {}
    assert not User.objects.filter(pk=carol.pk).exists()


def test_who_is_there_and_then_not_is_tried_again(link, alice, at_chime, at_aws, monkeypatch):
    identity = stagehand(at_aws, "chime-sdk-identity")
    identity.create_app_instance_user(
        AppInstanceArn=link.app_instance_arn,
        AppInstanceUserId=str(alice.pk),
        Name="Someone",
        ClientRequestToken=str(uuid4()),
    )
    update = chime.update

    def leave_then_update(link, wanted):
        identity.delete_app_instance_user(AppInstanceUserArn=link.user_arn(str(alice.pk)))
        update(link, wanted)

    with monkeypatch.context() as leaving:
        leaving.setattr(chime, "update", leave_then_update)
        with pytest.raises(Unavailable):
            settled(link, alice)
    settled(link, alice)
    assert at_chime() == {str(alice.pk): "Alice Ångström"}
