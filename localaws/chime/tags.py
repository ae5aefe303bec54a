"""Tags of Chime's resources.

Identity and messaging have the same three operations at the same addresses: here one work serves both.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from localaws.call import Service
from localaws.chime.arns import APP_INSTANCE
from localaws.chime.identity.writing import write_user
from localaws.chime.lookup import find_app_instance, find_user, find_user_to_change
from localaws.wire.errors import AWSError, bad_request, forbidden

if TYPE_CHECKING:
    from collections.abc import Callable

    from localaws.call import Call, Members
    from localaws.chime.rows import AppInstance
    from localaws.state.shelf import Shelf
    from localaws.state.store import Store

Tags = dict[str, str]
TAGGED_ARN = re.compile(rf"({APP_INSTANCE})(?:/(user|channel|channel-flow)/[^/]+)?")
KIND = 4
MOST_TAGS = 50
RESERVED = "aws:"


def tag_resource(call: Call) -> Members:
    given = read_tags(call)
    change_tags(call, lambda tags: {**tags, **given})
    return {}


def untag_resource(call: Call) -> Members:
    gone = set(call["TagKeys"])
    change_tags(call, lambda tags: {key: value for key, value in tags.items() if key not in gone})
    return {}


def list_tags_for_resource(call: Call) -> Members:
    app_instance, kind = find_place(call)
    if kind == "user":
        tags = find_user(call, call["ResourceARN"])[1].tags
    else:
        tags = find_row(call, shelf_of(call.store, app_instance, kind)).tags
    return {"Tags": [{"Key": key, "Value": value} for key, value in tags.items()]}


def change_tags(call: Call, change: Callable[[Tags], Tags]) -> None:
    app_instance, kind = find_place(call)
    arn = call["ResourceARN"]
    if kind == "user":
        user = find_user_to_change(call, arn)[1]
        write_user(call, app_instance, replace(user, tags=refuse_many(change(user.tags))))
        return
    shelf = shelf_of(call.store, app_instance, kind)
    row = find_row(call, shelf)
    row.tags = refuse_many(change(row.tags))
    shelf.put(arn, row)


def find_place(call: Call) -> tuple[AppInstance, str | None]:
    """The app instance of what is named, and what kind of thing in it that is; none for itself."""
    match = TAGGED_ARN.fullmatch(call["ResourceARN"])
    if not match:
        raise bad_request("The ResourceARN is that of nothing which has tags.")
    return find_app_instance(call, match[1]), match[KIND]


def shelf_of(store: Store, app_instance: AppInstance, kind: str | None) -> Shelf[Any]:
    """Where things with tags stand, by their kind."""
    if kind is None:
        return store.app_instances
    shelves: dict[str, Shelf[Any]] = {
        "user": app_instance.users,
        "channel": app_instance.channels,
        "channel-flow": app_instance.flows,
    }
    return shelves[kind]


def find_row(call: Call, shelf: Shelf[Any]) -> Any:
    row = shelf.get(call["ResourceARN"])
    if row is None:
        raise forbidden()
    return row


def read_tags(call: Call) -> Tags:
    """The Tags of a call that tags or creates."""
    given = call.get("Tags", [])
    tags = {tag["Key"]: tag["Value"] for tag in given}
    if len(tags) < len(given):
        raise bad_request("A tag key can be given only once.")
    if any(key.lower().startswith(RESERVED) for key in tags):
        raise bad_request(f"Tag keys can't begin with {RESERVED}, which is kept for AWS.")
    return tags


def refuse_many(tags: Tags) -> Tags:
    if len(tags) > MOST_TAGS:
        raise AWSError("ResourceLimitExceededException", f"A resource can't have more than {MOST_TAGS} tags.")
    return tags


def tags_of(store: Store, arn: str) -> Tags:
    """For IAM to judge by aws:ResourceTag. What does not exist has no tags."""
    match = TAGGED_ARN.fullmatch(arn)
    app_instance = store.app_instances.get(match[1]) if match else None
    if match is None or app_instance is None:
        return {}
    row = shelf_of(store, app_instance, match[KIND]).get(arn)
    return row.tags if row else {}


def the_resource(call: Call) -> str:
    return str(call["ResourceARN"])


SERVED = {
    "TagResource": Service((the_resource,), tag_resource),
    "UntagResource": Service((the_resource,), untag_resource),
    "ListTagsForResource": Service((the_resource,), list_tags_for_resource),
}
