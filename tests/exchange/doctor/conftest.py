from __future__ import annotations

import json

import pytest

from exchange.services import set_rule
from portal.demo import aws_setup, policies
from tenants.scope import scope
from tests.conftest import stagehand, token_of
from tests.exchange.doctor.patients import roles_in
from tests.exchange.doors import by_bearer


@pytest.fixture
def known(linked, alice):
    """Alice, as Chime knows her."""
    assert by_bearer(linked, token_of(alice).reveal()).status_code == 200
    return alice


@pytest.fixture
def role(linked, at_aws):
    """A role of acme's members that may be spoilt; its name."""
    name = f"Sick{linked.aws_link.app_instance_id[:8]}"
    iam = stagehand(at_aws, "iam")
    healthy = aws_setup.setup()
    made = next(one for one in roles_in(healthy) if one["RoleName"] == "ChimeMember")
    trust = json.dumps(made["AssumeRolePolicyDocument"])
    arn = iam.create_role(RoleName=name, AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    iam.put_role_policy(RoleName=name, PolicyName="own", PolicyDocument=json.dumps(policies.member()))
    with scope(linked):
        set_rule(linked, profile="member", role_arn=arn)
    return name
