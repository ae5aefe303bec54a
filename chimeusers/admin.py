"""The users' pages again, with what Chime knows of each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.db.models import OuterRef, Subquery

from accounts.admin import UserAdmin
from accounts.models import User
from chimeusers import services
from chimeusers.models import Change, ChimeUser, State

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest

admin.site.unregister(User)


@admin.register(User)
class UserAtChimeAdmin(UserAdmin):
    list_display = [*UserAdmin.list_display, "at_chime"]
    actions = [*UserAdmin.actions, "retry"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Join what we believe and what waits: one query for the whole list, and none to AWS."""
        beliefs = ChimeUser.objects.filter(
            user_id=OuterRef("pk"), app_instance_arn=OuterRef("tenant__aws_link__app_instance_arn")
        )
        changes = Change.objects.filter(user_id=OuterRef("pk"))
        return (
            super()
            .get_queryset(request)
            .annotate(
                chime_state=Subquery(beliefs.values("state")[:1]),
                chime_waiting=Subquery(changes.values("due_at")[:1]),
                chime_gave_up=Subquery(changes.values("gave_up")[:1]),
                chime_reason=Subquery(changes.values("reason")[:1]),
            )
        )

    @admin.display(description="At Chime")
    def at_chime(self, user: Any) -> str:
        known = "known" if user.chime_state == State.PRESENT else "not known"
        if user.chime_gave_up:
            return f"{known}; failed: {user.chime_reason}"
        if user.chime_waiting:
            return f"{known}; waiting{': ' + user.chime_reason if user.chime_reason else ''}"
        return known

    @admin.action(description="Retry at Chime")
    def retry(self, request: HttpRequest, users: QuerySet[User]) -> None:
        chosen: dict[Any, list[Any]] = {}
        for user in users:
            chosen.setdefault(user.tenant, []).append(user.pk)
        count = sum(services.retry(tenant, user_ids) for tenant, user_ids in chosen.items() if tenant is not None)
        self.message_user(request, f"{count} will be tried again now.")
