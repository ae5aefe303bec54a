"""People with tokens of somebody else's: a real issuer on this machine, and a cloud whose IAM knows it."""

from __future__ import annotations

import json
import threading
import time
import uuid
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

import boto3
import jwt
from botocore import UNSIGNED
from botocore.config import Config
from cryptography.hazmat.primitives.asymmetric import ec, rsa

from tests.localaws.cloud import ACCOUNT, REGION, STRANGER, Key, allow, documented_setup, role, role_arn, user

if TYPE_CHECKING:
    from tests.localaws.cloud import Cloud, House

CLIENT_ID, DEVELOPER = "chat-app", "login.acme.example"
USER_POOL = "cognito-idp.us-east-1.amazonaws.com/us-east-1_Acme00001"
COGNITO = "cognito-identity.amazonaws.com"
# A provider that IAM knows, and at which nobody listens.
AWAY = "127.0.0.1:1"
BACKEND = Key("AKIALOCALBACKEND0001", "local-only-secret-of-the-backend-0000001")
CLERK = Key("AKIALOCALCLERK000001", "local-only-secret-of-the-clerk-000000001")

CHAT_TEAM = Key("AKIALOCALCHATTEAM001", "local-only-secret-of-the-chat-team-00001")


class Issuer:
    """An OpenID provider with an RSA and an elliptic key, which it publishes."""

    def __init__(self) -> None:
        self.rsa = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.ec = ec.generate_private_key(ec.SECP256R1())
        self.keys = [publish(self.rsa, "RSAAlgorithm", "rsa"), publish(self.ec, "ECAlgorithm", "ec")]
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self.answer)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    @property
    def name(self) -> str:
        return self.url.removeprefix("http://")

    @property
    def arn(self) -> str:
        return f"arn:aws:iam::{ACCOUNT}:oidc-provider/{self.name}"

    def answer(self, *arguments: Any) -> BaseHTTPRequestHandler:
        return Discovery(self, *arguments)

    def sign(self, subject: str, **claims: Any) -> str:
        return self.sign_with(self.rsa, "RS256", "rsa", subject, **claims)

    def sign_with(self, key: Any, algorithm: str, key_id: str, subject: str, **claims: Any) -> str:
        now = int(time.time())
        said = {"iss": self.url, "sub": subject, "aud": CLIENT_ID, "iat": now, "exp": now + 300, **claims}
        return jwt.encode(said, key, algorithm=algorithm, headers={"kid": key_id})

    def sign_as_user_pool(self, subject: str, **claims: Any) -> str:
        return self.sign(subject, **{"iss": f"https://{USER_POOL}", "aud": "poolclient", "token_use": "id", **claims})

    def login(self, subject: str, **claims: Any) -> dict[str, str]:
        """The Logins of somebody who signed in here."""
        return {self.name: self.sign(subject, **claims)}

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def publish(key: Any, algorithm: str, key_id: str) -> dict[str, Any]:
    jwk = json.loads(getattr(jwt.algorithms, algorithm).to_jwk(key.public_key()))
    jwk.pop("key_ops", None)
    return {**jwk, "kid": key_id, "use": "sig"}


class Discovery(BaseHTTPRequestHandler):
    def __init__(self, issuer: Issuer, *arguments: Any) -> None:
        self.issuer = issuer
        super().__init__(*arguments)

    def do_GET(self) -> None:
        documents = {
            "/.well-known/openid-configuration": {"issuer": self.issuer.url, "jwks_uri": f"{self.issuer.url}/keys"},
            "/keys": {"keys": self.issuer.keys},
        }
        body = json.dumps(documents.get(self.path, {})).encode()
        self.send_response(200 if self.path in documents else 404)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: Any) -> None:
        pass


@dataclass
class Pool:
    """An identity pool, with what clients and its owner's backend do there."""

    cloud: Cloud
    id: str
    settings: dict[str, Any] = field(default_factory=dict)

    @property
    def owner(self) -> Any:
        return cognito(self.cloud)

    @property
    def public(self) -> Any:
        return cognito(self.cloud, None)

    def enter(self, logins: dict[str, str], **wishes: Any) -> str:
        identity: str = self.public.get_id(IdentityPoolId=self.id, Logins=logins, **wishes)["IdentityId"]
        return identity

    def become(self, logins: dict[str, str], **wishes: Any) -> Key:
        """The enhanced flow, from a login to credentials."""
        return self.get_credentials(self.enter(logins), Logins=logins, **wishes)

    def get_credentials(self, identity: str, **wishes: Any) -> Key:
        answer = self.public.get_credentials_for_identity(IdentityId=identity, **wishes)["Credentials"]
        return Key(answer["AccessKeyId"], answer["SecretKey"], answer["SessionToken"])

    def vouch(self, person: str, **wishes: Any) -> Any:
        logins = {DEVELOPER: person, **wishes.pop("Logins", {})}
        return self.owner.get_open_id_token_for_developer_identity(IdentityPoolId=self.id, Logins=logins, **wishes)

    def set_roles(self, mappings: dict[str, Any] | None = None, **roles: str) -> None:
        chosen = {kind: role_arn(name) for kind, name in roles.items()}
        self.owner.set_identity_pool_roles(IdentityPoolId=self.id, Roles=chosen, RoleMappings=mappings or {})

    def map_tags(self, provider: str, **tags: str) -> None:
        self.owner.set_principal_tag_attribute_map(
            IdentityPoolId=self.id, IdentityProviderName=provider, PrincipalTags=tags
        )


def cognito(cloud: Cloud, key: Key | None = BACKEND, region: str = REGION) -> Any:
    """Without a key the calls are not signed, as those of a browser."""
    if key:
        return cloud.client("cognito-identity", key, region)
    nobody = ("cognito-identity", Key("", ""), region)
    if nobody not in cloud.clients:
        config = Config(retries={"total_max_attempts": 1}, signature_version=UNSIGNED)
        cloud.clients[nobody] = boto3.client(
            "cognito-identity", region_name=region, endpoint_url=cloud.url, config=config
        )
    return cloud.clients[nobody]


def build_pool(cloud: Cloud, issuer: Issuer, **settings: Any) -> Pool:
    """With all kinds of providers, and roles for members and guests."""
    chosen = {
        "IdentityPoolName": f"chat {uuid.uuid4()}",
        "AllowUnauthenticatedIdentities": False,
        "AllowClassicFlow": True,
        "DeveloperProviderName": DEVELOPER,
        "OpenIdConnectProviderARNs": [issuer.arn],
        "CognitoIdentityProviders": [{"ProviderName": USER_POOL, "ClientId": "poolclient"}],
        **settings,
    }
    pool = Pool(cloud, cognito(cloud).create_identity_pool(**chosen)["IdentityPoolId"], chosen)
    pool.set_roles(authenticated="PoolMember", unauthenticated="PoolGuest")
    return pool


def claims_of(house: House, person: str) -> dict[str, str]:
    """What an issuer knows of somebody that a pool may map to tags."""
    return {"app_instance": house.id, "chime_user": person}


def federated_setup(issuer: Issuer) -> dict[str, Any]:
    document = documented_setup()
    account = document["Accounts"][0]
    member = account["Roles"][0]["Policies"]
    web, tag = "sts:AssumeRoleWithWebIdentity", "sts:TagSession"
    account["Users"] += [
        user("backend", BACKEND, ["cognito-identity:*", "iam:PassRole", "chime:*"]),
        user("clerk", CLERK, ["cognito-identity:*"]),
        only_of_team("chat", CHAT_TEAM),
    ]
    account["OpenIDConnectProviders"] = [
        {"Url": issuer.url, "ClientIDList": [CLIENT_ID, "tv-app"]},
        {"Url": f"http://{AWAY}", "ClientIDList": [CLIENT_ID]},
    ]
    account["Roles"] += [
        {**trusting("PoolMember", [web, tag], "authenticated"), "Policies": member},
        {**trusting("PoolAdmin", [web, tag], "authenticated"), "Policies": member},
        trusting("PoolGuest", [web], "unauthenticated"),
        trusting("PoolWithoutTags", [web], "authenticated"),
        {**trusting("PoolSelf", [web], "authenticated"), "Policies": [only_self()]},
        role("NotForPools", f"arn:aws:iam::{ACCOUNT}:root", ["sts:AssumeRole"]),
    ]
    other = {"AccountId": "444455556666", "Users": [user("stranger", STRANGER, ["cognito-identity:*", "iam:PassRole"])]}
    document["Accounts"].append(other)
    document["UserPoolKeys"] = {USER_POOL: f"{issuer.url}/keys"}
    return document


def trusting(name: str, actions: list[str], way: str) -> dict[str, Any]:
    """A role for the identities of pools who came in this way."""
    made = role(name, COGNITO, actions)
    trust = made["AssumeRolePolicyDocument"]["Statement"]
    trust["Principal"] = {"Federated": COGNITO}
    trust["Condition"] = {
        "StringLike": {f"{COGNITO}:aud": f"{REGION}:*"},
        "ForAnyValue:StringEquals": {f"{COGNITO}:amr": way},
    }
    return made


def only_self() -> dict[str, Any]:
    """The identity id is the user id."""
    resource = f"arn:aws:chime:{REGION}:{ACCOUNT}:app-instance/*/user/${{{COGNITO}:sub}}"
    return {"PolicyName": "self", "PolicyDocument": allow(["chime:CreateChannel", "chime:ListChannels"], resource)}


def only_of_team(team: str, key: Key) -> dict[str, Any]:
    """Somebody who sees the pools of the team, and makes no other ones."""
    made = user(f"{team}-team", key, [])
    made["Policies"][0]["PolicyDocument"]["Statement"] = [
        {
            "Effect": "Allow",
            "Action": ["cognito-identity:CreateIdentityPool", "cognito-identity:TagResource"],
            "Resource": "*",
            "Condition": {"StringEquals": {"aws:RequestTag/team": team}},
        },
        {
            "Effect": "Allow",
            "Action": "cognito-identity:DescribeIdentityPool",
            "Resource": f"arn:aws:cognito-identity:{REGION}:{ACCOUNT}:identitypool/*",
            "Condition": {"StringEquals": {"aws:ResourceTag/team": team}},
        },
    ]
    return made
