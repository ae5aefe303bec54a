from __future__ import annotations

import pytest

from tests.localaws.cloud import ACCOUNT, PORTAL, tags
from tests.localaws.saml import IdentityProvider

URL = "https://login.example.org/t/acme"
ARN = f"arn:aws:iam::{ACCOUNT}:oidc-provider/login.example.org/t/acme"
SAML_ARN = f"arn:aws:iam::{ACCOUNT}:saml-provider/acme"
THUMBPRINT = "a" * 40


@pytest.fixture
def provider(cloud):
    given = {"Url": URL, "ClientIDList": ["portal"], "ThumbprintList": [THUMBPRINT], "Tags": tags(Team="blue")}
    yield cloud.iam().create_open_id_connect_provider(**given)["OpenIDConnectProviderArn"]
    cloud.iam().delete_open_id_connect_provider(OpenIDConnectProviderArn=ARN)


def test_an_oidc_provider_is_kept_as_it_was_given(cloud, provider, code):
    iam = cloud.iam()
    assert provider == ARN
    read = iam.get_open_id_connect_provider(OpenIDConnectProviderArn=ARN)
    assert read["Url"] == "login.example.org/t/acme"
    assert (read["ClientIDList"], read["ThumbprintList"], read["Tags"]) == (["portal"], [THUMBPRINT], tags(Team="blue"))
    assert ARN in [each["Arn"] for each in iam.list_open_id_connect_providers()["OpenIDConnectProviderList"]]
    assert code(iam.create_open_id_connect_provider, Url=URL) == "EntityAlreadyExists"


def test_client_ids_and_thumbprints_come_and_go(cloud, provider, code):
    iam, named = cloud.iam(), {"OpenIDConnectProviderArn": ARN}
    iam.add_client_id_to_open_id_connect_provider(**named, ClientID="app")
    iam.add_client_id_to_open_id_connect_provider(**named, ClientID="app")
    assert iam.get_open_id_connect_provider(**named)["ClientIDList"] == ["portal", "app"]
    iam.remove_client_id_from_open_id_connect_provider(**named, ClientID="portal")
    assert iam.get_open_id_connect_provider(**named)["ClientIDList"] == ["app"]
    iam.update_open_id_connect_provider_thumbprint(**named, ThumbprintList=["b" * 40])
    assert iam.get_open_id_connect_provider(**named)["ThumbprintList"] == ["b" * 40]
    update = iam.update_open_id_connect_provider_thumbprint
    assert code(update, **named, ThumbprintList=["x" * 40]) == "InvalidInput"
    assert code(update, **named, ThumbprintList=[THUMBPRINT] * 6) == "InvalidInput"
    unknown = f"{ARN}/unknown"
    assert code(iam.get_open_id_connect_provider, OpenIDConnectProviderArn=unknown) == "NoSuchEntity"


@pytest.mark.parametrize(
    "url",
    [
        "http://login.example.org",
        "https://login.example.org:8443",
        "https://login.example.org?tenant=acme",
        "https://alice@login.example.org",
        "ftp://127.0.0.1",
        "login.example.org",
        "https://[",
    ],
)
def test_an_issuer_has_a_plain_address(cloud, code, url):
    assert code(cloud.iam().create_open_id_connect_provider, Url=url) == "InvalidInput"


def test_too_many_client_ids_are_refused(cloud, code):
    many = [f"client{number}" for number in range(101)]
    create = cloud.iam().create_open_id_connect_provider
    assert code(create, Url="https://many.example.org", ClientIDList=many) == "LimitExceeded"
    assert code(create, Url="https://many.example.org", ClientIDList=["x" * 256]) == "ValidationError"


def test_a_saml_provider_is_kept_as_it_was_given(cloud, code):
    iam, metadata = cloud.iam(), IdentityProvider().metadata
    assert iam.create_saml_provider(Name="acme", SAMLMetadataDocument=metadata)["SAMLProviderArn"] == SAML_ARN
    assert code(iam.create_saml_provider, Name="acme", SAMLMetadataDocument=metadata) == "EntityAlreadyExists"
    assert iam.get_saml_provider(SAMLProviderArn=SAML_ARN)["SAMLMetadataDocument"] == metadata
    assert SAML_ARN in [each["Arn"] for each in iam.list_saml_providers()["SAMLProviderList"]]
    assert code(iam.update_saml_provider, SAMLProviderArn=SAML_ARN) == "InvalidInput"
    iam.delete_saml_provider(SAMLProviderArn=SAML_ARN)
    assert code(iam.get_saml_provider, SAMLProviderArn=SAML_ARN) == "NoSuchEntity"
    assert code(iam.delete_saml_provider, SAMLProviderArn=SAML_ARN) == "NoSuchEntity"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda metadata: "x" * 1000,
        lambda metadata: metadata.replace("EntityDescriptor", "Entity"),
        lambda metadata: metadata.replace("IDPSSODescriptor", "SPSSODescriptor"),
        lambda metadata: metadata.replace("signing", "encryption"),
        lambda metadata: metadata.replace("<X509Certificate>", "<X509Certificate>x"),
        lambda metadata: f"<!DOCTYPE a []>{metadata}",
    ],
)
def test_metadata_must_be_those_of_an_identity_provider(cloud, code, spoil):
    metadata = spoil(IdentityProvider().metadata)
    assert code(cloud.iam().create_saml_provider, Name="spoilt", SAMLMetadataDocument=metadata) == "InvalidInput"


def test_encrypted_assertions_are_not_served(cloud, code):
    given = {"Name": "secret", "SAMLMetadataDocument": IdentityProvider().metadata}
    assert code(cloud.iam().create_saml_provider, **given, AssertionEncryptionMode="Required") == "NotServedHere"


def test_providers_are_for_those_who_may(cloud, provider, code):
    iam = cloud.iam(PORTAL)
    assert code(iam.get_open_id_connect_provider, OpenIDConnectProviderArn=ARN) == "AccessDenied"
    assert code(iam.create_open_id_connect_provider, Url="https://x.example.org") == "AccessDenied"
    assert code(iam.list_saml_providers) == "AccessDenied"
    metadata = IdentityProvider().metadata
    assert code(iam.create_saml_provider, Name="x", SAMLMetadataDocument=metadata) == "AccessDenied"
