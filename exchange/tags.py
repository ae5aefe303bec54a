r"""The name and the tags of a session at AWS. Pure.

Limits: AWS STS, AssumeRole: RoleSessionName is 2-64 of [\w+=,.@-]; a tag's value at most 256 characters.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tenants.refusal import Refusal

if TYPE_CHECKING:
    from uuid import UUID

_SESSION_NAME = re.compile(r"[A-Za-z0-9_+=,.@-]{2,64}")
# Chime's own pattern for an AppInstanceUserId. A “/” would be legal at STS, and mean another resource in a policy.
_TAG_VALUE = re.compile(r"[A-Za-z0-9]([A-Za-z0-9:\-_.@]{0,62}[A-Za-z0-9])?")


def session_name(app_instance_user_id: str) -> str:
    """Return `chime_` and the id; raises a Refusal when AWS would not take it."""
    name = f"chime_{app_instance_user_id}"
    if not _SESSION_NAME.fullmatch(name):
        raise Refusal("unusable_user_id", "This user's id can't be part of an AWS session's name.", status=403)
    return name


def session_tags(
    *, app_instance_user_id: str, app_instance_id: str, tenant_id: UUID, exchange_id: UUID
) -> dict[str, str]:
    """Return the tags that a role's policy and CloudTrail see; raises a Refusal for a value that could mean more."""
    tags = {
        "UserUUID": app_instance_user_id,
        "AppInstanceId": app_instance_id,
        "TenantId": str(tenant_id),
        "ExchangeId": str(exchange_id),
    }
    for key, value in tags.items():
        if not _TAG_VALUE.fullmatch(value):
            raise Refusal("unusable_tag", f"The value of the session tag {key} can't be sent to AWS.", status=403)
    return tags
