"""Members of any operation, drawn by its model: such as could work, and such as no client would send."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from botocore.model import ListShape, MapShape, StringShape, StructureShape

from localaws.wire.shapes import compile_pattern

if TYPE_CHECKING:
    from botocore.model import Shape

POLICY = json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})
TEXTS = [
    *("a1", "alice", "x1-2_3", "Hello there", "1", "true", "ключ", "🙂", " ", "", "https://example.com/x", POLICY),
    *("arn:aws:iam::111122223333:role/Dice", "us-east-1:5f0d1f0e-2f6b-4a52-9d6c-acacacacacac", "2026-01-01"),
    *("0123456789abcdef0123456789abcdef01234567", "/", "/a/", "*", "sts.amazonaws.com", "login.example.com"),
]
JUNK: list[Any] = [
    *(None, True, 0, -1, 1.5, 10**30, -(2**63), float("nan"), float("inf"), "", "\0", "\ud800", "\udfff\ud800"),
    *("x" * 5000, "🙂" * 300, [], {}, [[[[]]]], {"a": {"b": [1]}}, [None], {"": None}, "../..", "%00", "%", "*"),
    *("${aws:username}", "${", "arn:", "arn:aws:chime:us-east-1:111122223333:app-instance/", ":" * 20, "1e999"),
    *("99999999-99-99T99:99:99Z", "' OR 1=1", "<x/>", "]]>", "\u202e", "\ufffe", "-0", "{", '{"Version":', "[" * 3000),
]
CHANCE_OF_A_KNOWN_VALUE = 0.85
CHANCES_OF_AN_OPTION = (0, 0, 0.2, 0.6)
MOST_KNOWN = 40
LONGEST_LIST = 3


class Dice:
    """`known` are values by the name of their member, which answers have told; with them a call gets further."""

    def __init__(self, known: dict[str, list[str]]) -> None:
        self.random = random.Random(random.getrandbits(32))  # noqa: S311 - whoever prints the seed can draw it again
        self.known = defaultdict(list, known)

    def draw_members(self, shape: StructureShape | None) -> dict[str, Any]:
        return self.draw_structure(shape) if shape else {}

    def draw(self, shape: Shape, name: str) -> Any:
        if isinstance(shape, StructureShape):
            return self.draw_structure(shape)
        if isinstance(shape, ListShape):
            return [
                self.draw(shape.member, name.removesuffix("s")) for _ in range(self.random.randint(1, LONGEST_LIST))
            ]
        if isinstance(shape, MapShape):
            return {self.draw(shape.key, ""): self.draw(shape.value, "")}
        if isinstance(shape, StringShape):
            return self.draw_text(shape, name)
        return self.draw_plain(shape)

    def draw_structure(self, shape: StructureShape) -> dict[str, Any]:
        chance = self.random.choice(CHANCES_OF_AN_OPTION)
        return {
            name: self.draw(member, name)
            for name, member in shape.members.items()
            if name in shape.required_members or self.random.random() < chance
        }

    def draw_text(self, shape: StringShape, name: str) -> str:
        if self.known[name] and self.random.random() < CHANCE_OF_A_KNOWN_VALUE:
            return self.random.choice(self.known[name])
        if shape.enum:
            return self.random.choice(shape.enum)
        if name == "ClientRequestToken":
            return f"{self.random.getrandbits(64):x}-"
        fitting = [text for text in TEXTS if fits(text, shape)]
        return self.random.choice(fitting or TEXTS)

    def draw_plain(self, shape: Shape) -> Any:
        if shape.type_name == "boolean":
            return self.random.random() < 1 / 2
        if shape.type_name == "timestamp":
            return self.random.randint(0, 2**32)
        least = shape.metadata.get("min", 0)
        return self.random.randint(least, shape.metadata.get("max", least + 100))

    def spoil(self, members: dict[str, Any]) -> dict[str, Any]:
        """The members with something wrong in some place."""
        spoilt = {**members, self.random.choice(("Unknown", "", "Name")): self.draw_junk()} if self.toss() else members
        return {name: self.spoil_value(value) for name, value in spoilt.items() if self.random.random() > 1 / 10}

    def spoil_value(self, value: Any) -> Any:
        if self.random.random() < 1 / 3:
            return self.draw_junk()
        if isinstance(value, dict) and value and self.toss():
            return self.spoil(value)
        if isinstance(value, list) and value:
            return [self.spoil_value(item) for item in value] * self.random.choice((1, 1, 1, 100))
        return value

    def draw_junk(self) -> Any:
        return self.random.choice(JUNK)

    def toss(self) -> bool:
        return self.random.random() < 1 / 2

    def learn(self, answer: Any) -> None:
        """The texts of an answer, for later calls to name them."""
        for name, value in answer.items() if isinstance(answer, dict) else ():
            for each in value if isinstance(value, list) else [value]:
                if isinstance(each, dict):
                    self.learn(each)
                elif isinstance(each, str) and each not in self.known[name]:
                    self.known[name] = [*self.known[name][-MOST_KNOWN:], each]


def fits(text: str, shape: StringShape) -> bool:
    least, most = shape.metadata.get("min", 0), shape.metadata.get("max", len(text))
    pattern = shape.metadata.get("pattern")
    return least <= len(text) <= most and (not pattern or compile_pattern(pattern).fullmatch(text) is not None)
