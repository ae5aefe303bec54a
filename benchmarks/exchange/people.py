"""The tenants and users that the exchange is measured with: rows as the portal would have, made in bulk."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from benchmarks.portal import Portal

ACCOUNT = "arn:aws:chime:us-east-1:111122223333:app-instance"
ROLE = "arn:aws:iam::111122223333:role/ChimeMember"

_SCRIPT = """
import json
from django.utils import timezone
from accounts.models import User
from accounts.tokens import issue_token
from chimeusers.models import ChimeUser, State
from exchange.models import Rule
from tenants.models import AWSLink, Domain, Tenant
from tenants.scope import scope, unscoped

def rows(model, made, size=2_000):
    with unscoped():
        model.objects.bulk_create(made, batch_size=size)

old = Tenant.objects.count()
made = [Tenant(slug=f"t{{n}}", name=f"t{{n}}", exchanges_per_minute=10**9) for n in range(old, {tenants})]
rows(Tenant, made)
rows(Domain, [Domain(tenant=one, host=f"{{one.slug}}.localhost") for one in made])
rows(AWSLink, [AWSLink(tenant=one, app_instance_arn=f"{account}/{{one.pk}}", external_id="e" * 32) for one in made])
rows(Rule, [Rule(tenant=one, profile="member", role_arn="{role}") for one in made])

def people(tenant, numbers):
    users = [User(tenant=tenant, username=f"user{{n}}", password="!") for n in numbers]
    rows(User, users)
    arn = f"{account}/{{tenant.pk}}"
    rows(ChimeUser, [
        ChimeUser(tenant=tenant, user_id=one.pk, app_instance_arn=arn, app_instance_user_id=str(one.pk),
                  state=State.PRESENT, name=one.username) for one in users
    ])

first = Tenant.objects.get(slug="t0")
with unscoped():
    had = User.objects.filter(tenant=first).count()
for start in range(had, {users}, 20_000):
    people(first, range(start, min(start + 20_000, {users})))
for one in made:
    if one.slug != "t0" and int(one.slug[1:]) % {every} == 0:
        people(one, [0])

tokens = []
with unscoped():
    chosen = list(User.objects.filter(tenant=first).order_by("pk")[:{asking}])
    chosen += list(User.objects.exclude(tenant=first).select_related("tenant")[:{asking}])
for user in chosen:
    with scope(user.tenant):
        tokens.append([user.tenant.slug, issue_token(user, name="measure", days=1, now=timezone.now())[1].reveal()])
Tenant.objects.update(reuses_credentials={reuse})
print("TOKENS" + json.dumps(tokens))
"""


@dataclass(frozen=True)
class Caller:
    """Somebody who exchanges an API token, at their tenant's host."""

    host: str
    token: str


def fill(portal: Portal, *, tenants: int = 1, users: int, asking: int = 200, reuse: bool = False) -> list[Caller]:
    """Make as many tenants and, in the first, as many users; return some of each who are going to ask."""
    every = max(tenants // asking, 1)
    script = _SCRIPT.format(
        tenants=tenants, users=users, every=every, asking=asking, reuse=reuse, account=ACCOUNT, role=ROLE
    )
    told = portal.fill(script).rpartition("TOKENS")[2]
    return [Caller(f"{slug}.localhost", token) for slug, token in json.loads(told)]
