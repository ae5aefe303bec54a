from __future__ import annotations

import time

import pytest
from botocore.exceptions import ClientError

from localaws.trouble.amounts import AMOUNTS
from localaws.trouble.buckets import MOST_BUCKETS, Buckets
from localaws.trouble.rates import RATES
from localaws.wire.catalogue import Catalogue
from tests.localaws.cloud import Cloud, build_house


@pytest.fixture(autouse=True)
def _plenty_afterwards(cloud):
    yield
    cloud.control("DELETE", "quotas")


@pytest.fixture
def limit(cloud):
    """Turns quotas on with these values; rates that are not named are too high to be met."""

    def turn(**values: float) -> None:
        cloud.control("PUT", "quotas", {"On": True, "Scale": 1000, **values})

    return turn


def outcomes(times: int, call, **members) -> list[str]:
    return [outcome(call, **members) for _ in range(times)]


def outcome(call, **members) -> str:
    try:
        call(**members)
    except ClientError as error:
        return str(error.response["Error"]["Code"])
    return "fine"


def test_nothing_is_limited_until_it_is_asked_for(cloud, acme):
    describe = cloud.identity().describe_app_instance
    assert set(outcomes(70, describe, AppInstanceArn=acme.arn)) == {"fine"}
    assert cloud.control("GET", "quotas")["quotas"] == {"On": False, "Scale": 1}


def test_chime_throttles_and_has_not_done_the_work(cloud, acme):
    cloud.control("PUT", "quotas", {"On": True, "L-D99DAB65": 0.01})
    identity = cloud.identity()
    identity.update_app_instance_user(AppInstanceUserArn=acme["alice"], Name="Al", Metadata="")
    with pytest.raises(identity.exceptions.ThrottledClientException) as caught:
        identity.delete_app_instance_user(AppInstanceUserArn=acme["alice"])
    metadata = caught.value.response["ResponseMetadata"]
    assert metadata["HTTPStatusCode"] == 429
    assert "retry-after" not in metadata["HTTPHeaders"]
    described = identity.describe_app_instance_user(AppInstanceUserArn=acme["alice"])
    assert described["AppInstanceUser"]["Name"] == "Al"


def test_what_is_throttled_is_in_the_log_with_its_quota(cloud, acme):
    cloud.control("PUT", "quotas", {"On": True, "L-3C5ED081": 0.01})
    outcomes(2, cloud.identity().describe_app_instance, AppInstanceArn=acme.arn)
    entry = cloud.control("GET", "calls?verdict=throttled")["calls"][-1]
    assert (entry["throttled_by"], entry["status"]) == ("L-3C5ED081", 429)
    assert entry["principal"].endswith(":user/portal")


def test_every_app_instance_has_a_rate_of_its_own(cloud, acme, globex):
    cloud.control("PUT", "quotas", {"On": True, "L-3C5ED081": 0.01})
    describe = cloud.identity().describe_app_instance
    assert outcomes(2, describe, AppInstanceArn=acme.arn) == ["fine", "ThrottledClientException"]
    assert outcome(describe, AppInstanceArn=globex.arn) == "fine"


def test_all_calls_of_a_bearer_count_together(cloud, acme):
    messaging = cloud.messaging()
    alice = {"AppInstanceArn": acme.arn, "ChimeBearer": acme["alice"]}
    made = messaging.create_channel(Name="talk", **alice)["ChannelArn"]
    cloud.control("PUT", "quotas", {"On": True, "L-A92E8EF9": 0.01})
    assert outcome(messaging.describe_channel, ChannelArn=made, ChimeBearer=acme["alice"]) == "fine"
    assert outcome(messaging.list_channels, **alice) == "ThrottledClientException"
    assert outcome(messaging.list_channels, **{**alice, "ChimeBearer": acme["bob"]}) == "fine"


def test_a_scale_is_for_all_rates(cloud, acme):
    cloud.control("PUT", "quotas", {"On": True, "Scale": 0.01})
    describe = cloud.identity().describe_app_instance
    assert outcomes(2, describe, AppInstanceArn=acme.arn) == ["fine", "ThrottledClientException"]


@pytest.mark.parametrize(("region", "rate"), [("us-east-1", 10), ("eu-central-1", 5)])
def test_the_defaults_are_those_of_the_region(cloud, region, rate):
    identity, messaging = cloud.identity(region=region), cloud.messaging(region=region)
    arn = identity.create_app_instance(Name="here")["AppInstanceArn"]
    user = {"AppInstanceArn": arn, "AppInstanceUserId": "u", "Name": "U"}
    bearer = identity.create_app_instance_user(**user)["AppInstanceUserArn"]
    cloud.control("PUT", "quotas", {"On": True, "L-B17C47C8": 1000})
    started = time.monotonic()
    met = outcomes(2 * rate, messaging.list_channels, AppInstanceArn=arn, ChimeBearer=bearer).count("fine")
    # Tokens grow back while the calls are made.
    regrown = rate * (time.monotonic() - started)
    assert rate <= met <= rate + regrown


def test_the_control_address_tells_the_defaults(cloud):
    defaults = {each["Code"]: each for each in cloud.control("GET", "quotas")["defaults"]}
    assert defaults["L-A92E8EF9"]["PerSecond"] == 10
    assert defaults["L-A92E8EF9"]["PerSecondInEuCentral1"] == 5
    assert defaults["L-9B0D42EC"]["PerSecondOfElasticChannels"] == 30


def test_sts_and_cognito_throttle_in_their_own_words(cloud):
    cloud.control("PUT", "quotas", {"On": True, "AssumeRole": 0.01, "GetId": 0.01})
    sts = cloud.sts()
    assert outcome(sts.get_caller_identity) == "fine"
    with pytest.raises(ClientError, match="Rate exceeded") as caught:
        cloud.assume()
    assert caught.value.response["Error"]["Code"] == "Throttling"
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    pool = "us-east-1:00000000-0000-4000-8000-000000000000"
    found = outcomes(2, cloud.client("cognito-identity").get_id, IdentityPoolId=pool)
    assert found == ["ResourceNotFoundException", "TooManyRequestsException"]


def test_app_instances_users_and_admins_are_limited(cloud, acme, limit):
    limit(**{"L-D54E9933": 4, "L-9A7ECB60": 2})
    identity = cloud.identity()
    users = [{"AppInstanceArn": acme.arn, "AppInstanceUserId": name, "Name": name} for name in ("eve", "fay", "eve")]
    found = [outcome(identity.create_app_instance_user, **user) for user in users]
    assert found == ["fine", "ResourceLimitExceededException", "fine"]
    admins = [{"AppInstanceArn": acme.arn, "AppInstanceAdminArn": acme[name]} for name in ("alice", "bob")]
    found = [outcome(identity.create_app_instance_admin, **admin) for admin in admins]
    assert found == ["fine", "ResourceLimitExceededException"]
    limit(**{"L-0222B40A": 1})
    assert outcome(identity.create_app_instance, Name="one more") == "ResourceLimitExceededException"


def test_channels_members_and_moderators_are_limited(cloud, limit):
    house = build_house(cloud, "full", ["alice", "bob", "eve"])
    messaging, alice = cloud.messaging(), {"ChimeBearer": house["alice"]}
    channel = messaging.create_channel(AppInstanceArn=house.arn, Name="talk", **alice)["ChannelArn"]
    limit(**{"L-9A2511FF": 2, "MembershipsPerUser": 1, "L-3E511C5B": 1, "L-0AC3ED57": 2, "L-710A5D85": 0.5})
    people = {"Type": "DEFAULT", "ChannelArn": channel, **alice}
    create = messaging.create_channel_membership
    assert outcome(create, MemberArn=house["bob"], **people) == "fine"
    assert outcome(create, MemberArn=house["eve"], **people) == "ResourceLimitExceededException"
    [error] = messaging.batch_create_channel_membership(MemberArns=[house["eve"]], ChannelArn=channel, **alice)[
        "Errors"
    ]
    assert error["ErrorCode"] == "ResourceLimitExceeded"
    moderator = {"ChannelArn": channel, "ChannelModeratorArn": house["bob"], **alice}
    assert outcome(messaging.create_channel_moderator, **moderator) == "ResourceLimitExceededException"
    elastic = {"MaximumSubChannels": 2, "TargetMembershipsPerSubChannel": 5, "MinimumMembershipPercentage": 40}
    new = {"AppInstanceArn": house.arn, "Name": "new"}
    assert outcome(messaging.create_channel, **new, **alice) == "ResourceLimitExceededException"
    found = outcome(messaging.create_channel, **new, **alice, ElasticChannelConfiguration=elastic)
    assert found == "ResourceLimitExceededException"
    assert outcome(messaging.create_channel, **new, ChimeBearer=house["eve"]) == "fine"


@pytest.mark.parametrize("wishes", [{"L-0": 1}, {"On": 1}, {"Scale": 0}, {"L-D99DAB65": "ten"}, {"Scale": True}, []])
def test_a_quota_that_is_not_understood_is_refused(cloud, wishes):
    assert cloud.control("PUT", "quotas", wishes)["message"]
    assert cloud.control("GET", "quotas")["quotas"] == {"On": False, "Scale": 1}


def test_the_command_line_and_the_setup_file_turn_them_on(tmp_path):
    path = tmp_path / "setup.json"
    path.write_text('{"Quotas": {"L-58DEE317": 7}}')
    running = Cloud("--setup", str(path), "--quotas", "--control")
    shown = running.control("GET", "quotas")["quotas"]
    running.stop()
    assert shown == {"On": True, "Scale": 1, "L-58DEE317": 7}


def test_the_table_speaks_of_operations_that_there_are():
    modelled = {(operation.service, operation.name) for operation in Catalogue().operations}
    named = {(rate.service, operation) for rate in RATES for operation in rate.operations}
    assert named <= modelled
    codes = [quota.code for quota in (*RATES, *AMOUNTS)]
    assert len(codes) == len(set(codes))


def test_a_bucket_fills_with_time_and_is_then_forgotten():
    now = [0.0]
    buckets = Buckets(lambda: now[0])
    wanted = {("L", "us-east-1", "acme"): 2.0}
    assert [buckets.take(wanted) for _ in range(3)] == [None, None, ("L", "us-east-1", "acme")]
    now[0] = 0.5
    assert [buckets.take(wanted) for _ in range(2)] == [None, ("L", "us-east-1", "acme")]
    now[0] = 60
    buckets.take({("L", "us-east-1", "globex"): 2.0})
    assert [scope for _, _, scope in buckets.buckets] == ["globex"]


def test_who_is_over_one_rate_is_counted_by_none():
    buckets = Buckets(lambda: 0.0)
    small, large = ("small", "", ""), ("large", "", "")
    found = [buckets.take({large: 2.0, small: 1.0}) for _ in range(5)]
    assert found == [None, small, small, small, small]
    assert buckets.take({large: 2.0}) is None


def test_the_memory_of_buckets_is_bounded():
    buckets = Buckets(lambda: 0.0)
    for number in range(MOST_BUCKETS + 10):
        buckets.take({("L", "", str(number)): 1.0})
    assert len(buckets.buckets) <= MOST_BUCKETS
