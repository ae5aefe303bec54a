"""Names and tags of AWS sessions as an operator writes them, with `${attributes}` of whoever the session is for. Pure.

Limits: AWS STS, AssumeRole (RoleSessionName, Tags), and IAM User Guide, "Pass session tags in AWS STS".
"""

from __future__ import annotations

import re
import unicodedata
from string import Template
from typing import TYPE_CHECKING

from tenants.refusal import Refusal

if TYPE_CHECKING:
    from accounts.models import User

USUAL_NAME = "chime_${user_id}"
# What may stand between the braces, and in which of these two people surely differ: an address may be unproved.
ATTRIBUTES = ("user_id", "username", "email", "display_name", "role")
_PERSONAL = {"user_id", "username"}
# Of the fifty that STS takes, without the portal's own.
TAGS_MAX, KEY_MAX, VALUE_MAX = 40, 128, 256
_NAME = re.compile(r"[\w+=,.@-]{2,64}", re.ASCII)
_NAME_PIECE = re.compile(r"[\w+=,.@-]*", re.ASCII)
_SIGNS = frozenset("_.:/=+-@")


class Malformed(Exception):
    """A template that can't do: the message says what is wrong, and what to do."""


def attributes(user: User, app_instance_user_id: str) -> dict[str, str]:
    """What templates may say of a user."""
    return {
        "user_id": app_instance_user_id,
        "username": user.username,
        "email": user.email,
        "display_name": user.shown_name,
        "role": user.role,
    }


def check_name(template: str) -> None:
    """Raise Malformed for what could never be a session's name, or would be the same for two people."""
    named, literal = _parts(template)
    if not named & _PERSONAL:
        raise Malformed("Two people would have the same session name: put ${user_id} or ${username} in it.")
    if not _NAME_PIECE.fullmatch(literal):
        raise Malformed("AWS takes letters, digits and + = , . @ _ - in a session's name.")
    if len(literal) >= 64:  # noqa: PLR2004 - as in _NAME
        raise Malformed("A session's name has 64 characters at most.")


def check_tags(templates: dict[str, str], reserved: tuple[str, ...]) -> None:
    """Raise Malformed for tags that STS would not take from anybody; `reserved` are the portal's own."""
    if len(templates) > TAGS_MAX:
        raise Malformed(f"At most {TAGS_MAX} tags can go with a session.")
    taken = {key.lower() for key in reserved}
    for key, template in templates.items():
        _check_key(key, taken)
        taken.add(key.lower())
        _, literal = _parts(template)
        if len(literal) > VALUE_MAX or not _is_taggable(literal):
            raise Malformed(f"The tag {key}: AWS takes 256 letters, digits, spaces and _ . : / = + - @ as a value.")


def session_name(template: str, said: dict[str, str]) -> str:
    """Raise a Refusal when AWS would not take the name that comes out: it is never cut, as two might become one."""
    name = Template(template).substitute(said)
    if not _NAME.fullmatch(name):
        raise Refusal(
            "unusable_session_name", "Your name can't be part of an AWS session's name. Ask your admin.", status=403
        )
    return name


def tags(templates: dict[str, str], said: dict[str, str]) -> dict[str, str]:
    """Return the tags that are not empty. Raises a Refusal for a value that AWS would not take."""
    found = {key: Template(template).substitute(said).strip() for key, template in templates.items()}
    for key, value in found.items():
        if len(value) > VALUE_MAX or not _is_taggable(value):
            raise Refusal("unusable_tag", f"The value of the session tag {key} can't be sent to AWS.", status=403)
    return {key: value for key, value in found.items() if value}


def _parts(template: str) -> tuple[set[str], str]:
    """Return the attributes that a template names, and all else of it."""
    read = Template(template)
    if not read.is_valid():
        raise Malformed("A $ begins the name of an attribute in braces, as in ${username}.")
    named = set(read.get_identifiers())
    for name in named - set(ATTRIBUTES):
        raise Malformed(f"“{name[:40]}” is no attribute. There are {', '.join(ATTRIBUTES)}.")
    return named, read.substitute(dict.fromkeys(ATTRIBUTES, ""))


def _check_key(key: str, taken: set[str]) -> None:
    if key.lower() in taken:
        raise Malformed(f"The tag {key[:40]} is there already, or one of the portal's own.")
    if not 1 <= len(key) <= KEY_MAX or not _is_taggable(key) or key.strip() != key:
        raise Malformed(f"“{key[:40]}” can't be a tag's name at AWS: 1 to 128 letters, digits and _ . : / = + - @.")
    if key.lower().startswith("aws:"):
        raise Malformed("Names of tags that begin with “aws:” are AWS's own.")


def _is_taggable(text: str) -> bool:
    return all(character in _SIGNS or unicodedata.category(character)[0] in "LNZ" for character in text)
