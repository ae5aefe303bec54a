"""Real clients, each of which makes a call and says what it was refused with, or None."""

from __future__ import annotations

import contextlib
import io
import json
import os
import re
import subprocess
from typing import TYPE_CHECKING, Any, Protocol
from unittest import mock

from awscli.clidriver import create_clidriver
from botocore import xform_name
from botocore.exceptions import ClientError

from tests.localaws.book.scene import KEYS
from tests.localaws.cloud import REGION
from tests.localaws.runtimes import CLIENTS, find_node, plain

if TYPE_CHECKING:
    from tests.localaws.book.row import Members
    from tests.localaws.cloud import Cloud

REFUSED = re.compile(r"An error occurred \((\w+)\)")


class Driver(Protocol):
    def call(self, who: str, service: str, operation: str, members: Members) -> str | None: ...

    def stop(self) -> None: ...


class Boto3:
    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud

    def call(self, who: str, service: str, operation: str, members: Members) -> str | None:
        client = self.cloud.client(service, KEYS[who])
        try:
            getattr(client, xform_name(operation))(**members)
        except ClientError as error:
            return str(error.response["Error"]["Code"])
        return None

    def stop(self) -> None:
        """The cloud closes its clients."""


class CLI:
    """The AWS CLI's own driver, in this process: the same code as that of `aws`, without its second of starting."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self.drivers: dict[str, Any] = {}

    def call(self, who: str, service: str, operation: str, members: Members) -> str | None:
        said, complained = io.StringIO(), io.StringIO()
        with (
            mock.patch.dict(os.environ, environment(self.cloud, who), clear=True),
            contextlib.redirect_stdout(said),
            contextlib.redirect_stderr(complained),
        ):
            # It asks for credentials once, and keeps them.
            driver = self.drivers.get(who) or create_clidriver()
            self.drivers[who] = driver
            status = driver.main([service, xform_name(operation, "-"), *options(members)])
        found = REFUSED.search(complained.getvalue())
        assert found or status == 0, complained.getvalue()
        return found[1] if found else None

    def stop(self) -> None:
        self.drivers.clear()


def environment(cloud: Cloud, who: str) -> dict[str, str]:
    return {
        "AWS_ACCESS_KEY_ID": KEYS[who].access_key_id,
        "AWS_SECRET_ACCESS_KEY": KEYS[who].secret,
        "AWS_CONFIG_FILE": os.devnull,
        # Where the CLI, once imported, keeps its own models.
        "AWS_DATA_PATH": os.environ["AWS_DATA_PATH"],
        "AWS_DEFAULT_REGION": REGION,
        "AWS_ENDPOINT_URL": cloud.url,
        "AWS_MAX_ATTEMPTS": "1",
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "PATH": os.environ["PATH"],
    }


def options(members: Members) -> list[str]:
    """As people write them at a prompt."""
    return [word for name, value in members.items() for word in option(xform_name(name, "-"), value)]


def option(name: str, value: Any) -> list[str]:
    if isinstance(value, bool):
        return [f"--{name}" if value else f"--no-{name}"]
    return [f"--{name}", value if isinstance(value, str) else json.dumps(value)]


class JavaScript:
    """The AWS SDK for JavaScript, in one Node process."""

    def __init__(self, cloud: Cloud) -> None:
        self.cloud = cloud
        self.process = subprocess.Popen(
            [find_node(), "calls.mjs"], cwd=CLIENTS, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def call(self, who: str, _service: str, operation: str, members: Members) -> str | None:
        wish = {"operation": operation, "members": members, "endpoint": self.cloud.url, "region": REGION}
        assert self.process.stdin
        assert self.process.stdout
        self.process.stdin.write(json.dumps({**wish, "credentials": plain(KEYS[who])}) + "\n")
        self.process.stdin.flush()
        code: str | None = json.loads(self.process.stdout.readline())["code"]
        return code

    def stop(self) -> None:
        self.process.communicate()
