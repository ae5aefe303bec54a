"""The tenants, providers and users that the sign-in is measured with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.portal import PASSWORD

if TYPE_CHECKING:
    from benchmarks.portal import Portal

_SCRIPT = """
from django.utils import timezone
from accounts.providers import add_provider, note_test, switch
from accounts.services import register
from tenants.models import Tenant
from tenants.refusal import Secret
from tenants.scope import scope
from tenants.services import open_tenant

def settings(number):
    issuer = f"https://{{number}}.example"
    return {{"issuer": issuer, "client_id": "portal", "scopes": "openid", "asks_userinfo": False}}

for number in range({tenants}):
    slug = f"t{{number}}"
    if Tenant.objects.filter(slug=slug).exists():
        continue
    tenant = open_tenant(slug=slug, name=slug, hosts=[f"{{slug}}.localhost"])
    with scope(tenant):
        for one in range({providers}):
            provider = add_provider(
                tenant, kind="oidc", slug=f"p{{one}}", name=f"Provider {{one}}", settings=settings(one)
            )
            note_test(provider, now=timezone.now())
            switch(provider, on=True)
        for user in range({users} if number == 0 else 0):
            register(tenant=tenant, username=f"user{{user}}", password=Secret("{password}"))
"""


def fill(portal: Portal, *, tenants: int = 1, providers: int = 0, users: int = 0) -> None:
    """Make as many tenants, each with as many providers, and the first one with as many users."""
    portal.fill(_SCRIPT.format(tenants=tenants, providers=providers, users=users, password=PASSWORD))
