from __future__ import annotations

import json

import pytest

from localaws.iam.rows import Role
from localaws.state.setup import read_setup
from localaws.state.setup_entry import SetupError
from localaws.state.store import Store
from tests.localaws.cloud import ACCOUNT, allow, documented_setup
from tests.localaws.saml import IdentityProvider


def read(document, store: Store | None = None):
    return read_setup(json.dumps(document), store or Store(), now=0.0)


def test_the_documented_setup_is_understood():
    store = Store()
    iam = read(documented_setup(), store)
    assert [user.name for user in store.users] == ["portal"]
    assert sorted(role.name for role in store.roles) == ["ChimeGuest", "ChimeMember"]
    role = iam.find_role(f"arn:aws:iam::{ACCOUNT}:role/ChimeMember")
    assert role
    assert role.max_session == 43200
    [app_instance] = store.app_instances
    assert (app_instance.name, len(app_instance.users), len(app_instance.admins)) == ("acme", 1, 1)


def test_policies_and_providers_can_be_declared():
    document = documented_setup()
    account = document["Accounts"][0]
    arn = f"arn:aws:iam::{ACCOUNT}:policy/look"
    account["ManagedPolicies"] = [{"PolicyName": "look", "PolicyDocument": allow(["chime:Describe*"], "*")}]
    account["Roles"][0] |= {"AttachedPolicies": [arn], "PermissionsBoundary": arn}
    account["OpenIDConnectProviders"] = [{"Url": "https://login.example.org", "ClientIDList": ["portal"]}]
    account["SAMLProviders"] = [{"Name": "idp", "SAMLMetadataDocument": IdentityProvider().metadata}]
    iam = read(document)
    role = iam.find_role(f"arn:aws:iam::{ACCOUNT}:role/ChimeMember")
    assert role
    assert [policy.name for policy in iam.policies_of(role)] == ["member", "look"]
    assert [policy.name for policy in iam.boundary_of(role) or ()] == ["look"]
    assert [provider.client_ids for provider in iam.store.oidc_providers] == [["portal"]]
    assert [provider.name for provider in iam.store.saml_providers] == ["idp"]


def test_what_is_declared_wins_over_what_calls_made_of_it_and_the_rest_stays():
    store = Store()
    iam = read(documented_setup(), store)
    role = iam.find_role(f"arn:aws:iam::{ACCOUNT}:role/ChimeMember")
    assert role
    role.policies = {}
    store.roles.put(f"{ACCOUNT}/made", Role(ACCOUNT, "Made", "/", "AROA1", role.trust_text, created_at=1.0))
    read(documented_setup(), store)
    again = iam.find_role(role.arn)
    assert again
    assert list(again.policies) == ["member"]
    assert (again.id, again.created_at) == (role.id, 0.0)
    assert iam.find_role(f"arn:aws:iam::{ACCOUNT}:role/Made")


def test_ids_stay_the_same_over_a_restart():
    first, second = read(documented_setup()), read(documented_setup())
    assert [role.id for role in first.store.roles] == [role.id for role in second.store.roles]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        (lambda account: account.update(AccountId="1234"), "AccountId must be twelve digits"),
        (lambda account: account.update(Rolls=[]), "does not know Rolls"),
        (lambda account: account["Roles"][0].pop("RoleName"), r"Roles\[0\] needs RoleName"),
        (lambda account: account["Roles"][1].update(MaxSessionDuration=1), r"Roles\[1\].MaxSessionDuration"),
        (lambda account: account["Users"][0]["Policies"][0].update(PolicyDocument={}), "PolicyDocument"),
        (lambda account: account["Users"][0].update(Path="portal"), r"Users\[0\].Path must begin"),
        (lambda account: account.update(OpenIDConnectProviders=[{"Url": "http://x.org"}]), "Url must be"),
        (lambda account: account.update(SAMLProviders=[{"Name": "x", "SAMLMetadataDocument": "x"}]), "is no XML"),
        (lambda account: account.update(ManagedPolicies=[{"PolicyName": "x"}]), r"ManagedPolicies\[0\].PolicyDocument"),
        (lambda account: account["AppInstances"][0].update(Admins=["nobody"]), "names nobody"),
        (lambda account: account["AppInstances"][0].update(AppInstanceId="a/b"), r"AppInstances\[0\].AppInstanceId"),
        (lambda account: account["AppInstances"][0]["Users"][0].update(AppInstanceUserId="a|b"), "AppInstanceUserId"),
        (lambda account: account["AppInstances"][0].update(Region="us-west-2"), "Region must be one of"),
    ],
)
def test_what_is_not_understood_is_refused_with_the_place(change, sentence):
    document = documented_setup()
    change(document["Accounts"][0])
    with pytest.raises(SetupError, match=sentence):
        read(document)


@pytest.mark.parametrize(
    "processors",
    [
        [],
        {"profanity": "http://127.0.0.1:9000/"},
        *(
            {"arn:aws:lambda:us-east-1:111122223333:function:f": address}
            for address in (5, "127.0.0.1:9000", "ftp://127.0.0.1/", "http://", "http://host:99999/")
        ),
    ],
)
def test_processors_are_functions_with_addresses(processors):
    with pytest.raises(SetupError, match=r"setup\.Processors"):
        read({**documented_setup(), "Processors": processors})


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"Accounts": {}}', '{"Accounts": [1]}', '{"Account": []}', "[" * 9999]
)
def test_a_file_of_another_kind_is_refused(text):
    with pytest.raises(SetupError):
        read_setup(text, Store(), now=0.0)


def test_half_a_character_is_refused():
    document = documented_setup()
    document["Accounts"][0]["AppInstances"][0]["Name"] = "\ud83d"
    with pytest.raises(SetupError, match="surrogates not allowed"):
        read(document)
