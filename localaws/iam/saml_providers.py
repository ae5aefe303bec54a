"""IAM: SAML providers.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateSAMLProvider.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from localaws.call import Service
from localaws.iam.arns import named_by
from localaws.iam.metadata import BadMetadata, read_metadata
from localaws.iam.refusals import already_exists, invalid_input, limit_exceeded, no_such_entity
from localaws.iam.rows import SAMLProvider
from localaws.iam.tagging import list_of, read_tags
from localaws.wire.errors import AWSError

if TYPE_CHECKING:
    from localaws.call import Call, Members

MOST_PROVIDERS = 100
OF_ENCRYPTION = ("AssertionEncryptionMode", "AddPrivateKey", "RemovePrivateKey")


def create_provider(call: Call) -> Members:
    account = call.principal.account
    provider = SAMLProvider(account, call["Name"], read_document(call), int(call.now), read_tags(call))
    if provider.arn in call.store.saml_providers:
        raise already_exists(f"SAML provider with name {call['Name']}")
    if sum(each.account == account for each in call.store.saml_providers) >= MOST_PROVIDERS:
        raise limit_exceeded("SAMLProvidersPerAccount", MOST_PROVIDERS)
    call.store.saml_providers.put(provider.arn, provider)
    return {"SAMLProviderArn": provider.arn, "Tags": list_of(provider.tags) or None}


def read_document(call: Call) -> str:
    """Raises AWSError."""
    for member in OF_ENCRYPTION:
        if member in call.members:
            raise AWSError("NotServedHere", f"Encrypted assertions ({member}) are not served here.")
    text: str = call["SAMLMetadataDocument"]
    try:
        read_metadata(text)
    except BadMetadata as bad:
        raise invalid_input(f"Could not parse metadata: {bad}") from bad
    return text


def find(call: Call) -> SAMLProvider:
    arn = call["SAMLProviderArn"]
    provider = call.store.saml_providers.get(arn)
    if provider is None:
        raise no_such_entity(f"SAML provider {arn[:256]}")
    return provider


def get_provider(call: Call) -> Members:
    provider = find(call)
    return {
        "SAMLMetadataDocument": provider.metadata,
        "CreateDate": provider.created_at,
        "Tags": list_of(provider.tags) or None,
    }


def list_providers(call: Call) -> Members:
    own = [provider for provider in call.store.saml_providers if provider.account == call.principal.account]
    return {"SAMLProviderList": [{"Arn": provider.arn, "CreateDate": provider.created_at} for provider in own]}


def update_provider(call: Call) -> Members:
    if "SAMLMetadataDocument" not in call.members:
        raise invalid_input("There is nothing to update.")
    provider = find(call)
    provider.metadata = read_document(call)
    call.store.saml_providers.put(provider.arn, provider)
    return {"SAMLProviderArn": provider.arn}


def delete_provider(call: Call) -> Members:
    call.store.saml_providers.remove(find(call).arn)
    return {}


def the_new_provider(call: Call) -> str:
    return f"arn:aws:iam::{call.principal.account}:saml-provider/{call['Name']}"


def every_provider(call: Call) -> str:
    return f"arn:aws:iam::{call.principal.account}:saml-provider/*"


the_provider = named_by("SAMLProviderArn")

SERVED = {
    "CreateSAMLProvider": Service((the_new_provider,), create_provider),
    "GetSAMLProvider": Service((the_provider,), get_provider),
    "ListSAMLProviders": Service((every_provider,), list_providers),
    "UpdateSAMLProvider": Service((the_provider,), update_provider),
    "DeleteSAMLProvider": Service((the_provider,), delete_provider),
}
