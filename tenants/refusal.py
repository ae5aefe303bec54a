"""A "no" with a reason: raised anywhere, rendered in one place (portal/refusals.py)."""

from __future__ import annotations

from typing import Any


class Refusal(Exception):
    """An anticipated no.

    `code` is fixed and for programs, `sentence` is safe to show and says what to do, `status` is the HTTP status,
    `retry_after` the seconds after which trying again makes sense. `extra` joins the problem document (RFC 9457).
    """

    def __init__(
        self, code: str, sentence: str, *, status: int, retry_after: float | None = None, **extra: Any
    ) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.status = status
        self.retry_after = retry_after
        self.extra = extra


class Secret(str):
    """Text that must not be shown by accident: it prints and logs as stars; reveal() gives it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "***"

    __str__ = __repr__

    def __format__(self, _: str) -> str:
        return "***"

    def reveal(self) -> str:
        return str.__str__(self)
