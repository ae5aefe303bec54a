"""What an outside world can do to us, in five kinds. Sorted once, at the door; callers see nothing else."""

from __future__ import annotations


class Failure(Exception):
    """The message is safe to show to an admin: it names the operation and what the other side said."""


class Unavailable(Failure):
    """Not now: throttled, down or out of reach. Try again after `after` seconds."""

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
