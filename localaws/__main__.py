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
from localaws.iam.directory import IAM
from localaws.iam.sessions import Seal
from localaws.state.behaviour import Behaviour, SwitchError, turn
from localaws.state.setup import read_setup
from localaws.state.setup_entry import SetupError
from localaws.state.snapshot_file import SnapshotError, open_snapshot
from localaws.state.store import Store

if TYPE_CHECKING:
    from localaws.state.snapshot import Snapshot

SECONDS_TO_FINISH = 3


def main() -> None:
    logging.basicConfig(level=logging.WARNING, format="localaws: %(message)s")
    wishes = read_arguments()
    snapshot = load_snapshot(wishes.snapshot)
    store = snapshot.store if snapshot else Store()
    behaviour = Behaviour()
    iam = load_iam(wishes.setup, store, behaviour)
    turn_switches(behaviour, wishes.behaviour)
    listener = listen(wishes.host, wishes.port)
    world = World(store, iam, Seal(bytes.fromhex(store.seal_key)), behaviour=behaviour)
    print(f"localaws listens on {address(wishes.host, listener)}", flush=True)  # noqa: T201
    with contextlib.suppress(KeyboardInterrupt):
        serve(world, snapshot, wishes, listener)


def serve(world: World, snapshot: Snapshot | None, wishes: argparse.Namespace, listener: socket.socket) -> None:
    config = uvicorn.Config(
        build(world, snapshot, control=wishes.control),
        log_level="warning",
        access_log=False,
        server_header=False,
        ws="none",
        timeout_graceful_shutdown=SECONDS_TO_FINISH,
    )
    uvicorn.Server(config).run([listener])


def address(host: str, listener: socket.socket) -> str:
    return f"http://{f'[{host}]' if ':' in host else host}:{listener.getsockname()[1]}"


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
    return parser.parse_args()


def turn_switches(behaviour: Behaviour, wishes: list[str]) -> None:
    """Switches on the command line win over those of the setup file."""
    try:
        turn(behaviour, {name: position for name, _, position in (wish.partition("=") for wish in wishes)})
    except SwitchError as error:
        sys.exit(f"localaws: {error}")


def load_snapshot(path: Path | None) -> Snapshot | None:
    if path is None:
        return None
    if not path.parent.is_dir():
        sys.exit(f"localaws: The snapshot {path} has no place: there is no folder {path.parent}.")
    try:
        return open_snapshot(path)
    except SnapshotError as error:
        sys.exit(f"localaws: The snapshot {path} can't be read: {error}")


def load_iam(path: Path | None, store: Store, behaviour: Behaviour) -> IAM:
    if path is None:
        return IAM()
    try:
        return read_setup(path.read_text(encoding="utf-8"), store, round(time.time(), 3), behaviour)
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
