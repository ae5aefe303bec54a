"""A name server on loopback that knows the TXT records a test tells it."""

from __future__ import annotations

import socketserver
import threading
from typing import Self

import dns.flags
import dns.message
import dns.rcode
import dns.rrset


class NameServer:
    """`texts` are the records by name; a server that is `silent` answers nothing at all."""

    def __init__(self) -> None:
        self.texts: dict[str, list[str]] = {}
        self.silent = False
        self.server = socketserver.UDPServer(("127.0.0.1", 0), self._handler())
        self.address = ("127.0.0.1", self.server.server_address[1])

    def __enter__(self) -> Self:
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def answer(self, asked: bytes) -> bytes:
        query = dns.message.from_wire(asked)
        answer = dns.message.make_response(query)
        name = query.question[0].name
        texts = self.texts.get(name.to_text(omit_final_dot=True))
        if texts is None:
            answer.set_rcode(dns.rcode.NXDOMAIN)
        elif texts:
            quoted = [f'"{text}"' for text in texts]
            answer.answer.append(dns.rrset.from_text(name, 60, "IN", "TXT", *quoted))
        return answer.to_wire()

    def _handler(self) -> type[socketserver.BaseRequestHandler]:
        known = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self) -> None:
                asked, connection = self.request
                if not known.silent:
                    connection.sendto(known.answer(asked), self.client_address)

        return Handler
