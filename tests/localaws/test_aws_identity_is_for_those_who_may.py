from __future__ import annotations

import json
import re
from typing import Any

import pytest

from localaws.served import SERVED
from tests.localaws.cloud import STRANGER, tags

SETTINGS: dict[str, Any] = {"ChannelRetentionSettings": {}}

# What each operation is called with; {acme}, {alice} and {dora}, an admin, stand for their ARNs.
CALLS: dict[str, dict[str, Any]] = {
    "CreateAppInstance": {"Name": "new"},
    "DescribeAppInstance": {"AppInstanceArn": "{acme}"},
    "ListAppInstances": {},
    "UpdateAppInstance": {"AppInstanceArn": "{acme}", "Name": "new", "Metadata": ""},
    "DeleteAppInstance": {"AppInstanceArn": "{acme}"},
    "CreateAppInstanceUser": {"AppInstanceArn": "{acme}", "AppInstanceUserId": "eve", "Name": "Eve"},
    "DescribeAppInstanceUser": {"AppInstanceUserArn": "{alice}"},
    "ListAppInstanceUsers": {"AppInstanceArn": "{acme}"},
    "UpdateAppInstanceUser": {"AppInstanceUserArn": "{alice}", "Name": "Alicia", "Metadata": ""},
    "DeleteAppInstanceUser": {"AppInstanceUserArn": "{alice}"},
    "PutAppInstanceUserExpirationSettings": {"AppInstanceUserArn": "{alice}"},
    "CreateAppInstanceAdmin": {"AppInstanceArn": "{acme}", "AppInstanceAdminArn": "{alice}"},
    "DescribeAppInstanceAdmin": {"AppInstanceArn": "{acme}", "AppInstanceAdminArn": "{dora}"},
    "ListAppInstanceAdmins": {"AppInstanceArn": "{acme}"},
    "DeleteAppInstanceAdmin": {"AppInstanceArn": "{acme}", "AppInstanceAdminArn": "{dora}"},
    "GetAppInstanceRetentionSettings": {"AppInstanceArn": "{acme}"},
    "PutAppInstanceRetentionSettings": {"AppInstanceArn": "{acme}", "AppInstanceRetentionSettings": SETTINGS},
    "TagResource": {"ResourceARN": "{acme}", "Tags": tags(team="blue")},
    "UntagResource": {"ResourceARN": "{acme}", "TagKeys": ["team"]},
    "ListTagsForResource": {"ResourceARN": "{acme}"},
}
# Nothing of anybody's is named by these, so that the account is always the caller's own.
FOR_EVERY_ACCOUNT = {"CreateAppInstance", "ListAppInstances"}
# What IAM is asked about, beside the app instance itself.
ON_USERS = {name for name in CALLS if "User" in name or "Admin" in name}
ON_BOTH = {name for name in CALLS if "Admin" in name}


@pytest.fixture
def call(acme):
    def run(client, operation: str):
        method = re.sub(r"(?<!^)(?=[A-Z])", "_", operation).lower()
        text = json.dumps(CALLS[operation])
        for name, arn in {"acme": acme.arn, **acme.people}.items():
            text = text.replace(f"{{{name}}}", arn)
        return getattr(client, method)(**json.loads(text))

    return run


@pytest.fixture
def narrowed(cloud):
    """A session for one action on some resources."""

    def narrow(operation: str, resources: list[str]):
        statement = {"Effect": "Allow", "Action": f"chime:{operation}", "Resource": resources}
        policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
        return cloud.identity(cloud.assume("NoTags", Policy=policy))

    return narrow


def test_every_operation_is_here():
    assert SERVED["chime-sdk-identity"].keys() == CALLS.keys()


@pytest.mark.parametrize("operation", CALLS)
def test_who_may_does(cloud, acme, call, narrowed, operation):
    resources = [arn for arn, named in ((acme.arn, True), (f"{acme.arn}/user/*", operation in ON_USERS)) if named]
    everywhere = operation in FOR_EVERY_ACCOUNT
    answer = call(narrowed(operation, ["*"] if everywhere else resources), operation)
    assert answer["ResponseMetadata"]["HTTPStatusCode"] in (200, 201, 204)


@pytest.mark.parametrize("operation", CALLS)
def test_who_may_not_is_refused(cloud, acme, call, narrowed, code, operation):
    other_action = "ListAppInstances" if operation != "ListAppInstances" else "CreateAppInstance"
    assert code(call, client=narrowed(other_action, ["*"]), operation=operation) == "AccessDeniedException"
    elsewhere = [f"{acme.arn}0", f"{acme.arn}0/user/*"]
    assert code(call, client=narrowed(operation, elsewhere), operation=operation) == "AccessDeniedException"


@pytest.mark.parametrize("operation", sorted(ON_BOTH))
def test_admins_are_judged_by_the_app_instance_and_by_the_user(acme, call, narrowed, code, operation):
    for resource in (acme.arn, f"{acme.arn}/user/*"):
        assert code(call, client=narrowed(operation, [resource]), operation=operation) == "AccessDeniedException"


@pytest.mark.parametrize("operation", sorted(CALLS.keys() - FOR_EVERY_ACCOUNT))
def test_another_account_is_refused(cloud, call, code, operation):
    assert code(call, client=cloud.identity(STRANGER), operation=operation) == "AccessDeniedException"


@pytest.mark.parametrize("operation", sorted(CALLS.keys() - FOR_EVERY_ACCOUNT))
def test_another_region_knows_nothing_of_it(cloud, call, code, operation):
    assert code(call, client=cloud.identity(region="eu-central-1"), operation=operation) == "ForbiddenException"
