from __future__ import annotations

import re
from typing import TYPE_CHECKING

from localaws.wire.errors import AWSError

if TYPE_CHECKING:
    from collections.abc import Callable

    from localaws.call import Call

ARN = re.compile(r"arn:aws:iam::\d{12}:\S+")


def named_by(member: str) -> Callable[[Call], str]:
    """The resource whose ARN stands in a member, for IAM to judge."""

    def read(call: Call) -> str:
        arn: str = call[member]
        if not ARN.fullmatch(arn):
            raise AWSError("ValidationError", f"ARN {arn[:256]} is not valid.")
        return arn

    return read


def anything(_call: Call) -> str:
    return "*"
