"""Two admins at once, and values that are taken: a clear complaint, nobody's work lost."""

from __future__ import annotations

import pytest

from accounts import services, standing
from accounts.admin_forms import UserForm
from accounts.models import User
from tenants.scope import scope
from tests.admin.pages import USERS, complaints, entries_of, fill_in, named, now
from tests.conftest import at, person


@pytest.fixture
def browser(bob):
    return at(bob.tenant, bob)


def test_the_second_of_two_admins_is_told_and_keeps_their_entries(browser, alice, acme):
    boss = at(acme, person(acme, "boss", is_staff=True))
    url = f"{USERS}{alice.pk}/change/"
    seen_by_bob, seen_by_boss = entries_of(browser, url), entries_of(boss, url)
    assert boss.post(url, seen_by_boss | {"display_name": "Of the boss"}).status_code == 302

    answer = browser.post(url, seen_by_bob | {"display_name": "Of bob", "email": "new@acme.example"})
    assert "Somebody else changed this user" in str(complaints(answer))
    shown = answer.context["adminform"].form
    assert (shown["display_name"].value(), shown["email"].value()) == ("Of bob", "new@acme.example")
    assert (now(alice).display_name, now(alice).email) == ("Of the boss", alice.email)


def test_disabling_counts_as_a_change(browser, alice, acme):
    url = f"{USERS}{alice.pk}/change/"
    seen = entries_of(browser, url)
    with scope(acme):
        standing.disable(acme, [alice.pk])
    assert "Somebody else changed" in str(complaints(browser.post(url, seen)))
    assert not now(alice).is_active


@pytest.mark.parametrize("version", ["", "0", "99", "x"])
def test_a_forged_version_saves_nothing(browser, alice, version):
    url = f"{USERS}{alice.pk}/change/"
    answer = browser.post(url, entries_of(browser, url) | {"seen_version": version, "display_name": "Forged"})
    assert complaints(answer)
    assert now(alice).display_name == alice.display_name


def test_a_change_between_check_and_save_ends_in_409(browser, alice, acme, monkeypatch):
    url = f"{USERS}{alice.pk}/change/"
    seen = entries_of(browser, url)
    check = UserForm.clean

    def clean_and_be_overtaken(form):
        cleaned = check(form)
        services.update(now(alice), expected_version=1, display_name="Of the boss")
        return cleaned

    monkeypatch.setattr(UserForm, "clean", clean_and_be_overtaken)
    answer = browser.post(url, seen | {"display_name": "Of bob"})
    assert answer.status_code == 409
    assert "Somebody else changed this user meanwhile" in answer.content.decode()
    assert now(alice).display_name == "Of the boss"


@pytest.mark.parametrize("taken", ["alice", "ALICE", " alice ", "\uff41\uff4c\uff49\uff43\uff45"])
def test_a_taken_user_name_is_a_complaint_in_whatever_spelling(browser, alice, taken):
    answer = browser.post(f"{USERS}add/", fill_in(username=taken, display_name="Kept"))
    assert "This user name is taken." in str(complaints(answer))
    assert answer.context["adminform"].form["display_name"].value() == "Kept"

    dave = person(alice.tenant, "dave")
    url = f"{USERS}{dave.pk}/change/"
    assert "taken" in str(complaints(browser.post(url, entries_of(browser, url) | {"username": taken})))


def test_a_taken_address_is_a_complaint_here_and_free_in_another_tenant(browser, alice, carol, acme):
    answer = browser.post(f"{USERS}add/", fill_in(email="ALICE@acme.example"))
    assert "belongs to another user" in str(complaints(answer)["email"])
    assert named(acme, "dave") is None
    assert browser.post(f"{USERS}add/", fill_in(username="carol", email=carol.email)).status_code == 302
    assert named(acme, "carol").email == carol.email


def test_a_name_taken_between_check_and_save_is_no_server_error(browser, acme, monkeypatch):
    check = UserForm.clean

    def clean_and_be_overtaken(form):
        cleaned = check(form)
        if not named(acme, "dave"):
            services.register(tenant=acme, username="dave", email="dave@acme.example")
        return cleaned

    monkeypatch.setattr(UserForm, "clean", clean_and_be_overtaken)
    answer = browser.post(f"{USERS}add/", fill_in(email="dave@acme.example"))
    assert answer.status_code in {200, 400, 409}
    assert "taken" in answer.content.decode()


@pytest.fixture
def overtaken(monkeypatch):
    """Let each check find everything free, as when somebody else takes it right behind the check."""
    monkeypatch.setattr(User, "validate_constraints", lambda *_, **__: None)
    monkeypatch.setattr(services, "address_is_free", lambda *_, **__: True)


@pytest.mark.usefixtures("overtaken")
@pytest.mark.parametrize("entered", [{"username": "alice"}, {"email": "alice@acme.example"}])
def test_what_only_the_database_sees_is_taken_ends_in_409(browser, alice, entered):
    dave = person(alice.tenant, "dave")
    url = f"{USERS}{dave.pk}/change/"
    new = browser.post(f"{USERS}add/", fill_in(username="erin") | entered)
    changed = browser.post(url, entries_of(browser, url) | {"display_name": "Lost"} | entered)
    for answer in (new, changed):
        assert answer.status_code == 409
        assert "was taken a moment ago" in answer.content.decode()
    assert named(alice.tenant, "erin") is None
    assert (now(dave).username, now(dave).display_name, now(dave).email) == ("dave", "", "")
