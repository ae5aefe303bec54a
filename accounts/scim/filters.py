"""SCIM's filters as conditions on our rows (RFC 7644, section 3.4.2.2). What can't be asked of the rows is refused."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, ClassVar
from uuid import UUID

from django.db.models import Q
from scim2_models import InvalidFilterException
from scim2_models.path import CompareOperator, FilterVisitor, LogicalOperator

from accounts.models import SCIMUser, User
from accounts.names import normal_username

if TYPE_CHECKING:
    from scim2_models.path import AttrPath, Comparison, LogicalExpr, Not, Present, ValuePath

    from tenants.models import Tenant

_NOBODY = Q(pk__in=[])
_TEXT = {
    CompareOperator.eq: "iexact",
    CompareOperator.co: "icontains",
    CompareOperator.sw: "istartswith",
    CompareOperator.ew: "iendswith",
}
_ORDER = {
    CompareOperator.eq: "exact",
    CompareOperator.gt: "gt",
    CompareOperator.ge: "gte",
    CompareOperator.lt: "lt",
    CompareOperator.le: "lte",
}


class Conditions(FilterVisitor[Q]):
    """Makes a condition of a filter; `columns` says for each attribute, in lower case, how it is compared."""

    columns: ClassVar[dict[str, tuple[str, str]]] = {}

    def __init__(self, tenant: Tenant, within: str = "") -> None:
        self.tenant, self.within = tenant, within

    def visit_comparison(self, node: Comparison) -> Q:
        kind, column = self._column(node.attr_path)
        if isinstance(node.value, str) and not _is_sound(node.value):
            raise _unfit(node.op, node.value)
        if node.op == CompareOperator.ne:
            return ~self._compared(kind, column, CompareOperator.eq, node.value)
        return self._compared(kind, column, node.op, node.value)

    def visit_present(self, node: Present) -> Q:
        kind, column = self._column(node.attr_path)
        if kind == "id" and column != "pk":
            raise InvalidFilterException(detail=f"The portal can't tell whether there are any {node.attr_path.attr}.")
        if kind in ("name", "always"):
            return Q()
        there = Q(**{f"{column}__isnull": False})
        return there & ~Q(**{column: ""}) if kind in ("text", "exact", "lower") else there

    def visit_not(self, node: Not) -> Q:
        return ~self.visit(node.expr)

    def visit_logical_expr(self, node: LogicalExpr) -> Q:
        found = self.visit(node.terms[0])
        for term in node.terms[1:]:
            found = found & self.visit(term) if node.op == LogicalOperator.and_ else found | self.visit(term)
        return found

    def visit_value_path(self, node: ValuePath) -> Q:
        return type(self)(self.tenant, f"{node.attr_path.attr}.").visit(node.val_filter)

    def _column(self, path: AttrPath) -> tuple[str, str]:
        said = f"{self.within}{path.attr}{f'.{path.sub_attr}' if path.sub_attr else ''}"
        found = self.columns.get(said.lower())
        if found is None:
            known = ", ".join(sorted(self.columns))
            raise InvalidFilterException(detail=f"The portal can't filter by “{said}”. It can by: {known}.")
        return found

    def _compared(self, kind: str, column: str, op: CompareOperator, value: Any) -> Q:
        compare = getattr(self, f"_{kind}")
        condition: Q = compare(column, op, value)
        return condition

    def _text(self, column: str, op: CompareOperator, value: Any) -> Q:
        if value is None and op == CompareOperator.eq:
            return Q(**{column: ""}) | Q(**{column: None})
        if op not in _TEXT or not isinstance(value, str):
            raise _unfit(op, value)
        return Q(**{f"{column}__{_TEXT[op]}": value})

    def _exact(self, column: str, op: CompareOperator, value: Any) -> Q:
        if op != CompareOperator.eq or not isinstance(value, str):
            raise _unfit(op, value)
        return Q(**{column: value})

    def _lower(self, column: str, op: CompareOperator, value: Any) -> Q:
        """Of what is kept in lower case an index finds what is equal."""
        if op == CompareOperator.eq and isinstance(value, str):
            return Q(**{column: value.lower()})
        return self._text(column, op, value)

    def _id(self, column: str, op: CompareOperator, value: Any) -> Q:
        if op != CompareOperator.eq:
            raise _unfit(op, value)
        try:
            return Q(**{column: UUID(str(value))})
        except ValueError:
            return _NOBODY

    def _flag(self, column: str, op: CompareOperator, value: Any) -> Q:
        wanted = {"true": True, "false": False}.get(str(value).lower())
        if op != CompareOperator.eq or wanted is None:
            raise _unfit(op, value)
        return Q(**{column: wanted})

    def _moment(self, column: str, op: CompareOperator, value: Any) -> Q:
        try:
            moment = datetime.fromisoformat(str(value))
            moment = moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
        except (ValueError, OverflowError) as error:
            raise _unfit(op, value) from error
        if op not in _ORDER:
            raise _unfit(op, value)
        return Q(**{f"{column}__{_ORDER[op]}": moment})


class UserConditions(Conditions):
    columns: ClassVar = {
        "id": ("id", "pk"),
        "username": ("name", "username"),
        "externalid": ("exact", "scim__external_id"),
        "displayname": ("text", "display_name"),
        "name.givenname": ("text", "scim__attributes__name__givenName"),
        "name.familyname": ("text", "scim__attributes__name__familyName"),
        "name.formatted": ("text", "scim__attributes__name__formatted"),
        "emails": ("lower", "email"),
        "emails.value": ("lower", "email"),
        "emails.type": ("always", ""),
        "emails.primary": ("always", ""),
        "active": ("flag", "is_active"),
        "groups": ("id", "memberships__group"),
        "groups.value": ("id", "memberships__group"),
        "meta.created": ("moment", "created_at"),
        "meta.lastmodified": ("moment", "scim__changed_at"),
    }

    def _name(self, column: str, op: CompareOperator, value: Any) -> Q:
        """Under the name that the directory knows them by, or else the portal: each is looked up by its index."""
        if not isinstance(value, str) or op not in _TEXT:
            raise _unfit(op, value)
        key = normal_username(value)
        if op == CompareOperator.eq:
            rows = SCIMUser.objects.filter(tenant=self.tenant, key=key, gone_at=None)
            others = User.objects.filter(tenant=self.tenant, username=key, scim=None)
            return Q(pk__in=[*rows.values_list("user_id", flat=True), *others.values_list("pk", flat=True)])
        how = _TEXT[op].removeprefix("i")
        return Q(**{f"scim__key__{how}": key}) | Q(scim=None, **{f"{column}__{how}": key})

    def _always(self, _column: str, op: CompareOperator, value: Any) -> Q:
        """The portal has one address of each user: whatever its type is said to be, it is that one."""
        if op != CompareOperator.eq:
            raise _unfit(op, value)
        return ~Q(email="")


class GroupConditions(Conditions):
    columns: ClassVar = {
        "id": ("id", "pk"),
        "displayname": ("text", "name"),
        "externalid": ("exact", "external_id"),
        "members": ("id", "memberships__user"),
        "members.value": ("id", "memberships__user"),
        "meta.created": ("moment", "created_at"),
        "meta.lastmodified": ("moment", "changed_at"),
    }


def _is_sound(text: str) -> bool:
    """Tell whether it is text that can be sent on: JSON may hold half a character (RFC 8259, section 8.2)."""
    return not any("\ud800" <= character <= "\udfff" for character in text)


def _unfit(op: CompareOperator, value: Any) -> InvalidFilterException:
    return InvalidFilterException(detail=f"The portal can't filter by this attribute with “{op}” and {value!r}.")
