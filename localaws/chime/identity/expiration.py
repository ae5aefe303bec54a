"""Users who end by themselves.

https://docs.aws.amazon.com/chime-sdk/latest/APIReference/API_identity-chime_PutAppInstanceUserExpirationSettings.html
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from localaws.call import Service
from localaws.chime.arns import the_user
from localaws.chime.identity.departures import remove_user
from localaws.chime.identity.writing import write_user
from localaws.chime.lookup import find_user_to_change

if TYPE_CHECKING:
    from localaws.call import Call, Members, World
    from localaws.chime.rows import AppInstanceUser
    from localaws.state.behaviour import Behaviour


def put_app_instance_user_expiration_settings(call: Call) -> Members:
    """Without settings the user does not expire any more. Who has expired and is still there can be kept so."""
    app_instance, user = find_user_to_change(call, call["AppInstanceUserArn"])
    kept = replace(user, expiration=call.get("ExpirationSettings"), updated_at=call.now)
    write_user(call, app_instance, kept)
    return {"AppInstanceUserArn": user.arn, "ExpirationSettings": kept.expiration}


def delete_expired_users(world: World, now: float) -> None:
    """Somebody with a change on its way is left for the next turn, as it may be the one that lets them stay."""
    for app_instance in world.store.app_instances:
        for user in app_instance.users:
            if has_expired(user, world.behaviour, now) and user.arn not in world.propagation:
                remove_user(world, app_instance, user.arn)


def has_expired(user: AppInstanceUser, behaviour: Behaviour, now: float) -> bool:
    """The only criterion that there is for a user is CREATED_TIMESTAMP."""
    if user.expiration is None:
        return False
    return bool(user.created_at + user.expiration["ExpirationDays"] * behaviour.day_length <= now)


SERVED = {
    "PutAppInstanceUserExpirationSettings": Service((the_user,), put_app_instance_user_expiration_settings),
}
