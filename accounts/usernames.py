"""A user name for somebody new: the one asked for, or with a number behind it when somebody else has it."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from accounts.models import User
from accounts.names import USERNAME_MAX, plain_username
from tenants.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenants.models import Tenant

_MOST_TRIES = 50


def free_username(tenant: Tenant, wanted: str) -> str:
    """Return a name that is free in this tenant, as near to the wanted one as can be. Raises a Refusal (409)."""
    for username in itertools.islice(numbered(plain_username(wanted)), _MOST_TRIES):
        if not User.objects.filter(tenant=tenant, username=username).exists():
            return username
    raise Refusal("username_taken", "Too many users have your user name. Ask your admin for an account.", status=409)


def numbered(name: str) -> Iterator[str]:
    """Yield a name, then with 2, 3 and so on behind it, never longer than a user name may be."""
    yield name
    for number in itertools.count(2):
        tail = f"-{number}"
        yield name[: USERNAME_MAX - len(tail)] + tail
