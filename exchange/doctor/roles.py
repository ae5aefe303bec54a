"""A rule's role at AWS: whether it is there, whom it trusts, and what it would let somebody do."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from accounts.vouching import AUDIENCE
from exchange.abilities import USER, Ability, actions, place_of, role_policy
from exchange.doctor import trust
from exchange.doctor.findings import Case, Finding
from exchange.provisioning.wanted import Ground, Wish
from exchange.provisioning.wanted import trust as wanted_trust
from tenants import aws
from tenants.failures import Failure, Missing

if TYPE_CHECKING:
    from collections.abc import Iterator

    from exchange.models import Rule
    from tenants.models import AWSLink

_REGION = "us-east-1"  # IAM has one place for all regions.


def look(rule: Rule, case: Case, *, user_id: str) -> Iterator[Finding]:
    """Compare the role with what the rule says; `user_id` is the app instance user in whose name it is simulated."""
    if not rule.role_arn:
        told = f"The role of the rule “{rule}” is not made yet. Run “manage.py provision {rule.tenant.slug}”."
        yield Finding("role", False, told)
        return
    try:
        with aws.sorted_failures():
            live = aws.client_of(case.link, "iam", _REGION).get_role(RoleName=rule.role_arn.rpartition("/")[2])["Role"]
    except Missing:
        yield Finding(
            "role", False, f"There is no role {rule.role_arn} in the portal's AWS account.", paste(rule, case)
        )
        return
    except Failure as failure:
        yield Finding("role", None, f"The portal can't look at the role (iam:GetRole): {failure}", paste(rule, case))
        return
    if live["Arn"] != rule.role_arn:
        told = "The role is in another AWS account, where the portal can't look. Its owner may compare it with this."
        yield Finding("role", None, told, paste(rule, case))
        return
    yield from _trust(rule, case, live)
    longest = live.get("MaxSessionDuration", 3_600)
    if rule.max_seconds > longest:
        told = f"The rule allows {rule.max_seconds} seconds, and the role's sessions last {longest} at most."
        yield Finding("duration", False, told)
    yield from _abilities(rule, case, user_id)


def paste(rule: Rule, case: Case) -> str:
    """The role's two documents as they ought to be."""
    link = case.link
    here = place_of(link.app_instance_arn, shared=False, files_bucket=link.files_bucket)
    documents = {
        "AssumeRolePolicyDocument": _wanted(rule, case),
        "PolicyDocument": role_policy(here, [Ability(name) for name in rule.abilities]),
    }
    return json.dumps(documents, indent=2)


def _trust(rule: Rule, case: Case, live: Any) -> Iterator[Finding]:
    wanted = _wanted(rule, case)
    faults = trust.faults(live["AssumeRolePolicyDocument"], wanted)
    if faults:
        yield Finding("trust policy", False, " ".join(faults), json.dumps(wanted, indent=2))
    else:
        yield Finding("trust policy", True, f"{rule.role_arn} trusts the portal, and takes its session tags.")


def _wanted(rule: Rule, case: Case) -> dict[str, Any]:
    link = case.link
    partition, account = link.app_instance_arn.split(":")[1], rule.role_arn.split(":")[4] if rule.role_arn else ""
    wish = Wish(
        tenant_id=str(rule.tenant_id),
        slug=rule.tenant.slug,
        region=link.region,
        way=link.way,
        principal=case.principal,
        issuer=link.issuer,
        own_account=bool(account) and account != link.app_instance_arn.split(":")[4],
        names_source=link.names_source,
    )
    ground = Ground(account, partition, link.app_instance_arn, pool_id=link.identity_pool_id)
    ground.external_id = link.external_id
    return wanted_trust(wish, ground, AUDIENCE, tuple(rule.tags))


def _abilities(rule: Rule, case: Case, user_id: str) -> Iterator[Finding]:
    """Have IAM simulate each ability, in the name of somebody with the session's tags."""
    link = case.link
    here = place_of(link.app_instance_arn, shared=False, files_bucket=link.files_bucket)
    tags = {"UserUUID": user_id, "AppInstanceId": link.app_instance_id, "TenantId": str(rule.tenant_id)}
    for ability in Ability:
        if ability == Ability.ATTACH and not link.files_bucket:
            continue
        wanted = [(action, _example(resource, user_id)) for action, resource in actions(here, ability)]
        try:
            denied = _denied(rule, link, wanted, tags)
        except Failure as failure:
            told = f"The portal can't have IAM simulate the role (iam:SimulatePrincipalPolicy): {failure}"
            yield Finding("role policy", None, told, paste(rule, case))
            return
        statement = json.dumps(role_policy(here, [ability]), indent=2)
        yield from _judged(ability, denied, is_meant=ability in rule.abilities, statement=statement)


def _judged(ability: Ability, denied: list[str], *, is_meant: bool, statement: str) -> Iterator[Finding]:
    about = f"may {ability}"
    if is_meant and denied:
        yield Finding(about, False, f"The role's policies do not allow {', '.join(denied)}.", statement)
    elif is_meant:
        yield Finding(about, True, "Allowed by the role's policies, as oneself.")
    elif not denied:
        yield Finding(
            about, None, "The role allows this, and the rule does not say so. A session policy would narrow it."
        )


def _example(resource: str, user_id: str) -> str:
    filled = resource.replace(USER, user_id)
    return filled if filled == "*" else filled.replace("/*", "/example")


def _denied(rule: Rule, link: AWSLink, wanted: list[tuple[str, str]], tags: dict[str, str]) -> list[str]:
    context: Any = [
        {"ContextKeyName": f"aws:PrincipalTag/{name}", "ContextKeyValues": [value], "ContextKeyType": "string"}
        for name, value in tags.items()
    ]
    denied = []
    for resource in dict.fromkeys(resource for _, resource in wanted):
        names = sorted(action for action, on in wanted if on == resource)
        with aws.sorted_failures():
            pages = (
                aws.client_of(link, "iam", _REGION)
                .get_paginator("simulate_principal_policy")
                .paginate(
                    PolicySourceArn=rule.role_arn, ActionNames=names, ResourceArns=[resource], ContextEntries=context
                )
            )
            results = [one for page in pages for one in page["EvaluationResults"]]
        denied += [f"{one['EvalActionName']} on {resource}" for one in results if one["EvalDecision"] != "allowed"]
    return denied
