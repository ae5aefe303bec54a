from __future__ import annotations

from dataclasses import dataclass


@dataclass
class Behaviour:
    """What AWS does not document, each with the default that is safe to build on."""
