"""What a role's trust policy lacks, of what the portal needs of it. Pure."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator


def faults(live: dict[str, Any], wanted: dict[str, Any]) -> list[str]:
    """Say why a request like the one that `wanted` lets through would be refused by `live`; empty where it wouldn't."""
    need = wanted["Statement"][0]
    statements = [one for one in _listed(live.get("Statement")) if one.get("Effect") == "Allow"]
    trusting = [one for one in statements if _trusts(one.get("Principal"), need["Principal"])]
    if not trusting:
        ((kind, name),) = need["Principal"].items()
        return [f"It does not trust {name} ({kind})."]
    lacking = [action for action in need["Action"] if not any(_allows(one, action) for one in trusting)]
    if lacking:
        return [f"It does not allow {action}." for action in lacking]
    return min((list(_conditions(one, need)) for one in trusting), key=len)


def _conditions(statement: dict[str, Any], need: dict[str, Any]) -> Iterator[str]:
    live, wanted = statement.get("Condition", {}), need["Condition"]
    allowed = _listed(live.get("ForAllValues:StringEquals", {}).get("aws:TagKeys"))
    sent = wanted["ForAllValues:StringEquals"]["aws:TagKeys"]
    for key in [key for key in sent if allowed and key not in allowed]:
        yield f"It does not take the session tag {key}."
    equal, given = live.get("StringEquals", {}), wanted.get("StringEquals", {})
    for key, values in equal.items():
        if key == "sts:ExternalId" and key not in given:
            yield "It demands an external id, and the portal sends the one that the AWS link shows."
        elif key in given and given[key] not in _listed(values):
            yield f"It demands {key} to be {' or '.join(_listed(values))}, and it is {given[key]}."


def _trusts(live: Any, wanted: dict[str, str]) -> bool:
    if live == "*":
        return True
    ((kind, name),) = wanted.items()
    trusted = _listed((live or {}).get(kind))
    if kind != "AWS":
        return name in trusted
    start, account = name.rpartition(":")[0], name.split(":")[4]
    return any(one in trusted for one in ("*", name, account, f"{start}:root"))


def _allows(statement: dict[str, Any], action: str) -> bool:
    return any(fnmatchcase(action.lower(), one.lower()) for one in _listed(statement.get("Action")))


def _listed(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]
