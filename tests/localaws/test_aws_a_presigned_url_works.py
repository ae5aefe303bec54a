"""A URL that carries its signature, as Kubernetes and Vault use one to let somebody prove who they are to AWS."""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine

from tests.localaws.cloud import ACCOUNT, PORTAL, REGION, Key


def presign(client, operation: str, seconds: int = 60, **members: str) -> str:
    url: str = client.generate_presigned_url(operation, Params=members, ExpiresIn=seconds, HttpMethod="GET")
    parts = urlsplit(url)
    return f"{parts.path}?{parts.query}"


def ago(seconds: float) -> time_machine.travel:
    return time_machine.travel(datetime.now(UTC) - timedelta(seconds=seconds))


def test_it_says_who_signed_it(cloud):
    reply = cloud.send("GET", presign(cloud.sts(), "get_caller_identity"))
    assert reply.status == 200
    assert f"<Arn>arn:aws:iam::{ACCOUNT}:user/portal</Arn>" in str(reply.body)


def test_the_token_of_a_session_is_part_of_it(cloud):
    session = cloud.assume("NoTags")
    path = presign(cloud.sts(session), "get_caller_identity")
    assert "X-Amz-Security-Token=" in path
    reply = cloud.send("GET", path)
    assert reply.status == 200
    assert "assumed-role/NoTags/chime_test" in str(reply.body)


def test_the_aws_cli_makes_a_token_for_kubernetes_of_it(cloud):
    """Which names the cluster that it is for in a header."""
    path = token_for_kubernetes(cloud, "ours").removeprefix(cloud.url)
    assert cloud.send("GET", path, {"x-k8s-aws-id": "ours"}).status == 200
    assert cloud.send("GET", path, {"x-k8s-aws-id": "theirs"}).code == "SignatureDoesNotMatch"
    assert cloud.send("GET", path).code == "SignatureDoesNotMatch"


def token_for_kubernetes(cloud, cluster: str) -> str:
    printed = subprocess.run(
        [Path(sys.executable).parent / "aws", "eks", "get-token", "--cluster-name", cluster],
        env={
            "PATH": os.environ["PATH"],
            "AWS_ENDPOINT_URL": cloud.url,
            "AWS_ACCESS_KEY_ID": PORTAL.access_key_id,
            "AWS_SECRET_ACCESS_KEY": PORTAL.secret,
            "AWS_DEFAULT_REGION": REGION,
        },
        capture_output=True,
        check=True,
    ).stdout
    token: str = json.loads(printed)["status"]["token"].removeprefix("k8s-aws-v1.")
    return base64.urlsafe_b64decode(token + "==").decode()


def test_a_token_that_was_not_signed_is_refused(cloud):
    session = cloud.assume("NoTags")
    token = parse_qs(presign(cloud.sts(session), "get_caller_identity"))["X-Amz-Security-Token"][0]
    bare = cloud.client("sts", session._replace(token=None))
    path = presign(bare, "get_caller_identity")
    assert cloud.send("GET", path).code == "InvalidClientTokenId"
    added = f"{path}&X-Amz-Security-Token={token.replace('+', '%2B').replace('/', '%2F').replace('=', '%3D')}"
    assert cloud.send("GET", added).code == "SignatureDoesNotMatch"


def test_chime_reads_it_too(cloud, acme):
    path = presign(cloud.identity(), "describe_app_instance", AppInstanceArn=acme.arn)
    reply = cloud.send("GET", path)
    assert (reply.status, b'"Name":"acme"' in reply.body) == (200, True)


@pytest.mark.parametrize(
    "change",
    [
        lambda path: path.replace("X-Amz-Expires=60", "X-Amz-Expires=600"),
        lambda path: path + "&max-results=1",
        lambda path: path[:-1] + ("0" if path[-1] != "0" else "1"),
        lambda path: path.replace("us-east-1", "eu-central-1"),
    ],
    ids=["lifetime", "query", "signature", "region"],
)
def test_what_is_changed_on_the_way_is_noticed(cloud, change):
    path = presign(cloud.identity(), "list_app_instances")
    assert cloud.send("GET", path).status == 200
    assert cloud.send("GET", change(path)).code == "InvalidSignatureException"


def test_it_belongs_to_one_host(cloud):
    path = presign(cloud.identity(), "list_app_instances")
    assert cloud.send("GET", path, {"Host": "elsewhere.test"}).code == "InvalidSignatureException"


def test_it_belongs_to_one_method(cloud):
    path = presign(cloud.identity(), "list_app_instances")
    assert cloud.send("POST", path, body=b"{}").code == "InvalidSignatureException"


def test_it_ends_when_it_says(cloud):
    with ago(50):
        early = presign(cloud.identity(), "list_app_instances")
    with ago(62):
        late = presign(cloud.identity(), "list_app_instances")
    assert cloud.send("GET", early).status == 200
    assert cloud.send("GET", late).code == "InvalidSignatureException"


def test_at_sts_it_lives_for_a_quarter_of_an_hour_whatever_it_says(cloud):
    with ago(14 * 60):
        early = presign(cloud.sts(), "get_caller_identity")
    with ago(16 * 60):
        late = presign(cloud.sts(), "get_caller_identity", seconds=3600)
    assert cloud.send("GET", early).status == 200
    assert cloud.send("GET", late).code == "SignatureDoesNotMatch"


def test_it_does_not_come_from_the_future(cloud):
    with ago(-6 * 60):
        assert cloud.send("GET", presign(cloud.identity(), "list_app_instances")).code == "InvalidSignatureException"


@pytest.mark.parametrize("name", ["Algorithm", "Credential", "Date", "Expires", "SignedHeaders"])
def test_nothing_of_it_may_be_missing_or_be_there_twice(cloud, name):
    path = presign(cloud.identity(), "list_app_instances")
    parameter = next(pair for pair in path.partition("?")[2].split("&") if pair.startswith(f"X-Amz-{name}="))
    assert cloud.send("GET", f"{path}&{parameter}").code == "IncompleteSignatureException"
    without = path.replace(parameter, "").replace("?&", "?").replace("&&", "&")
    # A credential tells the service, too; without it nobody knows who is asked.
    assert cloud.send("GET", without).code == "IncompleteSignatureException"


@pytest.mark.parametrize("seconds", ["0", "604801", "soon", "-1", "1_0", "%FF"])
def test_a_lifetime_is_a_number_of_seconds(cloud, seconds):
    path = presign(cloud.identity(), "list_app_instances").replace("X-Amz-Expires=60", f"X-Amz-Expires={seconds}")
    assert cloud.send("GET", path).code == "IncompleteSignatureException"


def test_an_unknown_key_opens_nothing(cloud):
    unknown = cloud.identity(Key("AKIANOBODYKNOWSME001", PORTAL.secret))
    assert cloud.send("GET", presign(unknown, "list_app_instances")).code == "UnrecognizedClientException"
