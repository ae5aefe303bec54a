"""Who may speak SCIM with a tenant, and what is answered to nonsense."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import SCIMToken, User
from accounts.scim.tokens import find_scim_token, issue_scim_token, revoke_scim_token
from audit.models import Event
from tenants.refusal import Secret
from tenants.scope import scope
from tests.accounts.scim.conftest import directory_of
from tests.conftest import at, token_of

PATCH = {"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": []}
CORE = "urn:ietf:params:scim:schemas:core:2.0:User"


def asked_with(tenant, authorization):
    return at(tenant).get("/scim/v2/Users", headers={"Authorization": authorization} if authorization else {})


def issued(tenant, **rest):
    values = {"name": "Okta", "days": 1, "provider": None, "when_inactive": "disable", "when_deleted": "delete"}
    return issue_scim_token(tenant, **values | {"now": timezone.now()} | rest)


def test_only_a_good_token_of_the_tenant_is_let_in(acme, globex, directory):
    good = directory.secret.reveal()
    assert asked_with(acme, f"Bearer {good}").status_code == 200
    assert asked_with(acme, f"bearer {good}").status_code == 200
    for wrong in ("", "Bearer", f"Basic {good}", f"Bearer {good}x", f"Bearer {good[:-1]}", "Bearer cis_é", good):
        refused = asked_with(acme, wrong)
        assert refused.status_code == 401, wrong
        assert refused.headers["WWW-Authenticate"] == 'Bearer realm="SCIM"'
        assert json.loads(refused.content)["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]
    assert asked_with(globex, f"Bearer {good}").status_code == 401


def test_nobody_gets_in_by_another_kind_of_token_or_by_a_session(acme, bob):
    assert asked_with(acme, f"Bearer {token_of(bob).reveal()}").status_code == 401
    assert at(acme, bob).get("/scim/v2/Users").status_code == 401


def test_a_scim_token_opens_no_other_door(acme, directory):
    headers = {"Authorization": f"Bearer {directory.secret.reveal()}"}
    assert at(acme).post("/creds", headers=headers).status_code == 401
    assert at(acme).get("/api/v1/credentials", headers=headers).status_code == 401


def test_an_ended_token_is_of_no_use_and_another_goes_on(acme, directory):
    with scope(acme):
        old = SCIMToken.objects.get()
        _, other = issued(acme)
        revoke_scim_token(old)
    assert directory.get("/Users").status == 401
    assert asked_with(acme, f"Bearer {other.reveal()}").status_code == 200
    with scope(acme):
        assert find_scim_token(acme, other, now=timezone.now() + timedelta(days=2)) is None


def test_no_secret_is_kept_and_its_use_is_noted(acme, directory):
    directory.get("/Users")
    with scope(acme):
        token = SCIMToken.objects.get()
    assert directory.secret.reveal() not in repr(token.__dict__)
    assert token.last_used_at is not None


def test_a_changed_key_of_the_portal_leaves_tokens_good_while_the_old_one_is_named(acme, directory, settings):
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "k" * 40, [settings.SECRET_KEY]
    assert directory.get("/Users").status == 200
    settings.SECRET_KEY_FALLBACKS = []
    assert directory.get("/Users").status == 401


def test_the_audit_trail_names_the_token(acme, directory):
    made = directory.make("alice")
    event = Event.objects.get(name="user.registered", subject_id=made["id"])
    with scope(acme):
        assert event.actor_id == SCIMToken.objects.get().pk


def test_the_operators_host_has_no_scim(db):
    assert at(None).get("/scim/v2/Users").status_code == 404


def test_nobody_reaches_over_the_border(acme, globex, directory):
    theirs = directory_of(globex)
    made = theirs.make("carol")
    group = theirs.ask("POST", "/Groups", {"schemas": [CORE.replace("User", "Group")], "displayName": "Staff"}).body
    for path in (f"/Users/{made['id']}", f"/Groups/{group['id']}"):
        assert theirs.get(path).status == 200
        assert directory.get(path).status == 404
        assert directory.patch(path, {"op": "replace", "path": "displayName", "value": "Mine"}).status == 404
        assert directory.ask("DELETE", path).status == 404
    mine = directory.ask("POST", "/Groups", {"schemas": group["schemas"], "displayName": "Staff"}).body
    joined = directory.patch(
        f"/Groups/{mine['id']}", {"op": "add", "path": "members", "value": [{"value": made["id"]}]}
    )
    assert (joined.status, made["id"] in joined.detail) == (400, True)
    assert directory.get("/Users").body["totalResults"] == 0


def test_guests_apps_and_operators_are_not_shown(acme, directory, root, alice):
    with scope(acme):
        User.objects.create(tenant=acme, username="bot", kind="app")
        User.objects.create(tenant=acme, username="anon_1", kind="guest")
    assert [one["userName"] for one in directory.get("/Users").body["Resources"]] == ["alice"]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/Users", "{", 400),
        ("POST", "/Users", "[]", 400),
        ("POST", "/Users", "", 400),
        ("POST", "/Users", {"schemas": [CORE]}, 400),
        ("POST", "/Users", {"schemas": [CORE], "userName": ""}, 400),
        ("POST", "/Users", {"schemas": [CORE], "userName": "   "}, 400),
        ("POST", "/Users", {"schemas": [CORE], "userName": "a" * 300}, 400),
        ("POST", "/Users", {"schemas": [CORE], "userName": "a\x00b"}, 400),
        ("POST", "/Users", f'{{"schemas": ["{CORE}"], "userName": "a\\ud800"}}', 400),
        ("POST", "/Users", {"schemas": [CORE], "userName": "a", "externalId": "x" * 300}, 400),
        ("POST", "/Users", {"schemas": [CORE], "userName": "a", "emails": "a@b.example"}, 400),
        ("POST", "/Users", {"schemas": [CORE], "userName": "a", "name": [1]}, 400),
        ("POST", "/Groups", {"schemas": [CORE.replace("User", "Group")], "displayName": "g" * 300}, 400),
        ("POST", "/Groups", {"schemas": [CORE.replace("User", "Group")], "displayName": " "}, 400),
        ("POST", "/Nothing", {}, 404),
        ("GET", "/Users/not-an-id", None, 404),
        ("GET", "/Users/%00", None, 400),
        ("GET", '/Users?filter=userName+eq+"a%00"', None, 400),
        ("GET", "/Users?filter=userName", None, 400),
        ("GET", "/Users?filter=password+eq+%22x%22", None, 400),
        ("GET", '/Users?filter=userName+gt+"a"', None, 400),
        ("GET", '/Users?filter=meta.created+gt+"yesterday"', None, 400),
        ("GET", '/Users?filter=meta.created+gt+"9999-12-31T23:59:59-23:59"', None, 400),
        ("GET", '/Users?filter=userName+eq+"%5Cud800"', None, 400),
        ("GET", "/Users?sortBy=userName", None, 501),
        ("GET", "/Users?startIndex=x", None, 400),
        ("GET", "/Me", None, 501),
        ("GET", "", None, 501),
        ("PUT", "/Users", {}, 405),
        ("TRACE", "/Users", None, 405),
        ("POST", "/Bulk", {"schemas": ["urn:ietf:params:scim:api:messages:2.0:BulkRequest"], "Operations": 1}, 400),
    ],
)
def test_nonsense_is_answered_by_a_sentence(directory, method, path, body, status):
    answer = directory.ask(method, path, body)
    assert answer.status == status, answer.body
    assert answer.body["detail"]


def test_a_page_far_behind_the_last_one_is_empty(directory):
    directory.make("ada")
    answer = directory.get(f"/Users?startIndex={10**20}&count={10**20}")
    assert (answer.status, answer.body["totalResults"], answer.body.get("Resources", [])) == (200, 1, [])


def test_nonsense_about_a_user_is_answered_too(directory):
    path = f"/Users/{directory.make('alice')['id']}"
    for operation in (
        {"op": "replace", "path": "userName", "value": ""},
        {"op": "replace", "path": "nothing[", "value": "x"},
        {"op": "replace", "path": "active", "value": "perhaps"},
        {"op": "remove", "path": "userName"},
        {"op": "jump", "path": "active", "value": True},
        {"op": "replace", "path": "id", "value": "another"},
        {"op": "add", "path": "groups", "value": [{"value": "x"}]},
    ):
        answer = directory.patch(path, operation)
        assert 400 <= answer.status < 500, operation
        assert answer.detail
    assert directory.get(path).body["userName"] == "alice"


def test_a_token_may_ask_so_often(directory, settings):
    settings.SCIM_REQUESTS_PER_MINUTE = 2
    assert [directory.get("/Users").status for _ in range(3)] == [200, 200, 429]
    refused = directory.get("/Users")
    assert 1 <= int(refused.headers["Retry-After"]) <= 60


def test_a_body_may_be_so_long(directory, settings):
    long = {"schemas": [CORE], "userName": "a", "displayName": "x" * settings.DATA_UPLOAD_MAX_MEMORY_SIZE}
    assert directory.ask("POST", "/Users", long).status == 413


@pytest.mark.parametrize(
    ("wrong", "word"),
    [({"days": 0}, "lives"), ({"days": 731}, "lives"), ({"name": ""}, "blank"), ({"when_deleted": "x"}, "choice")],
)
def test_a_token_of_nonsense_is_not_made(acme, wrong, word):
    with scope(acme), pytest.raises(Exception, match=word):
        issued(acme, **wrong)


def test_a_secret_is_never_written_by_accident(acme):
    with scope(acme):
        _, secret = issued(acme)
    assert isinstance(secret, Secret)
    assert f"{secret}" == "***"
