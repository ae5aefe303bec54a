"""What becomes of users whom a directory keeps: who is whom, who is in, and how they sign in."""

from __future__ import annotations

import pytest
from django.utils import timezone

from accounts import arrivals, groups, services, standing
from accounts.claims import Claims
from accounts.models import Identity, IdentityProvider, Kind, SCIMUser, User, WhenOut
from tenants.refusal import Refusal
from tenants.scope import scope
from tests.accounts.scim.conftest import directory_of
from tests.conftest import person


@pytest.fixture
def okta(acme) -> IdentityProvider:
    with scope(acme):
        return IdentityProvider.objects.create(tenant=acme, kind="oidc", slug="okta", name="Okta", default_role="staff")


def kept(tenant, made) -> User:
    with scope(tenant):
        return User.objects.get(pk=made["id"])


def test_a_user_of_the_portal_is_adopted_by_name(acme, alice, directory):
    found = directory.get('/Users?filter=userName+eq+"ALICE"').body["Resources"][0]
    assert (found["id"], found["displayName"]) == (str(alice.pk), "Alice Ångström")
    assert found["emails"] == [{"value": "alice@acme.example", "primary": True}]
    answer = directory.patch(f"/Users/{alice.pk}", {"op": "add", "path": "externalId", "value": "42"})
    assert answer.body["externalId"] == "42"
    assert kept(acme, found).email == "alice@acme.example"
    assert directory.ask("POST", "/Users", {"schemas": found["schemas"], "userName": "alice"}).status == 409


def test_names_that_the_portal_has_not_are_kept_for_the_directory(acme, directory):
    made = directory.make("Jim_o'Brien#EXT#@contoso.example")
    assert made["userName"] == "Jim_o'Brien#EXT#@contoso.example"
    assert kept(acme, made).username == "jim_o-brien-ext-@contoso.example"
    found = directory.get("/Users?filter=userName+eq+%22jim_o'brien%23EXT%23@contoso.example%22").body
    assert found["totalResults"] == 1


@pytest.mark.parametrize(
    ("attributes", "name"),
    [
        ({"displayName": "Ada L.", "name": {"formatted": "Ada Lovelace"}}, "Ada L."),
        ({"name": {"formatted": "Ada Lovelace", "givenName": "A"}}, "Ada Lovelace"),
        ({"name": {"givenName": "Ada", "familyName": "Lovelace"}}, "Ada Lovelace"),
        ({"name": {"familyName": "Lovelace"}}, "Lovelace"),
        ({"displayName": "Ada\nLovelace " + "x" * 200}, "Ada Lovelace " + "x" * 87),
        ({}, ""),
    ],
)
def test_what_somebody_is_called(acme, directory, attributes, name):
    made = directory.make("ada", **attributes)
    assert kept(acme, made).display_name == name
    assert made.get("displayName") == attributes.get("displayName")


@pytest.mark.parametrize(
    ("emails", "address"),
    [
        ([{"value": "A@x.example"}, {"value": "b@x.example", "primary": True}], "b@x.example"),
        ([{"value": "a@x.example", "type": "home"}, {"value": "b@x.example", "type": "work"}], "b@x.example"),
        ([{"value": "not an address"}, {"value": "B@x.example"}], "b@x.example"),
        ([{"value": "not an address"}], ""),
    ],
)
def test_which_address_is_theirs(acme, directory, emails, address):
    made = directory.make("ada", emails=emails)
    assert kept(acme, made).email == address
    assert [one["value"] for one in made["emails"]] == [one["value"] for one in emails]


def test_an_address_is_one_users_alone(directory, alice):
    taken = {"userName": "ada", "emails": [{"value": "alice@acme.example"}], "schemas": []}
    answer = directory.ask("POST", "/Users", taken | {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"]})
    assert (answer.status, answer.body["scimType"]) == (409, "uniqueness")
    assert "alice@acme.example" in answer.detail
    made = directory.make("ada")
    patched = directory.patch(
        f"/Users/{made['id']}", {"op": "add", "path": "emails", "value": [{"value": "alice@acme.example"}]}
    )
    assert patched.status == 409


def test_what_an_admin_changed_meanwhile_is_shown(acme, directory):
    made = directory.make("ada", displayName="Ada", emails=[{"value": "ada@x.example", "type": "work"}])
    with scope(acme):
        user = User.objects.get(pk=made["id"])
        services.update(user, expected_version=user.version, display_name="Countess", email="ada@y.example")
    shown = directory.get(f"/Users/{made['id']}").body
    assert (shown["displayName"], shown["emails"]) == ("Countess", [{"value": "ada@y.example", "primary": True}])
    assert shown["meta"]["version"] != made["meta"]["version"]


def test_nobody_writes_over_somebody_elses_change(acme, directory):
    made = directory.make("ada", displayName="Ada")
    path, seen = f"/Users/{made['id']}", made["meta"]["version"]
    assert directory.ask("GET", path, **{"If-None-Match": seen}).status == 304
    with scope(acme):
        standing.disable(acme, [made["id"]])
    rename = {"op": "replace", "path": "displayName", "value": "Countess"}
    assert directory.patch(path, rename, **{"If-Match": seen}).status == 412
    assert directory.patch(path, rename, **{"If-Match": directory.get(path).headers["ETag"]}).status == 200


def test_a_change_of_nothing_changes_nothing(directory):
    made = directory.make("ada", displayName="Ada")
    again = directory.patch(f"/Users/{made['id']}", {"op": "replace", "path": "displayName", "value": "Ada"})
    assert again.body["meta"] == made["meta"]


def test_a_user_of_two_names_is_renamed_here_too(acme, directory):
    made = directory.make("ada@x.example")
    directory.patch(f"/Users/{made['id']}", {"op": "replace", "path": "userName", "value": "lovelace@x.example"})
    assert kept(acme, made).username == "lovelace@x.example"


# --- in and out ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("when", list(WhenOut))
def test_who_is_made_inactive_can_be_brought_back(acme, when):
    directory = directory_of(acme, when_inactive=when)
    made = directory.make("ada")
    path = f"/Users/{made['id']}"
    assert directory.patch(path, {"op": "replace", "path": "active", "value": False}).body["active"] is False
    out = kept(acme, made)
    assert not out.is_active
    assert (out.deleted_at is not None) == (when == WhenOut.DELETE)
    assert directory.get(path).body["active"] is False
    assert directory.patch(path, {"op": "replace", "path": "active", "value": True}).body["active"] is True
    back = kept(acme, made)
    assert back.is_active
    assert back.deleted_at is None


@pytest.mark.parametrize("when", list(WhenOut))
def test_who_is_deleted_is_gone_for_the_directory(acme, when):
    directory = directory_of(acme, when_deleted=when)
    made = directory.make("ada", externalId="7")
    assert directory.ask("DELETE", f"/Users/{made['id']}").status == 204
    out = kept(acme, made)
    assert not out.is_active
    assert (out.deleted_at is not None) == (when == WhenOut.DELETE)
    for ask in (("GET", f"/Users/{made['id']}"), ("DELETE", f"/Users/{made['id']}")):
        assert directory.ask(*ask).status == 404
    assert directory.get("/Users").body["totalResults"] == 0


@pytest.mark.parametrize("when", list(WhenOut))
def test_the_same_person_comes_back_as_themselves(acme, when):
    directory = directory_of(acme, when_deleted=when)
    made = directory.make("ada", externalId="7")
    directory.ask("DELETE", f"/Users/{made['id']}")
    again = directory.make("ada.king", externalId="7")
    assert again["id"] == made["id"]
    back = kept(acme, made)
    assert (back.is_active, back.deleted_at, back.username) == (True, None, "ada.king")


@pytest.mark.parametrize("external_id", ["8", None])
def test_another_person_of_the_same_name_is_somebody_else(acme, directory, external_id):
    made = directory.make("ada", externalId="7")
    directory.ask("DELETE", f"/Users/{made['id']}")
    another = directory.make("ada", **({"externalId": external_id} if external_id else {}))
    assert another["id"] != made["id"]
    assert another["userName"] == "ada"
    assert kept(acme, another).username == "ada-2"


def test_a_deletion_of_who_is_inactive_keeps_the_days_of_grace(acme):
    directory = directory_of(acme, when_inactive=WhenOut.DELETE)
    made = directory.make("ada")
    directory.patch(f"/Users/{made['id']}", {"op": "replace", "path": "active", "value": False})
    assert directory.ask("DELETE", f"/Users/{made['id']}").status == 204
    assert kept(acme, made).deleted_at is not None


def test_without_days_of_grace_they_are_forgotten_at_once(acme, directory):
    acme.grace_days = 0
    acme.save()
    made = directory.make("ada")
    assert directory.ask("DELETE", f"/Users/{made['id']}").status == 204
    with scope(acme):
        assert not User.objects.filter(pk=made["id"]).exists()
        assert not SCIMUser.objects.exists()


def test_who_waits_for_approval_has_it_by_the_directorys_word(acme, directory):
    with scope(acme):
        user = User.objects.create(tenant=acme, username="ada", is_active=False, awaits_approval=True)
    answer = directory.patch(f"/Users/{user.pk}", {"op": "replace", "path": "active", "value": True})
    assert answer.body["active"] is True


# --- signing in ----------------------------------------------------------------------------------------------------


def test_the_external_id_is_the_subject_at_the_provider(acme, okta):
    directory = directory_of(acme, provider=okta)
    made = directory.make("ada", externalId="00u1", displayName="Ada")
    with scope(acme):
        claims = Claims("00u1", username="somebody", display_name="Somebody")
        user = arrivals.welcome(okta, claims, now=timezone.now())
    assert str(user.pk) == made["id"]
    assert (user.role, user.display_name) == ("staff", "Ada")


def test_groups_of_the_directory_outlive_a_sign_in(acme, okta):
    directory = directory_of(acme, provider=okta)
    made = directory.make("ada", externalId="00u1")
    with scope(acme):
        groups.change_members(groups.make_group(acme, name="Retail"), add=[made["id"]])
        arrivals.welcome(okta, Claims("00u1", groups=("Other",)), now=timezone.now())
    assert kept(acme, made).groups == ["Retail"]


def test_another_external_id_is_another_subject(acme, okta):
    directory = directory_of(acme, provider=okta)
    made = directory.make("ada", externalId="00u1")
    directory.patch(f"/Users/{made['id']}", {"op": "replace", "path": "externalId", "value": "00u2"})
    with scope(acme):
        assert list(Identity.objects.values_list("subject", flat=True)) == ["00u2"]
        okta.creates_users = False
        with pytest.raises(Refusal):
            arrivals.welcome(okta, Claims("00u1"), now=timezone.now())


def test_nobody_is_given_somebody_elses_subject(acme, okta):
    directory = directory_of(acme, provider=okta)
    directory.make("ada", externalId="00u1")
    answer = directory.ask(
        "POST",
        "/Users",
        {"schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"], "userName": "eve", "externalId": "00u1"},
    )
    assert (answer.status, answer.body["scimType"]) == (409, "uniqueness")
    with scope(acme):
        assert not User.objects.filter(username="eve").exists()


def test_who_is_not_shown_stays_in_their_group(acme, directory):
    made, bot = directory.make("ada"), person(acme, "bot", kind=Kind.APP)
    with scope(acme):
        group = groups.make_group(acme, name="Retail")
        groups.change_members(group, add=[bot.pk])
    path = f"/Groups/{group.pk}"
    assert "members" not in directory.get(path).body
    joined = {"op": "add", "path": "members", "value": [{"value": made["id"]}]}
    assert directory.patch(path, joined).status == 204
    assert [one["value"] for one in directory.get(path).body["members"]] == [made["id"]]
    assert kept(acme, {"id": bot.pk}).groups == ["Retail"]
