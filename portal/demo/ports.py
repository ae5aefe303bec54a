"""The two ports of the demo, looked at before anything is started."""

from __future__ import annotations

import os
import socket
from typing import NamedTuple

from portal.demo.programs import HOST
from portal.demo.supervisor import DemoError

HIGHEST = 65_535


class Ports(NamedTuple):
    portal: int
    aws: int


def free_ports() -> Ports:
    """Return PORT and AWS_PORT of the environment. Raises DemoError when one is nonsense or taken."""
    ports = Ports(portal=_number("PORT", "8000"), aws=_number("AWS_PORT", "8100"))
    if ports.portal == ports.aws:
        raise DemoError(f"PORT and AWS_PORT are both {ports.portal}: the portal and localaws need a port each.")
    _check_free("PORT", ports.portal)
    _check_free("AWS_PORT", ports.aws)
    return ports


def _number(variable: str, default: str) -> int:
    given = os.environ.get(variable, default)
    if not (given.isascii() and given.isdecimal() and 0 < int(given) <= HIGHEST):
        raise DemoError(f"{variable}={given} is not the number of a port: give one from 1 to {HIGHEST}.")
    return int(given)


def _check_free(variable: str, port: int) -> None:
    with socket.socket() as probe:
        # Without this a port stays "taken" for a minute after the last demo ended.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError as error:
            reason = f"Port {port} on {HOST} can't be used ({error.strerror})"
            raise DemoError(f"{reason}: stop what uses it, or choose another with {variable}=...") from error
