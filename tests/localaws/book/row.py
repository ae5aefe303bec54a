from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.localaws.book.scene import Scene

Members = dict[str, Any]


def the_same(_scene: Scene) -> Members:
    return {}


@dataclass(frozen=True)
class Row:
    """A call that works, and one right after it that is refused with `code`: the same again but for `differently`.

    The boss calls, who may do everything; what only IAM refuses is called by somebody else the second time.
    """

    operation: str
    members: Callable[[Scene], Members]
    code: str
    differently: Callable[[Scene], Members] = the_same
    refused_to: str = "boss"
