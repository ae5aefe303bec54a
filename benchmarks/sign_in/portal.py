"""The portal in processes of its own, alone on the first core, with people and providers made for this."""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Self

ROOT = Path(__file__).resolve().parents[2]
FIRST_CORE, *OTHER_CORES = sorted(os.sched_getaffinity(0))
HOST, PATIENCE = "127.0.0.1", 30  # seconds
PASSWORD = "a-password-for-measuring"  # noqa: S105 - of people made for this
_TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
# Where utime and stime stand behind the name of the program, which ends with the last bracket: proc_pid_stat(5).
_UTIME, _STIME = 11, 12

_SERVING = ["--bind", f"{HOST}:0", "--threads", "4", "--no-control-socket", "--log-level", "info"]

# What `manage.py shell` is told, so that everything is made as the portal makes it.
_FILL = """
from django.utils import timezone
from accounts.providers import add_provider, note_test, switch
from accounts.services import register
from tenants.models import Tenant
from tenants.refusal import Secret
from tenants.scope import scope
from tenants.services import open_tenant

def settings(number):
    issuer = f"https://{{number}}.example"
    return {{"issuer": issuer, "client_id": "portal", "scopes": "openid", "asks_userinfo": False}}

for number in range({tenants}):
    slug = f"t{{number}}"
    if Tenant.objects.filter(slug=slug).exists():
        continue
    tenant = open_tenant(slug=slug, name=slug, hosts=[f"{{slug}}.localhost"])
    with scope(tenant):
        for one in range({providers}):
            provider = add_provider(
                tenant, kind="oidc", slug=f"p{{one}}", name=f"Provider {{one}}", settings=settings(one)
            )
            note_test(provider, now=timezone.now())
            switch(provider, on=True)
        for user in range({users} if number == 0 else 0):
            register(tenant=tenant, username=f"user{{user}}", password=Secret("{password}"))
"""


class Portal:
    """One gunicorn worker of four threads, a database and a cache as they are by default."""

    def __init__(self, folder: Path, *, tenants: int = 1, providers: int = 0, users: int = 0) -> None:
        folder.mkdir()
        # Behind one proxy, so that each sign-in can come from an address of its own, as people's do.
        self.environment = os.environ | {"DATA_DIR": str(folder), "TRUSTED_PROXY_COUNT": "1", "LOG_LEVEL": "ERROR"}
        for variable in ("DATABASE_URL", "CACHE_URL", "CELERY_BROKER_URL"):
            self.environment.pop(variable, None)
        self._manage("migrate", "--verbosity=0")
        self._manage("collectstatic", "--noinput", "--verbosity=0")
        self.fill(tenants=tenants, providers=providers, users=users)

    def fill(self, *, tenants: int, providers: int, users: int = 0) -> None:
        """Make as many tenants, each with as many providers, and the first one with as many users."""
        script = _FILL.format(tenants=tenants, providers=providers, users=users, password=PASSWORD)
        self._manage("shell", "--no-imports", "-c", script)

    def __enter__(self) -> Self:
        os.sched_setaffinity(0, {FIRST_CORE})
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gunicorn", "portal.wsgi", *_SERVING],
            cwd=ROOT,
            env=self.environment,
            stderr=subprocess.PIPE,
            text=True,
        )
        os.sched_setaffinity(0, OTHER_CORES or {FIRST_CORE})
        self.port = self._read_port()
        return self

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.communicate()

    @property
    def cpu_seconds(self) -> float:
        """What gunicorn and its worker have used up together."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text(encoding="ascii")
        return sum(map(_cpu_seconds, [self.process.pid, *map(int, children.split())]))

    def _read_port(self) -> int:
        until = time.monotonic() + PATIENCE
        for line in self.process.stderr or []:
            if "Listening at: " in line:
                port = int(line.rpartition(":")[2].split()[0])
                _wait(port, until)
                return port
        raise SystemExit("The portal did not start.")

    def _manage(self, *arguments: str) -> None:
        subprocess.run([sys.executable, "manage.py", *arguments], cwd=ROOT, env=self.environment, check=True)


def _cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return (int(fields[_UTIME]) + int(fields[_STIME])) / _TICKS_PER_SECOND


def _wait(port: int, until: float) -> None:
    while time.monotonic() < until:
        with closing(http.client.HTTPConnection(HOST, port, timeout=PATIENCE)) as connection:
            connection.request("GET", "/healthz")
            if connection.getresponse().status == http.HTTPStatus.OK:
                return
    raise SystemExit("The portal does not answer.")
