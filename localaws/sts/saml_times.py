from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from localaws.sts.assertion import Assertion, invalid
from localaws.wire.errors import AWSError

if TYPE_CHECKING:
    from collections.abc import Iterator

# How far the identity provider's clock may be ahead.
CLOCK_SKEW = 300
# https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot_saml.html
SECONDS_TO_REDEEM = 300
ENDS = ("saml:Conditions", "saml:Subject/saml:SubjectConfirmation/saml:SubjectConfirmationData")


def refuse_wrong_times(assertion: Assertion, now: float) -> None:
    """Raises AWSError."""
    issued = read_time(assertion.element.get("IssueInstant"))
    if issued is None or issued + SECONDS_TO_REDEEM < now:
        raise expired("Token must be redeemed within 5 minutes of issuance")
    ends = list(read_times(assertion, "NotOnOrAfter"))
    if len(ends) < len(ENDS):
        raise invalid("The assertion must say until when it is good: NotOnOrAfter.")
    if min(ends) <= now:
        raise expired("Token has expired: NotOnOrAfter has passed.")
    if max([issued, *read_times(assertion, "NotBefore")]) > now + CLOCK_SKEW:
        raise invalid("The assertion is not good yet.")


def read_times(assertion: Assertion, name: str) -> Iterator[float]:
    for place in ENDS:
        time = read_time(assertion.attribute(place, name))
        if time is not None:
            yield time


def read_session_limit(assertion: Assertion, now: float) -> float | None:
    """When the identity provider's own session ends, which that of the role can't outlast."""
    end = read_time(assertion.attribute("saml:AuthnStatement", "SessionNotOnOrAfter"))
    if end is not None and end <= now:
        raise expired("The session at the identity provider has ended.")
    return end


def read_time(text: str | None) -> float | None:
    """Seconds since 1970, of a time with a zone."""
    if text is None:
        return None
    try:
        time = datetime.fromisoformat(text)
    except ValueError as error:
        raise invalid("A time of the assertion can't be read.") from error
    if time.tzinfo is None:
        raise invalid("A time of the assertion has no zone.")
    return time.timestamp()


def expired(message: str) -> AWSError:
    return AWSError("ExpiredTokenException", message, 400)
