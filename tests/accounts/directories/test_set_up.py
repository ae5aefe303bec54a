"""A tenant's admin sets up a directory without the operator: form, test, switch."""

from __future__ import annotations

import pytest

from accounts.models import IdentityProvider, User
from audit.models import Event
from tenants.scope import scope, unscoped
from tests.accounts.directories.company import GROUPS, PASSWORD, PEOPLE, READER, READER_PASSWORD
from tests.admin.pages import choose, complaints, entries_of, page
from tests.conftest import at

PAGES = "/admin/accounts/identityprovider/"


def entries(slapd, **changes):
    return {
        "name": "Staff",
        "slug": "staff",
        "position": "1",
        "creates_users": "on",
        "updates_users": "on",
        "default_role": "member",
        "servers": slapd.url,
        "starttls": "on",
        "ca": slapd.authority.pem,
        "bind_dn": READER,
        "bind_password": READER_PASSWORD,
        "base": PEOPLE,
        "filter": "(uid={username})",
        "groups": "nested",
        "group_base": GROUPS,
    } | changes


def made(tenant) -> IdentityProvider:
    with scope(tenant):
        return IdentityProvider.objects.get(tenant=tenant)


def add(browser, slapd, **changes) -> str:
    answer = browser.post(f"{PAGES}add/?kind=ldap", entries(slapd, **changes))
    assert answer.status_code == 302, complaints(answer)
    with unscoped():
        return f"{PAGES}{IdentityProvider.objects.get().pk}/"


def look_up(browser, place, **entered):
    answer = browser.post(f"{place}test/", {"username": "dora", "password": ""} | entered)
    return answer.content.decode()


def test_an_admin_sets_a_directory_up_and_people_sign_in(acme, bob, slapd):
    browser = at(acme, bob)
    place = add(browser, slapd)
    assert "was not tested" in choose(browser, "switch_on", made(acme), url=PAGES).content.decode()
    assert made(acme).is_enabled is False
    shown = look_up(browser, place)
    assert "They would become the new user dora, as member." in shown
    assert "do…" in shown
    assert "dora@acme.example" not in shown
    with scope(acme):
        assert list(User.objects.values_list("username", flat=True)) == ["bob"]
    choose(browser, "switch_on", made(acme), url=PAGES)
    assert at(acme).post("/account/login/", {"login": "dora", "password": PASSWORD}).status_code == 302
    with scope(acme):
        names = set(Event.objects.values_list("name", flat=True))
    assert {"provider.added", "provider.switched_on"} <= names


def test_the_password_is_kept_and_never_shown(acme, bob, slapd):
    browser = at(acme, bob)
    place = add(browser, slapd)
    assert READER_PASSWORD not in page(browser, f"{place}change/")
    answer = browser.post(f"{place}change/", entries_of(browser, f"{place}change/") | {"name": "People of Acme"})
    assert answer.status_code == 302, complaints(answer)
    assert (made(acme).name, made(acme).secrets) == ("People of Acme", {"bind_password": READER_PASSWORD})


def test_a_changed_directory_is_off_until_it_is_tested_again(acme, bob, slapd):
    browser = at(acme, bob)
    place = add(browser, slapd)
    look_up(browser, place)
    choose(browser, "switch_on", made(acme), url=PAGES)
    form = entries_of(browser, f"{place}change/")
    browser.post(f"{place}change/", form | {"name": "People"})
    assert made(acme).is_enabled is True
    browser.post(f"{place}change/", form | {"base": GROUPS})
    assert (made(acme).is_enabled, made(acme).tested_at) == (False, None)


@pytest.mark.parametrize(
    ("mistake", "sentence"),
    [
        ({"servers": "ldap://127.0.0.1:1"}, "does not answer"),
        ({"servers": "ldap://nowhere.invalid"}, "does not answer"),
        ({"ca": ""}, "its certificate is not of the authority"),
        ({"bind_password": "wrong"}, "refuses the portal&#x27;s own account"),
        ({"bind_dn": "nonsense"}, "refuses the portal&#x27;s own account"),
        ({"base": "ou=nobody,dc=acme,dc=example"}, "There is nothing at the base DN"),
        ({"filter": "(uid={username}=)(x"}, None),
        ({"filter": "(mail={username})"}, "knows nobody by this name"),
        ({"map_subject": "employeeNumber"}, "no usable value under “employeeNumber”"),
        ({"required_group": f"cn=nobody,{GROUPS}"}, "They would be refused"),
        ({"creates_users": ""}, "people who are no users yet"),
    ],
    ids=str,
)
def test_a_mistake_is_told_in_a_sentence(acme, bob, slapd, mistake, sentence):
    browser = at(acme, bob)
    if sentence is None:
        assert complaints(browser.post(f"{PAGES}add/?kind=ldap", entries(slapd, **mistake)))
        return
    assert sentence in look_up(browser, add(browser, slapd, **mistake))


def test_a_test_with_a_password_asks_for_it(acme, bob, slapd):
    browser = at(acme, bob)
    place = add(browser, slapd)
    assert "It works" in look_up(browser, place, password=PASSWORD)
    assert "knows nobody by this name and password" in look_up(browser, place, password="wrong")


def test_private_addresses_are_the_operators_matter(acme, bob, slapd, settings):
    settings.PRIVATE_PROVIDERS = False
    browser = at(acme, bob)
    place = add(browser, slapd)
    for server in (slapd.url, slapd.tls_url, "ldap://localhost", "ldap://[::ffff:10.0.0.1]", "ldap://0x7f.1"):
        browser.post(f"{place}change/", entries_of(browser, f"{place}change/") | {"servers": server})
        assert "is not on the public Internet" in look_up(browser, place), server


NONSENSE = ["", "\x00", "x" * 10_000, "<b>", "{username}", "://", "ldap://", "-1", "(((", "ldap://h:99999999"]
FIELDS = [
    *("name", "slug", "position", "default_role", "servers", "ca", "bind_dn", "bind_password", "base", "filter"),
    *("user_dn", "groups", "group_base", "required_group", "map_subject", "map_email"),
]


@pytest.mark.parametrize("field", FIELDS)
def test_nonsense_is_answered_with_a_sentence(acme, bob, slapd, field):
    browser = at(acme, bob)
    for nonsense in NONSENSE:
        answer = browser.post(
            f"{PAGES}add/?kind=ldap", entries(slapd, **{field: nonsense, "slug": nonsense if field == "slug" else "s"})
        )
        assert answer.status_code == 302 or complaints(answer)
        with scope(acme):
            IdentityProvider.objects.all().delete()


def test_another_tenants_directory_is_not_there(acme, globex, bob, carol, slapd):
    place = add(at(acme, bob), slapd)
    with scope(globex):
        User.objects.filter(pk=carol.pk).update(is_staff=True)
    stranger = at(globex, carol)
    assert stranger.get(f"{place}test/").status_code == 404
    assert stranger.post(f"{place}test/", {"username": "dora"}).status_code == 404
    assert stranger.get(f"{place}change/").status_code == 302
