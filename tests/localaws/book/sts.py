from __future__ import annotations

from tests.localaws.book.row import Row

WEB = "sts:AssumeRoleWithWebIdentity"
SAML = "sts:AssumeRoleWithSAML"


def web_identity(scene):
    issuer = scene.stage.issuer
    role = scene.trusting(issuer.arn, WEB)
    return {"RoleArn": role, "RoleSessionName": "web", "WebIdentityToken": issuer.sign("alice")}


def assertion(scene):
    role = scene.trusting(scene.saml, SAML)
    said = scene.stage.saml_issuer.say(role, scene.saml)
    return {"RoleArn": role, "PrincipalArn": scene.saml, "SAMLAssertion": said}


PAGE = [
    Row("GetCallerIdentity", lambda _: {}, "InvalidClientTokenId", refused_to="unknown"),
    Row(
        "AssumeRole",
        lambda s: {"RoleArn": s.role_arn, "RoleSessionName": "somebody"},
        "AccessDenied",
        lambda s: {"RoleArn": f"{s.role_arn}-lost"},
    ),
    Row("AssumeRoleWithWebIdentity", web_identity, "InvalidIdentityToken", lambda _: {"WebIdentityToken": "nonsense"}),
    Row("AssumeRoleWithSAML", assertion, "InvalidIdentityToken", lambda _: {"SAMLAssertion": "bm9uc2Vuc2U="}),
]
