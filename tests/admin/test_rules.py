"""The operator's form of a rule: abilities, names and tags are checked when saved, and looked at before they count."""

from __future__ import annotations

import pytest

from exchange.models import Rule
from tenants.scope import scope, unscoped
from tenants.services import link_aws
from tests.admin.pages import complaints, entries_of, page
from tests.conftest import at

RULES = "/admin/exchange/rule/"
ROLE = "arn:aws:iam::111122223333:role/ChimeMember"


@pytest.fixture
def browser(root):
    return at(None, root)


def entries(tenant, **more):
    usual = {"abilities": ["read", "send"], "session_name": "chime_${user_id}", "tags": "", "position": 0}
    return {"tenant": str(tenant.pk), "profile": "member", "role_arn": ROLE, "max_seconds": 3600, **usual, **more}


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("abilities", [], "required"),
        ("abilities", ["fly"], "fly"),
        ("abilities", ["read", "attach"], "no bucket"),
        ("session_name", "everybody", "same session name"),
        ("tags", "Team", "no “=”"),
        ("tags", "Team=a\nTeam=b", "twice"),
        ("tags", "UserUUID=${username}", "own."),
        ("tags", "Team=${groups}", "no attribute"),
    ],
)
def test_what_aws_would_not_take_is_a_complaint_beside_its_field(browser, linked, field, value, told):
    found = complaints(browser.post(f"{RULES}add/", entries(linked, user_role="moderator", **{field: value})))
    assert told in " ".join(found[field])


def test_cognitos_enhanced_flow_takes_no_session_policy(browser, linked):
    pool = {"identity_pool_id": "us-east-1:5f0d1f0e-2f6b-4a52-9d6c-acacacacacac", "developer_provider": "acme"}
    with scope(linked):
        link_aws(linked, app_instance_arn=linked.aws_link.app_instance_arn, way="cognito_enhanced", **pool)
    found = complaints(browser.post(f"{RULES}add/", entries(linked, user_role="moderator", narrows="on")))
    assert "enhanced flow" in str(found["narrows"])


def test_a_rule_comes_back_as_it_was_written(browser, linked):
    written = entries(linked, user_role="moderator", tags="Team=${role}\r\n\r\n Site = Bern = 1 ", narrows="on")
    assert browser.post(f"{RULES}add/", written).status_code == 302
    with unscoped():
        rule = Rule.objects.get(user_role="moderator")
    assert rule.tags == {"Team": "${role}", "Site": "Bern = 1"}
    shown = entries_of(browser, f"{RULES}{rule.pk}/change/")
    assert shown["tags"] == "Site=Bern = 1\nTeam=${role}"
    assert browser.post(f"{RULES}{rule.pk}/change/", shown | {"tags": "Team=x"}).status_code == 302
    with unscoped():
        assert Rule.objects.get(pk=rule.pk).tags == {"Team": "x"}


def test_the_preview_shows_what_aws_would_be_asked_for(browser, linked, alice, carol):
    with unscoped():
        rule = Rule.objects.get(tenant=linked, profile="member")
        Rule.objects.filter(pk=rule.pk).update(session_name="chat-${username}", tags={"Team": "${role}"}, narrows=True)
    shown = page(browser, f"{RULES}{rule.pk}/preview/", user="alice")
    for text in ("chat-alice", "Tag Team", "Tag UserUUID", str(alice.pk), "chime:SendChannelMessage"):
        assert text in shown
    assert "Another rule counts" not in shown
    assert "has no user “carol”" in page(browser, f"{RULES}{rule.pk}/preview/", user="carol")
    assert "has no user" not in page(browser, f"{RULES}{rule.pk}/preview/")


def test_the_preview_tells_when_another_rule_counts_and_when_none_could(browser, linked, alice):
    with unscoped():
        rule = Rule.objects.get(tenant=linked, profile="member")
        Rule.objects.create(tenant=linked, profile="member", user_role="member", role_arn=ROLE, abilities=["read"])
        Rule.objects.filter(pk=rule.pk).update(session_name="${username}")
    shown = page(browser, f"{RULES}{rule.pk}/preview/", user="alice")
    assert "Another rule counts for this user" in shown
    alice.username = "zoë"
    alice.save()
    assert "part of an AWS session" in page(browser, f"{RULES}{rule.pk}/preview/", user="zoë")
