"""Register, confirm, sign in: the walk of somebody whom nobody has vouched for."""

from __future__ import annotations

import re

import pytest
from allauth.account.models import EmailAddress

from accounts import standing
from accounts.models import User
from tenants.models import Signup
from tenants.scope import scope
from tenants.services import change_tenant
from tests.conftest import at

FORM = {
    "username": "dave",
    "email": "dave@acme.example",
    "password1": "a-long-word-1",
    "password2": "a-long-word-1",
}
SIGN_IN = {"login": "dave", "password": "a-long-word-1"}


@pytest.fixture
def opened(acme):
    return change_tenant(acme, signup=Signup.OPEN)


def link_in(letter) -> str:
    found = re.search(r"http://acme\.localhost(/\S+)", letter.get_content())
    assert found, letter.get_content()
    return found[1]


def is_in(browser) -> bool:
    return bool(browser.get("/account/tokens/").status_code == 200)


def test_who_registers_signs_in_once_the_address_is_confirmed(opened, mail):
    browser = at(opened)
    assert browser.post("/account/signup/", FORM)["Location"] == "/account/confirm-email/"
    assert not is_in(browser)
    early = at(opened)
    assert early.post("/account/login/", SIGN_IN)["Location"] == "/account/confirm-email/"
    assert not is_in(early)
    letter = mail.letters[0]
    assert letter["To"] == "dave@acme.example"
    at(opened).post(link_in(letter))
    late = at(opened)
    assert late.post("/account/login/", SIGN_IN).status_code == 302
    assert is_in(late)


def test_an_address_with_an_account_is_told_to_its_owner_only(opened, alice, mail):
    taken = at(opened).post("/account/signup/", FORM | {"email": alice.email})
    free = at(opened).post("/account/signup/", FORM | {"username": "erin", "email": "erin@acme.example"})
    assert (taken.status_code, taken["Location"]) == (free.status_code, free["Location"])
    assert [letter["To"] for letter in mail.letters] == [alice.email, "erin@acme.example"]
    with scope(opened):
        assert not User.objects.filter(username="dave").exists()


def test_nor_where_an_admin_approves(opened, alice, mail):
    """Who waits for approval proves the address first: an admin then knows whom they let in."""
    change_tenant(opened, signup=Signup.APPROVAL)
    taken = at(opened).post("/account/signup/", FORM | {"email": alice.email})
    browser = at(opened)
    free = browser.post("/account/signup/", FORM | {"username": "erin", "email": "erin@acme.example"}, follow=True)
    assert [(taken["Location"], 302)] == free.redirect_chain == [("/account/confirm-email/", 302)]
    assert "an admin then looks at your account" in free.content.decode()
    assert [letter["To"] for letter in mail.letters] == [alice.email, "erin@acme.example"]
    browser.post(link_in(mail.letters[-1]))
    assert not is_in(browser)
    with scope(opened):
        assert EmailAddress.objects.get(email="erin@acme.example").verified
        assert standing.approve(opened, [User.objects.get(username="erin").pk]) == 1
    browser.post("/account/login/", SIGN_IN | {"login": "erin"})
    assert is_in(browser)


@pytest.mark.parametrize(
    ("email", "let"),
    [
        ("dave@acme.example", True),
        ("Dave@ACME.example", True),
        ("dave@other.example", False),
        ("dave@sub.acme.example", False),
        ("dave@notacme.example", False),
        ('"dave@acme.example"@other.example', False),
    ],
)
def test_only_named_domains_may_sign_up(opened, mail, email, let):
    change_tenant(opened, signup_domains=["acme.example"])
    answer = at(opened).post("/account/signup/", FORM | {"email": email})
    assert (answer.status_code == 302) is let
    if not let and "other" in email and '"' not in email:
        assert "Only addresses of acme.example may sign up here." in answer.content.decode()
    with scope(opened):
        assert User.objects.filter(username="dave").exists() is let


def test_an_admin_s_word_is_enough(acme, alice, mail):
    assert is_in(at(acme, alice))
    assert mail.letters == []


@pytest.mark.parametrize("word", ["password12", "1234567890", "short-1", "dave@acme.example"])
def test_passwords_that_are_known_or_near_are_refused(opened, mail, word):
    answer = at(opened).post("/account/signup/", FORM | {"password1": word, "password2": word})
    assert answer.status_code == 200
    assert "errorlist" in answer.content.decode()
