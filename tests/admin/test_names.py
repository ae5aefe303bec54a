"""Names as people have them, and as nobody should: saved or refused, never an error of ours."""

from __future__ import annotations

import pytest

from tests.admin.pages import USERS, complaints, entries_of, fill_in, named, now, page
from tests.conftest import at


@pytest.fixture
def browser(bob):
    return at(bob.tenant, bob)


@pytest.mark.parametrize(
    ("entered", "kept"),
    [
        ("   ", ""),
        ("x" * 100, "x" * 100),
        ("  Zoë  ", "Zoë"),
        ("Zoe\u0308", "Zoë"),
        ("👩‍👩‍👧‍👦 Family 🚀", "👩‍👩‍👧‍👦 Family 🚀"),
        ("شيماء הלן", "شيماء הלן"),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
        ("{{ 7*7 }} %s %(x)s", "{{ 7*7 }} %s %(x)s"),
        ('O\'Neil "x"; DROP TABLE', 'O\'Neil "x"; DROP TABLE'),
    ],
)
def test_a_display_name_is_kept_as_it_is_meant(browser, alice, entered, kept):
    url = f"{USERS}{alice.pk}/change/"
    assert browser.post(url, entries_of(browser, url) | {"display_name": entered}).status_code == 302
    assert now(alice).display_name == kept
    for shown in (page(browser, USERS), page(browser, url), page(browser, "/admin/audit/event/")):
        assert "<script>alert(1)" not in shown


@pytest.mark.parametrize(
    "entered", ["x" * 101, "x" * 300, "one\ntwo", "one\r\ntwo", "tab\there", "nul\x00", "a\u2028b"]
)
def test_a_display_name_that_does_not_fit_is_a_complaint(browser, alice, entered):
    url = f"{USERS}{alice.pk}/change/"
    answer = browser.post(url, entries_of(browser, url) | {"display_name": entered, "email": "kept@acme.example"})
    assert "display_name" in complaints(answer)
    assert answer.context["adminform"].form["email"].value() == "kept@acme.example"
    assert now(alice).display_name == alice.display_name


@pytest.mark.parametrize("entered", ["", " ", "two words", "x" * 151, "ß" * 150, "ﷺ", "nul\x00", "a/b", "🚀", "a\nb"])
def test_a_user_name_that_does_not_fit_is_a_complaint(browser, acme, entered):
    answer = browser.post(f"{USERS}add/", fill_in(username=entered, display_name="Kept"))
    assert "username" in complaints(answer)
    assert answer.context["adminform"].form["display_name"].value() == "Kept"


@pytest.mark.parametrize(
    ("entered", "kept"), [("Zoë.Ω-1@x+y", "zoë.ω-1@x+y"), ("İstanbul", "i̇stanbul"), ("straße", "strasse")]
)
def test_a_user_name_is_kept_in_one_spelling(browser, acme, entered, kept):
    answer = browser.post(f"{USERS}add/", fill_in(username=entered))
    assert answer.status_code == 302 or "username" in complaints(answer)
    assert (named(acme, kept) is not None) == (answer.status_code == 302)


@pytest.mark.parametrize("entered", ["nonsense", "a@b", "x" * 300 + "@acme.example", "a\n@acme.example"])
def test_an_address_that_is_none_is_a_complaint(browser, entered):
    assert "email" in complaints(browser.post(f"{USERS}add/", fill_in(email=entered)))


@pytest.mark.parametrize("asked", ["x" * 5000, "\x00", "' OR 1=1 --", "%00", "é🚀", "a b c d e f g h"])
def test_any_search_is_answered(browser, alice, asked):
    for url in (USERS, "/admin/accounts/apitoken/", "/admin/exchange/issuance/", "/admin/audit/event/"):
        assert browser.get(url, {"q": asked}).status_code == 200, url


@pytest.mark.parametrize(
    "asked", ["p=x", "p=99999", "o=99", "o=x.y", "is_active__exact=x", "kind__exact=%00", "e=1", "all="]
)
def test_any_address_of_a_list_is_answered(browser, alice, asked):
    assert browser.get(f"{USERS}?{asked}").status_code in {200, 302, 400}


@pytest.mark.parametrize("key", ["x", "%00", "0", "x" * 500, "00000000-0000-0000-0000-000000000000", "..%2f..", "_2F"])
def test_an_id_of_nobody_leads_back(browser, key):
    for part in ("change/", "delete/", "history/", ""):
        assert browser.get(f"{USERS}{key}/{part}").status_code in {301, 302, 404}, part
