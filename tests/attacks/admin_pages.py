"""The admin's part of the map: for each list its pages."""

from __future__ import annotations

from tests.attacks.rows import ADMINS, AWAY, MOVED, NOBODYS, NOWHERE, OK, OPERATORS, SIGN_IN, THEIRS, Row


def pages_of(model: str, *, index: Row, add: Row, change: Row, delete: Row, history: Row) -> dict[str, Row]:
    thing = f"admin/{model}/<path:object_id>/"
    return {
        f"admin/{model}/": index,
        f"admin/{model}/add/": add,
        f"{thing}change/": change,
        f"{thing}delete/": delete,
        f"{thing}history/": history,
        thing: MOVED,
    }


PAGES = pages_of("accounts/user", index=ADMINS, add=ADMINS, change=THEIRS, delete=THEIRS, history=THEIRS)
PAGES["admin/accounts/user/csv/"] = Row(SIGN_IN, NOWHERE, OK, SIGN_IN, NOWHERE)
PAGES |= pages_of(
    "accounts/identityprovider",
    index=ADMINS,
    add=Row(SIGN_IN, NOWHERE, OK, SIGN_IN, NOWHERE),
    change=THEIRS,
    delete=THEIRS,
    history=THEIRS,
)
PAGES["admin/accounts/identityprovider/<path:object_id>/test/"] = Row(SIGN_IN, NOWHERE, NOWHERE, SIGN_IN, OK)
PAGES |= pages_of(
    "accounts/clientregistration",
    index=ADMINS,
    add=Row(SIGN_IN, NOWHERE, OK, SIGN_IN, NOWHERE),
    change=THEIRS,
    delete=THEIRS,
    history=THEIRS,
)
PAGES |= pages_of(
    "accounts/emaildomain",
    index=ADMINS,
    add=Row(SIGN_IN, NOWHERE, OK, SIGN_IN, NOWHERE),
    change=THEIRS,
    delete=THEIRS,
    history=THEIRS,
)
PAGES |= pages_of(
    "accounts/signinsettings",
    index=Row(SIGN_IN, NOWHERE, AWAY, SIGN_IN, AWAY),
    add=NOBODYS,
    change=MOVED,
    delete=NOBODYS,
    history=MOVED,
)
PAGES |= pages_of("accounts/apitoken", index=ADMINS, add=ADMINS, change=THEIRS, delete=NOBODYS, history=THEIRS)
PAGES |= pages_of(
    "accounts/scimtoken",
    index=ADMINS,
    add=Row(SIGN_IN, NOWHERE, OK, SIGN_IN, NOWHERE),
    change=THEIRS,
    delete=NOBODYS,
    history=THEIRS,
)
PAGES |= pages_of(
    "accounts/source",
    index=ADMINS,
    add=Row(SIGN_IN, NOWHERE, OK, SIGN_IN, NOWHERE),
    change=THEIRS,
    delete=THEIRS,
    history=THEIRS,
)
PAGES["admin/accounts/source/<path:object_id>/preview/"] = Row(SIGN_IN, NOWHERE, NOWHERE, SIGN_IN, OK)
for _listed in ("accounts/import", "chimeusers/reconciliation", "chimeusers/drift"):
    PAGES |= pages_of(_listed, index=ADMINS, add=NOBODYS, change=THEIRS, delete=NOBODYS, history=THEIRS)
PAGES |= pages_of(
    "chimeusers/syncedtenant",
    index=ADMINS,
    add=NOBODYS,
    change=Row(SIGN_IN, NOWHERE, NOWHERE, SIGN_IN, OK),
    delete=NOBODYS,
    history=THEIRS,
)
PAGES |= pages_of("chimeusers/budget", index=OPERATORS, add=NOBODYS, change=OPERATORS, delete=NOBODYS, history=THEIRS)
PAGES |= pages_of(
    "chimeusers/groupchannel",
    index=ADMINS,
    add=Row(SIGN_IN, NOWHERE, OK, SIGN_IN, NOWHERE),
    change=THEIRS,
    delete=THEIRS,
    history=THEIRS,
)
PAGES |= pages_of("exchange/issuance", index=ADMINS, add=NOBODYS, change=THEIRS, delete=NOBODYS, history=THEIRS)
PAGES |= pages_of("exchange/revocation", index=ADMINS, add=NOBODYS, change=THEIRS, delete=NOBODYS, history=THEIRS)
PAGES |= pages_of("audit/event", index=ADMINS, add=NOBODYS, change=THEIRS, delete=NOBODYS, history=THEIRS)
PAGES |= pages_of("tenants/tenant", index=OPERATORS, add=OPERATORS, change=OPERATORS, delete=NOBODYS, history=THEIRS)
PAGES |= pages_of("tenants/awslink", index=OPERATORS, add=OPERATORS, change=OPERATORS, delete=NOBODYS, history=THEIRS)
PAGES |= pages_of("exchange/rule", index=OPERATORS, add=OPERATORS, change=OPERATORS, delete=OPERATORS, history=THEIRS)


PAGES |= pages_of(
    "exchange/checkup",
    index=ADMINS,
    add=NOBODYS,
    change=Row(SIGN_IN, NOWHERE, NOWHERE, SIGN_IN, OK),
    delete=NOBODYS,
    history=THEIRS,
)
PAGES |= pages_of(
    "exchange/provisionedtenant",
    index=OPERATORS,
    add=NOBODYS,
    change=OPERATORS,
    delete=NOBODYS,
    history=THEIRS,
)
PAGES["admin/exchange/rule/<path:object_id>/preview/"] = Row(SIGN_IN, NOWHERE, NOWHERE, SIGN_IN, OK)
