"""A session's own policy and tags, by each way to AWS: used at localaws, and narrower than the role."""

from __future__ import annotations

from uuid import uuid4

from exchange.models import Issuance, Rule
from exchange.services import set_rule
from tenants.scope import scope
from tests.conftest import token_of
from tests.exchange.doors import assert_refused, by_bearer, credentials_in, speaks_as
from tests.exchange.test_abilities import client, is_let


def rule_says(tenant, **values):
    with scope(tenant):
        role_arn = Rule.objects.get(profile="member").role_arn
        set_rule(tenant, profile="member", role_arn=role_arn, **values)


def may(at_aws, tenant, user):
    """What somebody's credentials let them do."""
    body = by_bearer(tenant, token_of(user).reveal()).json()
    messaging = client(at_aws, body["credentials"], "chime-sdk-messaging")
    here, me = body["app_instance_arn"], body["app_instance_user_arn"]
    new = {"Name": "x", "ClientRequestToken": uuid4().hex, "AppInstanceArn": here}
    return {
        "read": is_let(messaging.list_channels, AppInstanceArn=here, ChimeBearer=me),
        "create": is_let(messaging.create_channel, ChimeBearer=me, **new),
    }


def test_a_session_does_no_more_than_its_rule_says_though_the_role_may(each_way, alice, bob, at_aws):
    rule_says(each_way, abilities=["read"])
    assert may(at_aws, each_way, alice) == {"read": True, "create": True}
    if each_way.aws_link.way == "cognito_enhanced":
        return  # Its form refuses what this flow of Cognito has no place for.
    rule_says(each_way, abilities=["read"], narrows=True)
    assert may(at_aws, each_way, alice) == {"read": True, "create": False}
    credentials = credentials_in(by_bearer(each_way, token_of(alice).reveal()))
    assert speaks_as(at_aws, each_way, credentials, str(bob.pk)).startswith("AccessDenied")
    rule_says(each_way, abilities=["read", "create"])
    assert may(at_aws, each_way, alice) == {"read": True, "create": True}


def test_a_rules_tags_and_name_are_the_sessions(each_way, alice, at_aws):
    if each_way.aws_link.way == "assume_role":
        rule_says(each_way, tags={"Team": "${role}"})
        assert_refused(by_bearer(each_way, token_of(alice).reveal()), 502, "aws_refused")  # Its role trusts less.
        return
    rule_says(each_way, tags={"Team": "${role} ${username}"}, session_name="chat-${username}")
    credentials = credentials_in(by_bearer(each_way, token_of(alice).reveal()))
    assert speaks_as(at_aws, each_way, credentials, str(alice.pk)) == "ok"
    with scope(each_way):
        issuance = Issuance.objects.get()
    assert (issuance.tags["Team"], issuance.session_name) == ("member alice", "chat-alice")


def test_who_can_not_be_named_gets_nothing(linked, alice):
    rule_says(linked, session_name="${username}")
    alice.username = "zoë"
    alice.save()
    assert_refused(by_bearer(linked, token_of(alice).reveal()), 403, "unusable_session_name")


def test_a_rule_without_its_role_gives_nothing(linked, alice):
    with scope(linked):
        set_rule(linked, profile="member", role_arn="")
    assert_refused(by_bearer(linked, token_of(alice).reveal()), 403, "no_role")
