"""What Okta sends, as Okta documents it for SCIM 2.0: it puts whole users, and patches only whether they are active."""

from __future__ import annotations

import pytest

from accounts.models import User
from tenants.scope import scope

NAME = "test.user@okta.local"
TEST_USER = {
    "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"],
    "userName": NAME,
    "name": {"givenName": "Test", "familyName": "User"},
    "emails": [{"primary": True, "value": NAME, "type": "work"}],
    "displayName": "Test User",
    "locale": "en-US",
    "externalId": "00ujl29u0le5T6Aj10h7",
    "groups": [],
    "password": "1mz050nq",
    "active": True,
}


@pytest.fixture
def user(directory):
    answer = directory.ask("POST", "/Users", TEST_USER)
    assert answer.status == 201, answer.body
    return answer.body


def test_somebody_is_looked_up_then_made(directory, acme):
    lookup = f'/Users?filter=userName%20eq%20"{NAME}"&startIndex=1&count=100'
    answer = directory.get(lookup)
    assert (answer.status, answer.body["totalResults"], answer.body["startIndex"]) == (200, 0, 1)
    made = directory.ask("POST", "/Users", TEST_USER)
    assert made.status == 201
    assert directory.get(lookup).body["Resources"] == [made.body]
    assert "password" not in made.body
    with scope(acme):
        kept = User.objects.get(pk=made.body["id"])
    assert not kept.has_usable_password()


def test_pages_of_users(directory):
    made = [directory.make(f"user{number}@okta.local")["id"] for number in range(5)]
    pages = [directory.get(f"/Users?startIndex={start}&count=2").body for start in (1, 3, 5)]
    assert [page["totalResults"] for page in pages] == [5, 5, 5]
    assert [page["itemsPerPage"] for page in pages] == [2, 2, 1]
    assert [one["id"] for page in pages for one in page["Resources"]] == made


def test_a_whole_user_is_put(directory, acme, user):
    path = f"/Users/{user['id']}"
    whole = user | {"name": {"givenName": "Another", "familyName": "User"}, "displayName": "Another User"}
    answer = directory.ask("PUT", path, whole)
    assert (answer.status, answer.body["name"]["givenName"]) == (200, "Another")
    assert answer.body["meta"]["version"] != user["meta"]["version"]
    with scope(acme):
        assert User.objects.get(pk=user["id"]).display_name == "Another User"


def test_somebody_is_deactivated_and_back(directory, acme, user):
    path = f"/Users/{user['id']}"
    off = directory.patch(path, {"op": "replace", "value": {"active": False}})
    assert (off.status, off.body["active"]) == (200, False)
    with scope(acme):
        assert not User.objects.get(pk=user["id"]).is_active
    back = directory.ask("PUT", path, user | {"active": True})
    assert (back.status, back.body["active"]) == (200, True)


def test_a_pushed_group(directory, acme, user):
    schemas = ["urn:ietf:params:scim:schemas:core:2.0:Group"]
    made = directory.ask("POST", "/Groups", {"schemas": schemas, "displayName": "Test SCIMv2", "members": []})
    assert made.status == 201, made.body
    path = f"/Groups/{made.body['id']}"
    assert directory.get("/Groups?startIndex=1&count=100").body["totalResults"] == 1
    renamed = directory.patch(path, {"op": "replace", "value": {"id": made.body["id"], "displayName": "Renamed"}})
    assert renamed.status == 204, renamed.body
    joined = directory.patch(
        path,
        {"op": "remove", "path": 'members[value eq "89bb1940-b905-4575-9e7f-6f887cfb368e"]'},
        {"op": "add", "path": "members", "value": [{"value": user["id"], "display": NAME}]},
    )
    assert joined.status == 204, joined.body
    shown = directory.get(f"/Users/{user['id']}").body
    assert [one["display"] for one in shown["groups"]] == ["Renamed"]
    put = directory.ask("PUT", path, {"schemas": schemas, "displayName": "Renamed", "members": []})
    assert (put.status, "members" in put.body) == (200, False)
    with scope(acme):
        assert User.objects.get(pk=user["id"]).groups == []
    assert directory.ask("DELETE", path).status == 204
