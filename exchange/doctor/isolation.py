"""The isolation prover: what somebody must not do is tried with their own credentials, and must be refused.

Nothing here changes anything, even where it succeeds: only questions are asked, and answers thrown away.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID

from exchange.doctor.findings import Finding
from exchange.doctor.session import trouble

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from chimeusers.services import Membership
    from exchange.doctor.session import Session
    from exchange.policy import Grant
    from tenants.failures import Failure

# What IAM says when it means no, and what Chime says of what somebody may not see, or of what is not there.
_DENIED = {"AccessDenied", "AccessDeniedException"}
_NOT_SEEN = {"ForbiddenException", "NotFoundException", "UnauthorizedClientException"}
# Nobody: IAM decides before anybody is looked for.
NOBODY = str(UUID(int=0))


@dataclass(frozen=True, slots=True)
class Others:
    """Whom to be taken for: another user and a private channel of theirs, and another tenant's app instance."""

    user_id: str = NOBODY
    app_instance_arn: str = ""
    channel_arn: str = ""


@dataclass(frozen=True, slots=True)
class _Attempt:
    """`is_real` tells whether that which is tried exists: otherwise that it isn't seen proves nothing."""

    what: str
    call: Callable[[], Any]
    is_real: bool = True


def prove(session: Session, mine: Membership, grant: Grant, others: Others) -> Iterator[Finding]:
    """Try to be somebody else, to look into another tenant, and to administer; tell what AWS said to each."""
    tries = [
        *_as_another(session, mine, others),
        *_in_others_channels(session, mine, others),
        *_in_another_tenant(session, mine, others),
        *_as_admin(session, mine),
        _Attempt("become another user by its own role", _becoming(session, grant, others.user_id)),
    ]
    for attempt in tries:
        yield _judged(attempt, trouble(attempt.call))


def _as_another(session: Session, mine: Membership, others: Others) -> Iterator[_Attempt]:
    messaging, here = session.client("chime-sdk-messaging"), mine.app_instance_arn
    other, is_real = f"{here}/user/{others.user_id}", others.user_id != NOBODY
    yield _Attempt(
        "list channels as another user",
        lambda: messaging.list_channels(AppInstanceArn=here, ChimeBearer=other),
        is_real,
    )
    yield _Attempt(
        "see which channels another user is in",
        lambda: messaging.list_channel_memberships_for_app_instance_user(AppInstanceUserArn=other, ChimeBearer=other),
        is_real,
    )


def _in_others_channels(session: Session, mine: Membership, others: Others) -> Iterator[_Attempt]:
    messaging, is_real = session.client("chime-sdk-messaging"), bool(others.channel_arn)
    named = {
        "ChannelArn": others.channel_arn or f"{mine.app_instance_arn}/channel/{NOBODY}",
        "ChimeBearer": mine.user_arn,
    }
    yield _Attempt("see another user's private channel", lambda: messaging.describe_channel(**named), is_real)
    yield _Attempt("read another user's private channel", lambda: messaging.list_channel_messages(**named), is_real)


def _in_another_tenant(session: Session, mine: Membership, others: Others) -> Iterator[_Attempt]:
    messaging, identity = session.client("chime-sdk-messaging"), session.client("chime-sdk-identity")
    there = others.app_instance_arn or f"{mine.app_instance_arn.rpartition('/')[0]}/{NOBODY}"
    stranger, is_real = f"{there}/user/{mine.user_id}", bool(others.app_instance_arn)
    yield _Attempt(
        "list another tenant's channels",
        lambda: messaging.list_channels(AppInstanceArn=there, ChimeBearer=stranger),
        is_real=False,  # Nobody of this id is there; only IAM's own no counts.
    )
    yield _Attempt(
        "see another tenant's users", lambda: identity.list_app_instance_users(AppInstanceArn=there), is_real
    )
    yield _Attempt(
        "see another tenant's app instance", lambda: identity.describe_app_instance(AppInstanceArn=there), is_real
    )


def _as_admin(session: Session, mine: Membership) -> Iterator[_Attempt]:
    identity, here = session.client("chime-sdk-identity"), mine.app_instance_arn
    yield _Attempt(
        "see who administers the app instance", lambda: identity.list_app_instance_admins(AppInstanceArn=here)
    )
    yield _Attempt("see all app instances of the AWS account", identity.list_app_instances)


def _becoming(session: Session, grant: Grant, user_id: str) -> Callable[[], Any]:
    tags = grant.tags | {"UserUUID": user_id}
    return lambda: session.client("sts").assume_role(
        RoleArn=grant.role_arn,
        RoleSessionName=f"chime_{user_id}",
        Tags=[{"Key": key, "Value": value} for key, value in tags.items()],
    )


def _judged(attempt: _Attempt, failure: Failure | None) -> Finding:
    about = f"must not: {attempt.what}"
    if failure is None:
        return Finding(
            about, False, f"AWS let this user {attempt.what}. The role is too wide: compare it with its rule."
        )
    if failure.code in _DENIED or (failure.code in _NOT_SEEN and attempt.is_real):
        return Finding(about, True, f"AWS refused it: {failure.code}.")
    if not attempt.is_real:
        return Finding(about, None, f"There is nothing of the kind to try it on. AWS said: {failure.code}.")
    return Finding(about, None, f"AWS neither did nor denied it: {failure}")
