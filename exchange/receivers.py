"""What changes downstairs ends what is kept of it here, in the same transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.dispatch import receiver
from django.utils import timezone

from accounts.signals import members_changed, members_out
from exchange import reuse, revocation
from tenants.signals import aws_linked

if TYPE_CHECKING:
    from uuid import UUID

    from tenants.models import AWSLink


@receiver(members_changed)
def on_members_changed(tenant_id: UUID, user_ids: list[UUID], **_: Any) -> None:
    reuse.drop(tenant_id, user_ids)


@receiver(members_out)
def on_members_out(tenant_id: UUID, user_ids: list[UUID], **_: Any) -> None:
    reuse.drop(tenant_id, user_ids)
    revocation.note(tenant_id, user_ids, now=timezone.now())


@receiver(aws_linked)
def on_aws_linked(link: AWSLink, **_: Any) -> None:
    reuse.drop(link.tenant_id)
