"""The only writer of e-mail domains: whose they are is proved by a record in the DNS, and then leads to a provider."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core import signing
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts import dns
from accounts.models import EmailDomain
from audit.log import record
from audit.names import EventName
from tenants.models import check_host
from tenants.refusal import Refusal

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from accounts.models import IdentityProvider
    from tenants.models import Tenant

_PREFIX = "chime-portal-verification="
_LABEL = "_chime-portal"


@transaction.atomic(durable=True)
def add_domain(tenant: Tenant, *, domain: str, provider: IdentityProvider | None = None) -> EmailDomain:
    """Note a domain that the tenant says is its own. Raises ValidationError when it is none or is there already."""
    found = EmailDomain(tenant=tenant, domain=domain.strip().lower(), provider=provider)
    _check_provider(found)
    found.full_clean()
    found.save(force_insert=True)
    record(EventName.DOMAIN_ADDED, tenant_id=tenant.pk, subject_id=found.pk, domain=found.domain)
    return found


@transaction.atomic(durable=True)
def lead_domain(domain: EmailDomain, *, provider: IdentityProvider | None) -> None:
    """Lead the domain's people to this provider, or to none."""
    domain.provider = provider
    _check_provider(domain)
    domain.save(update_fields=["provider"])
    record(EventName.DOMAIN_LED, tenant_id=domain.tenant_id, subject_id=domain.pk, provider=str(domain.provider_id))


@transaction.atomic(durable=True)
def drop_domain(tenant: Tenant, domain_id: UUID) -> None:
    """Forget a domain. Raises a Refusal when there is none."""
    found = EmailDomain.objects.filter(tenant=tenant, pk=domain_id).first()
    if found is None:
        raise Refusal("unknown_domain", "There is no such e-mail domain.", status=404)
    found.delete()
    record(EventName.DOMAIN_DROPPED, tenant_id=tenant.pk, subject_id=domain_id, domain=found.domain)


def verify_domain(domain: EmailDomain, *, now: datetime) -> None:
    """Look for the record. Raises a Refusal that says what to do: 409 when it is not there, 503 without the DNS."""
    name, wanted = proof_of(domain)
    try:
        found = dns.texts(name)
    except dns.NoAnswer as error:
        raise Refusal(
            "dns_unreachable", "The DNS does not answer at the moment. Try again.", status=503, retry_after=30
        ) from error
    if wanted not in found:
        sentence = f"There is no such TXT record at {name} yet. A new one may take an hour to be seen."
        raise Refusal("domain_unproved", sentence, status=409)
    _note(domain, now=now)


def proof_of(domain: EmailDomain) -> tuple[str, str]:
    """Where in the DNS the proof stands, and what it says: nothing that anybody else could know or use."""
    said = signing.Signer(salt="email-domain").signature(f"{domain.tenant_id} {domain.domain}")
    return f"{_LABEL}.{domain.domain}", f"{_PREFIX}{said}"


def provider_for(tenant: Tenant, email: str) -> IdentityProvider | None:
    """The switched-on provider to which the verified domain of this address leads."""
    domain = email.rpartition("@")[2].strip().lower()
    try:
        check_host(domain)
    except ValidationError:
        return None
    found = EmailDomain.objects.filter(tenant=tenant, domain=domain, verified_at__isnull=False)
    leading = found.filter(provider__is_enabled=True).select_related("provider").first()
    return leading.provider if leading else None


def any_leads(tenant: Tenant) -> bool:
    """Tell whether an address could lead to a provider at all."""
    found = EmailDomain.objects.filter(tenant=tenant, verified_at__isnull=False, provider__is_enabled=True)
    return found.exists()


@transaction.atomic(durable=True)
def _note(domain: EmailDomain, *, now: datetime) -> None:
    try:
        with transaction.atomic():
            EmailDomain.objects.filter(tenant=domain.tenant, pk=domain.pk).update(verified_at=now)
    except IntegrityError as error:
        raise Refusal("domain_taken", f"{domain.domain} belongs to somebody else here.", status=409) from error
    record(EventName.DOMAIN_VERIFIED, tenant_id=domain.tenant_id, subject_id=domain.pk, domain=domain.domain)


def _check_provider(domain: EmailDomain) -> None:
    if domain.provider and domain.provider.tenant_id != domain.tenant_id:
        raise ValidationError({"provider": "There is no such identity provider."})
