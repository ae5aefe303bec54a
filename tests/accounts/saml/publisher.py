"""A web server on this machine where a provider publishes its metadata."""

from __future__ import annotations

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self


class Publisher:
    """What `content` holds stands at `url`, whoever asks."""

    def __init__(self, content: str) -> None:
        self.content, self.status = content, 200
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._answer)
        self.url = f"http://127.0.0.1:{self._server.server_port}/metadata"

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=[0.01], daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _answer(self, *arguments: Any) -> BaseHTTPRequestHandler:
        return _Page(self, *arguments)


class _Page(BaseHTTPRequestHandler):
    def __init__(self, publisher: Publisher, *arguments: Any) -> None:
        self.publisher = publisher
        super().__init__(*arguments)

    def do_GET(self) -> None:
        content = self.publisher.content.encode()
        self.send_response(self.publisher.status)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_arguments: Any) -> None:
        pass
