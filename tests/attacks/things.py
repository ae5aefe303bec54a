"""One of everything that a tenant owns, and the addresses that lead to them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from accounts.arrivals import link
from accounts.claims import Claims
from accounts.clients import ClientFacts, add_client
from accounts.domains import add_domain
from accounts.groups import make_group
from accounts.intake.settings import add_source
from accounts.models import (
    APIToken,
    ClientRegistration,
    EmailDomain,
    Identity,
    IdentityProvider,
    Import,
    Kind,
    SCIMToken,
    Source,
    User,
)
from accounts.providers import add_provider
from accounts.scim.tokens import issue_scim_token
from accounts.tokens import issue_token
from audit.models import Event
from chimeusers.models import Budget, Drift, GroupChannel, Reconciliation
from exchange.models import Issuance, Revocation, Rule
from exchange.services import set_rule
from tenants.models import AWSLink
from tenants.scope import scope
from tests.conftest import person

if TYPE_CHECKING:
    from django.db.models import Model

    from tenants.models import Tenant

ARN = "arn:aws:chime:us-east-1:111122223333:app-instance/{}"
CLIENT = {"issuer": "https://127.0.0.1:1", "client_id": "portal", "scopes": "openid", "asks_userinfo": False}
DIRECTORY = {"servers": ["ldap://127.0.0.1:1"], "base": "dc=acme"}
MACHINE = ClientFacts("theirs", True, ["client_credentials"], [], ["chime"], [])
_RULES = {"when_inactive": "disable", "when_deleted": "delete"}
ROLE = "arn:aws:iam::111122223333:role/ChimeMember"


# What has pages under another name than its own.
_NAMES = {
    "signinsettings": "tenant",
    "checkup": "awslink",
    "syncedtenant": "awslink",
    "provisionedtenant": "tenant",
    "import": "importing",
}


@dataclass(frozen=True)
class Things:
    tenant: Tenant
    awslink: AWSLink
    user: User
    apitoken: APIToken
    identityprovider: IdentityProvider
    identity: Identity
    emaildomain: EmailDomain
    clientregistration: ClientRegistration
    rule: Rule
    issuance: Issuance
    revocation: Revocation
    event: Event
    source: Source
    importing: Import
    reconciliation: Reconciliation
    drift: Drift
    budget: Budget
    scimtoken: SCIMToken
    groupchannel: GroupChannel

    def by_model(self) -> list[tuple[str, Model]]:
        rows: list[Model] = [
            self.tenant,
            self.awslink,
            self.user,
            self.apitoken,
            self.identityprovider,
            self.identity,
            self.emaildomain,
            self.clientregistration,
            self.rule,
            self.issuance,
            self.revocation,
            self.event,
            self.source,
            self.importing,
            self.reconciliation,
            self.drift,
            self.budget,
            self.scimtoken,
            self.groupchannel,
        ]
        return [(f"{row._meta.app_label}/{row._meta.model_name}", row) for row in rows]

    def ids(self) -> list[str]:
        """Return the ids that can't be met by chance."""
        return [str(row.pk) for _, row in self.by_model() if isinstance(row.pk, UUID)]

    def state(self) -> list[dict[str, Any]]:
        """Return every column of all of it as it is now."""
        return [type(row)._base_manager.filter(pk=row.pk).values().get() for _, row in self.by_model()]

    def path(self, route: str) -> str:
        """Fill the ids of these things into a route of the resolver."""
        model = re.search(r"^admin/\w+/(\w+)/<path:object_id>", route)
        filled = {
            "<uuid:token_id>": str(self.apitoken.pk),
            "<int:pk>": "1",
            "<int:session_id>": "1",
            "<uuid:identity_id>": str(self.identity.pk),
            "<path:path>": f"Users/{self.user.pk}",
            "<slug:slug>": self.identityprovider.slug,
            "<path:content_type_id>": str(ContentType.objects.get_for_model(User).pk),
            "<path:object_id>": str(getattr(self, _NAMES.get(model[1], model[1]) if model else "user").pk),
            "(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)": "abc-set-password",
            "(?P<key>[-:\\w]+)": "MQ:forged:key",
            "(?P<app_label>tenants|accounts|chimeusers|exchange|audit)": "accounts",
            "(?P<url>.*)": "nonsense",
        }
        for placeholder, value in filled.items():
            route = route.replace(placeholder, value)
        return "/" + route.replace("^", "").replace("$", "")


def things_of(tenant: Tenant) -> Things:
    app = person(tenant, f"app-{tenant.slug}", kind=Kind.APP)
    with scope(tenant):
        provider = add_provider(tenant, kind="oidc", slug="staff", name="Staff", settings=CLIENT)
        link_ = AWSLink.objects.create(tenant=tenant, app_instance_arn=ARN.format(tenant.slug))
        source = add_source(add_provider(tenant, kind="ldap", slug="people", name="People", settings=DIRECTORY))
        compared = Reconciliation.objects.create(
            tenant=tenant, app_instance_arn=link_.app_instance_arn, fixes=False, progress="done"
        )
        return Things(
            tenant,
            link_,
            app,
            issue_token(app, name="theirs", days=1, now=timezone.now())[0],
            provider,
            link(app, provider, Claims(subject="theirs")),
            add_domain(tenant, domain=f"{tenant.slug}.example", provider=provider),
            add_client(tenant, MACHINE)[0],
            set_rule(tenant, profile="member", role_arn=ROLE),
            Issuance.written(tenant=tenant, **_issued(app)),
            Revocation.objects.create(tenant=tenant, **_revoked(app)),
            Event.objects.get(name="user.registered", subject_id=app.pk),
            source,
            Import.objects.create(tenant=tenant, source=source, is_full=True, progress="done"),
            compared,
            Drift.objects.create(tenant=tenant, reconciliation=compared, kind="extra", app_instance_user_id="bot"),
            Budget.objects.create(key=link_.app_instance_arn),
            issue_scim_token(tenant, name="theirs", days=1, now=timezone.now(), provider=provider, **_RULES)[0],
            GroupChannel.objects.create(
                tenant=tenant,
                group=make_group(tenant, name="Theirs"),
                channel_arn=f"{link_.app_instance_arn}/channel/theirs",
            ),
        )


def _issued(app: User) -> dict[str, Any]:
    return {"user_id": app.pk, "username": app.username, "tags": {}, "role_arn": ROLE, "expires_at": timezone.now()}


def _revoked(app: User) -> dict[str, Any]:
    now = timezone.now()
    moments = {"before": now, "asked_at": now, "ends_at": now}
    return {"user_id": app.pk, "username": app.username, "user_tag": str(app.pk), "roles": [], "waiting": [], **moments}
