"""Tenants and roles as the doctor finds them, and how to spoil a role at localaws."""

from __future__ import annotations

import json
from typing import Any

from exchange.doctor.examination import examine
from portal.demo import aws_setup, policies
from tenants.scope import scope
from tests.conftest import stagehand

STAGEHAND = f"arn:aws:iam::{policies.ACCOUNT}:user/{aws_setup.STAGEHAND.user}"
PORTAL = f"arn:aws:iam::{policies.ACCOUNT}:user/{aws_setup.PORTAL.user}"


def found(tenant, user=None, **more) -> dict[str, Any]:
    with scope(tenant):
        return {finding.about: finding for finding in examine(tenant, user, **more)}


def wrong(findings) -> set[str]:
    return {about for about, finding in findings.items() if finding.is_well is False}


def roles_in(told: Any) -> list[dict[str, Any]]:
    if isinstance(told, dict):
        return ([told] if "AssumeRolePolicyDocument" in told else []) + [r for v in told.values() for r in roles_in(v)]
    return [role for one in told for role in roles_in(one)] if isinstance(told, list) else []


def spoil_trust(server, name, change):
    iam = stagehand(server, "iam")
    trust = iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]
    change(trust["Statement"][0])
    iam.update_assume_role_policy(RoleName=name, PolicyDocument=json.dumps(trust))
