"""What a provider says about somebody, in our words. Pure.

An attribute map leads from each of our names to one of the provider's: {"username": "sAMAccountName"}. It is data; what
it does not name is read under the provider kind's own defaults.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from accounts.names import USERNAME_MAX, plain_display_name

if TYPE_CHECKING:
    from collections.abc import Mapping

# Our names, all of which an attribute map may lead from.
NAMES = ("subject", "username", "email", "email_verified", "display_name", "groups")
SUBJECT_MAX = 255
_MOST_GROUPS = 500
GROUP_MAX = 255  # characters of a group's name


class Unusable(ValueError):
    """What a provider said can't be used; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Claims:
    """`subject` is the provider's stable id of somebody; all else may change from one sign-in to the next."""

    subject: str
    username: str = ""
    email: str = ""
    email_verified: bool = False
    display_name: str = ""
    groups: tuple[str, ...] = ()


def read(said: Mapping[str, Any], attribute_map: Mapping[str, str]) -> Claims:
    """Translate what a provider said. Raises Unusable when there is no subject to know somebody by."""
    subject = _text(said.get(attribute_map["subject"]))
    if not subject or len(subject) > SUBJECT_MAX:
        raise Unusable(f"There is no usable value under “{attribute_map['subject']}”, by which people are known.")
    told = {name: said.get(attribute_map[name]) for name in NAMES if attribute_map.get(name)}
    return Claims(
        subject=subject,
        username=_text(told.get("username"))[:USERNAME_MAX],
        email=_text(told.get("email")).lower(),
        email_verified=_is_true(told.get("email_verified")),
        display_name=plain_display_name(_text(told.get("display_name"))),
        groups=tuple(sorted({_text(group)[:GROUP_MAX] for group in _many(told.get("groups"))} - {""}))[:_MOST_GROUPS],
    )


def _text(value: Any) -> str:
    """The first of many values, as text. Raises Unusable for a value with a NUL, which no database takes."""
    first = next(iter(value), "") if isinstance(value, list | tuple) else value
    text = str(first).strip() if isinstance(first, str | int) and not isinstance(first, bool) else ""
    if "\x00" in text:
        raise Unusable("A value has a NUL character in it.")
    return text


def _many(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [value]


def _is_true(value: Any) -> bool:
    """Providers send true as a boolean or as a word (Cognito and Apple do)."""
    first = next(iter(value), False) if isinstance(value, list | tuple) else value
    return first is True or (isinstance(first, str) and first.lower() == "true")
