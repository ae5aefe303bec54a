"""What the setup file declares for IAM. It wins over what is there at each start; what calls made beside it stays."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from localaws.iam.directory import key_of
from localaws.iam.documents import read_policy, read_trust_policy
from localaws.iam.metadata import BadMetadata, read_metadata
from localaws.iam.principals import derive_id
from localaws.iam.rows import AccessKey, ManagedPolicy, OIDCProvider, Role, SAMLProvider, User
from localaws.iam.urls import is_issuer
from localaws.state.setup_entry import SetupError

if TYPE_CHECKING:
    from localaws.state.setup_entry import Entry
    from localaws.state.store import Store

PATH = re.compile(r"/|/[\u0021-\u007e]+/")
IDENTITY = {"Path", "Policies", "AttachedPolicies", "PermissionsBoundary", "Tags"}
PARTS: dict[str, set[str]] = {
    "ManagedPolicies": {"PolicyName", "Path", "PolicyDocument", "Tags"},
    "Users": IDENTITY | {"UserName", "AccessKeys"},
    "Roles": IDENTITY | {"RoleName", "Description", "MaxSessionDuration", "AssumeRolePolicyDocument"},
    "OpenIDConnectProviders": {"Url", "ClientIDList", "ThumbprintList", "Tags"},
    "SAMLProviders": {"Name", "SAMLMetadataDocument", "Tags"},
}
SHORTEST_MAXIMUM, LONGEST_MAXIMUM = 3600, 43200


def read_iam(account: Entry, account_id: str, store: Store, now: float) -> None:
    """Raises SetupError."""
    readers = {
        "ManagedPolicies": add_managed_policy,
        "Users": add_user,
        "Roles": add_role,
        "OpenIDConnectProviders": add_oidc_provider,
        "SAMLProviders": add_saml_provider,
    }
    for part, add in readers.items():
        for entry in account.entries(part, PARTS[part]):
            add(entry, account_id, store, now)


def add_user(entry: Entry, account: str, store: Store, now: float) -> None:
    name, path = entry.text("UserName"), read_path(entry)
    key = key_of(account, name)
    old = store.users.get(key)
    user = User(
        account=account,
        name=name,
        path=path,
        id=derive_id("AIDA", f"arn:aws:iam::{account}:user{path}{name}"),
        created_at=age(old, now),
        policies=read_policies(entry),
        attached=entry.texts("AttachedPolicies"),
        boundary=entry.optional("PermissionsBoundary"),
        tags=read_tags(entry),
    )
    store.users.put(key, user)
    for declared in entry.entries("AccessKeys", {"AccessKeyId", "SecretAccessKey"}):
        key_id = declared.text("AccessKeyId")
        since = age(store.access_keys.get(key_id), now)
        store.access_keys.put(key_id, AccessKey(key_id, declared.text("SecretAccessKey"), account, name, since))


def add_role(entry: Entry, account: str, store: Store, now: float) -> None:
    name, path = entry.text("RoleName"), read_path(entry)
    key = key_of(account, name)
    old = store.roles.get(key)
    role = Role(
        account=account,
        name=name,
        path=path,
        id=derive_id("AROA", f"arn:aws:iam::{account}:role{path}{name}"),
        trust_text=entry.policy("AssumeRolePolicyDocument", read_trust_policy),
        created_at=age(old, now),
        max_session=entry.whole("MaxSessionDuration", least=SHORTEST_MAXIMUM, most=LONGEST_MAXIMUM),
        description=entry.optional("Description"),
        policies=read_policies(entry),
        attached=entry.texts("AttachedPolicies"),
        boundary=entry.optional("PermissionsBoundary"),
        tags=read_tags(entry),
    )
    store.roles.put(key, role)


def add_managed_policy(entry: Entry, account: str, store: Store, now: float) -> None:
    name, path = entry.text("PolicyName"), read_path(entry)
    arn = f"arn:aws:iam::{account}:policy{path}{name}"
    document = entry.policy("PolicyDocument", read_policy)
    key = key_of(account, name)
    since = age(store.managed_policies.get(key), now)
    policy = ManagedPolicy(account, name, path, derive_id("ANPA", arn), document, since, tags=read_tags(entry))
    store.managed_policies.put(key, policy)


def add_oidc_provider(entry: Entry, account: str, store: Store, now: float) -> None:
    url, clients = entry.text("Url"), entry.texts("ClientIDList")
    if not is_issuer(url):
        raise SetupError(f"{entry.place}.Url must be an https:// address, or an http:// one of this machine.")
    provider = OIDCProvider(account, url, now, clients, entry.texts("ThumbprintList"), read_tags(entry))
    provider.created_at = age(store.oidc_providers.get(provider.arn), now)
    store.oidc_providers.put(provider.arn, provider)


def add_saml_provider(entry: Entry, account: str, store: Store, now: float) -> None:
    metadata = entry.text("SAMLMetadataDocument")
    try:
        read_metadata(metadata)
    except BadMetadata as bad:
        raise SetupError(f"{entry.place}.SAMLMetadataDocument: {bad}") from bad
    provider = SAMLProvider(account, entry.text("Name"), metadata, now, read_tags(entry))
    provider.created_at = age(store.saml_providers.get(provider.arn), now)
    store.saml_providers.put(provider.arn, provider)


def age(old: AccessKey | ManagedPolicy | OIDCProvider | Role | SAMLProvider | User | None, now: float) -> float:
    """What was declared at an earlier start was made then."""
    return old.created_at if old else now


def read_path(entry: Entry) -> str:
    path = entry.optional("Path") or "/"
    if not PATH.fullmatch(path):
        raise SetupError(f"{entry.place}.Path must begin and end with a slash.")
    return path


def read_policies(entry: Entry) -> dict[str, str]:
    policies = entry.entries("Policies", {"PolicyName", "PolicyDocument"})
    return {policy.text("PolicyName"): policy.policy("PolicyDocument", read_policy) for policy in policies}


def read_tags(entry: Entry) -> dict[str, str]:
    return {tag.text("Key"): tag.text("Value") for tag in entry.entries("Tags", {"Key", "Value"})}
