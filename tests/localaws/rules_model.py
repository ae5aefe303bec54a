"""A small model of who may do what in channels: what a call is answered, and what can be seen afterwards.

Written from the guide alone, so that it and localaws can be held against each other.
https://docs.aws.amazon.com/chime-sdk/latest/dg/auth-by-role.html
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

OK, FORBIDDEN, CONFLICT, NOT_FOUND = "ok", "ForbiddenException", "ConflictException", "NotFoundException"


class Refused(Exception):
    """With the code that the call is refused with."""


def insist(allowed: object, code: str = FORBIDDEN) -> None:
    if not allowed:
        raise Refused(code)


@dataclass
class Said:
    sender: str
    content: str
    target: str | None
    redacted: bool = False

    def is_seen_by(self, who: str) -> bool:
        return self.target is None or who in (self.sender, self.target)


@dataclass
class Room:
    """What was said is known by the number of the message in the room; not everything that was sent is kept."""

    privacy: str
    mode: str
    name: str = "room"
    members: dict[str, str] = field(default_factory=dict)
    moderators: set[str] = field(default_factory=set)
    banned: set[str] = field(default_factory=set)
    said: dict[int, Said] = field(default_factory=dict)
    messages: int = 0

    def shown(self, kind: str = "DEFAULT") -> list[str]:
        return sorted(who for who, each in self.members.items() if each == kind)


@dataclass
class Model:
    """Rooms by number; those that were deleted are missing. Each operation raises Refused or answers what is seen."""

    admins: set[str]
    rooms: dict[int, Room]

    def find(self, room: int) -> Room:
        insist(room in self.rooms)
        return self.rooms[room]

    def moderates(self, room: Room, who: str) -> bool:
        return who in self.admins or who in room.moderators

    def read(self, room: int, who: str) -> Room:
        found = self.find(room)
        insist(found.privacy == "PUBLIC" or who in found.members or self.moderates(found, who))
        return found

    def moderate(self, room: int, who: str) -> Room:
        found = self.find(room)
        insist(self.moderates(found, who))
        return found

    def create_channel_membership(self, who: str, room: int, whom: str, kind: str) -> None:
        found = self.find(room)
        insist(self.may_add(found, who, whom, kind))
        self.add(found, whom, kind)

    def may_add(self, room: Room, who: str, whom: str, kind: str) -> bool:
        joins = who == whom and room.privacy == "PUBLIC"
        brings = room.mode == "UNRESTRICTED" and room.members.get(who) == "DEFAULT"
        return self.moderates(room, who) or (kind == "DEFAULT" and (joins or brings))

    def add(self, room: Room, whom: str, kind: str) -> None:
        insist(whom not in room.banned)
        insist(whom not in room.members, CONFLICT)
        room.members[whom] = kind

    def batch_create_channel_membership(self, who: str, room: int, people: list[str], kind: str) -> dict[str, str]:
        found = self.find(room)
        insist(all(self.may_add(found, who, whom, kind) for whom in people))
        outcomes = {}
        for whom in people:
            try:
                self.add(found, whom, kind)
                outcomes[whom] = OK
            except Refused as refused:
                outcomes[whom] = str(refused).removesuffix("Exception")
        return outcomes

    def delete_channel_membership(self, who: str, room: int, whom: str) -> None:
        found = self.find(room)
        insist(who == whom or self.moderates(found, who))
        insist(found.members.pop(whom, None))

    def describe_channel_membership(self, who: str, room: int, whom: str) -> str:
        found = self.read(room, who)
        kind = found.members.get(whom)
        insist(kind == "DEFAULT" or (kind and (who == whom or self.moderates(found, who))), NOT_FOUND)
        return str(kind)

    def list_channel_memberships(self, who: str, room: int, kind: str) -> list[str]:
        found = self.read(room, who)
        insist(kind == "DEFAULT" or self.moderates(found, who))
        return found.shown(kind)

    def create_channel_moderator(self, who: str, room: int, whom: str) -> None:
        found = self.moderate(room, who)
        insist(whom not in found.banned)
        insist(whom not in found.moderators, CONFLICT)
        found.moderators.add(whom)

    def delete_channel_moderator(self, who: str, room: int, whom: str) -> None:
        found = self.moderate(room, who)
        insist(whom in found.moderators)
        found.moderators.discard(whom)

    def list_channel_moderators(self, who: str, room: int) -> list[str]:
        return sorted(self.moderate(room, who).moderators)

    def create_channel_ban(self, who: str, room: int, whom: str) -> None:
        found = self.moderate(room, who)
        insist(not self.moderates(found, whom))
        insist(whom not in found.banned, CONFLICT)
        found.banned.add(whom)
        found.members.pop(whom, None)

    def delete_channel_ban(self, who: str, room: int, whom: str) -> None:
        found = self.moderate(room, who)
        insist(whom in found.banned)
        found.banned.discard(whom)

    def describe_channel_ban(self, who: str, room: int, whom: str) -> None:
        insist(whom in self.moderate(room, who).banned, NOT_FOUND)

    def list_channel_bans(self, who: str, room: int) -> list[str]:
        return sorted(self.moderate(room, who).banned)

    def send_channel_message(self, who: str, room: int, content: str, target: str | None, kept: str) -> None:
        found = self.find(room)
        insist(found.members.get(who) == "DEFAULT")
        insist(target is None or target in found.members)
        if kept == "PERSISTENT":
            found.said[found.messages] = Said(who, content, target)
        found.messages += 1

    def list_channel_messages(self, who: str, room: int) -> list[str]:
        """The newest first."""
        found = self.read(room, who)
        return [said.content for _, said in sorted(found.said.items(), reverse=True) if said.is_seen_by(who)]

    def get_channel_message(self, who: str, room: int, message: int) -> str:
        said = self.read(room, who).said.get(message)
        insist(said and said.is_seen_by(who), NOT_FOUND)
        return said.content if said else ""

    def get_channel_message_status(self, who: str, room: int, message: int) -> str:
        said = self.read(room, who).said.get(message)
        insist(said and said.sender == who)
        return "SENT"

    def find_to_change(self, who: str, room: int, message: int) -> Said:
        found = self.find(room)
        insist(who in found.members or self.moderates(found, who))
        said = found.said.get(message)
        if said is None or not said.is_seen_by(who):
            raise Refused(FORBIDDEN)
        return said

    def update_channel_message(self, who: str, room: int, message: int, content: str) -> None:
        said = self.find_to_change(who, room, message)
        insist(said.sender == who)
        insist(not said.redacted, CONFLICT)
        said.content = content

    def redact_channel_message(self, who: str, room: int, message: int) -> None:
        said = self.find_to_change(who, room, message)
        insist(said.sender == who or self.moderates(self.rooms[room], who))
        said.content, said.redacted = "", True

    def delete_channel_message(self, who: str, room: int, message: int) -> None:
        found = self.find(room)
        insist(who in self.admins)
        insist(found.said.pop(message, None))

    def update_channel(self, who: str, room: int, name: str, mode: str) -> None:
        found = self.moderate(room, who)
        found.name, found.mode = name, mode

    def describe_channel(self, who: str, room: int) -> tuple[str, str, str]:
        found = self.read(room, who)
        return found.name, found.mode, found.privacy

    def delete_channel(self, who: str, room: int) -> None:
        self.moderate(room, who)
        del self.rooms[room]

    def update_channel_read_marker(self, who: str, room: int) -> None:
        insist(who in self.find(room).members)

    def get_channel_membership_preferences(self, who: str, room: int, whom: str) -> None:
        found = self.find(room)
        insist(who == whom and who in found.members)

    def list_channel_memberships_for_app_instance_user(self, who: str, whom: str) -> list[tuple[int, str]]:
        insist(who == whom or who in self.admins)
        return [(number, room.members[whom]) for number, room in sorted(self.rooms.items()) if whom in room.members]

    def list_channels_moderated_by_app_instance_user(self, who: str, whom: str) -> list[int]:
        insist(who == whom or who in self.admins)
        return [number for number, room in sorted(self.rooms.items()) if whom in room.moderators]

    def list_channels(self, who: str, privacy: str) -> list[int]:
        insist(privacy == "PUBLIC" or who in self.admins)
        return [number for number, room in sorted(self.rooms.items()) if room.privacy == privacy]

    def search_channels(self, who: str, operator: str, people: list[str]) -> list[int]:
        """Whoever is hidden is not to be found."""
        wanted = set(people)

        def is_found(room: Room) -> bool:
            shown = set(room.shown())
            return (shown == wanted if operator == "EQUALS" else shown >= wanted) and (
                who in room.members or who in self.admins
            )

        return [number for number, room in sorted(self.rooms.items()) if is_found(room)]

    def create_app_instance_admin(self, whom: str) -> None:
        insist(whom not in self.admins, CONFLICT)
        self.admins.add(whom)

    def delete_app_instance_admin(self, whom: str) -> None:
        insist(whom in self.admins)
        self.admins.discard(whom)

    def answer(self, operation: str, members: dict[str, Any]) -> tuple[str, Any]:
        try:
            return OK, getattr(self, operation)(**members)
        except Refused as refused:
            return str(refused), None
