"""Trust policies as they are given by a call: besides being read they are held against who there is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from localaws.iam.directory import key_of_arn
from localaws.iam.documents import MalformedPolicy, read_trust_text
from localaws.iam.identities import weigh
from localaws.iam.refusals import limit_exceeded, malformed

if TYPE_CHECKING:
    from localaws.call import Call

LONGEST_TRUST = 2048
ACCOUNT = re.compile(r"AWS:(\*|\d{12}|arn:aws:iam::\d{12}:root)")
IDENTITY = re.compile(r"AWS:(arn:aws:iam::\d{12}:(role|user)/\S+)")
SESSION = re.compile(r"AWS:arn:aws:sts::\d{12}:assumed-role/[^/*]+/[^/*]+")


def read_trust(call: Call, text: str) -> str:
    """The text, once it is found to be a trust policy. Raises AWSError."""
    try:
        policy = read_trust_text(text)
    except MalformedPolicy as error:
        raise malformed(str(error)) from error
    if weigh(text) > LONGEST_TRUST:
        raise limit_exceeded("ACLSizePerRole", LONGEST_TRUST)
    for principal in (each for statement in policy.statements for each in statement.principals):
        if not is_somebody(call, principal):
            kind, _, name = principal.partition(":")
            raise malformed(f'Invalid principal in policy: "{kind}":"{name[:256]}"')
    return text


def is_somebody(call: Call, principal: str) -> bool:
    """Users and roles must exist. Accounts, sessions, services and providers are believed."""
    identity = IDENTITY.fullmatch(principal)
    if identity:
        shelf = call.store.roles if identity[2] == "role" else call.store.users
        row = shelf.get(key_of_arn(identity[1]))
        return row is not None and row.arn == identity[1]
    return not principal.startswith("AWS:") or bool(ACCOUNT.fullmatch(principal) or SESSION.fullmatch(principal))
