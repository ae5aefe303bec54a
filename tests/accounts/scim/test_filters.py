"""Each attribute by which the portal filters, on either database, and what several of them mean together."""

from __future__ import annotations

from urllib.parse import quote

import pytest

SCHEMA = "urn:ietf:params:scim:schemas:core:2.0:User"


@pytest.fixture
def names(directory):
    """Who is found by a filter."""
    directory.make("ada", externalId="1", displayName="Ada", name={"givenName": "Ada", "familyName": "Lovelace"})
    directory.make("Grace", externalId="g", emails=[{"value": "Grace@Navy.example", "type": "work"}])
    directory.make("hedy", active=False, displayName="Hedy 100%", name={"formatted": "Hedy Lamarr"})

    def found(condition: str) -> list[str]:
        answer = directory.get(f"/Users?filter={quote(condition)}")
        assert answer.status == 200, answer.body
        return [one["userName"] for one in answer.body.get("Resources", [])]

    return found


@pytest.mark.parametrize(
    ("condition", "found"),
    [
        ('userName eq "ADA"', ["ada"]),
        ('userName ne "ada"', ["Grace", "hedy"]),
        ('userName sw "G"', ["Grace"]),
        ('userName co "d"', ["ada", "hedy"]),
        ('userName ew "Y"', ["hedy"]),
        ("userName pr", ["ada", "Grace", "hedy"]),
        (f'{SCHEMA}:userName eq "grace"', ["Grace"]),
        ('externalId eq "1"', ["ada"]),
        ('externalId eq "G"', []),
        ("externalId pr", ["ada", "Grace"]),
        ("not (externalId pr)", ["hedy"]),
        ('displayName eq "ada"', ["ada"]),
        ('displayName co "0%"', ["hedy"]),
        ("displayName pr", ["ada", "hedy"]),
        ('name.familyName eq "LOVELACE"', ["ada"]),
        ('name.givenName sw "a"', ["ada"]),
        ('name.formatted co "Lamarr"', ["hedy"]),
        ("name.formatted pr", ["hedy"]),
        ('emails eq "grace@navy.example"', ["Grace"]),
        ('emails.value co "NAVY"', ["Grace"]),
        ('emails[type eq "work" and value ew "example"]', ["Grace"]),
        ("active eq true", ["ada", "Grace"]),
        ("active eq false", ["hedy"]),
        ('meta.created gt "2020-01-01T00:00:00Z"', ["ada", "Grace", "hedy"]),
        ('meta.lastModified lt "2020-01-01T00:00:00Z"', []),
        ('id eq "00000000-0000-0000-0000-000000000000"', []),
        ('id eq "nonsense"', []),
        ('active eq true and (userName eq "ada" or userName eq "hedy")', ["ada"]),
        ('active eq false or userName eq "ada"', ["ada", "hedy"]),
    ],
)
def test_a_filter_finds(names, condition, found):
    assert names(condition) == found


def test_members_of_a_group_are_found(directory, names):
    grace = directory.get('/Users?filter=userName+eq+"grace"').body["Resources"][0]["id"]
    group = directory.ask(
        "POST",
        "/Groups",
        {"schemas": [SCHEMA.replace("User", "Group")], "displayName": "Navy", "members": [{"value": grace}]},
    ).body
    assert names(f'groups.value eq "{group["id"]}"') == ["Grace"]
    assert names(f'groups[value eq "{group["id"]}"]') == ["Grace"]
    found = directory.get(f"/Groups?filter={quote(f'members[value eq {chr(34)}{grace}{chr(34)}]')}").body
    assert [one["displayName"] for one in found["Resources"]] == ["Navy"]
    assert found["Resources"][0]["members"][0]["$ref"] == f"http://acme.localhost/scim/v2/Users/{grace}"


def test_several_at_once_by_bulk(directory, acme):
    operations = [
        {"method": "POST", "path": "/Users", "bulkId": "a", "data": {"schemas": [SCHEMA], "userName": "alan"}},
        {"method": "POST", "path": "/Users", "bulkId": "b", "data": {"schemas": [SCHEMA], "userName": "ALAN"}},
        {
            "method": "POST",
            "path": "/Groups",
            "bulkId": "g",
            "data": {
                "schemas": [SCHEMA.replace("User", "Group")],
                "displayName": "Bletchley",
                "members": [{"value": "bulkId:a"}],
            },
        },
    ]
    body = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": operations}
    answer = directory.ask("POST", "/Bulk", body)
    assert answer.status == 200, answer.body
    assert [one["status"] for one in answer.body["Operations"]] == ["201", "409", "201"]
    group = directory.get("/Groups").body["Resources"][0]
    assert group["members"][0]["$ref"] == answer.body["Operations"][0]["location"]
