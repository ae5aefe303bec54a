"""The tags of a session at AWS. Pure.

Limits: AWS STS, AssumeRole: a tag's value is at most 256 characters.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from tenants.refusal import Refusal

if TYPE_CHECKING:
    from uuid import UUID

# The portal's own, on which everything stands.
OWN = ("AppInstanceId", "UserUUID", "TenantId", "ExchangeId")
# Chime's own pattern for an AppInstanceUserId. A “/” would be legal at STS, and mean another resource in a policy.
_TAG_VALUE = re.compile(r"[A-Za-z0-9]([A-Za-z0-9:\-_.@]{0,62}[A-Za-z0-9])?")


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


def claims_of(tags: dict[str, str]) -> dict[str, Any]:
    """The tags as a token carries them (IAM User Guide, "Passing session tags using AssumeRoleWithWebIdentity")."""
    listed = {key: [value] for key, value in tags.items()}
    return {"https://aws.amazon.com/tags": {"principal_tags": listed, "transitive_tag_keys": []}}
