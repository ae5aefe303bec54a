"""The keys of identity providers: fetched from where their discovery documents say, and kept for a while.

https://openid.net/specs/openid-connect-discovery-1_0.html
"""

from __future__ import annotations

import asyncio
import json
import time
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import httpx

from localaws.iam.urls import is_fetchable
from localaws.wire.errors import AWSError

if TYPE_CHECKING:
    import ssl

SECONDS_KEPT = 600
# A token of an unknown key may be signed with a new one; but nobody makes us ask again and again.
SECONDS_BETWEEN_FETCHES = 1
SECONDS_TO_ANSWER = 5
LARGEST_DOCUMENT = 512_000
MOST_KEYS_OF_A_KIND = 100

Keys = list[dict[str, Any]]


@dataclass
class KeySet:
    """`fetched_at` on the monotonic clock."""

    keys: Keys
    fetched_at: float

    def find(self, key_id: str | None, kind: str) -> dict[str, Any] | None:
        """By the key's id, the later one of two that share it; a token that names none is good with the only key."""
        by_id = {key["kid"]: key for key in self.keys if is_usable(key)}
        key = by_id.get(key_id) if key_id is not None else next(iter(by_id.values())) if len(by_id) == 1 else None
        return key if key and key.get("kty") == kind else None


def is_usable(key: dict[str, Any]) -> bool:
    """AWS was seen to take no key without an id, none of encryption, and none that has key_ops, whichever."""
    return isinstance(key.get("kid"), str) and key.get("use", "sig") == "sig" and "key_ops" not in key


@dataclass
class Issuers:
    """`own` are the keys (JWKs) of issuers that live in localaws itself, such as Cognito; those are not fetched.

    They need no provider in IAM: a trust policy names them by their host. `addresses` are those of the keys of issuers
    that can't be asked where they are.
    """

    own: dict[str, Keys] = field(default_factory=dict)
    addresses: dict[str, str] = field(default_factory=dict)
    known: dict[str, KeySet] = field(default_factory=dict)
    fetching: dict[str, asyncio.Task[KeySet]] = field(default_factory=dict)

    async def find_key(self, issuer: str, key_id: str | None, kind: str) -> dict[str, Any]:
        """The JWK. Raises AWSError when it can't be found."""
        if issuer in self.own:
            return found(KeySet(self.own[issuer], 0).find(key_id, kind))
        known = self.known.get(issuer)
        age = time.monotonic() - known.fetched_at if known else SECONDS_KEPT
        key = known.find(key_id, kind) if known else None
        if age >= SECONDS_KEPT or (key is None and age >= SECONDS_BETWEEN_FETCHES):
            self.known[issuer] = fetched = await self.fetch(issuer)
            key = fetched.find(key_id, kind)
        return found(key)

    async def fetch(self, issuer: str) -> KeySet:
        """Whoever asks meanwhile gets the same answer, so a slow issuer makes nobody wait for others' turns."""
        task = self.fetching.get(issuer)
        if task is None:
            task = self.fetching[issuer] = asyncio.create_task(fetch_keys(issuer, self.addresses.get(issuer)))
            task.add_done_callback(lambda _: self.fetching.pop(issuer))
        return await asyncio.shield(task)


def found(key: dict[str, Any] | None) -> dict[str, Any]:
    if key is None:
        raise AWSError("InvalidIdentityToken", "Couldn't find a key of your identity provider for the token.")
    return key


async def fetch_keys(issuer: str, address: str | None = None) -> KeySet:
    """From where the issuer says, or from the address. No redirect is followed. Raises AWSError."""
    async with httpx.AsyncClient(verify=read_authorities(), trust_env=False, timeout=SECONDS_TO_ANSWER) as client:
        address = address or await discover(client, issuer)
        keys = (await fetch_document(client, address)).get("keys")
    if not isinstance(keys, list) or not all(isinstance(key, dict) for key in keys) or not keys:
        raise unusable("it has no keys")
    for kind in ("RSA", "EC"):
        if sum(key.get("kty") == kind for key in keys) > MOST_KEYS_OF_A_KIND:
            raise unusable(f"it has more than {MOST_KEYS_OF_A_KIND} {kind} keys")
    return KeySet(keys, time.monotonic())


async def discover(client: httpx.AsyncClient, issuer: str) -> Any:
    """Where the keys are."""
    discovery = await fetch_document(client, f"{issuer.rstrip('/')}/.well-known/openid-configuration")
    if discovery.get("issuer") != issuer:
        raise unusable("its discovery document is of another issuer")
    return discovery.get("jwks_uri")


async def fetch_document(client: httpx.AsyncClient, url: Any) -> dict[str, Any]:
    if not isinstance(url, str) or not is_fetchable(url):
        raise unusable("its keys must come by https")
    try:
        async with asyncio.timeout(SECONDS_TO_ANSWER), client.stream("GET", url) as answer:
            content = await read_up_to(answer, LARGEST_DOCUMENT)
    except (httpx.HTTPError, httpx.InvalidURL, TimeoutError) as error:
        raise AWSError("IDPCommunicationError", "The identity provider can't be reached.") from error
    if answer.status_code >= httpx.codes.INTERNAL_SERVER_ERROR:
        raise AWSError("IDPCommunicationError", "The identity provider answers with an error.")
    if answer.status_code != httpx.codes.OK:
        raise unusable(f"it answers {answer.status_code}")
    return read_object(content)


async def read_up_to(answer: httpx.Response, limit: int) -> bytes:
    content = b""
    async for chunk in answer.aiter_bytes():
        content += chunk
        if len(content) > limit:
            raise unusable("its document is too large")
    return content


def read_object(content: bytes) -> dict[str, Any]:
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise unusable("its document is no JSON") from error
    if not isinstance(document, dict):
        raise unusable("its document is no object")
    return document


def unusable(reason: str) -> AWSError:
    message = f"Couldn't retrieve verification key from your identity provider: {reason}."
    return AWSError("InvalidIdentityToken", message)


@lru_cache(maxsize=1)
def read_authorities() -> ssl.SSLContext:
    """Those of the machine, or of SSL_CERT_FILE: reading them takes longer than everything else."""
    return httpx.create_ssl_context()
