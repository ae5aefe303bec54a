"""How app instances and their users are written, and what may be written of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from localaws.chime.identity.departures import remove_user
from localaws.wire.errors import bad_request

if TYPE_CHECKING:
    from localaws.call import Call
    from localaws.chime.rows import AppInstance, AppInstanceUser

LARGEST_METADATA = 1024


def write_user(call: Call, app_instance: AppInstance, user: AppInstanceUser) -> None:
    """The user in place of who had the ARN before; seen as soon as the PropagationDelay is over."""
    delay = call.world.behaviour.propagation_delay
    call.world.propagation.change(user.arn, user, lambda: app_instance.users.put(user.arn, user), delay)


def delete_user(call: Call, app_instance: AppInstance, user: AppInstanceUser) -> None:
    delay = call.world.behaviour.propagation_delay
    world = call.world
    world.propagation.change(user.arn, None, lambda: remove_user(world, app_instance, user.arn), delay)


def refuse_large_metadata(call: Call) -> None:
    """The models count characters; the text beside them says 1 KB in UTF-8."""
    if len(call.get("Metadata", "").encode()) > LARGEST_METADATA:
        raise bad_request(f"The metadata can't exceed {LARGEST_METADATA} bytes.")
