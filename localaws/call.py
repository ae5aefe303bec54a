from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from localaws.chime.messaging.processors import Processors
from localaws.live.hub import Hub
from localaws.state.behaviour import Behaviour
from localaws.state.propagation import Propagation
from localaws.state.store import Remembered
from localaws.sts.issuers import Issuers
from localaws.trouble.faults import Faults
from localaws.trouble.quotas import Quotas
from localaws.wire.errors import conflict

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from localaws.iam.directory import IAM
    from localaws.iam.principals import Principal
    from localaws.iam.sessions import Seal
    from localaws.state.shelf import Shelf
    from localaws.state.store import Store
    from localaws.wire.catalogue import Operation

Members = dict[str, Any]
SECONDS_TOKENS_ARE_REMEMBERED = 600
MOST_TOKENS_REMEMBERED = 10_000


@dataclass(frozen=True)
class World:
    """Everything that calls read and change."""

    store: Store
    iam: IAM
    seal: Seal
    live: Hub = field(default_factory=Hub)
    behaviour: Behaviour = field(default_factory=Behaviour)
    propagation: Propagation = field(default_factory=Propagation)
    processors: Processors = field(default_factory=Processors)
    issuers: Issuers = field(default_factory=Issuers)
    quotas: Quotas = field(default_factory=Quotas)
    faults: Faults = field(default_factory=Faults)
    # Where clients that speak TLS are to be sent.
    tls_port: int | None = None


@dataclass(frozen=True)
class Call:
    """An authenticated request with valid members. `now` in seconds since 1970, to the millisecond, as AWS keeps it."""

    operation: Operation
    members: Members
    principal: Principal
    region: str
    now: float
    host: str
    conditions: dict[str, tuple[str, ...]]
    world: World
    # What of the policies decided, for the log; STS adds what it asks of trust policies.
    decided_by: list[str] = field(default_factory=list)

    def __getitem__(self, member: str) -> Any:
        """A member that the model requires."""
        return self.members[member]

    def get(self, member: str, default: Any = None) -> Any:
        return self.members.get(member, default)

    @property
    def store(self) -> Store:
        return self.world.store


@dataclass(frozen=True)
class Service:
    """How an operation is served: the resources that IAM must allow, every one, and then the work itself.

    Work that has to wait for somebody else is a coroutine.
    """

    resources: tuple[Callable[[Call], str], ...]
    work: Callable[[Call], Members | Awaitable[Members]]


def once(call: Call, work: Callable[[Call], Members]) -> Members:
    """The work, or what it answered before to the same client request token with the same parameters."""
    tokens = call.store.tokens
    forget(tokens, call.now)
    scope = f"{call.region}/{call.principal.account}/{call.operation.name}/{call.get('ChimeBearer', '')}"
    key = f"{scope}/{call['ClientRequestToken']}"
    parameters = hashlib.sha256(json.dumps(call.members, sort_keys=True).encode()).hexdigest()
    remembered = tokens.get(key)
    if remembered and remembered.parameters != parameters:
        raise conflict("The ClientRequestToken was used before, with other parameters.")
    if remembered is None:
        remembered = Remembered(parameters, work(call), call.now)
        tokens.put(key, remembered)
    return remembered.answer


def forget(tokens: Shelf[Remembered], now: float) -> None:
    """The oldest came first."""
    while tokens:
        key, oldest = next(iter(tokens.rows.items()))
        if oldest.at > now - SECONDS_TOKENS_ARE_REMEMBERED and len(tokens) < MOST_TOKENS_REMEMBERED:
            return
        tokens.remove(key)
