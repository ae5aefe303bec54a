#!/usr/bin/env python3
"""Fetch AWS credentials from the portal for AWS SDKs that ask a program: `credential_process` in ~/.aws/config.

    [profile chat]
    credential_process = python3 /usr/local/lib/chime_credentials.py https://chat.acme.example /home/dora/chime-token

The file holds an API token and should be its owner's alone. Nothing but Python 3 is needed. SDKs that know
AWS_CONTAINER_CREDENTIALS_FULL_URI need no program: see docs/exchange.md.

AWS SDKs and Tools Reference Guide, "Process credential provider": JSON of version 1 on standard output; on failure a
sentence on standard error, in which no secret stands, and an exit code that is not 0.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import urllib.error
import urllib.request
from pathlib import Path
from urllib.parse import urlsplit

PATIENCE = 10  # seconds
OTHERS = 0o077  # what nobody but the owner may do with the file
HERE = {("http", "localhost"), ("http", "127.0.0.1")}


class NoRedirects(urllib.request.HTTPRedirectHandler):
    """Another place would be sent the token, too."""

    def redirect_request(self, *_: object) -> None:
        return None


ASKING = urllib.request.build_opener(NoRedirects)


class Unable(Exception):
    """Why there are no credentials, in a sentence."""


def main() -> int:
    asked = argparse.ArgumentParser(description="Fetch AWS credentials of an Amazon Chime SDK user from the portal.")
    asked.add_argument("portal", help="such as https://chat.acme.example")
    asked.add_argument("token_file", type=Path, help="a file with an API token, readable by its owner alone")
    given = asked.parse_args()
    try:
        told = fetch(given.portal, read_token(given.token_file))
    except Unable as error:
        sys.stderr.write(f"chime_credentials: {error}\n")
        return 1
    sys.stdout.write(json.dumps({"Version": 1, **renamed(told)}))
    return 0


def read_token(path: Path) -> str:
    """Raises Unable for a file that others may read, that is not there or empty."""
    try:
        mode, token = path.stat().st_mode, path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise Unable(f"The token file can't be read: {path}") from error
    if os.name == "posix" and mode & OTHERS:
        raise Unable(f"Others may read the token file: chmod 600 {path}")
    if not token or not token.isascii() or not token.isprintable():
        raise Unable(f"There is no API token in {path}")
    return token


def fetch(portal: str, token: str) -> dict[str, str]:
    """Ask the portal. Raises Unable."""
    place = urlsplit(portal)
    if place.scheme != "https" and (place.scheme, place.hostname) not in HERE:
        raise Unable("The portal's address must begin with https://, or the token could be read on its way.")
    request = urllib.request.Request(  # noqa: S310 - the scheme is looked at above
        f"{portal.rstrip('/')}/api/v1/credentials", headers={"Authorization": f"Bearer {token}"}
    )
    try:
        with ASKING.open(request, timeout=PATIENCE) as answer:
            told: dict[str, str] = json.load(answer)
            return told
    except urllib.error.HTTPError as error:
        raise Unable(sentence_of(error)) from error
    except (OSError, ValueError) as error:
        raise Unable(f"The portal can't be reached at {portal}.") from error


def sentence_of(error: urllib.error.HTTPError) -> str:
    """What the portal says (RFC 9457), or else the status alone."""
    with error:
        try:
            return str(json.load(error)["detail"])
        except (ValueError, KeyError, TypeError):
            return f"The portal answers {error.code}."


def renamed(told: dict[str, str]) -> dict[str, str]:
    """The session token has another name here than where containers ask."""
    names = ("AccessKeyId", "SecretAccessKey", "Expiration")
    return {**{name: told[name] for name in names}, "SessionToken": told["Token"]}


if __name__ == "__main__":
    sys.exit(main())
