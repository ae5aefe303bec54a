"""A company's people come from its directory, a real OpenLDAP, without signing in first."""

from __future__ import annotations

import time

import pytest
from allauth.account.models import EmailAddress

from accounts import services, standing
from accounts.models import Identity, Source, User, WhenGone
from audit.models import Event
from chimeusers.models import Change
from tenants.runs import Progress
from tenants.scope import scope
from tests.accounts.directories.company import GROUPS, PASSWORD, connect
from tests.accounts.intake.company import change, imported, set_up, told, user
from tests.conftest import at, person


def test_everybody_becomes_a_user_once(source):
    run = imported(source)
    assert (run.progress, told(run)) == (Progress.DONE, {"seen": 10, "made": 10})
    dora = user(source, "dora")
    assert (dora.display_name, dora.email, dora.has_usable_password()) == ("Dora of Acme", "dora@acme.example", False)
    with scope(source.tenant):
        assert EmailAddress.objects.get(user=dora).verified is False
        assert Identity.objects.filter(provider=source.provider).count() == 10
    assert Event.objects.filter(name="user.registered").count() == 10
    assert told(imported(source)) == {"seen": 10}


def test_whoever_was_imported_signs_in_and_is_the_same_user(source):
    imported(source)
    answer = at(source.tenant).post("/account/login/", {"login": "dora", "password": PASSWORD})
    assert answer.status_code == 302
    with scope(source.tenant):
        assert User.objects.count() == 10


def test_chime_is_told_of_each(source, linked):
    imported(source)
    with scope(linked):
        assert Change.objects.count() == 10


def test_what_changes_in_the_directory_changes_here(source, company):
    imported(source)
    company.change("dora", cn="Dora Dotti", mail="dotti@acme.example")
    run = imported(source)
    assert told(run) == {"seen": 10, "changed": 1}
    dora = user(source, "dora")
    assert (dora.display_name, dora.email, dora.version) == ("Dora Dotti", "dotti@acme.example", 2)
    with scope(source.tenant):
        assert EmailAddress.objects.get(user=dora).email == "dotti@acme.example"


def test_an_incremental_import_reads_only_what_changed(source, company):
    imported(source)
    time.sleep(1.1)
    company.change("dora", cn="Dora Dotti")
    company.add("frida")
    assert told(imported(source, is_full=False)) == {"seen": 11, "made": 1, "changed": 1}, "all were loaded at once"
    time.sleep(1.1)
    company.change("emil", cn="Emil Erpel")
    run = imported(source, is_full=False)
    assert (run.is_full, told(run)["changed"]) == (False, 1)
    assert run.seen <= 3, "those of the last second are read again"


def test_the_first_import_is_full_whoever_asks(source):
    assert imported(source, is_full=False).is_full


def test_groups_of_groups_and_the_roles_they_give(source, company):
    set_up(source, groups="nested", group_base=GROUPS)
    change(source, roles={"nobody": "admin", "chat": "moderator", "staff": "employee"})
    imported(source)
    assert user(source, "dora").groups == ["chat", "circle", "engineers", "staff"]
    assert user(source, "dora").role == "moderator"
    assert user(source, "emil").role == "member"
    company.join("emil", "staff")
    assert told(imported(source)) == {"seen": 10, "changed": 1}
    assert user(source, "emil").role == "employee"


def test_who_is_gone_is_disabled_and_who_comes_back_is_back(source, company):
    imported(source)
    company.remove("emil")
    assert imported(source, is_full=False).gone == 0, "only a full import sees who is gone"
    assert told(imported(source)) == {"seen": 9, "gone": 1}
    emil = user(source, "emil")
    assert not emil.is_active
    assert told(imported(source)) == {"seen": 9}


def test_who_leaves_the_demanded_group_is_out_and_who_returns_is_the_same_user(source, company):
    company.join("emil", "staff")
    set_up(source, groups="nested", group_base=GROUPS, required_group=f"cn=staff,{GROUPS}")
    assert told(imported(source)) == {"seen": 10, "made": 2}, "dora by way of two groups, and emil"
    before = user(source, "emil")
    set_up(source, required_group=f"cn=chat,{GROUPS}")
    assert told(imported(source)) == {"seen": 10, "gone": 1}
    assert not user(source, "emil").is_active
    company.join("emil", "chat")
    assert told(imported(source)) == {"seen": 10, "changed": 1, "restored": 1}
    after = user(source, "emil")
    assert (after.pk, after.is_active) == (before.pk, True)


def test_whom_an_admin_disabled_no_directory_brings_back(source):
    imported(source)
    with scope(source.tenant):
        standing.disable(source.tenant, [user(source, "emil").pk])
    assert told(imported(source)) == {"seen": 10}
    assert not user(source, "emil").is_active


@pytest.mark.parametrize(
    ("when_gone", "is_active", "is_leaving"),
    [(WhenGone.DELETE, False, True), (WhenGone.NOTHING, True, False)],
)
def test_what_becomes_of_the_gone_is_the_tenants_choice(source, company, when_gone, is_active, is_leaving):
    imported(source)
    change(source, when_gone=when_gone)
    company.remove("emil")
    imported(source)
    emil = user(source, "emil")
    assert (emil.is_active, emil.deleted_at is not None) == (is_active, is_leaving)


def test_nobody_is_taken_for_somebody_by_an_address(source, acme):
    alice = person(acme, "alice", email="dora@acme.example")
    run = imported(source)
    assert told(run) == {"seen": 10, "made": 9, "refused": 1}
    assert run.problems == ["dora: another user has the e-mail address dora@acme.example."]
    with scope(acme):
        assert not Identity.objects.filter(user=alice).exists()


def test_a_taken_user_name_gets_a_number(source, acme):
    person(acme, "dora", email="other@acme.example")
    imported(source)
    assert user(source, "dora-2").display_name == "Dora of Acme"


def test_where_nobody_is_made_a_user_only_known_people_follow(source, acme, company):
    at(acme).post("/account/login/", {"login": "dora", "password": PASSWORD})
    source.provider.creates_users = False
    source.provider.save()
    company.change("dora", cn="Dora Dotti")
    assert told(imported(source)) == {"seen": 10, "changed": 1}


def test_names_that_do_not_follow_stay_as_they_are(source, company):
    imported(source)
    source.provider.updates_users = False
    source.provider.save()
    company.change("dora", cn="Dora Dotti")
    company.remove("emil")
    assert told(imported(source)) == {"seen": 9, "gone": 1}
    assert user(source, "dora").display_name == "Dora of Acme"


def test_an_entry_without_a_subject_is_told_and_left_out(source):
    source.provider.attribute_map = {"subject": "employeeNumber"}
    source.provider.save()
    run = imported(source)
    assert (run.made, run.refused) == (0, 10)
    assert "There is no usable value under “employeeNumber”" in run.problems[0]


def test_two_tenants_with_the_same_directory_share_nothing(source, globex, company):
    provider = connect(globex, company, slug="theirs")
    with scope(globex):
        theirs = Source.objects.create(tenant=globex, provider=provider)
    imported(source)
    assert told(imported(theirs)) == {"seen": 10, "made": 10}
    with scope(globex):
        services.rename_many(globex, {user(theirs, "dora").pk: "Other"})
    assert user(source, "dora").display_name == "Dora of Acme"
