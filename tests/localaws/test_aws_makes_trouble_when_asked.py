from __future__ import annotations

import time

import pytest
from botocore.exceptions import ConnectionClosedError

from tests.localaws.cloud import Cloud, tags


@pytest.fixture(autouse=True)
def _peace_afterwards(cloud):
    yield
    cloud.control("DELETE", "faults")


def test_an_operation_fails_as_often_as_it_is_told_to(cloud, acme, code):
    cloud.control("PUT", "faults", {"operation": "DescribeAppInstance", "status": 503, "count": 2})
    describe = cloud.identity().describe_app_instance
    for _ in range(2):
        assert code(describe, AppInstanceArn=acme.arn) == "ServiceUnavailableException"
    assert describe(AppInstanceArn=acme.arn)["AppInstance"]["Name"] == "acme"


def test_a_whole_service_is_throttled_and_says_for_how_long(cloud, acme):
    cloud.control("PUT", "faults", [{"service": "chime-sdk-identity", "status": 429, "retry_after": 7}])
    identity = cloud.identity()
    with pytest.raises(identity.exceptions.ThrottledClientException) as caught:
        identity.describe_app_instance(AppInstanceArn=acme.arn)
    metadata = caught.value.response["ResponseMetadata"]
    assert (metadata["HTTPStatusCode"], metadata["HTTPHeaders"]["retry-after"]) == (429, "7")
    assert cloud.sts().get_caller_identity()


def test_sts_fails_in_its_own_words(cloud, code):
    cloud.control(
        "PUT", "faults", [{"service": "sts", "status": 400, "code": "Throttling", "message": "Rate exceeded"}]
    )
    assert code(cloud.sts().get_caller_identity) == "Throttling"


def test_an_answer_is_late(cloud):
    cloud.control("PUT", "faults", [{"operation": "GetCallerIdentity", "latency": 0.3, "count": 1}])
    started = time.monotonic()
    cloud.sts().get_caller_identity()
    assert time.monotonic() - started >= 0.3


def test_the_connection_is_cut_after_the_work_was_done(cloud, acme):
    cloud.control("PUT", "faults", [{"operation": "CreateAppInstanceUser", "drop": True, "count": 1}])
    eve = {"AppInstanceArn": acme.arn, "AppInstanceUserId": "eve", "Name": "Eve"}
    with pytest.raises(ConnectionClosedError):
        cloud.identity().create_app_instance_user(**eve)
    described = cloud.identity().describe_app_instance_user(AppInstanceUserArn=f"{acme.arn}/user/eve")
    assert described["AppInstanceUser"]["Name"] == "Eve"


def test_the_connection_is_cut_before_the_work_when_there_is_an_error_too(cloud, acme, code):
    cloud.control("PUT", "faults", [{"operation": "DeleteAppInstanceUser", "status": 503, "drop": True, "count": 1}])
    with pytest.raises(ConnectionClosedError):
        cloud.identity().delete_app_instance_user(AppInstanceUserArn=acme["bob"])
    assert cloud.identity().describe_app_instance_user(AppInstanceUserArn=acme["bob"])


def test_a_probability_hits_some_and_spares_some(cloud):
    cloud.control("PUT", "faults", [{"operation": "GetCallerIdentity", "status": 503, "probability": 0.5}])
    sts, outcomes = cloud.sts(), set()
    for _ in range(60):
        try:
            sts.get_caller_identity()
            outcomes.add("fine")
        except sts.exceptions.ClientError:
            outcomes.add("failed")
    assert outcomes == {"fine", "failed"}


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 200},
        {"service": "s3"},
        {"probability": 2},
        {"latency": -1},
        {"stauts": 503},
        {"count": "two"},
        "no object",
        {"drop": 1},
    ],
)
def test_a_fault_that_is_not_understood_is_refused(cloud, fault):
    reply = cloud.control("PUT", "faults", [fault])
    assert reply["message"]
    assert cloud.control("GET", "faults") == {"faults": []}


def test_the_log_tells_who_did_what_and_how_it_was_judged(cloud, acme, code):
    cloud.control("DELETE", "calls")
    session = cloud.become(acme["alice"])
    refusal = code(cloud.messaging(session).list_channels, AppInstanceArn=acme.arn, ChimeBearer=acme["bob"])
    assert refusal == "AccessDeniedException"
    assumed, listed = cloud.control("GET", "calls")["calls"]
    assert (assumed["service"], assumed["operation"], assumed["status"]) == ("sts", "AssumeRole", 200)
    assert assumed["principal"].endswith(":user/portal")
    assert (listed["verdict"], listed["status"], listed["code"]) == ("denied", 403, "AccessDeniedException")
    assert listed["bearer"] == acme["bob"]
    assert listed["resources"] == [acme["bob"]]
    assert listed["session_tags"] == {"UserUUID": "alice", "AppInstanceId": acme.id}
    assert abs(listed["time"] - time.time()) < 10


def test_a_refused_trust_is_in_the_log_too(cloud, code):
    cloud.control("DELETE", "calls")
    with pytest.raises(cloud.sts().exceptions.ClientError):
        cloud.assume("NoTags", Tags=tags(a="b"))
    [refused] = cloud.control("GET", "calls")["calls"]
    assert (refused["status"], refused["code"], refused["verdict"]) == (403, "AccessDenied", "denied")


def test_there_is_no_control_unless_it_is_asked_for(setup_file):
    plain = Cloud("--setup", str(setup_file))
    for path in ("faults", "calls"):
        for method in ("GET", "PUT", "DELETE"):
            assert plain.send(method, f"/_localaws/{path}").status == 404
    assert plain.send("GET", "/_localaws/health").status == 200
    plain.stop()
