"""Switches for what AWS leaves open.

Each is a field here, and in the setup file, on the command line and at the control address it is called as AWS calls
its members: `missing_user` is MissingUser.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from typing import Any, Literal, get_args, get_type_hints

LONGEST_ECHO = 64


class SwitchError(ValueError):
    """There is no such switch, or it has no such position. The sentence says what there is."""


@dataclass
class Behaviour:
    """What AWS does not document, each with the default that is safe to build on. Times in seconds."""

    # CreateAppInstanceUser of an id that exists, by another token. AWS's own samples rely on a no-op.
    create_existing_user: Literal["same-name", "no-op", "conflict"] = "same-name"
    create_existing_admin: Literal["no-op", "conflict"] = "conflict"
    # The status of Describe, Update and DeleteAppInstanceUser for somebody who is not there.
    missing_user: Literal[403, 404] = 403
    # How long a user of Chime, or a role or user of IAM, that was created, changed or deleted is seen as before.
    propagation_delay: float = 0
    deleted_user_memberships: Literal["at-once", "with-delay", "stay"] = "at-once"
    deleted_user_memberships_delay: float = 5
    delete_app_instance_delay: float = 0
    # AWS deletes what has expired within six hours.
    expiration_job_interval: float = 6 * 3600
    # By which days of expiration and retention are counted; shorter ones let a test see them end.
    day_length: float = 86_400
    # How often and how many times a user may connect; AWS lets nobody have more than one a second.
    seconds_between_connects: float = 1
    connections_per_user: int = 10
    # What a socket is closed with when its credentials expire. After 4401 clients would not come back with new ones.
    expired_connection_code: Literal[1001, 1006, 4401] = 1001


KINDS: dict[str, Any] = get_type_hints(Behaviour)


def name_of(field: str) -> str:
    return "".join(word.capitalize() for word in field.split("_"))


FIELDS = {name_of(field): field for field in KINDS}


def turn(behaviour: Behaviour, wishes: Any) -> None:
    """Sets the switches that are named, or none when one of them can't be. Raises SwitchError."""
    if not isinstance(wishes, dict):
        raise SwitchError("Switches must be an object of names and positions.")
    positions = {find_field(name): read_position(name, value) for name, value in wishes.items()}
    for field, position in positions.items():
        setattr(behaviour, field, position)


def show(behaviour: Behaviour) -> dict[str, Any]:
    return {name_of(field): position for field, position in asdict(behaviour).items()}


def find_field(name: str) -> str:
    if name not in FIELDS:
        raise SwitchError(f"There is no switch {name[:LONGEST_ECHO]}; there are {', '.join(sorted(FIELDS))}.")
    return FIELDS[name]


def read_position(name: str, value: Any) -> Any:
    """From JSON, or from the text of a command line."""
    kind = KINDS[find_field(name)]
    if kind in (int, float):
        return kind(read_number(name, value, whole=kind is int))
    options = (True, False) if kind is bool else get_args(kind)
    for option in options:
        if write(option) == write(value):
            return option
    raise SwitchError(f"{name} must be one of {', '.join(map(write, options))}, not {write(value)}.")


def write(value: Any) -> str:
    return str(value).lower()[:LONGEST_ECHO] if isinstance(value, bool) else str(value)[:LONGEST_ECHO]


def read_number(name: str, value: Any, *, whole: bool) -> float:
    try:
        number = math.nan if isinstance(value, bool) else float(value)
    except (TypeError, ValueError, OverflowError):
        number = math.nan
    if not math.isfinite(number) or number < 0 or (whole and not number.is_integer()):
        kind = "whole number" if whole else "number"
        raise SwitchError(f"{name} must be a {kind} that is not negative, not {write(value)}.")
    return number
