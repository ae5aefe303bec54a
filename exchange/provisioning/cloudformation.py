"""What provision() makes, as CloudFormation templates; it knows no app instances, so their id is a parameter. Pure."""

from __future__ import annotations

import json
from typing import Any

from exchange.abilities import USUAL, Place, role_policy, trust_in_pool, trust_in_portal, trust_in_tokens
from exchange.provisioning import keeper
from exchange.provisioning.wanted import POLICY, TAG

# Of these CloudFormation's Fn::Sub makes values; IAM's own variables, which look alike, are left to IAM.
_PLACE = Place("${AWS::Partition}", "${AWS::Region}", "${AWS::AccountId}", "${AppInstanceId}")
_TEXT = {"Type": "String"}
_PARAMETERS: dict[str, dict[str, Any]] = {
    "TenantId": {**_TEXT, "Description": "The tenant's id in the portal", "AllowedPattern": "[0-9a-f-]{36}"},
    "AppInstanceId": {**_TEXT, "Description": "The last part of the app instance's ARN"},
    "MaxSessionDuration": {"Type": "Number", "Default": 3_600, "MinValue": 3_600, "MaxValue": 43_200},
}
_PRINCIPAL = {**_TEXT, "Description": "The portal's own ARN in IAM"}
_EXTERNAL_ID = {**_TEXT, "Description": "As the portal shows it at the tenant's AWS link"}
_HOST = {**_TEXT, "Description": "The tenant's host: its issuer without https://"}
_DEVELOPER = {**_TEXT, "Description": "The name under which the portal vouches for people"}
_ROLES = {f"{profile.capitalize()}Role": profile for profile in USUAL}
WAYS = ("assume_role", "web_identity", "cognito")


def template(way: str, *, audience: str) -> dict[str, Any]:
    """Return the template for a tenant whose credentials come this way."""
    own, resources, trust = _OWN[way](audience)
    roles = {role: _role(role_policy(_PLACE, USUAL[profile]), trust) for role, profile in _ROLES.items()}
    resources |= roles
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": f"Roles of a tenant of a Chime identity portal, by {way}",
        "Parameters": {**_PARAMETERS, **own},
        "Resources": resources,
        "Outputs": {
            name: {"Value": {"Fn::GetAtt": [name, "Arn"]}}
            for name, resource in resources.items()
            if resource["Type"] == "AWS::IAM::Role"
        },
    }


def _assume_role(_audience: str) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    trust = trust_in_portal("${PortalPrincipal}", external_id="${ExternalId}")
    return {"PortalPrincipal": _PRINCIPAL, "ExternalId": _EXTERNAL_ID}, {}, trust


def _web_identity(audience: str) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    arn = "arn:${AWS::Partition}:iam::${AWS::AccountId}:oidc-provider/${Host}"
    properties = {"Url": {"Fn::Sub": "https://${Host}"}, "ClientIdList": [audience], "Tags": _TAGS}
    provider = {"Type": "AWS::IAM::OIDCProvider", "Properties": properties}
    portal = _role(keeper.policy(_PLACE, [f"${{{role}.Arn}}" for role in _ROLES]), keeper.trust(arn, audience))
    return {"Host": _HOST}, {"Provider": provider, "PortalRole": portal}, trust_in_tokens(arn, audience)


def _cognito(_audience: str) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    properties = {
        "AllowUnauthenticatedIdentities": False,
        "AllowClassicFlow": True,
        "DeveloperProviderName": {"Ref": "DeveloperProvider"},
    }
    attached = {"IdentityPoolId": {"Ref": "Pool"}, "Roles": {"authenticated": {"Fn::GetAtt": ["MemberRole", "Arn"]}}}
    resources = {
        "Pool": {"Type": "AWS::Cognito::IdentityPool", "Properties": properties},
        "PoolRoles": {"Type": "AWS::Cognito::IdentityPoolRoleAttachment", "Properties": attached},
    }
    return {"DeveloperProvider": _DEVELOPER}, resources, trust_in_pool("${Pool}")


_OWN = {"assume_role": _assume_role, "web_identity": _web_identity, "cognito": _cognito}
_TAGS = [{"Key": TAG, "Value": {"Ref": "TenantId"}}]


def _role(may: dict[str, Any], trust: dict[str, Any]) -> dict[str, Any]:
    policy = {"PolicyName": POLICY, "PolicyDocument": _substituted(may)}
    properties = {
        "AssumeRolePolicyDocument": _substituted(trust),
        "MaxSessionDuration": {"Ref": "MaxSessionDuration"},
        "Policies": [policy],
        "Tags": _TAGS,
    }
    return {"Type": "AWS::IAM::Role", "Properties": properties}


def _substituted(document: Any) -> Any:
    """Put Fn::Sub where a parameter stands, and leave IAM's own variables to IAM.

    A key can't be made of a parameter, so a document with such a key is one text, which CloudFormation reads as JSON.
    """
    if _has_parameter_in_key(document):
        return _sub(json.dumps(document))
    if isinstance(document, dict):
        return {key: _substituted(value) for key, value in document.items()}
    if isinstance(document, list):
        return [_substituted(one) for one in document]
    return _sub(document) if isinstance(document, str) and "${" in document.replace("${aws:", "") else document


def _sub(text: str) -> dict[str, str]:
    return {"Fn::Sub": text.replace("${aws:", "${!aws:")}


def _has_parameter_in_key(document: Any) -> bool:
    if isinstance(document, dict):
        return any("${" in key or _has_parameter_in_key(value) for key, value in document.items())
    return isinstance(document, list) and any(map(_has_parameter_in_key, document))
