from __future__ import annotations

import time
from typing import TYPE_CHECKING

from localaws.wire.dialects import CHIME
from localaws.wire.errors import AWSError

if TYPE_CHECKING:
    from localaws.call import World


class Turnstile:
    """How many connections a user may have, and how soon after one another they may be made.

    https://docs.aws.amazon.com/general/latest/gr/chime-sdk.html
    """

    def __init__(self, world: World) -> None:
        self.world = world
        self.passed_at: dict[str, float] = {}

    def enter(self, user_arn: str) -> None:
        """Raises AWSError when it is too soon, or one too many. To be refused does not make one wait longer."""
        behaviour = self.world.behaviour
        now = time.monotonic()
        self.forget(now - behaviour.seconds_between_connects)
        if user_arn in self.passed_at:
            raise AWSError(CHIME.throttled, "A user connects once a second at most.")
        if len(self.world.live.of(user_arn)) >= behaviour.connections_per_user:
            raise AWSError(CHIME.throttled, f"A user has {behaviour.connections_per_user} connections at most.")
        self.passed_at[user_arn] = now

    def forget(self, before: float) -> None:
        """Who passed first stands first."""
        while self.passed_at:
            first = next(iter(self.passed_at))
            if self.passed_at[first] > before:
                return
            del self.passed_at[first]
