"""A real localaws in a process of its own, and real boto3 clients of it."""

from __future__ import annotations

import http.client
import json
import re
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ROOT = Path(__file__).parents[2]
ACCOUNT, OTHER_ACCOUNT, REGION = "111122223333", "444455556666", "us-east-1"
SECONDS_TO_START = 20
SECONDS_TO_HAPPEN = 10


class Key(NamedTuple):
    access_key_id: str
    secret: str
    token: str | None = None


PORTAL = Key("AKIALOCALPORTAL00001", "local-only-secret-of-the-portal-00000001")
READER = Key("AKIALOCALREADER00001", "local-only-secret-of-the-reader-00000001")
OWNER = Key("AKIALOCALOWNER000001", "local-only-secret-of-the-owner-000000001")
STRANGER = Key("AKIALOCALSTRANGER001", "local-only-secret-of-the-stranger-000001")


class Reply(NamedTuple):
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def code(self) -> str:
        """By which a client knows the error: from the header, or from the XML of STS; empty when there is none."""
        return self.headers.get("x-amzn-errortype") or self.body.decode().partition("<Code>")[2].partition("</Code>")[0]


@dataclass(frozen=True)
class House:
    """An app instance and people in it."""

    arn: str
    people: dict[str, str]

    def __getitem__(self, name: str) -> str:
        return self.people[name]

    @property
    def id(self) -> str:
        return self.arn.rpartition("/")[2]


def role_arn(name: str) -> str:
    return f"arn:aws:iam::{ACCOUNT}:role/{name}"


class Cloud:
    def __init__(self, *arguments: str) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "localaws", "--port", "0", *arguments],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.process.stdout
        self.url = self.process.stdout.readline().strip().removeprefix("localaws listens on ")
        assert self.url.startswith("http://"), "localaws did not start"
        secure = self.process.stdout.readline() if "--tls-port" in arguments else ""
        self.tls_url = secure.strip().removeprefix("localaws listens on ")
        self.clients: dict[tuple[str, Key, str], Any] = {}

    def client(self, service: str, key: Key = PORTAL, region: str = REGION) -> Any:
        wanted = (service, key, region)
        if wanted not in self.clients:
            self.clients[wanted] = SESSION.client(
                service,
                region_name=region,
                endpoint_url=self.url,
                aws_access_key_id=key.access_key_id,
                aws_secret_access_key=key.secret,
                aws_session_token=key.token,
                config=Config(retries={"total_max_attempts": 1}),
            )
        return self.clients[wanted]

    def sts(self, key: Key = PORTAL) -> Any:
        return self.client("sts", key)

    def iam(self, key: Key = OWNER) -> Any:
        return self.client("iam", key)

    def identity(self, key: Key = PORTAL, region: str = REGION) -> Any:
        return self.client("chime-sdk-identity", key, region)

    def messaging(self, key: Key = PORTAL, region: str = REGION) -> Any:
        return self.client("chime-sdk-messaging", key, region)

    def assume(self, role: str = "ChimeMember", key: Key = PORTAL, *, name: str = "chime_test", **wishes: Any) -> Key:
        credentials = self.sts(key).assume_role(RoleArn=role_arn(role), RoleSessionName=name, **wishes)["Credentials"]
        return Key(credentials["AccessKeyId"], credentials["SecretAccessKey"], credentials["SessionToken"])

    def become(self, user_arn: str, role: str = "ChimeMember") -> Key:
        """The session that the portal exchanges for a user's proof."""
        app_instance, _, user = user_arn.split(":", 5)[5].removeprefix("app-instance/").partition("/user/")
        return self.assume(role, name=f"chime_{user}", Tags=tags(UserUUID=user, AppInstanceId=app_instance))

    def control(self, method: str, path: str, body: Any = None) -> Any:
        return json.loads(self.send(method, f"/_localaws/{path}", {}, json.dumps(body).encode()).body)

    def send(self, method: str, path: str, headers: Mapping[str, str] | None = None, body: bytes = b"") -> Reply:
        """A request just as it is written here, without a client's good manners."""
        connection = http.client.HTTPConnection(urlsplit(self.url).netloc, timeout=5)
        try:
            connection.request(method, path, body, dict(headers or {}))
            answer = connection.getresponse()
            return Reply(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())
        finally:
            connection.close()

    def stop(self) -> None:
        self.process.terminate()
        self.end()

    def kill(self) -> None:
        self.process.kill()
        self.end()

    def end(self) -> None:
        for client in self.clients.values():
            client.close()
        self.process.wait(SECONDS_TO_START)
        if self.process.stdout:
            self.process.stdout.close()


def build_house(cloud: Cloud, name: str, people: list[str]) -> House:
    identity = cloud.identity()
    arn = identity.create_app_instance(Name=name)["AppInstanceArn"]
    made = {
        person: identity.create_app_instance_user(AppInstanceArn=arn, AppInstanceUserId=person, Name=person.title())
        for person in people
    }
    return House(arn, {person: answer["AppInstanceUserArn"] for person, answer in made.items()})


def turn_pages(call: Any, member: str, **wishes: Any) -> list[Any]:
    """All pages of a list, each of them a list."""
    answer = call(**wishes)
    pages = [answer[member]]
    while "NextToken" in answer:
        answer = call(**{**wishes, "NextToken": answer["NextToken"]})
        pages.append(answer[member])
    return pages


def eventually(holds: Callable[[], bool]) -> None:
    """Waits for what happens in the background."""
    deadline = time.monotonic() + SECONDS_TO_HAPPEN
    while not holds():
        assert time.monotonic() < deadline, "It did not happen in time."
        time.sleep(0.01)


SESSION = boto3.Session()


def tags(**values: str) -> list[dict[str, str]]:
    return [{"Key": key, "Value": value} for key, value in values.items()]


def documented_setup() -> dict[str, Any]:
    """The sample of the README, so that what is documented is what works."""
    match = re.search(r"```json\n(.*?)```", (ROOT / "localaws/README.md").read_text(), re.DOTALL)
    assert match
    document: dict[str, Any] = json.loads(match[1])
    return document


def setup() -> dict[str, Any]:
    """The sample, and roles that are each a little different."""
    document = documented_setup()
    account = document["Accounts"][0]
    portal = f"arn:aws:iam::{ACCOUNT}:user/portal"
    assume, tag = "sts:AssumeRole", "sts:TagSession"
    only_partner = {"StringEquals": {"sts:ExternalId": "partner-7"}}
    account["Users"].append(user("reader", READER, ["chime:Describe*", "chime:List*"]))
    account["Users"].append(user("owner", OWNER, ["*"]))
    account["Roles"] += [
        role("NoTags", portal, [assume]),
        role("Partner", portal, [assume], only_partner),
        role("Named", portal, [assume, "sts:SetSourceIdentity"], {"StringLike": {"sts:RoleSessionName": "chime_*"}}),
        role("Delegated", f"arn:aws:iam::{ACCOUNT}:root", [assume]),
        role("OpenToOthers", STRANGER_ARN, [assume]),
        role("Next", role_arn("ChimeMember"), [assume, tag], hours=12),
        role("AfterNamed", role_arn("Named"), [assume, "sts:SetSourceIdentity"]),
        role("AfterNamedOnly", role_arn("Named"), [assume]),
        role("Careful", portal, [assume], {"Bool": {"aws:MultiFactorAuthPresent": "true"}}),
    ]
    everything = ["chime:*", "sts:*"]
    document["Accounts"].append({"AccountId": OTHER_ACCOUNT, "Users": [user("stranger", STRANGER, everything)]})
    return document


STRANGER_ARN = f"arn:aws:iam::{OTHER_ACCOUNT}:user/stranger"


def user(name: str, key: Key, actions: list[str]) -> dict[str, Any]:
    return {
        "UserName": name,
        "AccessKeys": [{"AccessKeyId": key.access_key_id, "SecretAccessKey": key.secret}],
        "Policies": [{"PolicyName": name, "PolicyDocument": allow(actions, "*")}],
    }


def role(
    name: str, principal: str, actions: list[str], condition: dict[str, Any] | None = None, *, hours: int = 1
) -> dict[str, Any]:
    trust = {"Effect": "Allow", "Principal": {"AWS": principal}, "Action": actions, "Condition": condition or {}}
    return {
        "RoleName": name,
        "MaxSessionDuration": hours * 3600,
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": trust},
        "Policies": [{"PolicyName": "all", "PolicyDocument": allow(["chime:*"], "*")}],
    }


def allow(actions: list[str], resource: str) -> dict[str, Any]:
    statement = {"Effect": "Allow", "Action": actions, "Resource": resource}
    return {"Version": "2012-10-17", "Statement": [statement]}
