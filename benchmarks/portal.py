"""The portal in processes of its own, alone on the first core, with what a benchmark makes for itself."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

from benchmarks.process import HOST, ROOT, Process

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

PASSWORD = "a-password-for-measuring"  # noqa: S105 - of people made for this
_SERVING = ["--bind", f"{HOST}:0", "--threads", "4", "--no-control-socket", "--log-level", "info"]


class Portal(Process):
    """One gunicorn worker of four threads, a database and a cache as they are by default."""

    def __init__(self, folder: Path, environment: Mapping[str, str] | None = None) -> None:
        folder.mkdir()
        # Behind one proxy, so that each request can come from an address of its own, as people's do.
        own = {"DATA_DIR": str(folder), "TRUSTED_PROXY_COUNT": "1", "LOG_LEVEL": "ERROR"}
        super().__init__(
            [sys.executable, "-m", "gunicorn", "portal.wsgi", *_SERVING],
            environment={**os.environ, **own, **(environment or {})},
            listens="Listening at: ",
        )
        for variable in ("DATABASE_URL", "CACHE_URL", "CELERY_BROKER_URL"):
            self.environment.pop(variable, None)
        self._manage("migrate", "--verbosity=0")
        self._manage("collectstatic", "--noinput", "--verbosity=0")

    def fill(self, script: str) -> str:
        """Let `manage.py shell` run this, so that everything is made as the portal makes it; return what it prints."""
        return self._manage("shell", "--no-imports", "-c", script)

    def _manage(self, *arguments: str) -> str:
        command = [sys.executable, "manage.py", *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environment, check=True, stdout=subprocess.PIPE, text=True)
        return done.stdout
