"""Secrets at rest: AES-256-GCM under keys that can rotate (NIST SP 800-38D).

What is kept reads `key id:base64(nonce + ciphertext)`; the context (table and column) is authenticated with it, so that
a value moved to another column opens nothing. ENCRYPTION_KEYS lists the keys; the first one encrypts, all decrypt.
"""

from __future__ import annotations

import json
import secrets
from base64 import b64decode, b64encode
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models

_NONCE_BYTES = 12


class Undecipherable(RuntimeError):
    """No key of ENCRYPTION_KEYS opens a value: a key was taken away too early, or the row was tampered with."""


def encrypt(text: str, *, context: str) -> str:
    key_id, key = next(iter(settings.ENCRYPTION_KEYS.items()))
    nonce = secrets.token_bytes(_NONCE_BYTES)
    sealed = nonce + AESGCM(key).encrypt(nonce, text.encode(), context.encode())
    return f"{key_id}:{b64encode(sealed).decode()}"


def decrypt(kept: str, *, context: str) -> str:
    """Raises Undecipherable."""
    key_id, _, sealed = kept.partition(":")
    try:
        key, content = settings.ENCRYPTION_KEYS[key_id], b64decode(sealed, validate=True)
        return AESGCM(key).decrypt(content[:_NONCE_BYTES], content[_NONCE_BYTES:], context.encode()).decode()
    except (KeyError, ValueError, InvalidTag) as error:
        raise Undecipherable(f"A secret in {context} can't be read with the keys of ENCRYPTION_KEYS.") from error


def is_current(kept: str) -> bool:
    """Tell whether a value is under the key that encrypts today."""
    return kept.partition(":")[0] == next(iter(settings.ENCRYPTION_KEYS))


class EncryptedField(models.TextField[dict[str, str], dict[str, str]]):
    """Named secrets: a dict of strings for the code, one encrypted text for the database. It can't be searched."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("default", dict)
        kwargs.setdefault("editable", False)
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        """A migration knows it as the text that the database keeps."""
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", args, kwargs

    @property
    def _context(self) -> str:
        return f"{self.model._meta.db_table}.{self.column}"  # noqa: SLF001 - Django's documented Meta API

    def from_db_value(self, kept: str | None, *_: Any) -> dict[str, str]:
        found: dict[str, str] = json.loads(decrypt(kept, context=self._context)) if kept else {}
        return found

    def to_python(self, value: Any) -> Any:
        return value or {}

    def get_prep_value(self, value: Any) -> str:
        return encrypt(json.dumps(value), context=self._context) if value else ""
