"""How often a tenant's app instance was deleted: a part of the idempotency token, which so differs from life to life.

Chime remembers a token for a while, and would answer with what is gone.
"""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.db import transaction

from audit.log import record
from audit.models import Event
from audit.names import EventName

if TYPE_CHECKING:
    from exchange.provisioning.wanted import Wish


def token(wish: Wish, what: str) -> str:
    """Computed, so that a call which is made again after an interruption is the same call."""
    ended = Event.objects.filter(tenant_id=wish.tenant_id, name=EventName.APP_INSTANCE_DELETED).count()
    return str(uuid.uuid5(uuid.UUID(wish.tenant_id), f"{what} {ended}"))


@transaction.atomic(durable=True)
def end(wish: Wish, app_instance_arn: str) -> None:
    """Note it before the call: an interruption after it then can't make two lives of one."""
    record(EventName.APP_INSTANCE_DELETED, tenant_id=uuid.UUID(wish.tenant_id), app_instance_arn=app_instance_arn)
