"""A passkey in software: what an authenticator and the browser do together (WebAuthn Level 2, 7)."""

from __future__ import annotations

import hashlib
import json
import os
import re
from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING, Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from fido2 import cbor
from fido2.cose import ES256

if TYPE_CHECKING:
    from django.test import Client

ADD, SIGN_IN = "/account/2fa/webauthn/add/", "/account/2fa/webauthn/login/"
_PRESENT, _VERIFIED, _NEW = 0x01, 0x04, 0x40
_NO_MODEL = bytes(16)


class Passkey:
    """One key for one host, which it finds without being told a user's name."""

    def __init__(self, host: str) -> None:
        self._key, self._id, self._host = ec.generate_private_key(ec.SECP256R1()), os.urandom(16), host
        self._user = ""

    def made(self, options: dict[str, Any]) -> dict[str, Any]:
        """Answer to being made for a user, without telling what kind of device this is."""
        self._user = options["user"]["id"]
        public = cbor.encode(dict(ES256.from_cryptography_key(self._key.public_key())))
        new = _NO_MODEL + len(self._id).to_bytes(2, "big") + self._id + public
        told = {"fmt": "none", "attStmt": {}, "authData": self._data(_PRESENT | _VERIFIED | _NEW) + new}
        response = {
            "clientDataJSON": _text(self._client("webauthn.create", options)),
            "attestationObject": _text(cbor.encode(told)),
        }
        return self._credential(response, {"credProps": {"rk": True}})

    def shown(self, options: dict[str, Any]) -> dict[str, Any]:
        client, data = self._client("webauthn.get", options), self._data(_PRESENT | _VERIFIED)
        signature = self._key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        response = {"clientDataJSON": _text(client), "authenticatorData": _text(data), "signature": _text(signature)}
        return self._credential(response | {"userHandle": self._user}, {})

    def _credential(self, response: dict[str, str], extensions: dict[str, Any]) -> dict[str, Any]:
        names = {"id": _text(self._id), "rawId": _text(self._id), "type": "public-key"}
        return {**names, "response": response, "clientExtensionResults": extensions}

    def _data(self, flags: int) -> bytes:
        return hashlib.sha256(self._host.encode()).digest() + bytes([flags]) + (1).to_bytes(4, "big")

    def _client(self, act: str, options: dict[str, Any]) -> bytes:
        return json.dumps({"type": act, "challenge": options["challenge"], "origin": f"http://{self._host}"}).encode()


def add_passkey(browser: Client, host: str) -> Passkey:
    """Make a passkey that stands for its user alone, without a password."""
    key, page = Passkey(host), browser.get(ADD).content.decode()
    found = re.search(r'id="js_data"[^>]*>(.*?)</script>', page, re.DOTALL)
    assert found, page
    credential = key.made(json.loads(found[1])["creation_options"]["publicKey"])
    form = {"name": "laptop", "passwordless": "on", "credential": json.dumps(credential)}
    answer = browser.post(ADD, form)
    assert answer.status_code == 302, answer.content.decode()
    return key


def sign_in_by(key: Passkey, browser: Client) -> bool:
    """Tell whether the passkey let somebody in."""
    options = browser.get(SIGN_IN, headers={"accept": "application/json"}).json()["request_options"]["publicKey"]
    browser.post(SIGN_IN, {"credential": json.dumps(key.shown(options))})
    return browser.get("/account/tokens/").status_code == 200


def _text(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
