"""An OpenID provider of its own on this machine: discovery, keys that can be changed, and tokens signed with them."""

from __future__ import annotations

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeAlias

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

PrivateKey: TypeAlias = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
CURVES = {"ES256": ec.SECP256R1(), "ES384": ec.SECP384R1(), "ES512": ec.SECP521R1()}


def draw_key(algorithm: str) -> PrivateKey:
    if algorithm in CURVES:
        return ec.generate_private_key(CURVES[algorithm])
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


def write_key(key: PrivateKey, key_id: str) -> dict[str, Any]:
    """The public half as a JWK. What PyJWT says of its use, AWS does not like to hear."""
    if isinstance(key, rsa.RSAPrivateKey):
        public = RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    else:
        public = ECAlgorithm.to_jwk(key.public_key(), as_dict=True)
    public.pop("key_ops", None)
    return {**public, "kid": key_id, "use": "sig"}


class Issuer:
    """`documents` are what it answers by path; what is not there is 404."""

    def __init__(self) -> None:
        self.documents: dict[str, Any] = {}
        self.asked: list[str] = []
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self.make_handler())
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.keys: dict[str, Any] = {}
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True)
        self.thread.start()

    def make_handler(self) -> type[BaseHTTPRequestHandler]:
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                issuer.asked.append(self.path)
                document = issuer.documents.get(self.path)
                status, content = (404, b"") if document is None else (200, json.dumps(document).encode())
                self.send_response(status)
                self.send_header("content-length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *_: Any) -> None:
                pass

        return Handler

    @property
    def name(self) -> str:
        return self.url.removeprefix("http://")

    def use(self, **algorithms: str) -> None:
        """New keys, by their ids, in the place of the old ones."""
        self.keys = {key_id: (algorithm, draw_key(algorithm)) for key_id, algorithm in algorithms.items()}
        self.publish([write_key(key, key_id) for key_id, (_, key) in self.keys.items()])

    def publish(self, keys: list[dict[str, Any]]) -> None:
        discovery = {"issuer": self.url, "jwks_uri": f"{self.url}/keys"}
        self.documents = {"/.well-known/openid-configuration": discovery, "/keys": {"keys": keys}}

    def sign(self, key_id: str = "k1", **claims: Any) -> str:
        """Claims that are None are left out."""
        algorithm, key = self.keys[key_id]
        return jwt.encode(self.claim(**claims), key, algorithm, headers={"kid": key_id})

    def claim(self, **claims: Any) -> dict[str, Any]:
        now = int(time.time())
        usual = {"iss": self.url, "sub": "alice", "aud": "portal", "iat": now, "exp": now + 300}
        return {name: value for name, value in {**usual, **claims}.items() if value is not None}

    def stop(self) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()
