from __future__ import annotations

import argparse
import contextlib
import logging
import socket
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import uvicorn

from localaws.app import build
from localaws.call import World
from localaws.certificate import CertificateError, open_certificate
from localaws.chime.messaging.processors import Processors
from localaws.iam.directory import IAM
from localaws.iam.sessions import Seal
from localaws.server import Server, SocketProtocol
from localaws.state.behaviour import Behaviour, SwitchError, turn
from localaws.state.setup import read_setup
from localaws.state.setup_entry import SetupError
from localaws.state.snapshot_file import SnapshotError, open_snapshot
from localaws.state.store import Store
from localaws.sts.issuers import Issuers
from localaws.trouble.setup import read_fault_file, read_trouble

if TYPE_CHECKING:
    import ssl

    from localaws.state.snapshot import Snapshot

SECONDS_TO_FINISH = 3
# Nobody has anything to say on a socket, and everybody has many: no frame of a client is large, and none is compressed.
LARGEST_FRAME = 32_768


def main() -> None:
    logging.basicConfig(level=logging.WARNING, format="localaws: %(message)s")
    wishes = read_arguments()
    snapshot = load_snapshot(wishes.snapshot)
    store = snapshot.store if snapshot else Store()
    behaviour, processors, issuers = Behaviour(), Processors(), Issuers()
    iam = load_iam(wishes.setup, store, behaviour, processors, issuers)
    turn_switches(behaviour, wishes.behaviour)
    listener = listen(wishes.host, wishes.port)
    tls = open_tls(wishes)
    tls_port = tls[0].getsockname()[1] if tls else None
    seal = Seal(bytes.fromhex(store.seal_key))
    world = World(store, iam, seal, behaviour=behaviour, processors=processors, issuers=issuers, tls_port=tls_port)
    make_trouble(world, wishes)
    print(f"localaws listens on http://{address(wishes.host, listener)}", flush=True)  # noqa: T201
    if tls:
        print(f"localaws listens on https://{address(wishes.host, tls[0])}", flush=True)  # noqa: T201
    with contextlib.suppress(KeyboardInterrupt):
        serve(world, snapshot, wishes, listener, tls)


def open_tls(wishes: argparse.Namespace) -> tuple[socket.socket, ssl.SSLContext] | None:
    if wishes.tls_port is None:
        return None
    try:
        context = open_certificate(wishes.cert, wishes.key)
    except CertificateError as error:
        sys.exit(f"localaws: {error}")
    return listen(wishes.host, wishes.tls_port), context


def serve(
    world: World,
    snapshot: Snapshot | None,
    wishes: argparse.Namespace,
    listener: socket.socket,
    tls: tuple[socket.socket, ssl.SSLContext] | None,
) -> None:
    config = uvicorn.Config(
        build(world, snapshot, control=wishes.control),
        log_level="warning",
        access_log=False,
        server_header=False,
        # Nothing stands before it, and aws:SourceIp is not for the caller to write.
        proxy_headers=False,
        ws=SocketProtocol,
        ws_max_size=LARGEST_FRAME,
        ws_per_message_deflate=False,
        timeout_graceful_shutdown=SECONDS_TO_FINISH,
    )
    Server(config, world.live, tls).run([listener])


def address(host: str, listener: socket.socket) -> str:
    return f"{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}"


def read_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="localaws", description="AWS on this machine: STS and the Amazon Chime SDK.")
    parser.add_argument("--port", type=int, default=8100, help="0 takes a free one")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--setup", type=Path, metavar="FILE", help="accounts, users, roles and app instances, as JSON")
    parser.add_argument("--snapshot", type=Path, metavar="FILE", help="where the state is kept over a restart")
    parser.add_argument("--control", action="store_true", help="turn on the addresses below /_localaws")
    parser.add_argument(
        "--behaviour", action="append", default=[], metavar="NAME=VALUE", help="a switch, as the setup file has them"
    )
    parser.add_argument("--quotas", action="store_true", help="turn on AWS's quotas, as it has them by default")
    parser.add_argument("--faults", type=Path, metavar="FILE", help="what is to go wrong, as JSON")
    parser.add_argument("--tls-port", type=int, metavar="PORT", help="a second port, for TLS; 0 takes a free one")
    parser.add_argument("--cert", type=Path, metavar="FILE", help="the certificate of the TLS port; made when missing")
    parser.add_argument("--key", type=Path, metavar="FILE", help="the key of the certificate; made together with it")
    wishes = parser.parse_args()
    if len({wishes.tls_port is None, wishes.cert is None, wishes.key is None}) > 1:
        parser.error("--tls-port, --cert and --key go together")
    return wishes


def turn_switches(behaviour: Behaviour, wishes: list[str]) -> None:
    """Switches on the command line win over those of the setup file."""
    try:
        turn(behaviour, {name: position for name, _, position in (wish.partition("=") for wish in wishes)})
    except SwitchError as error:
        sys.exit(f"localaws: {error}")


def make_trouble(world: World, wishes: argparse.Namespace) -> None:
    """Faults of a file of their own come after those of the setup file."""
    path, faults = wishes.setup, []
    try:
        if wishes.setup:
            faults += read_trouble(wishes.setup.read_text(encoding="utf-8"), world.quotas)
        path = wishes.faults
        if wishes.faults:
            faults += read_fault_file(wishes.faults.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        sys.exit(f"localaws: The file {path} can't be read: {error}")
    world.faults.put(faults)
    world.quotas.on = world.quotas.on or wishes.quotas


def load_snapshot(path: Path | None) -> Snapshot | None:
    if path is None:
        return None
    if not path.parent.is_dir():
        sys.exit(f"localaws: The snapshot {path} has no place: there is no folder {path.parent}.")
    try:
        return open_snapshot(path)
    except SnapshotError as error:
        sys.exit(f"localaws: The snapshot {path} can't be read: {error}")


def load_iam(path: Path | None, store: Store, behaviour: Behaviour, processors: Processors, issuers: Issuers) -> IAM:
    if path is None:
        return IAM(store)
    try:
        text = path.read_text(encoding="utf-8")
        return read_setup(text, store, round(time.time(), 3), behaviour, processors, issuers)
    except (OSError, UnicodeDecodeError, SetupError) as error:
        sys.exit(f"localaws: The setup file {path} can't be read: {error}")


def listen(host: str, port: int) -> socket.socket:
    """Bound before anything else is started, so that a taken port is one sentence."""
    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listener = socket.create_server((host, port), family=family, backlog=1024)
    except (OSError, OverflowError) as error:
        sys.exit(f"localaws: Port {port} of {host} can't be used: {error}")
    # Connections inherit it. Without it an answer of two packets waits 40 ms for the client to acknowledge the first.
    listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return listener


if __name__ == "__main__":
    main()
