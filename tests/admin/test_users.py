"""bob, the admin of acme, looks after acme's people."""

from __future__ import annotations

import pytest

from accounts import services
from audit.models import Event
from tenants.scope import scope
from tests.admin.pages import NEW_PASSWORD, USERS, choose, complaints, entries_of, fill_in, named, now, page
from tests.conftest import PASSWORD, at, person


def signs_in(tenant, username, password):
    answer = at(tenant).post("/account/login/", {"login": username, "password": password})
    return answer.status_code == 302 and answer["Location"] == "/"


@pytest.fixture
def browser(bob):
    return at(bob.tenant, bob)


def test_bob_creates_a_user_who_can_sign_in(browser, acme):
    answer = browser.post(
        f"{USERS}add/", fill_in(display_name="Dave", email="Dave@Acme.example", new_password=NEW_PASSWORD)
    )
    assert answer.status_code == 302
    dave = named(acme, "dave")
    assert (dave.display_name, dave.email, dave.is_active, dave.is_staff) == ("Dave", "dave@acme.example", True, False)
    assert signs_in(acme, "dave", NEW_PASSWORD)
    assert signs_in(acme, "dave@acme.example", NEW_PASSWORD)


def test_a_user_without_a_password_cannot_sign_in_with_one(browser, acme):
    browser.post(f"{USERS}add/", fill_in())
    assert not named(acme, "dave").has_usable_password()
    assert not signs_in(acme, "dave", "")


def test_bob_changes_a_user_and_leaves_the_password_as_it_is(browser, alice):
    url = f"{USERS}{alice.pk}/change/"
    assert browser.post(url, entries_of(browser, url) | {"display_name": "Al"}).status_code == 302
    assert (now(alice).display_name, now(alice).version) == ("Al", 2)
    assert signs_in(alice.tenant, "alice", PASSWORD)


def test_bob_sets_a_password_which_must_be_a_good_one(browser, alice):
    url = f"{USERS}{alice.pk}/change/"
    weak = browser.post(url, entries_of(browser, url) | {"new_password": "alice"})
    assert "too short" in str(complaints(weak)["new_password"])
    assert "alice" not in weak.context["adminform"].form["new_password"].as_widget()

    browser.post(url, entries_of(browser, url) | {"new_password": NEW_PASSWORD})
    assert not signs_in(alice.tenant, "alice", PASSWORD)
    assert signs_in(alice.tenant, "alice", NEW_PASSWORD)


def test_a_hash_is_on_no_page_and_cannot_be_guessed_by_filters(browser, alice, acme):
    with scope(acme):
        guest = services._welcome_guest(acme)
    for user in (alice, guest):
        assert now(user).password not in page(browser, f"{USERS}{user.pk}/change/")
    for lookup in ("password__startswith=argon2", "tenant__slug=acme", "version=1"):
        assert browser.get(f"{USERS}?{lookup}").status_code == 400, lookup
    assert "alice" in page(browser, USERS, is_active__exact=1)


def test_bob_approves_whoever_waits(browser, acme):
    waiting = person(acme, "dave", is_active=False, awaits_approval=True)
    assert "waits for approval" in page(browser, USERS)
    assert "1 approved." in choose(browser, "approve", waiting).content.decode()
    assert now(waiting).is_active
    assert not now(waiting).awaits_approval


def test_bob_disables_and_enables(browser, alice):
    hers = at(alice.tenant, alice)
    assert "1 disabled." in choose(browser, "disable", alice).content.decode()
    assert hers.get("/account/tokens/").status_code == 302
    assert not signs_in(alice.tenant, "alice", PASSWORD)
    assert "1 enabled." in choose(browser, "restore", alice).content.decode()
    assert signs_in(alice.tenant, "alice", PASSWORD)


def test_bob_deletes_one_user_after_reading_what_that_means(browser, alice):
    url = f"{USERS}{alice.pk}/delete/"
    told = page(browser, url)
    assert "in 30 days the portal forgets the user" in told
    assert "Chime follows, where a deletion is final." in told
    assert browser.post(url, {"post": "yes"}).status_code == 302
    assert now(alice).deleted_at
    assert ">deleted<" in "".join(page(browser, USERS).split())
    assert "the portal forgets the user now, and for good" in page(browser, url)
    assert "1 enabled." in choose(browser, "restore", alice).content.decode()
    assert now(alice).is_active


def test_bob_deletes_several_users(browser, alice, acme):
    dave = person(acme, "dave")
    asked = choose(browser, "delete_selected", alice, dave)
    assert asked.content.decode().count("in 30 days the portal forgets") == 2
    assert now(alice).is_active

    choose(browser, "delete_selected", alice, dave, post="yes")
    assert now(alice).deleted_at
    choose(browser, "delete_selected", alice, dave, post="yes")
    assert now(alice) is None
    assert now(dave) is None
    assert set(Event.objects.filter(name="user.deleted").values_list("subject_id", flat=True)) == {alice.pk, dave.pk}


def test_bob_cannot_put_himself_out(browser, bob, alice):
    answer = choose(browser, "disable", bob, alice).content.decode()
    assert "You can&#x27;t disable yourself" in answer
    assert "1 disabled." in answer
    assert now(bob).is_active

    assert browser.post(f"{USERS}{bob.pk}/delete/", {"post": "yes"}).status_code == 404
    kept = choose(browser, "delete_selected", bob, alice, post="yes")
    assert "an admin can&#x27;t delete themselves" in kept.content.decode()
    assert now(bob) is not None
    assert now(alice) is not None

    url = f"{USERS}{bob.pk}/change/"
    browser.post(url, entries_of(browser, url) | {"display_name": "Bobby"})
    assert (now(bob).display_name, now(bob).is_staff) == ("Bobby", True)


def test_every_act_of_bob_is_written_down_as_his(browser, bob, alice):
    choose(browser, "disable", alice)
    event = Event.objects.get(name="user.disabled")
    assert (event.actor_id, event.subject_id, event.tenant_id) == (bob.pk, alice.pk, bob.tenant_id)
    listed = page(browser, "/admin/audit/event/")
    assert "user.disabled" in listed


def test_a_guest_can_be_looked_at_and_deleted_but_not_changed(browser, acme):
    with scope(acme):
        guest = services._welcome_guest(acme)
    url = f"{USERS}{guest.pk}/change/"
    assert guest.username in page(browser, url)
    assert browser.post(url, fill_in(username="mallory")).status_code == 404
    browser.post(f"{USERS}{guest.pk}/delete/", {"post": "yes"})
    assert now(guest) is None
