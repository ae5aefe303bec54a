"""What a tenant's exchanges stand on: its link, the portal's own access, the clock, the app instance, the quotas."""

from __future__ import annotations

from contextlib import suppress
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

from accounts.models import User
from exchange.doctor.findings import Case, Finding
from exchange.doctor.session import trouble
from exchange.models import Issuance
from tenants import aws
from tenants.failures import Failure

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tenants.models import AWSLink, Tenant

# Seconds. AWS refuses signatures of clocks that are further off (AWS General Reference, "Signature Version 4").
_SKEW_MAX = 300
# App instance users of an app instance (Amazon Chime SDK, "Quotas"); may be raised on request.
_USERS_MAX = 100_000
# Requests a second of one account and region (IAM User Guide, "IAM and AWS STS quotas").
_STS_MAX = 600
# From this share on a quota is worth a word.
_NEARLY = 0.8


def look(tenant: Tenant, link: AWSLink) -> Iterator[Finding]:
    if link.paused_at:
        yield Finding("AWS link", False, f"Work is paused: {link.paused_reason} Mend it, then resume the link.")
    else:
        yield Finding("AWS link", True, f"{link.app_instance_arn}, by {link.get_way_display()}.")
    region = link.app_instance_arn.split(":")[3]
    told = "" if region == link.region else f" The link says {link.region}: link the tenant anew."
    yield Finding("region", not told, f"The app instance is in {region}.{told}")
    yield from _quotas(tenant)


def at_aws(case: Case) -> Iterator[Finding]:
    """Look at what the portal itself needs of AWS."""
    yield Finding("the portal's access", True, f"At AWS the portal is {case.principal}.")
    link = case.link
    with suppress(Failure), aws.sorted_failures():
        answer = aws.client_of(link, "sts").get_caller_identity()
        told = parsedate_to_datetime(answer["ResponseMetadata"]["HTTPHeaders"]["date"])
        skew = abs((datetime.now(UTC) - told).total_seconds())
        yield Finding("clock", skew < _SKEW_MAX, f"The portal's clock and AWS's differ by {skew:.0f} seconds.")
    refused = trouble(
        lambda: aws.client_of(link, "chime-sdk-identity").list_app_instance_users(
            AppInstanceArn=link.app_instance_arn, MaxResults=1
        )
    )
    said = str(refused or f"{link.app_instance_arn} is there, and the portal may see its users.")
    yield Finding("app instance", refused is None, said)


def _quotas(tenant: Tenant) -> Iterator[Finding]:
    since = timezone.now() - timedelta(minutes=1)
    issued = Issuance.objects.filter(tenant=tenant, issued_at__gte=since).count()
    users = User.objects.filter(tenant=tenant, is_active=True).count()
    yield _headroom("exchanges a minute", issued, tenant.exchanges_per_minute, f"{issued} in the last minute")
    told = f"All tenants together ask STS at most {settings.STS_PER_SECOND} times a second; AWS allows {_STS_MAX}."
    yield Finding("requests to STS", settings.STS_PER_SECOND <= _STS_MAX, told)
    yield _headroom("app instance users", users, _USERS_MAX, f"{users} active users")


def _headroom(about: str, used: int, limit: int, what: str) -> Finding:
    share = used / limit
    is_well = share < _NEARLY or (None if share < 1 else False)
    return Finding(about, is_well, f"{what}, of {limit}: {max(1 - share, 0):.0%} are left.")
