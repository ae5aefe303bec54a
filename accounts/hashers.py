from __future__ import annotations

from django.contrib.auth.hashers import Argon2PasswordHasher


class Argon2id(Argon2PasswordHasher):
    """Argon2id with 19 MiB, two passes and one lane: the OWASP Password Storage Cheat Sheet's recommendation."""

    memory_cost = 19_456  # KiB
    time_cost = 2
    parallelism = 1
