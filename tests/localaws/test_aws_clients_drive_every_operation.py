"""The book of calls: for every operation that is served, one that works and one that is refused, by each client."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from localaws.served import SERVED
from tests.localaws.book import cognito, iam, identity, messaging, sts, user_pools
from tests.localaws.book.drivers import CLI, Boto3, JavaScript, environment
from tests.localaws.book.saml import SAMLIssuer
from tests.localaws.book.scene import Scene, Stage, start_cloud
from tests.localaws.processor import Processor

if TYPE_CHECKING:
    from tests.localaws.book.drivers import Driver

BOOK = {
    "chime-sdk-identity": identity.PAGE,
    "chime-sdk-messaging": messaging.PAGE,
    "cognito-identity": cognito.PAGE,
    "cognito-idp": user_pools.PAGE,
    "iam": iam.PAGE,
    "sts": sts.PAGE,
}
ROWS = [pytest.param(service, row, id=f"{service}-{row.operation}") for service, page in BOOK.items() for row in page]
IN_JAVASCRIPT = [pytest.param(row, id=row.operation) for row in messaging.PAGE]
SECONDS_TO_RUN = 30


@pytest.fixture(scope="module")
def stage(issuer, tmp_path_factory):
    processor = Processor()
    cloud = start_cloud(tmp_path_factory.mktemp("book") / "setup.json", issuer, processor)
    yield Stage(cloud, issuer, SAMLIssuer(), processor)
    cloud.stop()
    processor.stop()


@pytest.fixture
def scene(stage) -> Scene:
    return Scene(stage)


@pytest.fixture(scope="module")
def drivers(stage):
    """All of them from the start to the end, in whatever order the calls are made."""
    cloud = stage.cloud
    driving: dict[str, Driver] = {"boto3": Boto3(cloud), "cli": CLI(cloud), "javascript": JavaScript(cloud)}
    yield driving
    for driver in driving.values():
        driver.stop()


@pytest.mark.parametrize(("service", "row"), ROWS)
@pytest.mark.parametrize("client", ["boto3", "cli"])
def test_a_call_works_and_another_is_refused(drivers, scene, client, service, row):
    assert_works_then_refused(drivers[client], scene, service, row)


@pytest.mark.parametrize("row", IN_JAVASCRIPT)
def test_they_do_in_javascript_too(drivers, scene, row):
    assert_works_then_refused(drivers["javascript"], scene, "chime-sdk-messaging", row)


def assert_works_then_refused(driver, scene, service, row) -> None:
    members = row.members(scene)
    assert driver.call("boss", service, row.operation, members) is None
    refused = {**members, **row.differently(scene)}
    assert driver.call(row.refused_to, service, row.operation, refused) == row.code


def test_every_operation_that_is_served_is_in_the_book():
    for service, operations in SERVED.items():
        assert {row.operation for row in BOOK[service]} == operations.keys()


def run_aws(scene, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(Path(sys.executable).with_name("aws")), *words],
        env=environment(scene.cloud, "boss"),
        capture_output=True,
        text=True,
        timeout=SECONDS_TO_RUN,
        check=False,
    )


def test_the_cli_itself_says_who_one_is(scene):
    told = run_aws(scene, "sts", "get-caller-identity")
    assert json.loads(told.stdout)["Arn"].endswith(":user/boss")


def test_the_cli_itself_turns_pages(scene):
    words = ["chime-sdk-identity", "list-app-instance-users", "--app-instance-arn", scene.house.arn]
    first = json.loads(run_aws(scene, *words, "--max-results", "3").stdout)
    second = json.loads(run_aws(scene, *words, "--next-token", first["NextToken"]).stdout)
    people = [user["AppInstanceUserArn"] for page in (first, second) for user in page["AppInstanceUsers"]]
    assert people == sorted(scene.house.people.values())
    assert "NextToken" not in second


def test_the_cli_itself_puts_pages_together(scene):
    for _ in range(3):
        assert Scene(scene.stage).user
    told = json.loads(run_aws(scene, "iam", "list-users", "--page-size", "2").stdout)
    assert len(told["Users"]) > 2


def test_the_cli_itself_names_the_error(scene):
    told = run_aws(scene, "iam", "get-role", "--role-name", "lost")
    assert told.returncode > 0
    assert "(NoSuchEntity) when calling the GetRole operation" in told.stderr
