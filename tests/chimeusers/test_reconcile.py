from __future__ import annotations

from uuid import uuid4

import pytest

from accounts import services, standing
from accounts.models import User
from chimeusers import chime, drift, reconcile
from chimeusers.models import Change, ChimeUser, Decision, Drift, Reconciliation
from tenants import bell
from tenants.runs import Progress
from tenants.scope import scope
from tenants.services import change_tenant
from tests.chimeusers.hands import settled
from tests.conftest import person, stagehand


@pytest.fixture(autouse=True)
def _no_bell(monkeypatch):
    monkeypatch.setattr(bell, "ring", lambda *_, **__: None)


@pytest.fixture(autouse=True)
def _small_pages(monkeypatch):
    monkeypatch.setattr(chime, "_PAGE", 2)


@pytest.fixture
def link(linked, alice, bob):
    with scope(linked):
        link = linked.aws_link
        for user in (alice, bob):
            settled(link, user)
        Change.objects.all().delete()
        yield link


@pytest.fixture
def identity(at_aws):
    return stagehand(at_aws, "chime-sdk-identity")


def waiting():
    return set(Change.objects.values_list("user_id", flat=True))


def compared(link, *, fixes=True):
    """Run a comparison to its end and return it."""
    run = reconcile.start(link, fixes=fixes)
    reconcile.go_on(link.tenant)
    run.refresh_from_db()
    return run


def found(run):
    return set(Drift.objects.filter(reconciliation=run).values_list("kind", "app_instance_user_id", "decision"))


def at_chime(identity, link):
    listed = identity.list_app_instance_users(AppInstanceArn=link.app_instance_arn)["AppInstanceUsers"]
    return {user["AppInstanceUserArn"].rpartition("/")[2]: user["Name"] for user in listed}


def add(identity, link, user_id, name="Bot"):
    identity.create_app_instance_user(
        AppInstanceArn=link.app_instance_arn, AppInstanceUserId=user_id, Name=name, ClientRequestToken=str(uuid4())
    )


def spoil(identity, link, alice, bob):
    """Rename alice and delete bob behind our back."""
    identity.update_app_instance_user(AppInstanceUserArn=link.user_arn(str(alice.pk)), Name="Eve", Metadata="")
    identity.delete_app_instance_user(AppInstanceUserArn=link.user_arn(str(bob.pk)))


def test_equal_sets_make_no_work(link):
    run = compared(link)
    assert (run.progress, run.seen, run.pages) == (Progress.DONE, 2, 1)
    assert not found(run)
    assert not waiting()


def test_each_difference_becomes_work_that_mends_it(link, identity, alice, bob):
    spoil(identity, link, alice, bob)
    run = compared(link)
    assert found(run) == {("different", str(alice.pk), "fixed"), ("missing", str(bob.pk), "fixed")}
    assert waiting() == {alice.pk, bob.pk}
    for user in (alice, bob):
        settled(link, user)
    Change.objects.all().delete()
    assert not found(compared(link))
    assert at_chime(identity, link) == {str(alice.pk): "Alice Ångström", str(bob.pk): "Bob"}


def test_a_dry_run_tells_and_does_nothing(link, identity, alice, bob):
    spoil(identity, link, alice, bob)
    run = compared(link, fixes=False)
    assert run.progress == Progress.DONE
    assert found(run) == {("different", str(alice.pk), "open"), ("missing", str(bob.pk), "open")}
    assert not waiting()
    assert drift.fix(link.tenant, Drift.objects.all()) == 2
    assert waiting() == {alice.pk, bob.pk}
    assert drift.fix(link.tenant, Drift.objects.all()) == 0


def test_whom_we_deleted_but_chime_still_has_is_deleted_there(link, identity, alice, bob):
    ChimeUser.objects.filter(user_id=alice.pk).update(state="absent")
    standing.erase(link.tenant, [alice.pk])
    Change.objects.all().delete()
    compared(link)
    assert waiting() == {alice.pk}
    settled(link, alice)
    assert list(at_chime(identity, link)) == [str(bob.pk)]


def test_users_that_never_were_ours_are_told_and_left_to_the_admin(link, identity):
    add(identity, link, "bot")
    add(identity, link, "portal-admin", "Portal")
    run = compared(link)
    assert found(run) == {("extra", "bot", "open")}
    assert not waiting()
    drift.fix(link.tenant, Drift.objects.all())
    settled(link, User(pk=waiting().pop()))
    assert set(at_chime(identity, link).values()) == {"Alice Ångström", "Bob", "Portal"}


def test_what_was_ignored_stays_ignored_until_it_changes(link, identity):
    add(identity, link, "bot")
    compared(link)
    assert drift.ignore(link.tenant, Drift.objects.all()) == 1
    assert found(compared(link)) == {("extra", "bot", "ignored")}
    identity.update_app_instance_user(AppInstanceUserArn=link.user_arn("bot"), Name="Bad bot", Metadata="")
    assert found(compared(link)) == {("extra", "bot", "open")}


def test_adopted_users_keep_the_id_they_have_at_chime_and_everything_else_follows(link, identity, alice, bob):
    spoil(identity, link, alice, bob)
    add(identity, link, "legacy.user@acme", "Lena Legacy")
    run = compared(link, fixes=False)
    assert drift.adopt(link.tenant, Drift.objects.all()) == 3
    assert {decision for *_, decision in found(run)} == {Decision.ADOPTED}

    alice.refresh_from_db()
    bob.refresh_from_db()
    lena = User.objects.get(username="lena-legacy")
    assert (alice.display_name, bob.is_active) == ("Eve", False)
    assert (lena.chime_id, lena.display_name, lena.has_usable_password()) == ("legacy.user@acme", "Lena Legacy", False)
    for user in (alice, bob, lena):
        settled(link, user)
    Change.objects.all().delete()
    assert at_chime(identity, link) == {str(alice.pk): "Eve", "legacy.user@acme": "Lena Legacy"}
    assert not found(compared(link))


def test_a_user_of_ours_whom_we_did_not_know_there_is_recognised(link, identity):
    dave = person(link.tenant, "dave", display_name="Dave")
    Change.objects.all().delete()
    add(identity, link, str(dave.pk), "Old name")
    assert found(compared(link)) == {("different", str(dave.pk), "fixed")}
    settled(link, dave)
    assert at_chime(identity, link)[str(dave.pk)] == "Dave"


def test_a_list_that_lost_many_stops_and_changes_nothing(link, monkeypatch, caplog):
    change_tenant(link.tenant, brake_number=1)
    with monkeypatch.context() as short:
        short.setattr(chime, "page", lambda *_: ([], ""))
        run = compared(link)
    assert run.progress == Progress.BRAKED
    assert "2 users differ" in run.reason
    assert "reconciliation_braked" in caplog.text
    assert not waiting()
    assert ChimeUser.objects.filter(state="present").count() == 2

    reconcile.resume(run)
    reconcile.go_on(link.tenant)
    assert len(waiting()) == 2, "an admin looked, and let it go on"


def test_the_brake_knows_share_and_number(link, identity, alice, bob):
    spoil(identity, link, alice, bob)
    change_tenant(link.tenant, brake_number=0, brake_percent=100)
    assert compared(link).progress == Progress.BRAKED, "two of the one that is seen"
    Reconciliation.objects.all().delete()
    change_tenant(link.tenant, brake_number=2, brake_percent=0)
    assert compared(link).progress == Progress.DONE


def test_whoever_the_waiting_work_forgot_is_found(link, alice):
    """Beliefs can be equal to Chime's list and wrong all the same: the users have the last word."""
    standing.disable(link.tenant, [alice.pk])
    dave = person(link.tenant, "dave")
    Change.objects.all().delete()
    compared(link)
    assert waiting() == {alice.pk, dave.pk}


def test_work_that_waits_or_was_given_up_is_left_alone(link, alice):
    standing.disable(link.tenant, [alice.pk])
    Change.objects.update(gave_up=True, reason="no")
    assert not found(compared(link))
    assert Change.objects.get().reason == "no"


def test_whoever_is_settled_while_the_list_is_read_is_no_difference(link, alice, bob, monkeypatch):
    page = chime.page

    def settled_after_it_was_read(link, token):
        answer = page(link, token)
        services.rename_many(link.tenant, {alice.pk: "Alice B"})
        for user in (alice, person(link.tenant, "dave")):
            settled(link, user)
        Change.objects.all().delete()
        return answer

    monkeypatch.setattr(chime, "page", settled_after_it_was_read)
    assert not found(compared(link))


def test_a_disabled_user_in_grace_is_where_they_ought_to_be(link, alice):
    standing.disable(link.tenant, [alice.pk])
    settled(link, alice)
    Change.objects.all().delete()
    assert not found(compared(link))
