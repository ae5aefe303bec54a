"""What Microsoft Entra ID sends, as Microsoft documents it for a SCIM endpoint, its case and nulls included.

The answers are what Entra goes by: it looks somebody up, creates or patches them, and adds them to groups.
"""

from __future__ import annotations

import pytest

from accounts.models import User
from tenants.scope import scope

ENTERPRISE = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
OBJECT_ID = "0a21f0f2-8d2a-4f8e-bf98-7363c4aed4ef"
NAME = "test_user_ab6490ee@contoso.example"
TEST_USER = {
    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User", ENTERPRISE],
    "externalId": OBJECT_ID,
    "userName": NAME,
    "active": True,
    "emails": [{"primary": True, "type": "work", "value": NAME}],
    "meta": {"resourceType": "User"},
    "name": {"formatted": "Adele Vance", "familyName": "Vance", "givenName": "Adele"},
    "roles": [],
    ENTERPRISE: {"department": "Retail", "manager": {"value": "26118915"}},
}
GROUP = {
    "schemas": [
        "urn:ietf:params:scim:schemas:core:2.0:Group",
        "http://schemas.microsoft.com/2006/11/ResourceManagement/ADSCIM/2.0/Group",
    ],
    "externalId": "8aa1a0c0-c4c3-4bc0-b4a5-2ef676900159",
    "displayName": "Retail",
    "meta": {"resourceType": "Group"},
}


@pytest.fixture
def adele(directory):
    answer = directory.ask("POST", "/Users", TEST_USER)
    assert answer.status == 201, answer.body
    return answer.body


@pytest.fixture
def retail(directory):
    answer = directory.ask("POST", "/Groups", GROUP)
    assert answer.status == 201, answer.body
    return answer.body


def the_user(acme) -> User:
    with scope(acme):
        return User.objects.get(tenant=acme, username=NAME)


def test_the_connection_is_tried_by_a_user_that_is_not_there(directory):
    answer = directory.get('/Users?filter=userName+eq+"non-existent-user"')
    assert (answer.status, answer.body["totalResults"]) == (200, 0)


def test_somebody_is_made_and_found_again(directory, acme, adele):
    assert (adele["userName"], adele["externalId"], adele["active"]) == (NAME, OBJECT_ID, True)
    assert adele["meta"]["location"] == f"http://acme.localhost/scim/v2/Users/{adele['id']}"
    user = the_user(acme)
    assert (str(user.pk), user.display_name, user.email) == (adele["id"], "Adele Vance", NAME)
    found = directory.get(f'/Users?filter=userName+eq+"{NAME.upper()}"')
    assert [one["id"] for one in found.body["Resources"]] == [adele["id"]]
    assert directory.get(f"/Users/{adele['id']}").body == adele


def test_made_again_is_a_conflict(directory, adele):
    again = directory.ask("POST", "/Users", TEST_USER)
    assert (again.status, again.body["scimType"]) == (409, "uniqueness")
    assert NAME in again.detail


def test_several_values_are_patched(directory, acme, adele):
    path = f"/Users/{adele['id']}"
    answer = directory.patch(
        path,
        {"op": "Replace", "path": 'emails[type eq "work"].value', "value": "updated@contoso.example"},
        {"op": "Replace", "path": "name.familyName", "value": "Smith"},
        {"op": "Add", "path": "displayName", "value": "Adele Smith"},
        {"op": "Add", "path": f"{ENTERPRISE}:department", "value": "Sales"},
        {"op": "Add", "path": 'phoneNumbers[type eq "work"].value', "value": "+1 425 555 0109"},
    )
    assert answer.status == 200, answer.body
    shown = directory.get(path).body
    assert (shown["emails"][0]["value"], shown["name"]["familyName"]) == ("updated@contoso.example", "Smith")
    assert "phoneNumbers" not in shown
    user = the_user(acme)
    assert (user.email, user.display_name) == ("updated@contoso.example", "Adele Smith")


def test_a_work_address_comes_to_be_by_its_filter(directory):
    made = directory.make("nobody@contoso.example")
    operation = {"op": "Add", "path": 'emails[type eq "work"].value', "value": "a@contoso.example"}
    answer = directory.patch(f"/Users/{made['id']}", operation)
    assert answer.body["emails"] == [{"type": "work", "value": "a@contoso.example"}]


def test_a_user_name_is_patched(directory, adele):
    renamed = directory.patch(
        f"/Users/{adele['id']}", {"op": "Replace", "path": "userName", "value": "5b50642d-79fc@contoso.example"}
    )
    assert renamed.body["userName"] == "5b50642d-79fc@contoso.example"
    assert directory.get(f'/Users?filter=userName+eq+"{NAME}"').body["totalResults"] == 0


@pytest.mark.parametrize(
    "off",
    [
        {"op": "Replace", "path": "active", "value": False},
        {"op": "Replace", "path": "active", "value": "False"},
        {"op": "replace", "value": {"active": False}},
    ],
    ids=["boolean", "word", "no path"],
)
def test_somebody_is_disabled_and_enabled(directory, acme, adele, off):
    path = f"/Users/{adele['id']}"
    assert directory.patch(path, off).body["active"] is False
    assert not the_user(acme).is_active
    assert directory.get(path).body["active"] is False
    assert directory.patch(path, {"op": "Replace", "path": "active", "value": "True"}).body["active"] is True
    assert the_user(acme).is_active


def test_somebody_is_deleted(directory, acme, adele):
    path = f"/Users/{adele['id']}"
    assert directory.ask("DELETE", path).status == 204
    assert directory.get(path).status == 404
    assert directory.get(f'/Users?filter=userName+eq+"{NAME}"').body["totalResults"] == 0
    assert the_user(acme).deleted_at is not None


def test_a_group_is_made_found_and_renamed(directory, retail):
    path = f"/Groups/{retail['id']}"
    assert directory.get(f"{path}?excludedAttributes=members").body["displayName"] == "Retail"
    found = directory.get('/Groups?excludedAttributes=members&filter=displayName+eq+"Retail"').body
    assert [one["id"] for one in found["Resources"]] == [retail["id"]]
    assert directory.patch(path, {"op": "Replace", "path": "displayName", "value": "Shops"}).status == 204
    assert directory.get(path).body["displayName"] == "Shops"
    assert directory.ask("DELETE", path).status == 204
    assert directory.get(path).status == 404


@pytest.mark.parametrize("by_filter", [False, True], ids=["by value", "by filter"])
def test_members_come_and_go(directory, acme, adele, retail, by_filter):
    path, member = f"/Groups/{retail['id']}", adele["id"]
    joined = {"op": "Add", "path": "members", "value": [{"$ref": None, "value": member}]}
    assert directory.patch(path, joined).status == 204
    assert [one["value"] for one in directory.get(path).body["members"]] == [member]
    assert the_user(acme).groups == ["Retail"]
    is_in = f'/Groups?filter=id+eq+"{retail["id"]}"+and+members+eq+"{member}"&attributes=id'
    assert directory.get(is_in).body["totalResults"] == 1
    left = {"op": "Remove", "path": "members", "value": [{"$ref": None, "value": member}]}
    if by_filter:
        left = {"op": "Remove", "path": f'members[value eq "{member}"]'}
    assert directory.patch(path, left).status == 204
    assert "members" not in directory.get(path).body
    assert the_user(acme).groups == []
    assert directory.get(is_in).body["totalResults"] == 0
