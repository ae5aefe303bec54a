"""All pages of Chime against all we believe: every difference becomes waiting work, mass differences stop and ask."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from structlog import get_logger

from accounts.models import User
from chimeusers import chime, queue
from chimeusers.models import Change, ChimeUser, State

if TYPE_CHECKING:
    from datetime import datetime

    from django.db.models import QuerySet
    from mypy_boto3_chime_sdk_identity.type_defs import AppInstanceUserSummaryTypeDef

    from tenants.models import AWSLink

log = get_logger()

# When more of our users than this share (and this number) are missing at Chime, something else is wrong: a listing cut
# short, another app instance. Then nothing is done until somebody has looked.
_BRAKE_SHARE, _BRAKE_NUMBER = 0.1, 20


@dataclass(frozen=True, slots=True)
class Differences:
    """What Chime holds otherwise than we believed; `foreign` users are not ours and are left alone."""

    different: int
    missing: int
    foreign: int
    braked: bool


def reconcile(link: AWSLink) -> Differences:
    """Correct our beliefs by Chime's own list and make each difference due. Raises one of tenants.failures."""
    began, different, foreign = timezone.now(), 0, 0
    for page in chime.pages(link):
        ours, differing = _take_in(link, page, began)
        different, foreign = different + differing, foreign + len(page) - ours
    missing = _beliefs(link).filter(_not_seen(began), state=State.PRESENT, settled_at__lt=began)
    count, present = missing.count(), _beliefs(link).filter(state=State.PRESENT).count()
    braked = count > max(_BRAKE_NUMBER, _BRAKE_SHARE * present)
    if braked:
        log.error("reconciliation_braked", tenant_id=str(link.tenant_id), missing=count, present=present)
    else:
        _believe_absent(link, missing)
        _compare_with_users(link)
    return Differences(different, count, foreign, braked)


@transaction.atomic(durable=True)
def _take_in(link: AWSLink, page: list[AppInstanceUserSummaryTypeDef], began: datetime) -> tuple[int, int]:
    """Mark who is on this page as seen and believe the page; return how many are ours, and how many differed."""
    looks = {_id(user): (user.get("Name", ""), user.get("Metadata", "")) for user in page}
    # Locked: what settle() does to these users meanwhile must come after what this older page says.
    rows = list(_beliefs(link).select_for_update().filter(app_instance_user_id__in=looks).order_by("pk"))
    differing = [
        row for row in rows if (row.state, row.name, row.metadata) != (State.PRESENT, *looks[row.app_instance_user_id])
    ]
    for row in rows:
        row.seen_at, row.state, (row.name, row.metadata) = began, State.PRESENT, looks[row.app_instance_user_id]
    ChimeUser.objects.bulk_update(rows, ["seen_at", "state", "name", "metadata"])
    queue.note(link.tenant_id, [row.user_id for row in differing])
    return len(rows), len(differing)


@transaction.atomic(durable=True)
def _believe_absent(link: AWSLink, missing: QuerySet[ChimeUser]) -> None:
    user_ids = list(missing.values_list("user_id", flat=True))
    missing.update(state=State.ABSENT)
    queue.note(link.tenant_id, user_ids)


@transaction.atomic(durable=True)
def _compare_with_users(link: AWSLink) -> None:
    """Make due whom Chime knows and should not, and whom it does not know and should."""
    active = User.objects.filter(tenant=link.tenant_id, is_active=True).values_list("pk", flat=True)
    present = _beliefs(link).filter(state=State.PRESENT).values_list("user_id", flat=True)
    waiting = Change.objects.filter(tenant=link.tenant_id).values_list("user_id", flat=True)
    queue.note(link.tenant_id, (set(active) ^ set(present)) - set(waiting))


def _beliefs(link: AWSLink) -> QuerySet[ChimeUser]:
    return ChimeUser.objects.filter(tenant=link.tenant_id, app_instance_arn=link.app_instance_arn)


def _not_seen(began: datetime) -> Q:
    return Q(seen_at=None) | Q(seen_at__lt=began)


def _id(user: AppInstanceUserSummaryTypeDef) -> str:
    return user["AppInstanceUserArn"].rpartition("/")[2]
