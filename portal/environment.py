"""The one reader of the environment: typed, and it refuses nonsense with one sentence that names the variable."""

from __future__ import annotations

import base64
import ipaddress
import os
import re
import secrets
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from environs import Env, EnvError, ValidationError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_HOST = re.compile(r"[a-z0-9.-]+|\[[0-9a-f:.]+\]")
_SENDER = re.compile(r"[^<>@\s]+@[^<>@\s]+|[^<>@\r\n]+ <[^<>@\s]+@[^<>@\s]+>")

# A key's id, a colon and its bytes in Base64.
_KEY = re.compile(r"([A-Za-z0-9._-]{1,40}):([A-Za-z0-9+/]+=*)")
_TOKEN_MIN = 20  # characters
_KEY_BYTES = 32
_DNS_PORT = 53


@contextmanager
def reading() -> Iterator[Env]:
    """Yield the reader; leave with exit code 78 (EX_CONFIG of sysexits.h) when a variable is nonsense."""
    try:
        yield Env()
    except EnvError as error:
        sys.stderr.write(f"The portal can't start: {_sentence(error)}\n")
        sys.exit(os.EX_CONFIG)


def url_of(*schemes: str) -> Callable[[str], None]:
    """Return a validator that accepts only URLs of these schemes."""

    def check(url: str) -> None:
        try:
            parts = urlsplit(url)
            readable = parts.port != 0
        except ValueError:
            readable = False
        if not readable or parts.scheme not in schemes:
            raise ValidationError(f"Not a URL of one of these kinds: {', '.join(schemes)}.")

    return check


def check_hosts(hosts: list[str]) -> None:
    """Accept at least one host, in lower case as browsers send it, without a port."""
    if not hosts or not all(_HOST.fullmatch(host) for host in hosts):
        raise ValidationError("Not a list of host names in lower case, without ports, divided by commas.")


def check_sender(sender: str) -> None:
    if not _SENDER.fullmatch(sender):
        raise ValidationError("Not an e-mail address, such as portal@example.com or Portal <portal@example.com>.")


def check_token(token: str) -> None:
    if token and len(token) < _TOKEN_MIN:
        raise ValidationError(f"Shorter than {_TOKEN_MIN} characters, so that it could be guessed.")


def made_folder(path: Path, *, named_by: str) -> Path:
    """Return the folder, made when it is missing. Raises EnvError when files can't be written there."""
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise EnvError(
            f'Environment variable "{named_by}" invalid: {path} can\'t be made: {error.strerror}.'
        ) from error
    if not os.access(path, os.W_OK | os.X_OK):
        raise EnvError(f'Environment variable "{named_by}" invalid: {path} can\'t be written to.')
    return path


def check_servers(servers: list[str]) -> None:
    """Accept addresses of name servers, each with or without a port."""
    try:
        read_servers(servers)
    except ValueError as error:
        raise ValidationError(
            "Not a list of name servers' IP addresses, such as 192.0.2.53, divided by commas."
        ) from error


def read_servers(servers: list[str]) -> list[tuple[str, int]]:
    divided = [server.partition("#") for server in servers]
    return [(str(ipaddress.ip_address(host)), int(port or _DNS_PORT)) for host, _, port in divided]


def check_keys(keys: list[str]) -> None:
    """Accept keys written `id:base64` of 32 bytes each, with different ids."""
    read = [_KEY.fullmatch(key) for key in keys]
    ids = [found[1] for found in read if found]
    if len(set(ids)) < len(keys) or not all(len(_key_bytes(key)) == _KEY_BYTES for key in keys):
        raise ValidationError("Not a list of keys, each written id:base64 of 32 bytes, divided by commas.")


def read_keys(keys: list[str]) -> dict[str, bytes]:
    return {key.partition(":")[0]: _key_bytes(key) for key in keys}


def make_key() -> str:
    return f"first:{base64.b64encode(secrets.token_bytes(_KEY_BYTES)).decode()}"


def make_secret() -> str:
    return secrets.token_urlsafe(50)


def kept_secret(path: Path, make: Callable[[], str] = make_secret) -> str:
    """Return the secret in `path`, made at the first start and readable by its owner only."""
    if not path.exists():
        _put_once(path, make())
    return path.read_text(encoding="ascii")


def _put_once(path: Path, text: str) -> None:
    """Write the file whole or not at all: several processes may start at the same moment."""
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
        file.write(text)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # Another process was first: its secret is the secret.
    finally:
        draft.unlink()


def _key_bytes(key: str) -> bytes:
    try:
        return base64.b64decode(key.partition(":")[2], validate=True)
    except ValueError:
        return b""


def _sentence(error: EnvError) -> str:
    """Take off the brackets in which environs hands over what a validator said."""
    return re.sub(r"\['(.*)'\]$", r"\1", str(error))
