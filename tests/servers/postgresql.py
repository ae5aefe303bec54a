"""A PostgreSQL that trusts everyone on loopback and does not wait for the disk."""

from __future__ import annotations

import os
import signal
import subprocess
from functools import cached_property
from pathlib import Path

from tests.servers.server import HOST, Server


class PostgreSQL(Server):
    farewell = signal.SIGINT  # SIGTERM would wait for the last client to go

    @property
    def url(self) -> str:
        return f"postgresql://postgres@{HOST}:{self.port}/postgres"

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def start(self) -> None:
        if not self.data.exists():
            self._make_data()
        super().start()

    def command(self) -> list[str]:
        options = [f"port={self.port}", f"listen_addresses={HOST}", f"unix_socket_directories={self.folder}"]
        fast = ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]
        flags = [part for option in options + fast for part in ("-c", option)]
        return [*as_postgres(), str(self._programs / "postgres"), "-D", str(self.data), *flags]

    def ready(self) -> bool:
        # A port that is open is not enough: for a moment the server answers that it is starting up.
        probe = [str(self._programs / "pg_isready"), "--quiet", f"--host={HOST}", f"--port={self.port}"]
        return subprocess.run(probe, check=False).returncode == 0

    @cached_property
    def _programs(self) -> Path:
        """Debian keeps one folder per major version, and none of them on the PATH."""
        folders = Path("/usr/lib/postgresql").glob("*/bin/postgres")
        return max(folders, key=lambda program: int(program.parts[-3])).parent

    def _make_data(self) -> None:
        if os.geteuid() == 0:
            subprocess.run(["chown", "postgres:", self.folder], check=True)
        initdb = [*as_postgres(), str(self._programs / "initdb"), "--pgdata", str(self.data), "--username=postgres"]
        options = ["--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C.UTF-8"]
        subprocess.run([*initdb, *options], check=True, cwd=self.folder, stdout=subprocess.DEVNULL)


def as_postgres() -> list[str]:
    """PostgreSQL refuses to run as root; there it runs as the user its Debian package brings."""
    if os.geteuid() != 0:
        return []
    return ["/usr/bin/setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", "--pdeathsig=INT", "--"]
