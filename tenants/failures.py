"""What an outside world can do to us, in five kinds. Sorted once, at the door; callers see nothing else."""

from __future__ import annotations

from tenants.refusal import Refusal


class Failure(Exception):
    """The message is safe to show to an admin: it names the operation and what the other side said.

    `code` is the other side's own word for it, where it has one.
    """

    code = ""


class Unavailable(Failure):
    """Not now: throttled, down or out of reach. Try again after `after` seconds."""

    is_throttling = False

    def __init__(self, message: str, after: float = 1.0) -> None:
        super().__init__(message)
        self.after = after


class Rejected(Failure):
    """The other side understood and will never accept this one thing. Give up on it and show why."""


class Misconfigured(Failure):
    """Nothing will work for this tenant until somebody changes its set-up."""


class Exists(Failure):
    """A fact rather than a failure: it is there already."""


class Missing(Failure):
    """A fact rather than a failure: it is not there."""


def refusal_of(failure: Failure) -> Refusal:
    """Tell a client what an outside world's trouble means to them; the cause itself is for the admin."""
    if isinstance(failure, Unavailable):
        return Refusal(
            "aws_unavailable", "AWS can't answer just now. Try again.", status=503, retry_after=failure.after
        )
    return Refusal("aws_refused", "AWS refused the portal's request. Tell your admin the exchange id.", status=502)
