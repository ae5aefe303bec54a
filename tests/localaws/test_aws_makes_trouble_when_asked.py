from __future__ import annotations

import json
import subprocess
import sys
import time

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError

from localaws.iam.authentication import Gate
from localaws.iam.directory import IAM
from localaws.iam.sessions import Seal
from localaws.live.connect import CONNECT
from localaws.state.store import Store
from localaws.trouble.faults import Fault, Faults
from localaws.trouble.subject import Subject
from localaws.wire.request import Request
from tests.localaws.cloud import PORTAL, READER, ROOT, Cloud, documented_setup, tags

SOME_CALL = Subject(
    Request("GET", "/", "", [], b"", "127.0.0.1", secure=False), CONNECT, Gate(IAM(Store()), Seal(b"key"))
)


def fails(call) -> bool:
    try:
        call()
    except ClientError:
        return True
    return False


pytestmark = pytest.mark.usefixtures("peace_afterwards")


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


def test_some_calls_are_spared_first(cloud, code):
    cloud.control("PUT", "faults", {"operation": "GetCallerIdentity", "status": 503, "skip": 2, "count": 1})
    whoami = cloud.sts().get_caller_identity
    assert whoami()
    assert whoami()
    assert code(whoami) == "ServiceUnavailable"
    assert whoami()


def test_a_fault_comes_in_bursts():
    now = [100.0]
    faults = Faults(lambda: now[0])
    faults.put([Fault(status=503, every=10, lasting=2)])
    hit = []
    for now[0] in (100, 101.9, 102, 109.9, 110, 112):
        hit.append(faults.take(SOME_CALL) is not None)
    assert hit == [True, True, False, False, True, False]


def test_a_seed_brings_the_same_misfortunes(cloud):
    found = []
    for _ in range(2):
        cloud.control("PUT", "faults", {"operation": "GetCallerIdentity", "status": 503, "probability": 0.5, "seed": 7})
        found.append([fails(cloud.sts().get_caller_identity) for _ in range(12)])
    assert found[0] == found[1]
    assert set(found[0]) == {True, False}


def test_jitter_comes_on_top_of_latency():
    faults = Faults()
    faults.put([Fault(latency=1, jitter=2, seed=1)])
    drawn = [faults.take(SOME_CALL).latency for _ in range(50)]
    assert all(1 <= latency < 3 for latency in drawn)
    assert max(drawn) - min(drawn) > 1


def test_only_one_principal_is_hit(cloud, acme, code):
    portal = {"principal": "arn:aws:iam::111122223333:user/portal", "expired": True}
    cloud.control("PUT", "faults", portal)
    assert code(cloud.sts().get_caller_identity) == "ExpiredToken"
    assert code(cloud.identity().describe_app_instance, AppInstanceArn=acme.arn) == "ExpiredTokenException"
    assert cloud.identity(READER).describe_app_instance(AppInstanceArn=acme.arn)


def test_the_sessions_of_a_role_are_hit(cloud, acme, code):
    session = cloud.become(acme["alice"])
    cloud.control("PUT", "faults", {"principal": "arn:aws:sts::*:assumed-role/ChimeMember/*", "expired": True})
    alice = {"AppInstanceArn": acme.arn, "ChimeBearer": acme["alice"]}
    assert code(cloud.messaging(session).list_channels, **alice) == "ExpiredTokenException"
    assert cloud.messaging().list_channels(**alice)["Channels"] == []


def test_only_one_access_key_is_hit(cloud, acme, code):
    cloud.control("PUT", "faults", {"access_key": PORTAL.access_key_id, "status": 500})
    assert code(cloud.identity().describe_app_instance, AppInstanceArn=acme.arn) == "ServiceFailureException"
    assert cloud.identity(READER).describe_app_instance(AppInstanceArn=acme.arn)


def test_only_what_concerns_a_resource_is_hit(cloud, acme, globex, code):
    cloud.control("PUT", "faults", {"resource": f"{acme.arn}*", "status": 503})
    identity, messaging = cloud.identity(), cloud.messaging()
    alice = {"AppInstanceArn": acme.arn, "ChimeBearer": acme["alice"]}
    assert code(identity.describe_app_instance, AppInstanceArn=acme.arn) == "ServiceUnavailableException"
    assert code(messaging.list_channels, **alice) == "ServiceUnavailableException"
    assert identity.describe_app_instance(AppInstanceArn=globex.arn)


def test_files_bring_faults_from_the_start(tmp_path, code):
    setup, faults = tmp_path / "setup.json", tmp_path / "faults.json"
    setup.write_text(json.dumps({**documented_setup(), "Faults": [{"service": "sts", "status": 503, "count": 1}]}))
    faults.write_text('{"service": "sts", "status": 400, "code": "Throttling"}')
    running = Cloud("--setup", str(setup), "--faults", str(faults))
    whoami = running.sts().get_caller_identity
    found = [code(whoami), code(whoami)]
    running.stop()
    assert found == ["ServiceUnavailable", "Throttling"]


@pytest.mark.parametrize(
    ("part", "sentence"),
    [
        ({"Faults": [{"stauts": 1}]}, "setup.Faults: A fault is an object of"),
        ({"Quotas": {"L-1": 1}}, "setup.Quotas: There is no quota L-1"),
    ],
)
def test_a_setup_with_unknown_trouble_is_refused(tmp_path, part, sentence):
    path = tmp_path / "setup.json"
    path.write_text(json.dumps(part))
    command = [sys.executable, "-m", "localaws", "--port", "0", "--setup", str(path)]
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 1
    assert sentence in ended.stderr


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
        {"every": 5},
        {"every": 1, "lasting": 2},
        {"jitter": -1},
        {"skip": -1},
        {"expired": True, "status": 503},
        {"seed": "a"},
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


def test_the_log_tells_what_decided_and_how_long_it_took(cloud, acme):
    session = cloud.become(acme["alice"])
    cloud.messaging(session).list_channels(AppInstanceArn=acme.arn, ChimeBearer=acme["alice"])
    [listed] = cloud.control("GET", f"calls?access_key={session.access_key_id}")["calls"]
    assert listed["decided_by"] == ["member/SelfOnly"]
    assert len(listed["request_id"]) == 36
    assert 0 < listed["duration"] < 5


def test_calls_are_found_by_what_they_are(cloud, acme):
    cloud.control("DELETE", "calls")
    cloud.sts().get_caller_identity()
    cloud.identity().describe_app_instance(AppInstanceArn=acme.arn)
    portal = "arn:aws:iam::111122223333:user/portal"
    for query, operations in {
        "operation=GetCallerIdentity": ["GetCallerIdentity"],
        f"service=chime-sdk-identity&principal={portal}": ["DescribeAppInstance"],
        f"since={time.time() + 60}": [],
        "status=200": ["GetCallerIdentity", "DescribeAppInstance"],
    }.items():
        assert [call["operation"] for call in cloud.control("GET", f"calls?{query}")["calls"]] == operations
    for query in ("colour=red", "since=noon"):
        assert cloud.control("GET", f"calls?{query}")["message"]


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
