"""The way of every call: which operation is it, who calls, with what, may they, and then the work."""

from __future__ import annotations

import inspect
import logging
from typing import TYPE_CHECKING

from localaws.authorisation import authorise, gather_conditions
from localaws.call import Call
from localaws.iam.authentication import Gate, read_clock
from localaws.served import SERVED
from localaws.wire.answers import answer, draw_request_id, refuse
from localaws.wire.catalogue import Catalogue
from localaws.wire.dialects import CHIME, COGNITO, DIALECTS, STS, USER_POOLS
from localaws.wire.errors import AWSError
from localaws.wire.parsing import parse

if TYPE_CHECKING:
    from datetime import datetime

    from localaws.call import Members, Service, World
    from localaws.iam.authentication import Caller
    from localaws.trouble.call_log import Entry
    from localaws.wire.answers import Answer
    from localaws.wire.catalogue import Operation
    from localaws.wire.dialects import Dialect
    from localaws.wire.request import Request

log = logging.getLogger("localaws")


class Pipeline:
    def __init__(self, world: World) -> None:
        self.world = world
        self.gate = Gate(world.iam, world.seal)
        self.catalogue = Catalogue()

    def find_operation(self, request: Request) -> Operation | None:
        try:
            return self.catalogue.find(request, dialect_of(request))
        except UnicodeDecodeError:
            return None

    async def run(self, request: Request, operation: Operation | None, entry: Entry) -> Answer:
        """Always an answer in the form of the service; the log's entry learns on the way what is found out."""
        dialect = dialect_of(request)
        request_id = entry.request_id = draw_request_id()
        try:
            served, members = await self.serve(request, dialect, operation, entry)
            entry.status = served.status
            return answer(served, members, request_id)
        except AWSError as error:
            return self.refuse(error, dialect, request_id, entry)
        except Exception:
            log.exception("A call failed inside localaws: %s %s", request.method, request.raw_path)
            failure = AWSError(dialect.failure, "localaws itself failed; its output says how.")
            return self.refuse(failure, dialect, request_id, entry)

    def refuse(self, error: AWSError, dialect: Dialect, request_id: str, entry: Entry) -> Answer:
        entry.code, entry.status = error.code, error.status
        if error.code == dialect.denied:
            entry.verdict = "denied"
        return refuse(dialect, error, request_id)

    async def serve(
        self, request: Request, dialect: Dialect, operation: Operation | None, entry: Entry
    ) -> tuple[Operation, Members]:
        now = read_clock()
        refuse_other_services(request, dialect)
        caller = self.admit(request, dialect, operation, now, entry)
        operation, service = find_service(operation, dialect)
        call = self.draw_call(request, operation, caller, now)
        self.world.quotas.throttle(call, entry)
        authorise(call, service, entry)
        done = service.work(call)
        return operation, await done if inspect.isawaitable(done) else done

    def admit(
        self, request: Request, dialect: Dialect, operation: Operation | None, now: datetime, entry: Entry
    ) -> Caller:
        caller = self.gate.admit(request, dialect, now, unsigned=operation is not None and operation.unsigned)
        entry.access_key = caller.access_key
        entry.principal, entry.session_tags = caller.principal.arn, dict(caller.principal.tags)
        entry.verdict = "invalid"
        return caller

    def draw_call(self, request: Request, operation: Operation, caller: Caller, now: datetime) -> Call:
        members = parse(operation, request)
        return Call(
            operation=operation,
            members=members,
            principal=caller.principal,
            region=caller.region,
            now=round(now.timestamp(), 3),
            host=request.header("host") or "",
            conditions=gather_conditions(caller.principal, request, caller.region, now, members),
            world=self.world,
        )


def dialect_of(request: Request) -> Dialect:
    """By the signing name. What is not signed is told by its target, and is taken for STS when it has the one path."""
    service = request.claimed_service
    if service in DIALECTS:
        return DIALECTS[service]
    namespace = (request.header("x-amz-target") or "").partition(".")[0]
    for dialect in (COGNITO, USER_POOLS):
        if dialect.namespace == namespace:
            return dialect
    return STS if request.raw_path == "/" else CHIME


def refuse_other_services(request: Request, dialect: Dialect) -> None:
    service = request.claimed_service
    if service is not None and service not in DIALECTS:
        raise AWSError(dialect.unserved, f"The service {service[:64]} is not served here.")


def find_service(operation: Operation | None, dialect: Dialect) -> tuple[Operation, Service]:
    if operation is None:
        raise AWSError(dialect.unknown_operation, "No service here has such an operation.")
    service = SERVED[operation.service].get(operation.name)
    if service is None:
        raise AWSError(dialect.unserved, f"The operation {operation.name} of {operation.service} is not served here.")
    return operation, service
