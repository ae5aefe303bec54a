"""Finding what a call names. Chime answers alike for what it does not know and for what it does not allow."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localaws.chime.arns import APP_INSTANCE_ARN, CHANNEL_ARN, USER_ARN, app_instance_of, region_and_account
from localaws.wire.errors import AWSError, bad_request, forbidden, not_found

if TYPE_CHECKING:
    from localaws.call import Call
    from localaws.chime.rows import AppInstance, AppInstanceUser, Channel, Identity

MISSING = 404
UNKNOWN_BEARER = "An invalid app instance user ARN was supplied for the x-amz-chime-bearer HTTP header."
UNKNOWN_USER = "An invalid app instance user ARN was supplied for the input parameter."


def find_app_instance(call: Call, arn: str) -> AppInstance:
    """Bound to the region and the account that the credentials are for."""
    if not APP_INSTANCE_ARN.fullmatch(arn):
        raise bad_request(f"The ARN {arn[:256]} is not that of an app instance.")
    found = call.store.app_instances.get(arn)
    if found is None or region_and_account(arn) != (call.region, call.principal.account):
        raise forbidden()
    return found


def find_user(call: Call, arn: str) -> tuple[AppInstance, AppInstanceUser]:
    """As everybody sees the user."""
    app_instance = find_app_instance(call, app_instance_of(arn, USER_ARN))
    return app_instance, insist_on_user(call, app_instance.users.get(arn))


def find_user_to_change(call: Call, arn: str) -> tuple[AppInstance, AppInstanceUser]:
    """As the user was last written, whoever sees it already."""
    app_instance = find_app_instance(call, app_instance_of(arn, USER_ARN))
    return app_instance, insist_on_user(call, call.world.propagation.newest(arn, app_instance.users.get(arn)))


def insist_on_user(call: Call, user: AppInstanceUser | None) -> AppInstanceUser:
    if user is None:
        missing = call.world.behaviour.missing_user == MISSING
        raise not_found("The app instance user does not exist.") if missing else forbidden()
    return user


def identify(app_instance: AppInstance, arn: str) -> Identity:
    """Who a member is. Of somebody deleted, whose memberships stay for a while, the name is gone."""
    user = app_instance.users.get(arn)
    return user.identity if user else {"Arn": arn}


def find_person(app_instance: AppInstance, arn: str) -> AppInstanceUser:
    """Somebody other than the bearer whom a messaging call is about, in the same app instance."""
    user = app_instance.users.get(arn)
    if user is None:
        raise forbidden(UNKNOWN_USER)
    return user


def find_bearer(call: Call, app_instance: AppInstance) -> AppInstanceUser:
    """In whose name the call is made: a user of the app instance that it is about."""
    user = app_instance.users.get(call["ChimeBearer"])
    if user is None:
        raise AWSError("UnauthorizedClientException", UNKNOWN_BEARER)
    return user


def find_app_instance_of_bearer(call: Call) -> AppInstance:
    arn = call["ChimeBearer"]
    match = USER_ARN.fullmatch(arn)
    found = call.store.app_instances.get(match[1]) if match else None
    if found is None or region_and_account(arn) != (call.region, call.principal.account):
        raise AWSError("UnauthorizedClientException", UNKNOWN_BEARER)
    return found


def find_channel(call: Call) -> tuple[AppInstance, Channel]:
    arn = call["ChannelArn"]
    app_instance = find_app_instance(call, app_instance_of(arn, CHANNEL_ARN))
    channel = app_instance.channels.get(arn)
    if channel is None:
        raise forbidden()
    return app_instance, channel
