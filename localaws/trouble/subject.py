from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from localaws.iam.signature import read_signature
from localaws.wire.errors import AWSError
from localaws.wire.parsing import parse

if TYPE_CHECKING:
    from localaws.iam.authentication import Gate
    from localaws.iam.signature import Signature
    from localaws.wire.catalogue import Operation
    from localaws.wire.request import Request


class Subject:
    """A call as a fault sees it: before anything is verified, and read only as far as some fault asks for."""

    def __init__(self, request: Request, operation: Operation, gate: Gate) -> None:
        self.request, self.gate = request, gate
        self.call = operation

    @property
    def service(self) -> str:
        return self.call.service

    @property
    def operation(self) -> str:
        return self.call.name

    @property
    def access_key(self) -> str | None:
        return self.signature.access_key_id if self.signature else None

    @cached_property
    def signature(self) -> Signature | None:
        try:
            return read_signature(self.request, self.call.dialect)
        except AWSError:
            return None

    @cached_property
    def principal(self) -> str | None:
        """Whom the access key belongs to. A signature that does not hold is refused later."""
        if self.signature is None:
            return None
        try:
            return self.gate.find(self.signature, self.call.dialect)[0].arn
        except AWSError:
            return None

    @cached_property
    def arns(self) -> list[str]:
        """All that the call names, the bearer among them."""
        try:
            return list(find_arns(parse(self.call, self.request)))
        except AWSError:
            return []


def find_arns(value: Any) -> set[str]:
    if isinstance(value, str):
        return {value} if value.startswith("arn:") else set()
    if isinstance(value, dict):
        value = list(value.values())
    return set().union(*map(find_arns, value)) if isinstance(value, list) else set()
