"""Stories of several people in two channels, told to localaws and to a model of the rules: both must answer alike.

A story is drawn from `random`, so that the seed which pytest-randomly prints draws the same stories again.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError
from hypothesis import HealthCheck, Phase, given, note, seed, settings
from hypothesis import strategies as st

from tests.localaws.cloud import build_house, turn_pages
from tests.localaws.rules_model import OK, Model, Room

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.localaws.cloud import Cloud

PEOPLE = ["admin", "owner", "moderator", "member", "hidden", "outsider", "outcast"]
STORIES, CHAPTERS, LONGEST_CHAPTER = 60, 8, 20
ROOMS, MESSAGES = (0, 1), (0, 0, 1, 1, 2, 3)
NO_SUCH_MESSAGE = "0" * 64

Step = tuple[str, dict[str, Any]]

# Each kind of call is made by anybody, but mostly by those who have something to gain by it.
who = st.sampled_from(PEOPLE)
privileged = st.sampled_from([*PEOPLE, "admin", "owner", "moderator", "moderator"])
talker = st.sampled_from([*PEOPLE, "owner", "member", "member"])
seldom_privileged = st.sampled_from(["member", "hidden", "outsider", "outcast", "owner"])
# Nobody named is oneself.
whom = st.none() | who
victim = st.sampled_from([*PEOPLE, "outsider", "outcast", "hidden", "member"])
room = st.sampled_from(ROOMS)
message = st.sampled_from(MESSAGES)
kind = st.sampled_from(["DEFAULT", "DEFAULT", "HIDDEN"])
mode = st.sampled_from(["RESTRICTED", "UNRESTRICTED"])
privacy = st.sampled_from(["PRIVATE", "PUBLIC"])
words = st.text("abc", min_size=1, max_size=3)
people = st.lists(st.sampled_from(PEOPLE), min_size=1, max_size=3, unique=True)
in_room = {"who": who, "room": room}
moderating, talking = {"who": privileged, "room": room}, {"who": talker, "room": room}
with_whom = {**in_room, "whom": whom}
of_message = {**in_room, "message": message}

STEPS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "create_channel_membership": {**with_whom, "kind": kind},
    "batch_create_channel_membership": {**moderating, "people": people, "kind": kind},
    "delete_channel_membership": with_whom,
    "describe_channel_membership": {**in_room, "whom": st.none() | victim},
    "list_channel_memberships": {**in_room, "kind": kind},
    "create_channel_moderator": {**moderating, "whom": whom},
    "delete_channel_moderator": {**moderating, "whom": whom},
    "list_channel_moderators": moderating,
    "create_channel_ban": {**moderating, "whom": victim},
    "delete_channel_ban": {**moderating, "whom": victim},
    "describe_channel_ban": {**moderating, "whom": victim},
    "list_channel_bans": moderating,
    "send_channel_message": {
        **talking,
        "content": words,
        "target": st.none() | who,
        "kept": st.sampled_from(["PERSISTENT", "PERSISTENT", "NON_PERSISTENT"]),
    },
    "list_channel_messages": in_room,
    "get_channel_message": of_message,
    "get_channel_message_status": {**of_message, **talking},
    "update_channel_message": {**of_message, **talking, "content": words},
    "redact_channel_message": of_message,
    "delete_channel_message": {**of_message, **moderating},
    "update_channel": {**moderating, "name": words, "mode": mode},
    "describe_channel": in_room,
    "delete_channel": {**in_room, "who": seldom_privileged},
    "update_channel_read_marker": in_room,
    "get_channel_membership_preferences": with_whom,
    "list_channel_memberships_for_app_instance_user": {"who": who, "whom": whom},
    "list_channels_moderated_by_app_instance_user": {"who": who, "whom": whom},
    "list_channels": {"who": privileged, "privacy": privacy},
    "search_channels": {"who": who, "operator": st.sampled_from(["EQUALS", "INCLUDES"]), "people": people},
    "create_app_instance_admin": {"whom": who},
    "delete_app_instance_admin": {"whom": who},
}


def name_oneself(step: Step) -> Step:
    operation, members = step
    return operation, {
        word: members["who"] if (word, given) == ("whom", None) else given for word, given in members.items()
    }


steps = st.one_of(
    [st.tuples(st.just(operation), st.fixed_dictionaries(members)) for operation, members in STEPS.items()]
).map(name_oneself)
# Of chapters, as a long list of its own would be hard to shorten when something is found.
stories = st.lists(st.lists(steps, max_size=LONGEST_CHAPTER), min_size=CHAPTERS, max_size=CHAPTERS).map(
    lambda chapters: [step for chapter in chapters for step in chapter]
)

# By these everything that the rules speak of is there when a story begins.
OPENING: list[Step] = [
    step
    for number in ROOMS
    for step in (
        ("create_channel_membership", {"who": "owner", "room": number, "whom": "hidden", "kind": "HIDDEN"}),
        ("create_channel_ban", {"who": "owner", "room": number, "whom": "outcast"}),
        (
            "send_channel_message",
            {"who": "member", "room": number, "content": "a", "target": None, "kept": "PERSISTENT"},
        ),
        (
            "send_channel_message",
            {"who": "owner", "room": number, "content": "b", "target": "hidden", "kept": "PERSISTENT"},
        ),
    )
]
# What everybody sees when it ends.
ENDING: list[Step] = [
    *(
        (operation, {"who": person, "room": number, **wish})
        for person in PEOPLE
        for number in ROOMS
        for operation, wish in (("list_channel_messages", {}), ("list_channel_memberships", {"kind": "DEFAULT"}))
    ),
    *(
        ("describe_channel_membership", {"who": person, "room": number, "whom": "hidden"})
        for person in ("member", "outsider")
        for number in ROOMS
    ),
    *(
        ("search_channels", {"who": person, "operator": "INCLUDES", "people": [sought]})
        for person, sought in (("member", "hidden"), ("hidden", "hidden"), ("owner", "member"))
    ),
    *(("list_channel_memberships_for_app_instance_user", {"who": person, "whom": person}) for person in PEOPLE),
]


class Reality:
    """The same operations, by boto3."""

    def __init__(self, cloud: Cloud, rooms: dict[int, Room]) -> None:
        self.house = build_house(cloud, "rules", PEOPLE)
        self.names = {arn: name for name, arn in self.house.people.items()}
        self.messaging, self.identity = cloud.messaging(), cloud.identity()
        self.messages: dict[str, list[str]] = {}
        self.administer("create_app_instance_admin", whom="admin")
        for number, founded in rooms.items():
            self.messaging.create_channel(
                AppInstanceArn=self.house.arn,
                ChannelId=f"room-{number}",
                Name=founded.name,
                Privacy=founded.privacy,
                Mode=founded.mode,
                MemberArns=[self.house["member"]],
                ModeratorArns=[self.house["moderator"]],
                ChimeBearer=self.house["owner"],
            )

    def answer(self, operation: str, members: dict[str, Any]) -> tuple[str, Any]:
        try:
            if operation.endswith("_app_instance_admin"):
                self.administer(operation, **members)
                return OK, None
            return OK, self.read(operation, self.translate(operation, members))
        except ClientError as error:
            return str(error.response["Error"]["Code"]), None

    def administer(self, operation: str, whom: str) -> None:
        getattr(self.identity, operation)(AppInstanceArn=self.house.arn, AppInstanceAdminArn=self.house[whom])

    def translate(self, operation: str, members: dict[str, Any]) -> dict[str, Any]:
        """Into AWS's words."""
        translated = dict(
            self.say(operation, word, given)
            for word, given in members.items()
            if word != "message" and given is not None
        )
        if operation == "send_channel_message":
            translated["Type"] = "STANDARD"
        if "message" in members:
            sent = self.messages.get(self.arn(members["room"]), [])
            translated["MessageId"] = dict(enumerate(sent)).get(members["message"], NO_SUCH_MESSAGE)
        if operation == "list_channels":
            translated["AppInstanceArn"] = self.house.arn
        if operation == "search_channels":
            field = {"Key": "MEMBERS", "Operator": translated.pop("Operator"), "Values": translated.pop("MemberArns")}
            translated["Fields"] = [field]
        return translated

    def say(self, operation: str, word: str, given: Any) -> tuple[str, Any]:
        if word in NAMES:
            return NAMES[word], given
        if word in ("who", "whom"):
            return "ChimeBearer" if word == "who" else name_of_person(operation), self.house[given]
        if word == "people":
            return "MemberArns", [self.house[each] for each in given]
        if word == "room":
            return "ChannelArn", self.arn(given)
        return "Target", [{"MemberArn": self.house[given]}]

    def read(self, operation: str, members: dict[str, Any]) -> Any:
        """What an answer shows, in the model's words."""
        call = getattr(self.messaging, operation)
        if operation in LISTS:
            member, read = LISTS[operation]
            pages = turn_pages(call, member, MaxResults=3, **members)
            shown = [read(self, each) for page in pages for each in page]
            return shown if operation == "list_channel_messages" else sorted(shown)
        answer = call(**members)
        if operation == "send_channel_message":
            self.messages.setdefault(members["ChannelArn"], []).append(answer["MessageId"])
        return READ[operation](self, answer) if operation in READ else None

    def arn(self, room: int) -> str:
        return f"{self.house.arn}/channel/room-{room}"

    def number(self, channel_arn: str) -> int:
        return int(channel_arn.rpartition("-")[2])


NAMES = {
    "content": "Content",
    "kept": "Persistence",
    "kind": "Type",
    "mode": "Mode",
    "name": "Name",
    "operator": "Operator",
    "privacy": "Privacy",
}


def name_of_person(operation: str) -> str:
    if operation.endswith("_moderator"):
        return "ChannelModeratorArn"
    return "AppInstanceUserArn" if operation.endswith("_app_instance_user") else "MemberArn"


LISTS: dict[str, tuple[str, Callable[[Reality, Any], Any]]] = {
    "list_channel_memberships": ("ChannelMemberships", lambda real, each: real.names[each["Member"]["Arn"]]),
    "list_channel_moderators": ("ChannelModerators", lambda real, each: real.names[each["Moderator"]["Arn"]]),
    "list_channel_bans": ("ChannelBans", lambda real, each: real.names[each["Member"]["Arn"]]),
    "list_channel_messages": ("ChannelMessages", lambda _, each: each["Content"]),
    "list_channel_memberships_for_app_instance_user": (
        "ChannelMemberships",
        lambda real, each: (
            real.number(each["ChannelSummary"]["ChannelArn"]),
            each["AppInstanceUserMembershipSummary"]["Type"],
        ),
    ),
    "list_channels_moderated_by_app_instance_user": (
        "Channels",
        lambda real, each: real.number(each["ChannelSummary"]["ChannelArn"]),
    ),
    "list_channels": ("Channels", lambda real, each: real.number(each["ChannelArn"])),
    "search_channels": ("Channels", lambda real, each: real.number(each["ChannelArn"])),
}
READ: dict[str, Callable[[Reality, Any], Any]] = {
    "describe_channel": lambda _, answer: tuple(answer["Channel"][name] for name in ("Name", "Mode", "Privacy")),
    "describe_channel_membership": lambda _, answer: answer["ChannelMembership"]["Type"],
    "get_channel_message": lambda _, answer: answer["ChannelMessage"]["Content"],
    "get_channel_message_status": lambda _, answer: answer["Status"]["Value"],
    "batch_create_channel_membership": lambda real, answer: {
        **{real.names[each["Arn"]]: OK for each in answer.get("BatchChannelMemberships", {}).get("Members", [])},
        **{real.names[each["MemberArn"]]: each["ErrorCode"] for each in answer["Errors"]},
    },
}


def found_rooms(kinds: list[tuple[str, str]]) -> dict[int, Room]:
    return {
        number: Room(*each, members={"owner": "DEFAULT", "member": "DEFAULT"}, moderators={"owner", "moderator"})
        for number, each in enumerate(kinds)
    }


@pytest.mark.timeout(600)
def test_localaws_and_the_model_answer_alike(cloud):
    @seed(random.getrandbits(64))
    @settings(
        max_examples=STORIES,
        deadline=None,
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(kinds=st.lists(st.tuples(privacy, mode), min_size=len(ROOMS), max_size=len(ROOMS)), story=stories)
    def hold(kinds: list[tuple[str, str]], story: list[Step]) -> None:
        reality, model = Reality(cloud, found_rooms(kinds)), Model({"admin"}, found_rooms(kinds))
        for operation, members in [*OPENING, *story, *ENDING]:
            note(f"{operation} {members}")
            assert reality.answer(operation, members) == model.answer(operation, members), f"{operation} {members}"

    hold()
