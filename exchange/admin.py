from __future__ import annotations

import json
from typing import TYPE_CHECKING

from django.contrib import admin
from django.http import StreamingHttpResponse
from django.utils import timezone
from django.utils.html import format_html
from unfold.decorators import display

from chimeusers.services import forgotten_at
from exchange.denials import Denied, policy
from exchange.exports import as_csv
from exchange.models import Checkup, DeniedRole, Issuance, ProvisionedTenant, Revocation, Rule
from exchange.set_up.checkups import CheckupAdmin
from exchange.set_up.provisioning import ProvisioningAdmin
from exchange.set_up.rules import RuleAdmin
from tenants.scope import current_tenant
from tenants.site import ReadOnlyAdmin, TenantsRowsAdmin

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet
    from django.http import HttpRequest


admin.site.register(Rule, RuleAdmin)
admin.site.register(Checkup, CheckupAdmin)
admin.site.register(ProvisionedTenant, ProvisioningAdmin)


@admin.register(Revocation)
class RevocationAdmin(ReadOnlyAdmin[Revocation], TenantsRowsAdmin[Revocation]):
    """What was given out ends here at once; at AWS when its policies say so, or by itself."""

    list_display = ["username", "ended_here", "known_at_chime", "at_aws", "denied", "why", "ends_at"]
    search_fields = ["username", "user_id"]
    date_hierarchy = "asked_at"
    fields = ["username", "ended_here", "known_at_chime", "at_aws", "denied", "why", "ends_at", "roles", "statement"]

    @admin.display(description="Ended here (sessions, tokens, kept credentials)", ordering="asked_at")
    def ended_here(self, revocation: Revocation) -> str:
        return _second(revocation.asked_at)

    @admin.display(description="At Chime")
    def known_at_chime(self, revocation: Revocation) -> str:
        """Say when Chime forgot the user, who was disabled or deleted."""
        forgotten = forgotten_at(revocation.tenant, revocation.user_id)
        return f"forgotten at {_second(forgotten)}" if forgotten else "known"

    @display(  # type: ignore[untyped-decorator]
        description="AWS sessions", label={"denied": "success", "over": "info", "not denied yet": "warning"}
    )
    def at_aws(self, revocation: Revocation) -> str:
        if revocation.denied_at:
            return "denied"
        return "over" if revocation.ends_at <= timezone.now() else "not denied yet"

    @admin.display(description="Denied at", ordering="denied_at")
    def denied(self, revocation: Revocation) -> str:
        return _second(revocation.denied_at) if revocation.denied_at else ""

    @admin.display(description="Why")
    def why(self, revocation: Revocation) -> str:
        """Say what AWS answered, where it did not take the policy."""
        roles = DeniedRole.objects.filter(tenant=revocation.tenant, role_arn__in=revocation.waiting)
        return " ".join(role.reason for role in roles)

    @admin.display(description="Policy to put at these roles by hand, where the portal may not")
    def statement(self, revocation: Revocation) -> str:
        denied = [Denied(revocation.user_tag, revocation.before)]
        return format_html("<pre>{}</pre>", json.dumps(policy(denied, str(revocation.tenant_id)), indent=2))


@admin.register(Issuance)
class IssuanceAdmin(ReadOnlyAdmin[Issuance], TenantsRowsAdmin[Issuance]):
    list_display = ["issued_at", "username", "proof_kind", "proof_reference", "address", "role_arn", "expires_at"]
    list_filter = ["proof_kind", "issued_at"]
    search_fields = ["id", "username", "session_name", "access_key_id"]
    date_hierarchy = "issued_at"
    actions = ["export"]
    readonly_fields = ["cloudtrail"]

    def get_exclude(self, request: HttpRequest, obj: Issuance | None = None) -> list[str]:
        """A tenant's own admin knows whose it is."""
        return ["tenant"] if current_tenant() else []

    @admin.display(description="What was done with them")
    def cloudtrail(self, issuance: Issuance) -> str:
        """The query that finds, in the AWS account's CloudTrail, each call made with these credentials."""
        key = f"AttributeKey=AccessKeyId,AttributeValue={issuance.access_key_id}"
        since, until = (f"{moment:%Y-%m-%dT%H:%M:%SZ}" for moment in (issuance.issued_at, issuance.expires_at))
        query = f"aws cloudtrail lookup-events --lookup-attributes {key} --start-time {since} --end-time {until}"
        return format_html('<code class="select-all">{}</code>', query)

    @admin.action(description="Export as CSV")
    def export(self, request: HttpRequest, issuances: QuerySet[Issuance]) -> StreamingHttpResponse:
        named = {"Content-Disposition": 'attachment; filename="issuances.csv"'}
        return StreamingHttpResponse(as_csv(list(issuances)), content_type="text/csv", headers=named)


def _second(moment: datetime) -> str:
    """To the second: what took effect first is what an admin wants to know."""
    return f"{moment:%Y-%m-%d %H:%M:%S} UTC"
