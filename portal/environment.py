"""The one reader of the environment: typed, and it refuses nonsense with one sentence that names the variable."""

from __future__ import annotations

import os
import secrets
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from environs import Env, EnvError, ValidationError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


@contextmanager
def reading() -> Iterator[Env]:
    """Yield the reader; leave with exit code 78 (EX_CONFIG of sysexits.h) when a variable is nonsense."""
    try:
        yield Env()
    except EnvError as error:
        sys.stderr.write(f"The portal can't start: {error}\n")
        sys.exit(os.EX_CONFIG)


def scheme_of(*schemes: str) -> Callable[[str], None]:
    """Return a validator that accepts only URLs of these schemes."""

    def check(url: str) -> None:
        if urlsplit(url).scheme not in schemes:
            raise ValidationError(f"Not a URL of one of these kinds: {', '.join(schemes)}.")

    return check


def kept_secret(path: Path) -> str:
    """Return the secret in `path`, made at the first start and readable by its owner only."""
    if not path.exists():
        _put_once(path, secrets.token_urlsafe(50))
    return path.read_text(encoding="ascii")


def _put_once(path: Path, text: str) -> None:
    """Write the file whole or not at all: several processes may start at the same moment."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
        file.write(text)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # Another process was first: its secret is the secret.
    finally:
        draft.unlink()
