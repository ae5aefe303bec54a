from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from localaws.iam.documents import MalformedPolicy

if TYPE_CHECKING:
    from collections.abc import Callable

    from localaws.iam.policy import Policy


class SetupError(ValueError):
    """The setup file is not understood. The sentence names the place."""


class Entry:
    """An object of the setup file that knows where it stands, and refuses to be half understood."""

    def __init__(self, fields: Any, place: str, known: set[str]) -> None:
        if not isinstance(fields, dict):
            raise SetupError(f"{place} must be an object.")
        strangers = sorted(fields.keys() - known)
        if strangers:
            raise SetupError(f"{place} does not know {strangers[0]}; it has {', '.join(sorted(known))}.")
        self.fields, self.place = fields, place

    def text(self, name: str) -> str:
        value = self.fields.get(name)
        if not isinstance(value, str) or not value:
            raise SetupError(f"{self.place} needs {name}, a text.")
        return value

    def optional(self, name: str) -> str | None:
        return self.text(name) if name in self.fields else None

    def whole(self, name: str, *, least: int, most: int) -> int:
        """A whole number; the least one when it is not given."""
        value = self.fields.get(name, least)
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise SetupError(f"{self.place}.{name} must be a whole number from {least} to {most}.")
        return value

    def texts(self, name: str) -> list[str]:
        listed = self.items(name)
        if not all(isinstance(each, str) for each in listed):
            raise SetupError(f"{self.place}.{name} must be a list of texts.")
        return listed

    def entries(self, name: str, known: set[str]) -> list[Entry]:
        return [Entry(each, f"{self.place}.{name}[{index}]", known) for index, each in enumerate(self.items(name))]

    def items(self, name: str) -> list[Any]:
        value = self.fields.get(name, [])
        if not isinstance(value, list):
            raise SetupError(f"{self.place}.{name} must be a list.")
        return value

    def policy(self, name: str, read: Callable[[Any], Policy]) -> str:
        """The document of a policy that can be read, as a text."""
        try:
            read(self.fields.get(name))
            return json.dumps(self.fields[name])
        except MalformedPolicy as malformed:
            raise SetupError(f"{self.place}.{name}: {malformed}") from malformed
