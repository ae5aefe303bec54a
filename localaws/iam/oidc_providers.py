"""IAM: OpenID Connect providers.

https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateOpenIDConnectProvider.html
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from localaws.call import Service
from localaws.iam.arns import named_by
from localaws.iam.refusals import already_exists, invalid_input, limit_exceeded, no_such_entity
from localaws.iam.rows import OIDCProvider
from localaws.iam.tagging import list_of, read_tags
from localaws.iam.urls import is_issuer

if TYPE_CHECKING:
    from localaws.call import Call, Members

MOST_PROVIDERS = 100
MOST_CLIENT_IDS = 100
MOST_THUMBPRINTS = 5
THUMBPRINT = re.compile("[0-9a-fA-F]{40}")


def create_provider(call: Call) -> Members:
    account, url = call.principal.account, call["Url"]
    if not is_issuer(url):
        raise invalid_input("Invalid Open ID Connect Provider URL")
    provider = OIDCProvider(account, url, int(call.now), tags=read_tags(call))
    if provider.arn in call.store.oidc_providers:
        raise already_exists(f"provider with url {url}")
    if sum(each.account == account for each in call.store.oidc_providers) >= MOST_PROVIDERS:
        raise limit_exceeded("OpenIdConnectProvidersPerAccount", MOST_PROVIDERS)
    set_client_ids(provider, call.get("ClientIDList", []))
    set_thumbprints(provider, call.get("ThumbprintList", []))
    call.store.oidc_providers.put(provider.arn, provider)
    return {"OpenIDConnectProviderArn": provider.arn, "Tags": list_of(provider.tags) or None}


def set_client_ids(provider: OIDCProvider, client_ids: list[str]) -> None:
    if len(client_ids) > MOST_CLIENT_IDS:
        raise limit_exceeded("ClientIdsPerOpenIdConnectProvider", MOST_CLIENT_IDS)
    provider.client_ids = list(dict.fromkeys(client_ids))


def set_thumbprints(provider: OIDCProvider, thumbprints: list[str]) -> None:
    """They are kept, and that is all: the certificates of issuers are judged by the authorities of this machine."""
    if not all(THUMBPRINT.fullmatch(each) for each in thumbprints):
        raise invalid_input("Thumbprint must be exactly 40 hexadecimal characters.")
    if len(thumbprints) > MOST_THUMBPRINTS:
        raise invalid_input(f"There can't be more than {MOST_THUMBPRINTS} thumbprints.")
    provider.thumbprints = thumbprints


def find(call: Call) -> OIDCProvider:
    arn = call["OpenIDConnectProviderArn"]
    provider = call.store.oidc_providers.get(arn)
    if provider is None:
        raise no_such_entity(f"OpenIDConnect provider {arn[:256]}")
    return provider


def get_provider(call: Call) -> Members:
    provider = find(call)
    return {
        "Url": provider.name,
        "ClientIDList": provider.client_ids,
        "ThumbprintList": provider.thumbprints,
        "CreateDate": provider.created_at,
        "Tags": list_of(provider.tags) or None,
    }


def list_providers(call: Call) -> Members:
    own = [provider.arn for provider in call.store.oidc_providers if provider.account == call.principal.account]
    return {"OpenIDConnectProviderList": [{"Arn": arn} for arn in own]}


def delete_provider(call: Call) -> Members:
    """Whether it is there or not, as AWS documents it."""
    call.store.oidc_providers.remove(call["OpenIDConnectProviderArn"])
    return {}


def update_thumbprints(call: Call) -> Members:
    provider = find(call)
    set_thumbprints(provider, call["ThumbprintList"])
    call.store.oidc_providers.put(provider.arn, provider)
    return {}


def add_client_id(call: Call) -> Members:
    provider = find(call)
    set_client_ids(provider, [*provider.client_ids, call["ClientID"]])
    call.store.oidc_providers.put(provider.arn, provider)
    return {}


def remove_client_id(call: Call) -> Members:
    provider = find(call)
    set_client_ids(provider, [each for each in provider.client_ids if each != call["ClientID"]])
    call.store.oidc_providers.put(provider.arn, provider)
    return {}


def the_new_provider(call: Call) -> str:
    return f"arn:aws:iam::{call.principal.account}:oidc-provider/{call['Url'].partition('://')[2]}"


def every_provider(call: Call) -> str:
    return f"arn:aws:iam::{call.principal.account}:oidc-provider/*"


the_provider = named_by("OpenIDConnectProviderArn")

SERVED = {
    "CreateOpenIDConnectProvider": Service((the_new_provider,), create_provider),
    "GetOpenIDConnectProvider": Service((the_provider,), get_provider),
    "ListOpenIDConnectProviders": Service((every_provider,), list_providers),
    "DeleteOpenIDConnectProvider": Service((the_provider,), delete_provider),
    "UpdateOpenIDConnectProviderThumbprint": Service((the_provider,), update_thumbprints),
    "AddClientIDToOpenIDConnectProvider": Service((the_provider,), add_client_id),
    "RemoveClientIDFromOpenIDConnectProvider": Service((the_provider,), remove_client_id),
}
