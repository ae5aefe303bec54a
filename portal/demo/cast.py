"""Who lives in the demo, and what they have said so far."""

from __future__ import annotations

from typing import NamedTuple

PASSWORD = "chime-demo-1"  # noqa: S105 - printed on the terminal for everybody to use
OPERATOR = "root"


class Person(NamedTuple):
    username: str
    display_name: str
    is_admin: bool = False


class Channel(NamedTuple):
    channel_id: str
    name: str
    members: tuple[str, ...]  # user names; the first one makes the channel
    messages: tuple[tuple[str, str], ...]  # user name, text


class House(NamedTuple):
    slug: str
    name: str
    signup: str
    guests: bool
    people: tuple[Person, ...]
    channels: tuple[Channel, ...]

    @property
    def host(self) -> str:
        return f"{self.slug}.localhost"


ACME = House(
    slug="acme",
    name="Acme",
    signup="approval",
    guests=True,
    people=(Person("alice", "Alice Archer"), Person("bob", "Bob Baker", is_admin=True)),
    channels=(
        Channel(
            channel_id="general",
            name="General",
            members=("bob", "alice"),
            messages=(
                ("bob", "Welcome to Acme! This is where everybody meets."),
                ("alice", "Hi Bob, good to be here."),
                ("bob", "The plans are next door, in Rocket skates."),
            ),
        ),
        Channel(
            channel_id="rocket-skates",
            name="Rocket skates",
            members=("alice", "bob"),
            messages=(
                ("alice", "The new skates are faster than we thought. 🚀"),
                ("bob", "And the brakes?"),
                ("alice", "Next week."),
            ),
        ),
    ),
)
GLOBEX = House(
    slug="globex",
    name="Globex",
    signup="closed",
    guests=False,
    people=(Person("carol", "Carol Clark"),),
    channels=(
        Channel(
            channel_id="general",
            name="General",
            members=("carol",),
            messages=(("carol", "It is quiet here. Who is next?"),),
        ),
    ),
)
HOUSES = (ACME, GLOBEX)
