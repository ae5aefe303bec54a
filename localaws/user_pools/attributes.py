"""Which attributes a user may have: the standard claims of OpenID Connect, and those that a pool adds.

https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from localaws.wire.errors import AWSError

if TYPE_CHECKING:
    from collections.abc import Iterable

STANDARD = frozenset(
    {
        *("address", "birthdate", "email", "email_verified", "family_name", "gender", "given_name", "locale"),
        *("middle_name", "name", "nickname", "phone_number", "phone_number_verified", "picture"),
        *("preferred_username", "profile", "updated_at", "website", "zoneinfo"),
    }
)
OWN = "sub"


def read_attributes(given: list[dict[str, Any]]) -> dict[str, str]:
    """Raises AWSError."""
    found = {attribute["Name"]: attribute.get("Value", "") for attribute in given}
    if OWN in found:
        raise AWSError("InvalidParameterException", "Cannot modify an immutable attribute: sub.")
    check_attributes(found)
    return found


def check_attributes(names: Iterable[str]) -> None:
    """Pools have no schema here: whatever begins with custom: or dev: is taken for one that was added."""
    for name in names:
        if name not in STANDARD and name != OWN and not name.startswith(("custom:", "dev:")):
            raise AWSError("InvalidParameterException", f"{name}: Attribute does not exist in the schema.")
