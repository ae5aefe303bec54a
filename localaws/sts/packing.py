"""Session policies, and how much room they take together with the tags."""

from __future__ import annotations

import json
import zlib
from typing import TYPE_CHECKING

from localaws.iam.documents import MalformedPolicy, read_policy_text
from localaws.wire.errors import AWSError

if TYPE_CHECKING:
    from localaws.call import Call
    from localaws.iam.rows import Role
    from localaws.sts.wish import Wish

LONGEST_POLICIES = 2048
MOST_POLICY_ARNS = 10
# AWS does not publish how much a packed policy and packed tags may take.
PACKED_BYTES = 2048


def read_packed_size(call: Call, role: Role, wish: Wish) -> int | None:
    """Policies and tags are packed together; the size is in per cent. Raises AWSError over 100."""
    refuse_bad_policies(call, role, wish)
    if not wish.tags and not wish.policy and not wish.policy_arns:
        return None
    packed = zlib.compress(json.dumps([wish.policy, wish.policy_arns, dict(wish.tags)]).encode(), 9)
    percent = max(1, len(packed) * 100 // PACKED_BYTES)
    if percent > 100:  # noqa: PLR2004 - per cent
        raise AWSError(
            "PackedPolicyTooLarge", f"Packed size of session tags or policy consumes {percent}% of allotted space."
        )
    return percent


def refuse_bad_policies(call: Call, role: Role, wish: Wish) -> None:
    if len(wish.policy_arns) > MOST_POLICY_ARNS:
        raise AWSError("ValidationError", f"There can't be more than {MOST_POLICY_ARNS} PolicyArns.")
    if len(wish.policy or "") + sum(map(len, wish.policy_arns)) > LONGEST_POLICIES:
        message = f"The session policy and the PolicyArns can't have more than {LONGEST_POLICIES} characters together."
        raise AWSError("ValidationError", message)
    for arn in wish.policy_arns:
        policy = call.world.iam.find_policy(arn)
        if policy is None or policy.account != role.account:
            raise AWSError("ValidationError", f"The policy {arn[:256]} is none of the account of the role.")
    if wish.policy is not None:
        refuse_malformed_policy(wish.policy)


def refuse_malformed_policy(policy: str) -> None:
    try:
        read_policy_text(policy)
    except MalformedPolicy as malformed:
        raise AWSError("MalformedPolicyDocument", str(malformed)) from malformed


def read_policy_arns(call: Call) -> tuple[str, ...]:
    arns = tuple(each.get("arn", "") for each in call.get("PolicyArns", []))
    if not all(arns):
        raise AWSError("ValidationError", "Each of the PolicyArns must have an arn.")
    return arns
