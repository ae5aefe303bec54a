"""Where the second river begins: what happens upstairs and downstairs becomes waiting work, in the same transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.dispatch import receiver

from accounts.models import User
from accounts.signals import members_changed
from chimeusers import queue
from chimeusers.models import ChimeUser, State
from tenants.models import AWSLink
from tenants.signals import aws_linked

if TYPE_CHECKING:
    from uuid import UUID


@receiver(members_changed)
def on_members_changed(tenant_id: UUID, user_ids: list[UUID], **_: Any) -> None:
    """A tenant that is not linked to AWS makes no work; its users follow when it is linked."""
    if AWSLink.objects.filter(tenant=tenant_id).exists():
        queue.note(tenant_id, user_ids)


@receiver(aws_linked)
def on_aws_linked(link: AWSLink, **_: Any) -> None:
    """Look at all users, and at whoever was left behind in this app instance when the tenant was linked elsewhere."""
    known = ChimeUser.objects.filter(tenant=link.tenant_id, app_instance_arn=link.app_instance_arn)
    left = known.exclude(state=State.ABSENT).values_list("user_id", flat=True)
    queue.note(link.tenant_id, {*User.objects.filter(tenant=link.tenant_id).values_list("pk", flat=True), *left})
