"""settle() against localaws: whatever happened before, afterwards Chime holds the user as they are now."""

from __future__ import annotations

from uuid import uuid4

import pytest

from accounts import services
from accounts.models import User
from chimeusers import chime, sync
from chimeusers.models import ChimeUser, State
from tenants.failures import Unavailable
from tenants.scope import scope
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


def test_a_user_is_created_renamed_and_removed_as_they_are_now(link, alice, at_chime):
    sync.settle(link, alice.pk)
    assert at_chime() == {str(alice.pk): "Alice Ångström"}

    services.update(alice, expected_version=1, display_name="Alice 🎉 مرحبا")
    sync.settle(link, alice.pk)
    assert at_chime() == {str(alice.pk): "Alice 🎉 مرحبا"}

    services.disable(link.tenant, [alice.pk])
    sync.settle(link, alice.pk)
    assert at_chime() == {}

    services.restore(link.tenant, [alice.pk])
    sync.settle(link, alice.pk)
    assert at_chime() == {str(alice.pk): "Alice 🎉 مرحبا"}

    services.delete(link.tenant, [alice.pk])
    sync.settle(link, alice.pk)
    assert at_chime() == {}


def test_settling_what_is_settled_calls_nobody(link, alice, monkeypatch):
    sync.settle(link, alice.pk)
    monkeypatch.setattr(chime, "_client", None)
    sync.settle(link, alice.pk)


def test_who_waits_for_approval_is_not_sent_to_chime(link, at_chime):
    dave = services.register(tenant=link.tenant, username="dave", is_active=False, awaits_approval=True)
    sync.settle(link, dave.pk)
    assert at_chime() == {}
    services.approve(link.tenant, [dave.pk])
    sync.settle(link, dave.pk)
    assert at_chime() == {str(dave.pk): "dave"}


@pytest.mark.parametrize("then", ["settle again", "delete first"])
def test_a_crash_after_the_call_leaves_no_double_and_no_orphan(link, alice, at_chime, monkeypatch, then):
    with monkeypatch.context() as crashing:
        crashing.setattr(sync, "believe_present", lambda *_: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            sync.settle(link, alice.pk)
    assert at_chime(), "the call itself was made"
    assert ChimeUser.objects.get().state == State.UNSURE

    if then == "delete first":
        services.delete(link.tenant, [alice.pk])
    sync.settle(link, alice.pk)
    assert list(at_chime()) == ([] if then == "delete first" else [str(alice.pk)])


def test_somebody_who_is_there_already_is_adopted_with_the_right_name(link, alice, at_chime, at_aws):
    stagehand(at_aws, "chime-sdk-identity").create_app_instance_user(
        AppInstanceArn=link.app_instance_arn,
        AppInstanceUserId=str(alice.pk),
        Name="Someone",
        ClientRequestToken=str(uuid4()),
    )
    sync.settle(link, alice.pk)
    assert at_chime() == {str(alice.pk): "Alice Ångström"}


def test_who_was_deleted_behind_our_back_is_created_again(link, alice, at_chime, at_aws):
    sync.settle(link, alice.pk)
    stagehand(at_aws, "chime-sdk-identity").delete_app_instance_user(AppInstanceUserArn=link.user_arn(str(alice.pk)))
    services.update(alice, expected_version=1, display_name="Alice B")
    sync.settle(link, alice.pk)
    assert at_chime() == {str(alice.pk): "Alice B"}


def test_a_rename_keeps_the_metadata(link, alice, at_aws):
    sync.settle(link, alice.pk)
    services.update(alice, expected_version=1, display_name="Alice B")
    sync.settle(link, alice.pk)
    seen = stagehand(at_aws, "chime-sdk-identity").describe_app_instance_user(
        AppInstanceUserArn=link.user_arn(str(alice.pk))
    )["AppInstanceUser"]
    assert seen["Metadata"] == '{"username":"alice"}'


def test_the_names_of_two_tenants_do_not_mix(link, alice, carol, at_chime):
    sync.settle(link, carol.pk)
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
            sync.settle(link, alice.pk)
    sync.settle(link, alice.pk)
    assert at_chime() == {str(alice.pk): "Alice Ångström"}
