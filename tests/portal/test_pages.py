"""What every page owes a reader, whoever they are and whichever tenant they stand at."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tenants.models import Signup
from tenants.services import change_tenant
from tests.conftest import at

if TYPE_CHECKING:
    from django.test import Client

pytestmark = pytest.mark.django_db

FOR_ALL = ["/", "/account/login/", "/account/signup/", "/account/password/reset/", "/account/inactive/", "/nowhere"]
FOR_MEMBERS = [
    "/account/tokens/",
    "/account/sessions/",
    "/account/email/",
    "/account/password/change/",
    "/account/logout/",
    "/chat/",
]


def read(client: Client, path: str) -> str:
    return str(client.get(path).content, "utf-8")


def check_page(markup: str) -> None:
    assert '<html lang="en">' in markup
    assert len(re.findall(r"<h1\b", markup)) == 1
    assert 'name="viewport"' in markup
    assert '<main id="content"' in markup
    assert not re.search(r"\s(on\w+|style)=|<style", markup)
    labelled = set(re.findall(r'<label[^>]*for="([^"]+)"', markup))
    fields = set(re.findall(r'<(?:input|textarea|select)(?![^>]*type="hidden")[^>]*\bid="([^"]+)"', markup))
    assert fields <= labelled


@pytest.mark.parametrize("path", FOR_ALL)
def test_a_page_for_all_is_whole_and_names_the_tenant(acme, path):
    markup = read(at(acme), path)
    check_page(markup)
    assert "· Acme</title>" in markup


@pytest.mark.parametrize("path", FOR_MEMBERS)
def test_a_members_page_is_whole_and_shows_who_is_signed_in(acme, alice, path):
    markup = read(at(acme, alice), path)
    check_page(markup)
    assert "Alice Ångström" in markup


def test_at_the_operators_host_the_pages_name_no_tenant(db):
    for path in ("/", "/account/login/"):
        assert "· Operator</title>" in read(at(None), path)


def test_only_admins_are_shown_the_way_to_the_administration(acme, alice, bob):
    assert 'href="/admin/"' not in read(at(acme, alice), "/account/tokens/")
    assert 'href="/admin/"' in read(at(acme, bob), "/account/tokens/")


@pytest.mark.parametrize(
    ("signup", "invites", "says"),
    [
        (Signup.CLOSED, False, "made by its admins"),
        (Signup.OPEN, True, "Sign up</h1>"),
        (Signup.APPROVAL, True, "looks at each new account"),
    ],
)
def test_sign_up_is_offered_as_the_tenant_wants_it(acme, signup, invites, says):
    change_tenant(acme, signup=signup)
    assert ('href="/account/signup/"' in read(at(acme), "/account/login/")) is invites
    assert says in read(at(acme), "/account/signup/")


def test_a_wrong_field_is_tied_to_the_sentence_that_says_why(acme):
    change_tenant(acme, signup=Signup.OPEN)
    answer = at(acme).post("/account/signup/", {"username": "", "email": "no address", "password1": "x"})
    markup = answer.content.decode()
    check_page(markup)
    field = re.search(r'<input[^>]*id="id_email"[^>]*>', markup)
    assert field
    assert 'aria-invalid="true"' in field[0]
    assert 'aria-describedby="id_email_error"' in field[0]
    assert 'id="id_email_error"' in markup


def test_password_managers_know_every_password_field(acme, alice):
    change_tenant(acme, signup=Signup.OPEN)
    member, stranger = at(acme, alice), at(acme)
    pages = read(member, "/account/password/change/") + read(stranger, "/account/login/")
    pages += read(stranger, "/account/signup/")
    passwords = re.findall(r'<input[^>]*type="password"[^>]*>', pages)
    assert len(passwords) == 6
    assert all(re.search(r'autocomplete="(current|new)-password"', field) for field in passwords)


def test_a_new_token_is_shown_once(acme, alice):
    client = at(acme, alice)
    made = client.post("/account/tokens/", {"name": "build <server>", "days": 9}).content.decode()
    check_page(made)
    secret = re.search(r'<code class="secret">(cip_[^<]+)</code>', made)
    assert secret
    assert "build &lt;server&gt;" in made
    assert secret[1] not in read(client, "/account/tokens/")
