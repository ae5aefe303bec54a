"""`python -m benchmarks.exchange.aws`: an AWS that gives everybody the same, at once.

Not localaws, which checks signatures and policies: whoever is measured here shall not wait for that.
"""

from __future__ import annotations

import asyncio
import json
import sys
from datetime import UTC, datetime, timedelta

from benchmarks.process import HOST

_END = b"\r\n\r\n"


class Answering(asyncio.Protocol):
    """HTTP/1.1 as far as AWS's SDKs speak it: a head with Content-Length, and a body."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport, self.seen = transport, b""

    def data_received(self, data: bytes) -> None:
        self.seen += data
        while _END in self.seen:
            head, _, rest = self.seen.partition(_END)
            length = _length(head)
            if len(rest) < length:
                return
            self.seen = rest[length:]
            self.transport.write(_answer(head, rest[:length]))  # type: ignore[attr-defined]


def _length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.lower() == b"content-length":
            return int(value)
    return 0


def _answer(head: bytes, body: bytes) -> bytes:
    if head.startswith(b"GET /healthz"):
        return _written(b"ok", b"text/plain")
    if b"Action=AssumeRole" in body:
        return _written(_assumed(), b"text/xml")
    if b"Action=GetCallerIdentity" in body:
        return _written(_CALLER, b"text/xml")
    return _written(_USER, b"application/json", status=b"201 Created")


def _assumed() -> bytes:
    expires = (datetime.now(UTC) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return _ASSUMED % expires.encode()


def _written(body: bytes, kind: bytes, status: bytes = b"200 OK") -> bytes:
    head = b"HTTP/1.1 %s\r\nContent-Type: %s\r\nContent-Length: %d\r\nx-amzn-RequestId: r\r\n\r\n"
    return head % (status, kind, len(body)) + body


_ASSUMED = b"""<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
<AssumedRoleUser><AssumedRoleId>AROAEXAMPLEEXAMPLE123:chime</AssumedRoleId>
<Arn>arn:aws:sts::111122223333:assumed-role/ChimeMember/chime</Arn></AssumedRoleUser>
<Credentials><AccessKeyId>ASIAEXAMPLEEXAMPLE12</AccessKeyId><SecretAccessKey>c2VjcmV0</SecretAccessKey>
<SessionToken>dG9rZW4=</SessionToken><Expiration>%s</Expiration></Credentials></AssumeRoleResult>
<ResponseMetadata><RequestId>r</RequestId></ResponseMetadata></AssumeRoleResponse>"""
_CALLER = b"""<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>
<Arn>arn:aws:iam::111122223333:user/portal</Arn><UserId>AIDAEXAMPLE</UserId><Account>111122223333</Account>
</GetCallerIdentityResult></GetCallerIdentityResponse>"""
_USER = json.dumps({"AppInstanceUserArn": "arn:aws:chime:us-east-1:111122223333:app-instance/a/user/b"}).encode()


async def main() -> None:
    server = await asyncio.get_running_loop().create_server(Answering, HOST, 0)
    sys.stdout.write(f"stub of AWS listens at http://{HOST}:{server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
