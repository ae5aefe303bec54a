"""What is listed besides the apps' own pages, and what allauth lists that is not for here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allauth.account.models import EmailAddress
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.models import Group

from audit.models import Event
from tenants.scope import current_tenant
from tenants.site import ReadOnlyAdmin

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest

# Groups and their permissions are one table for all tenants; addresses and sessions are changed through their users.
for model in (EmailAddress, UserSession, Group):
    admin.site.unregister(model)


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin[Event]):
    list_display = ["at", "name", "subject_id", "actor_id", "address", "detail"]
    list_filter = ["name", "at"]
    search_fields = ["subject_id", "actor_id", "request_id"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Event]:
        """The cellar knows no scopes, so the border is drawn here."""
        events, tenant = super().get_queryset(request), current_tenant()
        return events.filter(tenant_id=tenant.pk) if tenant else events
