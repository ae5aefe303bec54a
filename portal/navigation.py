"""How unfold dresses the admin pages: the side bar, the operator's set-up only at the operator's host, and colours."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.templatetags.static import static
from django.urls import reverse

from tenants.scope import current_tenant
from tenants.site import is_operator

if TYPE_CHECKING:
    from django.http import HttpRequest


def sidebar(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the groups of links that unfold draws (setting UNFOLD, SIDEBAR, navigation)."""
    groups = [
        _group(
            "People",
            _link("Users", "group", "accounts_user"),
            _link("Identity providers", "login", "accounts_identityprovider"),
            _link("E-mail domains", "alternate_email", "accounts_emaildomain"),
            _link("SCIM tokens", "sync_alt", "accounts_scimtoken"),
            _link("Imports", "download", "accounts_source"),
            _link("Import runs", "checklist", "accounts_import"),
            *([_link("Sign-in", "tune", "accounts_signinsettings")] if current_tenant() else []),
        ),
        _group(
            "Exchange",
            _link("API tokens", "key", "accounts_apitoken"),
            _link("OAuth clients", "apps", "accounts_clientregistration"),
            _link("Issuances", "badge", "exchange_issuance"),
            _link("Revocations", "block", "exchange_revocation"),
            _link("Why 403?", "stethoscope", "exchange_checkup"),
        ),
    ]
    groups.append(
        _group(
            "Chime",
            _link("In sync?", "sync", "chimeusers_syncedtenant"),
            _link("Channels of groups", "forum", "chimeusers_groupchannel"),
            _link("Differences", "difference", "chimeusers_drift"),
            _link("Comparisons", "fact_check", "chimeusers_reconciliation"),
        )
    )
    if is_operator(request):
        groups.append(
            _group(
                "Set-up",
                _link("Tenants", "home_work", "tenants_tenant"),
                _link("AWS links", "cloud", "tenants_awslink"),
                _link("Rules", "rule", "exchange_rule"),
                _link("Budgets", "speed", "chimeusers_budget"),
                _link("Provisioning", "construction", "exchange_provisionedtenant"),
            )
        )
    return [*groups, _group("Records", _link("Events", "history", "audit_event"))]


def stylesheet(_request: HttpRequest) -> str:
    return static("portal/admin.css")


def icon(_request: HttpRequest) -> str:
    return static("portal/mark.svg")


def _group(title: str, *links: dict[str, Any]) -> dict[str, Any]:
    return {"title": title, "items": list(links)}


def _link(title: str, icon: str, model: str) -> dict[str, Any]:
    return {"title": title, "icon": icon, "link": reverse(f"admin:{model}_changelist")}
