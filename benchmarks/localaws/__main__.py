"""`python -m benchmarks.localaws` starts localaws on loopback, measures it for two minutes or so, and prints a table.

localaws has the first core for itself and whoever asks has the others. Every signature is verified, and every change
is kept in a snapshot. Figures are medians of several rounds.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from statistics import median

from benchmarks.localaws.ground import Ground, find_ground, write_setup
from benchmarks.localaws.pages import measure_pages
from benchmarks.localaws.rates import Rate, measure_assume_role, measure_send_channel_message
from benchmarks.localaws.server import Server
from benchmarks.localaws.sockets import weigh_with_sockets

USERS, SOCKETS, STARTS = 100_000, 1_000, 3
MIB = 1024 * 1024


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        measure_rates(folder / "few")
        measure_size(folder / "many")


def measure_rates(folder: Path) -> None:
    with Server(*files(folder, users=100)) as server:
        ground = find_ground(server.url, folder / "setup.json")
        tell_rate("AssumeRole", measure_assume_role(server, ground))
        tell_rate("SendChannelMessage", measure_send_channel_message(server, ground))


def measure_size(folder: Path) -> None:
    with Server(*files(folder, users=USERS)) as server:
        measure_full(server, find_ground(server.url, folder / "setup.json"))
    # From now on all users are in the snapshot alone.
    write_setup(folder / "setup.json", users=0)
    tell(f"start from a snapshot of {USERS:,} users", f"{median(start(folder) for _ in range(STARTS)):.1f} s")


def measure_full(server: Server, ground: Ground) -> None:
    times = measure_pages(ground, USERS)
    tell("a page of 50 at the start of all users", f"{times.first * 1000:.2f} ms")
    tell("a page of 50 at their end", f"{times.last * 1000:.2f} ms, {times.last / times.first:.2f} times that")
    weight = weigh_with_sockets(server, ground, SOCKETS)
    tell(f"resident with {USERS:,} users and {SOCKETS:,} sockets", f"{weight / MIB:.0f} MiB")


def start(folder: Path) -> float:
    with Server("--setup", str(folder / "setup.json"), "--snapshot", str(folder / "snapshot.db")) as server:
        return server.seconds_to_start


def files(folder: Path, users: int) -> tuple[str, ...]:
    folder.mkdir()
    write_setup(folder / "setup.json", users)
    return "--setup", str(folder / "setup.json"), "--snapshot", str(folder / "snapshot.db")


def tell_rate(operation: str, rate: Rate) -> None:
    spent = f"{rate.cpu_seconds_per_call * 1e6:.0f} µs of CPU each"
    tell(f"{operation} by one core", f"{rate.calls_per_second:,.0f} a second, {spent}")


def tell(what: str, figure: str) -> None:
    sys.stdout.write(f"{what:45} {figure}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
