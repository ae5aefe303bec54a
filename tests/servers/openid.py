"""An OpenID provider made for lying: honest unless a test tells it what to say instead."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
import time
import warnings
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from jwt.algorithms import ECAlgorithm, RSAAlgorithm

CLIENT, SECRET = "portal", "the secret: 100 % portal's"
DORA = {
    "sub": "dora-1",
    "preferred_username": "dora",
    "email": "dora@acme.example",
    "email_verified": True,
    "name": "Dora of Acme",
    "groups": ["staff"],
}


@dataclass(frozen=True)
class In:
    """A moment so many seconds from when the token that tells it is signed."""

    seconds: int


class OpenIDProvider:
    """`claims` are changed in the next id_token, None leaves one out; `header` likewise. `pages` answer by path.

    `asked` holds the forms that came to the token endpoint, `authorized` what each code stands for.
    """

    def __init__(self) -> None:
        self.key, self.key_id = rsa.generate_private_key(public_exponent=65537, key_size=2048), "k1"
        self.algorithm = "RS256"
        self.claims: dict[str, Any] = {}
        self.header: dict[str, Any] = {}
        self.id_token: str | None = None
        self.asked: list[dict[str, str]] = []
        self.looked: list[str] = []
        self.authorized: dict[str, dict[str, str]] = {}
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        self.pages: dict[str, Any] = {
            "/.well-known/openid-configuration": self._published(),
            "/userinfo": {"sub": DORA["sub"]},
        }
        self.publish(self.key, self.key_id)

    def __enter__(self) -> Self:
        self.thread = threading.Thread(target=self.server.serve_forever, args=(0.02,), daemon=True)
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()
        self.thread.join()

    def publish(self, key: Any, key_id: str) -> None:
        self.pages["/keys"] = {"keys": [public_jwk(key) | {"kid": key_id, "use": "sig"}]}

    def authorize(self, url: str) -> dict[str, str]:
        """What the browser brings back from this address, once somebody has signed in here."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}
        code = f"code-{len(self.authorized) + 1}"
        self.authorized[code] = asked
        return {"code": code, "state": asked["state"]}

    def shown(self, query: str) -> bytes:
        """The page on which somebody signs in here, which leads back by a link or, where it is asked for, by a form."""
        url = f"{self.url}/authorize?{query}"
        home, answer = parse_qs(query)["redirect_uri"][0], self.authorize(url)
        if "response_mode=form_post" in query:
            fields = "".join(f'<input type="hidden" name="{name}" value="{answer[name]}">' for name in answer)
            return f'<form method="post" action="{home}">{fields}<button>Continue</button></form>'.encode()
        return f'<a href="{home}?{urlencode(answer)}">Continue</a>'.encode()

    def redeem(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """Be as strict as a good provider: the verifier must be that of the challenge (RFC 7636, section 4.6)."""
        self.asked.append(form)
        asked = self.authorized.pop(form.get("code", ""), None)
        if asked is None or form.get("redirect_uri") != asked["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        digest = base64.urlsafe_b64encode(hashlib.sha256(form["code_verifier"].encode()).digest())
        if asked["code_challenge"] != digest.rstrip(b"=").decode():
            return 400, {"error": "invalid_grant"}
        token = self.id_token or self.sign(nonce=asked.get("nonce"))
        return 200, {"access_token": "an-access-token", "token_type": "Bearer", "id_token": token}

    def sign(self, **claims: Any) -> str:
        now = int(time.time())
        usual = {"iss": self.url, "aud": CLIENT, "iat": now, "exp": now + 300, **DORA}
        told = {name: value for name, value in {**usual, **claims, **self.claims}.items() if value is not None}
        said = {name: now + value.seconds if isinstance(value, In) else value for name, value in told.items()}
        header = {name: value for name, value in {"kid": self.key_id, **self.header}.items() if value is not None}
        key = self.key if self.algorithm != "none" else None
        with warnings.catch_warnings(action="ignore", category=jwt.InsecureKeyLengthWarning):
            return jwt.encode(said, key, self.algorithm, headers=header)

    def _published(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }


def public_jwk(key: Any) -> dict[str, Any]:
    kind = RSAAlgorithm if isinstance(key, rsa.RSAPrivateKey) else ECAlgorithm
    return {name: value for name, value in kind.to_jwk(key.public_key(), as_dict=True).items() if name != "key_ops"}


def ec_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


def _handler(provider: OpenIDProvider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            provider.looked.append(self.path)
            path, _, query = self.path.partition("?")
            page = provider.shown(query) if "redirect_uri=" in query else provider.pages.get(path)
            self._answer(404 if page is None else 200, page)

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            form = {name: values[0] for name, values in parse_qs(body).items()}
            if "Authorization" in self.headers:
                form["authorization"] = self.headers["Authorization"]
            page = provider.pages.get(urlsplit(self.path).path)
            self._answer(*((200, page) if page is not None else provider.redeem(form)))

        def _answer(self, status: int, page: Any) -> None:
            content = page if isinstance(page, bytes) else json.dumps(page).encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/html" if isinstance(page, bytes) else "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: Any) -> None:
            """Be quiet."""

    return Handler
