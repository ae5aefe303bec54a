from __future__ import annotations

import hashlib

from django.contrib.auth.hashers import Argon2PasswordHasher, BasePasswordHasher
from django.utils.crypto import constant_time_compare


class Argon2id(Argon2PasswordHasher):
    """Argon2id with 19 MiB, two passes and one lane: the OWASP Password Storage Cheat Sheet's recommendation."""

    memory_cost = 19_456  # KiB
    time_cost = 2
    parallelism = 1


class RandomSecret(BasePasswordHasher):
    """SHA-256, for random secrets of programs alone, which nobody can guess (OWASP, Cryptographic Storage)."""

    algorithm = "random_sha256"

    def encode(self, password: str, salt: str) -> str:  # noqa: ARG002 - Django's signature; a random secret needs none
        return f"{self.algorithm}${hashlib.sha256(password.encode()).hexdigest()}"

    def verify(self, password: str, encoded: str) -> bool:
        return constant_time_compare(encoded, self.encode(password, ""))

    def must_update(self, encoded: str) -> bool:  # noqa: ARG002 - Django's signature
        return False
