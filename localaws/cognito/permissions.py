from __future__ import annotations

from typing import TYPE_CHECKING

from localaws.iam.permissions import rule
from localaws.iam.policy import Question
from localaws.wire.errors import AWSError

if TYPE_CHECKING:
    from localaws.call import Call


def demand(call: Call, action: str, resource: str) -> None:
    """What the caller must be allowed besides the operation itself. Raises AWSError."""
    ruling = rule(call.principal, Question(action, resource, call.conditions))
    call.decided_by.extend(ruling.decided_by)
    if ruling.denial:
        raise AWSError(call.operation.dialect.denied, ruling.denial)
