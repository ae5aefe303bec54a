"""For how long an app instance keeps messages.

https://docs.aws.amazon.com/chime-sdk/latest/dg/manage-retention.html
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from localaws.call import Service
from localaws.chime.arns import the_app_instance
from localaws.chime.lookup import find_app_instance

if TYPE_CHECKING:
    from localaws.call import Call, Members, World
    from localaws.chime.rows import AppInstance
    from localaws.state.behaviour import Behaviour

# So long after a period was set the messages that it hides come back when it is set otherwise.
DAYS_TO_RESTORE = 30


def get_app_instance_retention_settings(call: Call) -> Members:
    return tell_retention(find_app_instance(call, call["AppInstanceArn"]))


def put_app_instance_retention_settings(call: Call) -> Members:
    """Without days, messages are kept for ever."""
    app_instance = find_app_instance(call, call["AppInstanceArn"])
    days = call["AppInstanceRetentionSettings"].get("ChannelRetentionSettings", {}).get("RetentionDays")
    app_instance.retention_days = days
    app_instance.deletion_at = round(call.now + DAYS_TO_RESTORE * call.world.behaviour.day_length, 3) if days else None
    call.store.app_instances.put(app_instance.arn, app_instance)
    return tell_retention(app_instance)


def tell_retention(app_instance: AppInstance) -> Members:
    days = {"RetentionDays": app_instance.retention_days} if app_instance.retention_days else {}
    return {
        "AppInstanceRetentionSettings": {"ChannelRetentionSettings": days},
        "InitiateDeletionTimestamp": app_instance.deletion_at,
    }


def forgotten_before(app_instance: AppInstance, behaviour: Behaviour, now: float) -> float:
    """Messages from before this time are not shown."""
    if app_instance.retention_days is None:
        return 0
    return max(now - app_instance.retention_days * behaviour.day_length, 0)


def delete_forgotten_messages(world: World, now: float) -> None:
    for app_instance in world.store.app_instances:
        if app_instance.deletion_at is not None and app_instance.deletion_at <= now:
            delete_messages(app_instance, forgotten_before(app_instance, world.behaviour, now))


def delete_messages(app_instance: AppInstance, before: float) -> None:
    for room in [room for channel in app_instance.channels for room in channel.rooms]:
        for message in room.messages:
            if message.created_at < before:
                room.messages.remove(message.id)


SERVED = {
    "GetAppInstanceRetentionSettings": Service((the_app_instance,), get_app_instance_retention_settings),
    "PutAppInstanceRetentionSettings": Service((the_app_instance,), put_app_instance_retention_settings),
}
