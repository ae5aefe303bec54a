"""What a socket is closed with, and so whether a client comes back.

Clients connect again after 1001, 1006, 1011 to 1014 and after every code above 4000 but 4002, 4003 and 4401:
https://docs.aws.amazon.com/chime-sdk/latest/dg/websockets.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from localaws.wire.dialects import CHIME

if TYPE_CHECKING:
    from localaws.wire.errors import AWSError

GOING_AWAY = 1001
# Never on the wire: it is what a client reads into a connection that ends without a good-bye.
CUT = 1006
FAILED, UNAVAILABLE = 1011, 1013
BAD_REQUEST, THROTTLED = 4400, 4429
FORBIDDEN, UNAUTHORISED = 4003, 4401
LONGEST_REASON = 123
FIRST_SERVER_FAULT = 500

CODES = {
    CHIME.denied: FORBIDDEN,
    CHIME.invalid: BAD_REQUEST,
    CHIME.throttled: THROTTLED,
    CHIME.failure: FAILED,
    CHIME.unavailable: UNAVAILABLE,
}


def code_for(error: AWSError) -> int:
    """A wrong signature, expired credentials and a user whom nobody knows are all one."""
    return CODES.get(error.code, FAILED if error.status >= FIRST_SERVER_FAULT else UNAUTHORISED)


def cut_reason(text: str) -> str:
    return text.encode()[:LONGEST_REASON].decode(errors="ignore")


def is_sendable(code: int) -> bool:
    """RFC 6455, 7.4, and the code that stands for no good-bye at all."""
    return code in {1000, 1001, 1002, 1003, CUT, *range(1007, 1015), *range(3000, 5000)}
