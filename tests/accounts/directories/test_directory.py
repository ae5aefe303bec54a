"""People sign in with the names and passwords of their company's directory, a real OpenLDAP."""

from __future__ import annotations

import socket
import time

import pytest
from allauth.account.models import EmailAddress

from accounts import standing
from accounts.models import Identity, User
from accounts.providers import switch
from chimeusers.models import Change
from tenants.scope import scope
from tenants.services import change_tenant
from tests.accounts.directories.company import GROUPS, PASSWORD, STAFF, connect
from tests.conftest import at, person
from tests.servers.certificates import Authority
from tests.servers.server import free_port
from tests.servers.slapd import SUFFIX, Slapd

AWAY = "can&#x27;t be reached"
NOT_RIGHT = "not set up right"
WRONG = "are not correct"


def sign_in(tenant, name: str, password: str = PASSWORD):
    return at(tenant).post("/account/login/", {"login": name, "password": password})


def user(tenant, **wanted) -> User:
    with scope(tenant):
        return User.objects.get(tenant=tenant, **wanted)


def assert_refused(answer, sentence: str = WRONG) -> None:
    assert answer.status_code == 200
    assert sentence in answer.content.decode()


def test_somebody_of_the_directory_becomes_a_user(acme, slapd):
    connect(acme, slapd, groups="nested", group_base=GROUPS)
    assert sign_in(acme, "dora").status_code == 302
    dora = user(acme, username="dora")
    assert (dora.display_name, dora.email, dora.has_usable_password()) == ("Dora of Acme", "dora@acme.example", False)
    assert dora.groups == ["chat", "circle", "engineers", "staff"]
    with scope(acme):
        assert EmailAddress.objects.get(user=dora).verified is False


def test_the_same_person_by_name_or_address_is_the_same_user(acme, slapd):
    connect(acme, slapd)
    for name in ("dora", "DORA", "dora@acme.example"):
        assert sign_in(acme, name).status_code == 302
    with scope(acme):
        assert (User.objects.count(), Identity.objects.count()) == (1, 1)


def test_the_session_holds(acme, slapd):
    connect(acme, slapd)
    browser = at(acme)
    browser.post("/account/login/", {"login": "dora", "password": PASSWORD})
    assert browser.get("/account/sessions/").status_code == 200


def test_a_newcomer_waits_for_chime(linked, slapd):
    connect(linked, slapd)
    sign_in(linked, "dora")
    with scope(linked):
        assert Change.objects.filter(tenant=linked).count() == 1


@pytest.mark.parametrize("password", ["wrong", " ", "\x00", PASSWORD + "\x00", PASSWORD.upper()])
def test_another_password_is_wrong(acme, slapd, password):
    connect(acme, slapd)
    answer = sign_in(acme, "dora", password)
    assert answer.status_code == 200
    with scope(acme):
        assert not User.objects.exists()
    assert sign_in(acme, "dora").status_code == 302


def test_an_empty_password_never_reaches_the_directory(acme, slapd):
    connect(acme, slapd)
    assert sign_in(acme, "dora", "").status_code == 200
    with scope(acme):
        assert not User.objects.exists()


@pytest.mark.parametrize(
    "name", ["*", "do*", "dora)(uid=*", "*)(|(uid=*", "a\\2ab", "nobody", "dora\x00", f"uid=dora,{SUFFIX}", "(", "\\"]
)
def test_a_name_is_never_part_of_a_filter(acme, slapd, name):
    connect(acme, slapd)
    assert sign_in(acme, name).status_code == 200
    with scope(acme):
        assert not User.objects.exists()


def test_a_name_with_a_star_in_it_is_that_name(acme, slapd):
    connect(acme, slapd)
    assert sign_in(acme, "a*b").status_code == 302
    assert user(acme, username="a-b").display_name == "A*B of Acme"


def test_a_name_that_two_have_is_nobodys(acme, slapd):
    connect(acme, slapd, filter="(|(uid={username})(sn=Acme))")
    assert_refused(sign_in(acme, "dora"))


def test_who_is_bound_to_at_once_needs_no_account_of_the_portal(acme, slapd):
    connect(acme, slapd, bind_dn="", bind_password="", user_dn=f"uid={{username}},ou=people,{SUFFIX}")
    assert sign_in(acme, "dora").status_code == 302
    for name in ("emil,ou=people", "dora+cn=x", f"emil,ou=people,{SUFFIX}"):
        assert_refused(sign_in(acme, name))


def test_a_group_may_be_demanded(acme, slapd):
    connect(acme, slapd, groups="nested", group_base=GROUPS, required_group=STAFF.upper())
    assert sign_in(acme, "dora").status_code == 302
    assert_refused(sign_in(acme, "emil"))


@pytest.mark.parametrize("way", ["url", "tls_url"])
def test_only_the_tenants_own_authority_is_trusted(acme, globex, slapd, way):
    connect(acme, slapd, servers=[getattr(slapd, way)])
    connect(globex, slapd, servers=[getattr(slapd, way)], ca=Authority("Globex CA").pem)
    assert sign_in(acme, "dora").status_code == 302
    assert_refused(sign_in(globex, "dora"), AWAY)
    assert sign_in(acme, "emil").status_code == 302


def test_the_next_server_answers_for_one_that_is_gone(acme, slapd):
    gone = f"ldap://127.0.0.1:{free_port()}"
    connect(acme, slapd, servers=[gone, slapd.url])
    assert sign_in(acme, "dora").status_code == 302
    assert sign_in(acme, "emil").status_code == 302


def test_a_directory_that_is_gone_is_not_a_wrong_password(acme, globex, slapd):
    connect(acme, slapd, servers=[f"ldap://127.0.0.1:{free_port()}"])
    connect(globex, slapd)
    assert_refused(sign_in(acme, "dora"), AWAY)
    assert sign_in(globex, "dora").status_code == 302


def test_a_directory_that_hangs_makes_people_wait_once(acme, slapd):
    with socket.create_server(("127.0.0.1", 0)) as hanging:
        connect(acme, slapd, servers=[f"ldap://127.0.0.1:{hanging.getsockname()[1]}"], seconds=1)
        assert_refused(sign_in(acme, "dora"), AWAY)
        before = time.monotonic()
        assert_refused(sign_in(acme, "emil"), AWAY)
        assert time.monotonic() - before < 0.5


@pytest.mark.parametrize(
    "mistake", [{"bind_password": "wrong"}, {"base": f"ou=nobody,{SUFFIX}"}, {"filter": "(uid={username}"}], ids=str
)
def test_a_mistake_of_the_admins_is_not_the_persons(acme, slapd, mistake):
    connect(acme, slapd, **mistake)
    assert_refused(sign_in(acme, "dora"), NOT_RIGHT)


def test_a_reference_to_another_directory_is_not_followed(acme, slapd):
    connect(acme, slapd, base=SUFFIX)
    assert sign_in(acme, "dora").status_code == 302


def test_a_password_of_the_portal_goes_first(acme, alice, slapd):
    connect(acme, slapd, servers=[f"ldap://127.0.0.1:{free_port()}"])
    assert sign_in(acme, "alice", "chime-demo-1").status_code == 302


def test_nobody_of_the_directory_becomes_somebody_else_by_name_or_address(acme, slapd):
    person(acme, "dora", display_name="Another Dora")
    person(acme, "frank", email="emil@acme.example")
    connect(acme, slapd)
    assert sign_in(acme, "dora").status_code == 302
    assert user(acme, username="dora-2").display_name == "Dora of Acme"
    assert_refused(sign_in(acme, "emil"), "A user with your e-mail address exists")


def test_two_tenants_of_one_directory_stay_strangers(acme, globex, slapd):
    for tenant in (acme, globex):
        connect(tenant, slapd)
        assert sign_in(tenant, "dora").status_code == 302
    assert user(acme, username="dora").pk != user(globex, username="dora").pk


def test_another_tenants_directory_lets_nobody_in(acme, globex, slapd):
    connect(acme, slapd)
    assert_refused(sign_in(globex, "dora"))
    assert sign_in(acme, "dora").status_code == 302


def test_who_is_out_is_out(acme, slapd):
    provider = connect(acme, slapd)
    assert sign_in(acme, "dora").status_code == 302
    with scope(acme):
        standing.disable(acme, [user(acme, username="dora").pk])
    assert_refused(sign_in(acme, "dora"), "disabled")
    with scope(acme):
        switch(provider, on=False)
    assert_refused(sign_in(acme, "emil"))
    with scope(acme):
        switch(provider, on=True)
    assert sign_in(acme, "emil").status_code == 302
    change_tenant(acme, is_active=False)
    assert sign_in(acme, "emil").status_code == 404


def test_a_failed_sign_in_counts(acme, slapd):
    connect(acme, slapd)
    for _ in range(6):
        sign_in(acme, "dora", "wrong")
    assert sign_in(acme, "dora").status_code == 200


def test_the_directory_is_as_large_as_told(slapd: Slapd):
    assert (slapd.folder / "entries.ldif").read_text().count("inetOrgPerson") > 1000
