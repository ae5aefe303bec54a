"""The only writer of tenants, their domains and their links to AWS."""

from __future__ import annotations

import hashlib
import secrets
from typing import TYPE_CHECKING, Any, TypeVar

from django.db import models, transaction
from django.utils import timezone

from audit.log import record
from audit.names import EventName
from tenants import aws
from tenants.failures import Misconfigured
from tenants.logos import content_type_of
from tenants.models import AWSLink, Domain, Logo, Region, Tenant, Way
from tenants.signals import aws_linked

if TYPE_CHECKING:
    from collections.abc import Iterable

# Nobody shall guess what one tenant is called at AWS (IAM User Guide, "Access to AWS accounts owned by third parties").
_EXTERNAL_ID_BYTES = 24

M = TypeVar("M", bound=models.Model)


@transaction.atomic(durable=True)
def open_tenant(*, slug: str, name: str, hosts: Iterable[str], **rest: Any) -> Tenant:
    """Open a tenant at these hosts. Raises ValidationError when a value or a host is wrong or taken."""
    tenant = _checked(Tenant(slug=slug, name=name, **rest))
    tenant.save(force_insert=True)
    _set_hosts(tenant, hosts)
    record(EventName.TENANT_OPENED, tenant_id=tenant.pk, slug=slug, hosts=list(hosts))
    return tenant


@transaction.atomic(durable=True)
def change_tenant(tenant: Tenant, *, hosts: Iterable[str] | None = None, **changes: Any) -> Tenant:
    """Change some of a tenant's values. Raises ValidationError when one is wrong."""
    for name, value in changes.items():
        setattr(tenant, name, value)
    _checked(tenant).save(update_fields=list(changes))
    if hosts is not None:
        changes["hosts"] = list(hosts)
        _set_hosts(tenant, hosts)
    record(EventName.TENANT_CHANGED, tenant_id=tenant.pk, **changes)
    return tenant


@transaction.atomic(durable=True)
def set_logo(tenant: Tenant, content: bytes | None) -> None:
    """Give the tenant a logo, or take it away. Raises ValidationError for what is no picture or too large."""
    digest = hashlib.sha256(content).hexdigest() if content else ""
    if content:
        values = {"content": content, "content_type": content_type_of(content)}
        Logo.objects.update_or_create(tenant=tenant, defaults=values)
    else:
        Logo.objects.filter(tenant=tenant).delete()
    tenant.logo_digest = digest
    tenant.save(update_fields=["logo_digest"])
    record(EventName.TENANT_CHANGED, tenant_id=tenant.pk, logo=digest)


@transaction.atomic(durable=True)
def link_aws(
    tenant: Tenant,
    *,
    app_instance_arn: str,
    region: str = Region.US_EAST_1,
    way: str = Way.ASSUME_ROLE,
    issuer: str = "",
    names_source: bool = False,
    **more: str,
) -> AWSLink:
    """Tie a tenant to its app instance, which no other tenant may use; its users are then sent there.

    `more` is how Cognito knows the tenant (identity_pool_id, developer_provider, login_key), files_bucket and
    portal_role_arn. Raises ValidationError when AWS would not take a value.
    """
    link = AWSLink.objects.filter(tenant=tenant).first() or AWSLink(tenant=tenant)
    link.app_instance_arn, link.region, link.way, link.issuer = app_instance_arn, region, way, issuer
    link.names_source, link.external_id = names_source, link.external_id or secrets.token_urlsafe(_EXTERNAL_ID_BYTES)
    for name in ("identity_pool_id", "developer_provider", "login_key", "files_bucket", "portal_role_arn"):
        setattr(link, name, more.get(name, ""))
    link.paused_at, link.paused_reason = None, ""
    _checked(link).save()
    record(EventName.AWS_LINKED, tenant_id=tenant.pk, app_instance_arn=app_instance_arn, region=region, way=way)
    aws_linked.send(AWSLink, link=link)
    return link


@transaction.atomic(durable=True)
def unlink_aws(tenant: Tenant) -> None:
    """Untie a tenant from AWS: its users stay here and go nowhere."""
    for link in AWSLink.objects.filter(tenant=tenant):
        record(EventName.AWS_UNLINKED, tenant_id=tenant.pk, app_instance_arn=link.app_instance_arn)
        link.delete()


def link_of(tenant: Tenant) -> AWSLink:
    """Return the tenant's AWS link. Raises Misconfigured when there is none."""
    link: AWSLink | None = getattr(tenant, "aws_link", None)
    if link is None:
        raise Misconfigured("This tenant is not linked to an Amazon Chime app instance yet.")
    return link


@transaction.atomic(durable=True)
def pause_link(link: AWSLink, *, reason: str) -> None:
    """Stop work for this tenant, which can't succeed, until its set-up is mended and the link resumed.

    A link that leads elsewhere by now is not what failed, and stays as it is.
    """
    failed = AWSLink.objects.filter(pk=link.pk, app_instance_arn=link.app_instance_arn, region=link.region)
    if failed.filter(paused_at=None).update(paused_at=timezone.now(), paused_reason=reason):
        record(EventName.AWS_PAUSED, tenant_id=link.tenant_id, reason=reason)


@transaction.atomic(durable=True)
def resume_link(link: AWSLink) -> None:
    """Go on with a paused tenant's work."""
    if AWSLink.objects.filter(pk=link.pk).exclude(paused_at=None).update(paused_at=None, paused_reason=""):
        record(EventName.AWS_RESUMED, tenant_id=link.tenant_id)
        aws_linked.send(AWSLink, link=link)


def browser_endpoints(tenant: Tenant) -> list[str]:
    """Return the addresses at AWS that a page of this tenant talks to: none when it is not linked."""
    link = AWSLink.objects.filter(tenant=tenant).first()
    return [aws.endpoints(link.region)["messaging"]] if link else []


def _set_hosts(tenant: Tenant, hosts: Iterable[str]) -> None:
    """Make the tenant live at exactly these hosts."""
    wanted = set(hosts)
    tenant.domains.exclude(host__in=wanted).delete()
    for host in sorted(wanted - set(tenant.domains.values_list("host", flat=True))):
        _checked(Domain(tenant=tenant, host=host)).save(force_insert=True)


def _checked(row: M) -> M:
    row.full_clean()
    return row
