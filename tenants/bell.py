"""The bell: it wakes a worker and says for whom. When the broker is away the sweep finds the work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from amqp.exceptions import AMQPError
from celery import current_app
from kombu.exceptions import OperationalError
from structlog import get_logger

if TYPE_CHECKING:
    from uuid import UUID

log = get_logger()


def ring(task: str, tenant_id: UUID, *, countdown: float = 0) -> None:
    try:
        current_app.send_task(task, kwargs={"tenant_id": str(tenant_id)}, countdown=countdown)
    except (OperationalError, AMQPError, OSError) as error:
        log.warning("bell_not_heard", tenant_id=str(tenant_id), error=str(error))
