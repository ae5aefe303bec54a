"""Where Amazon's own messaging session runs: Node and Chromium."""

from __future__ import annotations

import json
import os
import queue
import shutil
import subprocess
import sys
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING, Any, Protocol

from playwright.sync_api import sync_playwright

from tests.localaws.cloud import REGION

if TYPE_CHECKING:
    from tests.localaws.cloud import Key

CLIENTS = Path(__file__).parent / "clients"
SECONDS_TO_REPORT = 10
# Chromium as tests need it: nothing of its own in the background, and no sandbox where root runs it.
FLAGS = ["--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run"]

Report = dict[str, Any]


class Runtime(Protocol):
    def wish(self, **wishes: Any) -> None: ...

    def next_report(self) -> Report: ...


def plain(key: Key) -> dict[str, str | None]:
    """Credentials as the AWS SDK for JavaScript has them."""
    return {"accessKeyId": key.access_key_id, "secretAccessKey": key.secret, "sessionToken": key.token}


def wish_for(endpoint: str, user_arn: str, key: Key, **wishes: Any) -> dict[str, Any]:
    return {"endpoint": endpoint, "region": REGION, "userArn": user_arn, "credentials": plain(key), **wishes}


def find_node() -> str:
    """The system's, or that of a wheel beside this Python."""
    path = os.pathsep.join([os.environ["PATH"], str(Path(sys.executable).parent)])
    node = shutil.which("node", path=path)
    assert node, "There is no Node."
    return node


class InNode:
    def __init__(self, certificate: Path) -> None:
        self.process = subprocess.Popen(
            [find_node(), "session_in_node.mjs"],
            cwd=CLIENTS,
            env={"PATH": os.environ["PATH"], "NODE_EXTRA_CA_CERTS": str(certificate)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self.reports: queue.Queue[Report] = queue.Queue()
        self.reader = Thread(target=self.read)
        self.reader.start()

    def read(self) -> None:
        assert self.process.stdout
        for line in self.process.stdout:
            self.reports.put(json.loads(line))

    def wish(self, **wishes: Any) -> None:
        assert self.process.stdin
        self.process.stdin.write(json.dumps(wishes) + "\n")
        self.process.stdin.flush()

    def next_report(self) -> Report:
        return self.reports.get(timeout=SECONDS_TO_REPORT)

    def stop(self) -> None:
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.close()
        self.process.wait(SECONDS_TO_REPORT)
        self.reader.join()
        self.process.stdout.close()


class InChromium:
    """A page that is served by a server of its own, as any web application is."""

    def __init__(self, folder: Path) -> None:
        bundle(folder)
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), partial(QuietHandler, directory=str(folder)))
        self.serving = Thread(target=self.server.serve_forever)
        self.serving.start()
        flags = [*FLAGS, "--ignore-certificate-errors", *(["--no-sandbox"] if os.geteuid() == 0 else [])]
        self.playwright = sync_playwright().start()
        self.browser = self.playwright.chromium.launch(executable_path="/usr/bin/chromium", args=flags)
        self.page = self.browser.new_page()
        self.page.goto(f"http://localhost:{self.server.server_port}/index.html")
        self.read = 0

    def wish(self, **wishes: Any) -> None:
        self.page.evaluate("wishes => wish(wishes)", wishes)

    def next_report(self) -> Report:
        self.page.wait_for_function(
            "read => reports.length > read", arg=self.read, timeout=SECONDS_TO_REPORT * 1000, polling=20
        )
        self.read += 1
        report: Report = self.page.evaluate("read => reports[read - 1]", self.read)
        return report

    def stop(self) -> None:
        self.browser.close()
        self.playwright.stop()
        self.server.shutdown()
        self.serving.join()
        self.server.server_close()


class QuietHandler(SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        """What a page loads is no news."""


def bundle(folder: Path) -> None:
    subprocess.run(
        [
            find_node(),
            "node_modules/.bin/esbuild",
            "session_in_browser.mjs",
            "--bundle",
            "--format=esm",
            "--main-fields=browser,module,main",
            "--conditions=browser,import",
            # The SDK speaks of Node's global in browsers, too.
            "--define:global=globalThis",
            "--log-level=error",
            f"--outfile={folder / 'session.js'}",
        ],
        cwd=CLIENTS,
        check=True,
    )
    (folder / "index.html").write_text('<!doctype html><script type="module" src="session.js"></script>')
