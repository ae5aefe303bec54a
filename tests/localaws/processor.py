from __future__ import annotations

import json
import queue
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.localaws.cloud import ACCOUNT, REGION

SECONDS_TO_CALL = 5


def function(name: str) -> str:
    return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{name}"


class Processor:
    """Takes what it is sent, with a status that the path says, and calls back when the test does."""

    def __init__(self) -> None:
        self.events: queue.Queue[dict[str, Any]] = queue.Queue()
        processor = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["content-length"]))
                if self.path == "/taken":
                    processor.events.put(json.loads(body))
                self.send_response(202 if self.path == "/taken" else 500)
                self.send_header("content-length", "0")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Nobody reads it."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.thread = threading.Thread(target=self.server.serve_forever)
        self.thread.start()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server.server_port}"

    def take(self) -> dict[str, Any]:
        return self.events.get(timeout=SECONDS_TO_CALL)

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
