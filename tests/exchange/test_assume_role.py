"""What AssumeRole is asked beside role, name and tags: localaws, with its trust policies, says whether it was."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest

from exchange.services import set_rule
from portal.demo import aws_setup, policies
from tenants.scope import scope
from tenants.services import link_aws
from tests.conftest import stagehand, token_of
from tests.exchange.doors import assert_refused, by_bearer, credentials_in, speaks_as

USER = f"arn:aws:iam::{policies.ACCOUNT}:user/{aws_setup.PORTAL.user}"


def role(server, tenant, *, condition=None, actions=("sts:AssumeRole", "sts:TagSession")):
    """Make a role of a tenant's own with this trust, and let acme's members act as it."""
    iam, name = stagehand(server, "iam"), f"Own{uuid4().hex[:8]}"
    statement = {"Effect": "Allow", "Principal": {"AWS": USER}, "Action": list(actions), "Condition": condition or {}}
    trust = json.dumps(policies.document(statement))
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    iam.put_role_policy(RoleName=name, PolicyName="member", PolicyDocument=json.dumps(policies.member()))
    with scope(tenant):
        set_rule(tenant, profile="member", role_arn=arn)


def demanding(external_id):
    return {"StringEquals": {"sts:ExternalId": external_id}}


def test_a_role_that_demands_the_tenant_s_external_id_gives_credentials(linked, alice, bob, at_aws):
    role(at_aws, linked, condition=demanding(linked.aws_link.external_id))
    credentials = credentials_in(by_bearer(linked, token_of(alice).reveal()))
    assert speaks_as(at_aws, linked, credentials, str(alice.pk)) == "ok"
    assert speaks_as(at_aws, linked, credentials, str(bob.pk)).startswith("Access")


def test_a_role_that_demands_another_one_gives_none(linked, alice, at_aws):
    role(at_aws, linked, condition=demanding("somebody-elses"))
    assert_refused(by_bearer(linked, token_of(alice).reveal()), 502, "aws_refused")


def test_it_is_drawn_once_for_each_tenant(linked, globex):
    mine = linked.aws_link.external_id
    with scope(linked):
        again = link_aws(linked, app_instance_arn=linked.aws_link.app_instance_arn)
    with scope(globex):
        other = link_aws(globex, app_instance_arn=f"{linked.aws_link.app_instance_arn}-2")
    assert again.external_id == mine
    assert len({mine, other.external_id, ""}) == 3


@pytest.mark.parametrize("allowed", [True, False])
def test_the_user_is_the_source_identity_where_the_role_lets_it(linked, alice, at_aws, allowed):
    actions = ["sts:AssumeRole", "sts:TagSession", *(["sts:SetSourceIdentity"] if allowed else [])]
    condition = {"StringEquals": {"sts:SourceIdentity": str(alice.pk)}} if allowed else {}
    role(at_aws, linked, condition=condition, actions=actions)
    with scope(linked):
        link_aws(linked, app_instance_arn=linked.aws_link.app_instance_arn, names_source=True)
    answer = by_bearer(linked, token_of(alice).reveal())
    if allowed:
        assert speaks_as(at_aws, linked, credentials_in(answer), str(alice.pk)) == "ok"
    else:
        assert_refused(answer, 502, "aws_refused")
