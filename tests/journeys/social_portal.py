"""The portal in a world in which the big providers, whose addresses are their own, are all at one address of ours."""

from __future__ import annotations

import importlib
import os

from portal.wsgi import application

__all__ = ["application"]

elsewhere = os.environ["SOCIAL_PROVIDERS"]
ADDRESSES = {
    ("google", "ISSUER"): f"{elsewhere}/google",
    ("apple", "ISSUER"): f"{elsewhere}/apple",
    ("cognito", "ISSUER"): f"{elsewhere}/cognito/{{region}}/{{pool}}",
    ("facebook", "DIALOG"): f"{elsewhere}/dialog",
    ("facebook", "GRAPH"): f"{elsewhere}/graph",
    ("amazon", "AUTHORIZATION"): f"{elsewhere}/ap/oa",
    ("amazon", "API"): elsewhere,
}
for (kind, name), address in ADDRESSES.items():
    # By name, as these hold models: nothing of them can be imported before the portal is.
    setattr(importlib.import_module(f"accounts.kinds.{kind}"), name, address)
