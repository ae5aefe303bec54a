"""What addresses answer, in the words of the map."""

from __future__ import annotations

from typing import NamedTuple

OK, SIGN_IN, AWAY, NOWHERE, NOT_SO, NOT_YOURS, UNPROVED = (
    "a page",
    "sign in",
    "led away",
    "nothing there",
    "not by GET",
    "refused",
    "no proof",
)
ANSWERS = {200: OK, 401: UNPROVED, 403: NOT_YOURS, 404: NOWHERE, 405: NOT_SO}


class Row(NamedTuple):
    """What an address answers: at a tenant's host to nobody, a member and an admin, at the operator's to two."""

    nobody: str
    member: str
    admin: str
    stranger: str  # nobody at the operator's host
    operator: str


PUBLIC = Row(OK, OK, OK, OK, OK)
ENTRANCE = Row(OK, AWAY, AWAY, OK, AWAY)
USERS = Row(SIGN_IN, OK, OK, SIGN_IN, OK)
BY_POST = Row(NOT_SO, NOT_SO, NOT_SO, NOT_SO, NOT_SO)
NO_SUCH = Row(NOWHERE, NOWHERE, NOWHERE, NOWHERE, NOWHERE)
ADMINS = Row(SIGN_IN, NOWHERE, OK, SIGN_IN, OK)
OPERATORS = Row(SIGN_IN, NOWHERE, NOWHERE, SIGN_IN, OK)
NOBODYS = Row(SIGN_IN, NOWHERE, NOWHERE, SIGN_IN, NOWHERE)
# Of another tenant: an admin is led back as if it were not there. The operator may see every tenant's.
THEIRS = Row(SIGN_IN, NOWHERE, AWAY, SIGN_IN, OK)
MOVED = Row(SIGN_IN, NOWHERE, AWAY, SIGN_IN, AWAY)
