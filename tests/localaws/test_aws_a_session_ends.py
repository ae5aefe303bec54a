"""The shortest session lasts 15 minutes, so here the whole of localaws runs in this process, where time can move."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest
import time_machine
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from localaws.call import World
from localaws.iam.directory import key_of_arn
from localaws.iam.sessions import Seal
from localaws.pipeline import Pipeline
from localaws.state.setup import read_setup
from localaws.state.store import Store
from localaws.trouble.call_log import Entry
from localaws.wire.request import Request
from tests.localaws.cloud import PORTAL, REGION, role_arn, setup

if TYPE_CHECKING:
    from localaws.wire.answers import Answer

NOON = "2026-11-23T12:00:00+00:00"
ASSUME = (
    f"Action=AssumeRole&Version=2011-06-15&RoleSessionName=chime_x&RoleArn={role_arn('NoTags')}&DurationSeconds=900"
)


@pytest.fixture
def pipeline() -> Pipeline:
    store = Store()
    iam = read_setup(json.dumps(setup()), store, now=0.0)
    return Pipeline(World(store, iam, Seal(bytes.fromhex(store.seal_key))))


def call(pipeline: Pipeline, credentials: Credentials, method: str, path: str, service: str, body: str = "") -> Answer:
    signed = AWSRequest(method, f"http://aws.test{path}", data=body.encode(), headers={"Host": "aws.test"})
    SigV4Auth(credentials, service, REGION).add_auth(signed)
    request = Request(
        method=method,
        raw_path=urlsplit(str(signed.url)).path,
        raw_query="",
        headers=[(name.lower(), value) for name, value in signed.headers.items()],
        body=body.encode(),
        client_ip="127.0.0.1",
        secure=False,
    )
    return asyncio.run(pipeline.run(request, pipeline.find_operation(request), Entry(time=0)))


def assume(pipeline: Pipeline) -> Credentials:
    answer = call(pipeline, Credentials(PORTAL.access_key_id, PORTAL.secret), "POST", "/", "sts", ASSUME)
    assert answer.status == 200, answer.body
    read = {name: cut(answer.body.decode(), name) for name in ("AccessKeyId", "SecretAccessKey", "SessionToken")}
    return Credentials(read["AccessKeyId"], read["SecretAccessKey"], read["SessionToken"])


def cut(body: str, element: str) -> str:
    return body.partition(f"<{element}>")[2].partition(f"</{element}>")[0]


def test_a_session_works_until_its_end_and_not_after(pipeline):
    with time_machine.travel(NOON, tick=False) as clock:
        session = assume(pipeline)
        clock.shift(899)
        assert call(pipeline, session, "GET", "/app-instances", "chime").status == 200
        clock.shift(1)
        late = call(pipeline, session, "GET", "/app-instances", "chime")
    assert late.status == 403
    assert late.headers["x-amzn-errortype"] == "ExpiredTokenException"
    assert json.loads(late.body)["Message"] == "The security token included in the request is expired"


def test_sts_calls_it_by_its_own_name(pipeline):
    with time_machine.travel(NOON, tick=False) as clock:
        session = assume(pipeline)
        clock.shift(900)
        late = call(pipeline, session, "POST", "/", "sts", "Action=GetCallerIdentity&Version=2011-06-15")
    assert (late.status, cut(late.body.decode(), "Code")) == (403, "ExpiredToken")


def test_a_session_is_gone_with_its_role(pipeline):
    session = assume(pipeline)
    pipeline.world.store.roles.remove(key_of_arn(role_arn("NoTags")))
    gone = call(pipeline, session, "GET", "/app-instances", "chime")
    assert gone.headers["x-amzn-errortype"] == "UnrecognizedClientException"


def test_a_changed_policy_counts_for_running_sessions(pipeline):
    session = assume(pipeline)
    assert call(pipeline, session, "GET", "/app-instances", "chime").status == 200
    document = setup()
    for role in document["Accounts"][0]["Roles"]:
        role["Policies"] = []
    read_setup(json.dumps(document), pipeline.world.store, now=0.0)
    denied = call(pipeline, session, "GET", "/app-instances", "chime")
    assert denied.headers["x-amzn-errortype"] == "AccessDeniedException"
