"""The users' pages again, with what Chime knows of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import OuterRef, Q, Subquery
from unfold.decorators import display

from accounts.admin import UserAdmin
from accounts.models import User
from chimeusers import services
from chimeusers.models import Budget, Change, ChimeUser, Drift, GroupChannel, Reconciliation, State, SyncedTenant
from chimeusers.set_up.budgets import BudgetAdmin
from chimeusers.set_up.channels import GroupChannelAdmin
from chimeusers.set_up.drift import DriftAdmin
from chimeusers.set_up.reconciliations import ReconciliationAdmin
from chimeusers.set_up.status import SyncedTenantAdmin

if TYPE_CHECKING:
    from collections.abc import Iterable

    from django.db.models import QuerySet
    from django.http import HttpRequest

    from tenants.models import AWSLink

admin.site.unregister(User)
admin.site.register(SyncedTenant, SyncedTenantAdmin)
admin.site.register(Reconciliation, ReconciliationAdmin)
admin.site.register(Drift, DriftAdmin)
admin.site.register(Budget, BudgetAdmin)
admin.site.register(GroupChannel, GroupChannelAdmin)


class AtChimeFilter(admin.SimpleListFilter):
    title = parameter_name = "at_chime"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("failed", "failed"), ("waiting", "waiting"), ("known", "known"), ("unknown", "not known")]

    def queryset(self, request: HttpRequest, users: QuerySet[User]) -> QuerySet[User]:
        wanted = {
            "failed": Q(chime_gave_up=True),
            "waiting": Q(chime_gave_up=False),
            "known": Q(chime_state=State.PRESENT),
            "unknown": ~Q(chime_state=State.PRESENT) | Q(chime_state=None),
        }
        chosen = wanted.get(self.value() or "")
        return users.filter(chosen) if chosen else users


@admin.register(User)
class UserAtChimeAdmin(UserAdmin):
    list_display = [*UserAdmin.list_display, "at_chime", "chime_says"]
    list_filter = [*UserAdmin.list_filter, AtChimeFilter]
    actions = [*UserAdmin.actions, "retry"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Join what we believe and what waits: one query for the whole list, and none to AWS."""
        beliefs = ChimeUser.objects.filter(
            user_id=OuterRef("pk"), app_instance_arn=OuterRef("tenant__aws_link__app_instance_arn")
        )
        changes = Change.objects.filter(user_id=OuterRef("pk"))
        users = super().get_queryset(request).select_related("tenant__aws_link")
        return users.annotate(
            chime_state=Subquery(beliefs.values("state")[:1]),
            chime_waiting=Subquery(changes.values("due_at")[:1]),
            chime_gave_up=Subquery(changes.values("gave_up")[:1]),
            chime_reason=Subquery(changes.values("reason")[:1]),
        )

    def get_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        fields = super().get_fields(request, obj)
        return [*fields, "at_chime", "chime_says"] if obj else fields

    def get_readonly_fields(self, request: HttpRequest, obj: User | None = None) -> Any:
        return [*super().get_readonly_fields(request, obj), "at_chime", "chime_says"]

    def get_deleted_objects(self, objs: Iterable[User], request: HttpRequest) -> Any:
        told, counts, lacking, kept = super().get_deleted_objects(objs, request)
        return [f"{line} Chime follows, where a deletion is final." for line in told], counts, lacking, kept

    @display(  # type: ignore[untyped-decorator]
        description="At Chime",
        label={"known": "success", "changing": "info", "not known": "warning", "failed": "danger"},
    )
    def at_chime(self, user: Any) -> str:
        if user.chime_gave_up:
            return "failed"
        if user.chime_waiting and user.chime_state == State.PRESENT:
            return "changing"
        return "known" if user.chime_state == State.PRESENT else "not known"

    @admin.display(description="Why")
    def chime_says(self, user: Any) -> str:
        """Give the reason why Chime does not know the user as they are now; nothing when it does."""
        if user.chime_gave_up or user.chime_reason:
            return str(user.chime_reason)
        is_present = user.chime_state == State.PRESENT
        if user.chime_waiting and (user.is_active or is_present):
            return _holdup(user) or "Chime is being told."
        return "" if is_present else _absence(user)

    @admin.action(description="Retry at Chime")
    def retry(self, request: HttpRequest, users: QuerySet[User]) -> None:
        chosen: dict[Any, list[Any]] = {}
        for user in users:
            chosen.setdefault(user.tenant, []).append(user.pk)
        count = sum(services.retry(tenant, user_ids) for tenant, user_ids in chosen.items() if tenant is not None)
        self.message_user(request, f"{count} will be tried again now.")


def _absence(user: User) -> str:
    """Say why somebody whom nobody waits to tell Chime about is not there."""
    if user.tenant is None:
        return "Operators are not at Chime."
    if not user.is_active:
        return "Disabled users are not sent to Chime."
    return _holdup(user) or "Chime has not been told yet."


def _holdup(user: User) -> str:
    link: AWSLink | None = getattr(user.tenant, "aws_link", None)
    if link is None:
        return "The tenant is not linked to AWS yet."
    return f"The tenant's link to AWS is paused: {link.paused_reason}" if link.paused_at else ""
