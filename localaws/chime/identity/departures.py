"""What goes when a user or an app instance is deleted, and when."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localaws.chime.messaging.admission import leave_channels
from localaws.live.codes import FORBIDDEN

if TYPE_CHECKING:
    from localaws.call import World
    from localaws.chime.rows import AppInstance


def remove_user(world: World, app_instance: AppInstance, arn: str) -> None:
    """After FORBIDDEN a client does not connect again. What becomes of memberships is not documented."""
    world.live.drop(arn, FORBIDDEN)
    world.store.remove_user(app_instance, arn)
    behaviour = world.behaviour
    if behaviour.deleted_user_memberships != "stay":
        waits = behaviour.deleted_user_memberships == "with-delay"
        delay = behaviour.deleted_user_memberships_delay if waits else 0
        world.propagation.change(f"{arn} in channels", None, lambda: leave_channels(world, app_instance, arn), delay)


def remove_app_instance(world: World, app_instance: AppInstance) -> None:
    """What is still on its way to the app instance arrives first, as nothing may arrive in what is gone."""
    world.propagation.settle_all(f"{app_instance.arn}/")
    for user in app_instance.users:
        world.live.drop(user.arn, FORBIDDEN)
    world.store.remove_app_instance(app_instance)
