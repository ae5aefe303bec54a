"""Temporary credentials that carry themselves: the session token is the session, sealed.

So millions of sessions cost no memory, and they outlive a restart as long as the sealing key does.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import json
import os
import zlib
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

SEAL_SIZE = 32


@dataclass(frozen=True)
class Session:
    """What STS knows of an assumed role. Times in seconds since 1970; `policy` is the session policy as given.

    `federation` are the condition keys that stay from the proof of an identity provider.
    """

    access_key_id: str
    role_arn: str
    role_id: str
    name: str
    tags: Mapping[str, str]
    transitive_keys: tuple[str, ...]
    source_identity: str | None
    policy: str | None
    policy_arns: tuple[str, ...]
    issued_at: float
    expires_at: float
    federation: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True)
class Credentials:
    access_key_id: str
    secret_access_key: str
    session_token: str
    expires_at: float


def draw_access_key_id() -> str:
    return "ASIA" + base64.b32encode(os.urandom(10)).decode()


class Seal:
    """Makes credentials of sessions and finds the session of credentials. The key is all it knows."""

    def __init__(self, key: bytes) -> None:
        self.key = key
        # A client sends the same token with each request.
        self.open = lru_cache(maxsize=4096)(self.break_open)

    def issue(self, session: Session) -> Credentials:
        content = zlib.compress(json.dumps(vars(session)).encode())
        token = base64.b64encode(self.sign(content) + content).decode()
        return Credentials(session.access_key_id, self.secret_of(session.access_key_id), token, session.expires_at)

    def break_open(self, token: str) -> Session | None:
        """None for a token that was not issued under this key."""
        try:
            sealed = base64.b64decode(token, validate=True)
        except (binascii.Error, ValueError):
            return None
        seal, content = sealed[:SEAL_SIZE], sealed[SEAL_SIZE:]
        if not hmac.compare_digest(seal, self.sign(content)):
            return None
        return read_session(json.loads(zlib.decompress(content)))

    def secret_of(self, access_key_id: str) -> str:
        return base64.b64encode(self.sign(b"secret access key of " + access_key_id.encode())).decode()[:40]

    def sign(self, content: bytes) -> bytes:
        return hmac.digest(self.key, content, "sha256")


def read_session(fields: dict[str, Any]) -> Session:
    """JSON knows no tuples."""
    federation = {key: tuple(values) for key, values in fields["federation"].items()}
    keys, arns = tuple(fields["transitive_keys"]), tuple(fields["policy_arns"])
    return Session(**{**fields, "transitive_keys": keys, "policy_arns": arns, "federation": federation})
