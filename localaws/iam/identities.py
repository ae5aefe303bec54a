"""What roles and users have in common: they are found by name, and have policies and tags."""

from __future__ import annotations

from copy import copy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from localaws.iam.directory import key_of
from localaws.iam.documents import MalformedPolicy, read_policy_text
from localaws.iam.pages import page_of_names, page_of_tags
from localaws.iam.refusals import limit_exceeded, malformed, no_such_entity
from localaws.iam.tagging import add_tags, remove_tags

if TYPE_CHECKING:
    from collections.abc import Callable

    from localaws.call import Call, Members
    from localaws.iam.rows import Role, User
    from localaws.state.shelf import Shelf


@dataclass(frozen=True)
class Kind:
    """`noun` is Role or User. `most_inline` characters, white space aside, have all inline policies together.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html
    """

    noun: str
    most_inline: int

    def shelf(self, call: Call) -> Shelf[Any]:
        return call.store.roles if self.noun == "Role" else call.store.users

    def name(self, call: Call) -> str:
        """Users may leave out who they are."""
        own = call.principal.name if self.noun == "User" and call.principal.kind == "User" else ""
        return str(call.get(f"{self.noun}Name", own))

    def key(self, call: Call) -> str:
        return key_of(call.principal.account, self.name(call))

    def find(self, call: Call) -> Any:
        """A copy, to be changed and put back."""
        row = self.newest(call)
        if row is None:
            raise no_such_entity(f"{self.noun.lower()} with name {self.name(call)}")
        return copy(row)

    def newest(self, call: Call) -> Any:
        """As it was last written, whether that counts for sessions already or not yet."""
        key = self.key(call)
        return call.world.propagation.newest(f"{self.noun} {key}", self.shelf(call).get(key))

    def resource(self, call: Call) -> str:
        """For IAM to judge: also of what is to be made, and of what is not there."""
        row = self.newest(call)
        path = call.get("Path", "/")
        return row.arn if row else f"arn:aws:iam::{call.principal.account}:{self.noun.lower()}{path}{self.name(call)}"

    def everyone(self, call: Call) -> str:
        return f"arn:aws:iam::{call.principal.account}:{self.noun.lower()}{call.get('PathPrefix', '/')}"

    def put(self, call: Call, row: Role | User) -> None:
        key = key_of(row.account, row.name)
        self.write(call, key, row, lambda: self.shelf(call).put(key, row))

    def remove(self, call: Call) -> None:
        key = self.key(call)
        self.write(call, key, None, lambda: self.shelf(call).remove(key))

    def write(self, call: Call, key: str, row: Role | User | None, apply: Callable[[], object]) -> None:
        delay = call.world.behaviour.propagation_delay
        call.world.propagation.change(f"{self.noun} {key}", row, apply, delay)

    def put_policy(self, call: Call) -> Members:
        row = self.find(call)
        policies = {**row.policies, call["PolicyName"]: read_document(call["PolicyDocument"])}
        if sum(map(weigh, policies.values())) > self.most_inline:
            raise limit_exceeded(f"the inline policies of a {self.noun.lower()}", self.most_inline)
        row.policies = policies
        self.put(call, row)
        return {}

    def get_policy(self, call: Call) -> Members:
        document = quote(find_inline(self.find(call).policies, call["PolicyName"]), safe="")
        return {f"{self.noun}Name": self.name(call), "PolicyName": call["PolicyName"], "PolicyDocument": document}

    def delete_policy(self, call: Call) -> Members:
        row = self.find(call)
        find_inline(row.policies, call["PolicyName"])
        row.policies = {name: text for name, text in row.policies.items() if name != call["PolicyName"]}
        self.put(call, row)
        return {}

    def list_policies(self, call: Call) -> Members:
        names, more = page_of_names(call, self.find(call).policies)
        return {"PolicyNames": names, **more}

    def tag(self, call: Call) -> Members:
        row = self.find(call)
        row.tags = add_tags(call, row.tags)
        self.put(call, row)
        return {}

    def untag(self, call: Call) -> Members:
        row = self.find(call)
        row.tags = remove_tags(call, row.tags)
        self.put(call, row)
        return {}

    def list_tags(self, call: Call) -> Members:
        return page_of_tags(call, self.find(call).tags)


ROLE, USER = Kind("Role", most_inline=10_240), Kind("User", most_inline=2_048)


def find_inline(policies: dict[str, str], name: str) -> str:
    if name not in policies:
        raise no_such_entity(f"policy with name {name}")
    return policies[name]


def read_document(text: str) -> str:
    """A policy that is understood, as it was given. Raises AWSError."""
    try:
        read_policy_text(text)
    except MalformedPolicy as error:
        raise malformed(str(error)) from error
    return text


def weigh(document: str) -> int:
    """Characters, of which IAM does not count white space."""
    return len("".join(document.split()))
