"""A process of the portal that changes its users and tells how they stand; it is asked by lines of JSON."""

from __future__ import annotations

import json
import os
import random
import sys
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
django.setup()

from django.db.models import Sum  # noqa: E402 - Django has to be set up first

from accounts import services, standing  # noqa: E402
from accounts.models import User  # noqa: E402
from chimeusers import naming  # noqa: E402
from chimeusers.models import Change, ChimeUser, State, Tally  # noqa: E402
from tenants.models import AWSLink, Tenant  # noqa: E402
from tenants.scope import scope, unscoped  # noqa: E402
from tenants.services import change_tenant, link_aws, open_tenant  # noqa: E402

AT_ONCE = 20  # users that one change is about, at most


def open_tenants(*arns: str) -> int:
    """Open a tenant for each of these app instances, every other one without days of grace."""
    for number, arn in enumerate(arns):
        tenant = open_tenant(slug=f"crash-{number}", name=f"Crash {number}", hosts=[f"crash-{number}.localhost"])
        change_tenant(tenant, grace_days=30 * (number % 2))
        with scope(tenant):
            link_aws(tenant, app_instance_arn=arn)
    return len(arns)


def change(number: int, seed: int) -> int:
    """Make so many random changes of users; return how many of them changed somebody."""
    dice, done = random.Random(seed), 0  # noqa: S311 - no secret hangs on it
    tenants = list(Tenant.objects.filter(slug__startswith="crash-"))
    while done < number:
        tenant = dice.choice(tenants)
        with scope(tenant):
            done += _change(tenant, dice, min(AT_ONCE, number - done))
    return done


def _change(tenant: Tenant, dice: random.Random, most: int) -> int:
    act = dice.choices(["register", "rename", "disable", "restore", "delete", "erase"], [5, 6, 2, 2, 1, 1])[0]
    if act == "register":
        name = f"{dice.getrandbits(64):016x}"
        services.register(tenant=tenant, username=name, display_name=f"New {name[:4]}")
        return 1
    ids = list(User.objects.filter(tenant=tenant).values_list("pk", flat=True))
    chosen = dice.sample(ids, min(len(ids), dice.randint(1, most)))
    if act == "rename":
        return services.rename_many(tenant, {user_id: f"Name {dice.getrandbits(32):08x}" for user_id in chosen})
    changed: int = getattr(standing, act)(tenant, chosen)
    return changed


def stand() -> dict[str, Any]:
    """How much waits, was given up, and was settled for each tenant."""
    with unscoped():
        settled = dict(Tally.objects.order_by().values_list("tenant__slug").annotate(Sum("settled")))
        lives = ChimeUser.objects.aggregate(lives=Sum("lives"))["lives"] or 0
        changes = list(Change.objects.values_list("gave_up", "reason"))
    failed = [reason for gave_up, reason in changes if gave_up]
    return {"waiting": len(changes) - len(failed), "failed": failed, "settled": settled, "lives": lives}


def expected() -> dict[str, dict[str, list[str]]]:
    """What Chime ought to hold in each app instance: name and metadata under each id."""
    with unscoped():
        return {link.app_instance_arn: _of(link) for link in AWSLink.objects.select_related("tenant")}


def _of(link: AWSLink) -> dict[str, list[str]]:
    """Active users, and of the others those in grace who were there before they were put out."""
    users = User.objects.filter(tenant=link.tenant)
    believed = ChimeUser.objects.filter(app_instance_arn=link.app_instance_arn, state=State.PRESENT)
    there = set(believed.values_list("user_id", flat=True))
    wanted = [
        naming.appearance(user, guest_days=1)
        for user in users
        if user.is_active or (user.disabled_at and link.tenant.grace_days and user.pk in there)
    ]
    return {look.app_instance_user_id: [look.name, look.metadata] for look in wanted}


def serve() -> None:
    for line in sys.stdin:
        asked = json.loads(line)
        answer = {"open": open_tenants, "change": change, "stand": stand, "expected": expected}[asked[0]](*asked[1:])
        print(json.dumps(answer), flush=True)  # noqa: T201 - this is how it answers


if __name__ == "__main__":
    serve()
