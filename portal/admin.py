"""What is listed besides the apps' own pages, and what allauth lists that is not for here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.models import EmailAddress
from allauth.idp.oidc.models import Client, Token
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import OuterRef, Subquery
from django.utils.html import format_html

from accounts.models import User
from audit.models import Event
from tenants.models import Tenant
from tenants.scope import current_tenant
from tenants.site import ReadOnlyAdmin, is_operator

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest

# Groups and their permissions are one table for all tenants; addresses, sessions and second factors are changed through
# their users, OAuth clients through their registrations.
for model in (EmailAddress, UserSession, Group, Authenticator, Client, Token):
    admin.site.unregister(model)


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin[Event]):
    """An event holds plain ids; they are shown by name as long as whom they mean is there."""

    list_display = ["moment", "name", "subject", "actor", "address", "detail"]
    list_filter = ["name", "at"]
    search_fields = ["subject_id", "actor_id", "request_id"]
    search_help_text = "By the id of a user, or of a request."

    def get_queryset(self, request: HttpRequest) -> QuerySet[Event]:
        """The cellar knows no scopes, so the border is drawn here."""
        events, tenant = super().get_queryset(request), current_tenant()
        return (events.filter(tenant_id=tenant.pk) if tenant else events).annotate(
            tenant_name=Subquery(Tenant.objects.filter(pk=OuterRef("tenant_id")).values("name")[:1]),
            subject_name=Subquery(User.objects.filter(pk=OuterRef("subject_id")).values("username")[:1]),
            actor_name=Subquery(User.objects.filter(pk=OuterRef("actor_id")).values("username")[:1]),
        )

    def get_list_display(self, request: HttpRequest) -> Any:
        columns = super().get_list_display(request)
        return [columns[0], "tenant", *columns[1:]] if is_operator(request) else columns

    @admin.display(description="At (UTC)", ordering="at")
    def moment(self, event: Event) -> str:
        return format_html('<time class="whitespace-nowrap">{}</time>', f"{event.at:%Y-%m-%d %H:%M:%S}")

    @admin.display(description="Tenant")
    def tenant(self, event: Any) -> str:
        return event.tenant_name or ""

    @admin.display(description="About")
    def subject(self, event: Any) -> str:
        return event.subject_name or str(event.subject_id or "")

    @admin.display(description="By")
    def actor(self, event: Any) -> str:
        return event.actor_name or str(event.actor_id or "the portal")
