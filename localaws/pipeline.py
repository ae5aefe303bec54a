"""The way of every call: which operation is it, who calls, with what, may they, and then the work."""

from __future__ import annotations

import logging
import uuid
from typing import TYPE_CHECKING

from localaws import chime_admins, chime_channels, chime_identity, chime_memberships, chime_messages, sts
from localaws.answers import answer, refuse
from localaws.authentication import Gate, read_clock
from localaws.authorisation import authorise, gather_conditions
from localaws.call import Call
from localaws.dialects import CHIME, DIALECTS, STS
from localaws.errors import AWSError
from localaws.parsing import parse
from localaws.protocol import Catalogue
from localaws.sigv4 import claimed_service

if TYPE_CHECKING:
    from localaws.answers import Answer
    from localaws.call import Members, Service, World
    from localaws.call_log import Entry
    from localaws.dialects import Dialect
    from localaws.protocol import Operation
    from localaws.wire import Request

SERVED: dict[str, dict[str, Service]] = {
    "sts": sts.SERVED,
    "chime-sdk-identity": chime_identity.SERVED | chime_admins.SERVED,
    "chime-sdk-messaging": chime_channels.SERVED | chime_memberships.SERVED | chime_messages.SERVED,
}

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

    def run(self, request: Request, operation: Operation | None, entry: Entry) -> Answer:
        """Always an answer in the form of the service; the log's entry learns on the way what is found out."""
        dialect = dialect_of(request)
        request_id = str(uuid.uuid4())
        try:
            served, members = self.serve(request, dialect, operation, entry)
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

    def serve(
        self, request: Request, dialect: Dialect, operation: Operation | None, entry: Entry
    ) -> tuple[Operation, Members]:
        now = read_clock()
        refuse_other_services(request, dialect)
        principal, signature = self.gate.authenticate(request, dialect, now)
        entry.principal, entry.session_tags, entry.verdict = principal.arn, dict(principal.tags), "invalid"
        operation, service = find_service(operation, dialect)
        members = parse(operation, request)
        call = Call(
            operation=operation,
            members=members,
            principal=principal,
            region=signature.region,
            now=round(now.timestamp(), 3),
            host=request.header("host") or "",
            conditions=gather_conditions(principal, request, signature.region, now, members),
            world=self.world,
        )
        authorise(call, service, entry)
        return operation, service.work(call)


def dialect_of(request: Request) -> Dialect:
    """By the signing name; what is not signed is taken for STS when it comes to its one path."""
    service = claimed_service(request)
    return DIALECTS.get(service or "", STS if request.raw_path == "/" else CHIME)


def refuse_other_services(request: Request, dialect: Dialect) -> None:
    service = claimed_service(request)
    if service is not None and service not in DIALECTS:
        raise AWSError(dialect.unserved, f"The service {service[:64]} is not served here.")


def find_service(operation: Operation | None, dialect: Dialect) -> tuple[Operation, Service]:
    if operation is None:
        raise AWSError(dialect.unknown_operation, "No service here has such an operation.")
    service = SERVED[operation.service].get(operation.name)
    if service is None:
        raise AWSError(dialect.unserved, f"The operation {operation.name} of {operation.service} is not served here.")
    return operation, service
