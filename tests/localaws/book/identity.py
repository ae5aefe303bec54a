from __future__ import annotations

from tests.localaws.book.row import Row

DAYS = {"ExpirationDays": 1, "ExpirationCriterion": "CREATED_TIMESTAMP"}
RETENTION = {"ChannelRetentionSettings": {"RetentionDays": 30}}

APP_INSTANCES = [
    Row("CreateAppInstance", lambda s: {"Name": s.name}, "AccessDeniedException", refused_to="idle"),
    Row(
        "DescribeAppInstance",
        lambda s: {"AppInstanceArn": s.house.arn},
        "ForbiddenException",
        lambda s: {"AppInstanceArn": s.lost_house},
    ),
    Row("ListAppInstances", lambda _: {"MaxResults": 1}, "BadRequestException", lambda _: {"NextToken": "nonsense"}),
    Row(
        "UpdateAppInstance",
        lambda s: {"AppInstanceArn": s.house.arn, "Name": "new", "Metadata": "m"},
        "ForbiddenException",
        lambda s: {"AppInstanceArn": s.lost_house},
    ),
    Row("DeleteAppInstance", lambda s: {"AppInstanceArn": s.house.arn}, "ForbiddenException"),
    Row(
        "CreateAppInstanceAdmin",
        lambda s: {"AppInstanceArn": s.house.arn, "AppInstanceAdminArn": s.house["bob"]},
        "ConflictException",
    ),
    Row(
        "DescribeAppInstanceAdmin",
        lambda s: {"AppInstanceArn": s.house.arn, "AppInstanceAdminArn": s.house["dora"]},
        "ForbiddenException",
        lambda s: {"AppInstanceAdminArn": s.house["bob"]},
    ),
    Row(
        "ListAppInstanceAdmins",
        lambda s: {"AppInstanceArn": s.house.arn},
        "ForbiddenException",
        lambda s: {"AppInstanceArn": s.lost_house},
    ),
    Row(
        "DeleteAppInstanceAdmin",
        lambda s: {"AppInstanceArn": s.house.arn, "AppInstanceAdminArn": s.house["dora"]},
        "ForbiddenException",
    ),
    Row(
        "PutAppInstanceRetentionSettings",
        lambda s: {"AppInstanceArn": s.house.arn, "AppInstanceRetentionSettings": RETENTION},
        "ForbiddenException",
        lambda s: {"AppInstanceArn": s.lost_house},
    ),
    Row(
        "GetAppInstanceRetentionSettings",
        lambda s: {"AppInstanceArn": s.house.arn},
        "ForbiddenException",
        lambda s: {"AppInstanceArn": s.lost_house},
    ),
]
USERS = [
    Row(
        "CreateAppInstanceUser",
        lambda s: {"AppInstanceArn": s.house.arn, "AppInstanceUserId": "eve", "Name": "Eve"},
        "ConflictException",
        lambda _: {"Name": "Another Eve"},
    ),
    Row(
        "DescribeAppInstanceUser",
        lambda s: {"AppInstanceUserArn": s.house["bob"]},
        "ForbiddenException",
        lambda s: {"AppInstanceUserArn": s.ghost},
    ),
    Row(
        "ListAppInstanceUsers",
        lambda s: {"AppInstanceArn": s.house.arn, "MaxResults": 2},
        "ForbiddenException",
        lambda s: {"AppInstanceArn": s.lost_house},
    ),
    Row(
        "UpdateAppInstanceUser",
        lambda s: {"AppInstanceUserArn": s.house["bob"], "Name": "Bobby", "Metadata": "m"},
        "ForbiddenException",
        lambda s: {"AppInstanceUserArn": s.ghost},
    ),
    Row("DeleteAppInstanceUser", lambda s: {"AppInstanceUserArn": s.house["bob"]}, "ForbiddenException"),
    Row(
        "PutAppInstanceUserExpirationSettings",
        lambda s: {"AppInstanceUserArn": s.house["bob"], "ExpirationSettings": DAYS},
        "ForbiddenException",
        lambda s: {"AppInstanceUserArn": s.ghost},
    ),
]
TAGS = [
    Row(
        "TagResource",
        lambda s: {"ResourceARN": s.house.arn, "Tags": [{"Key": "team", "Value": "a"}]},
        "BadRequestException",
        lambda _: {"Tags": [{"Key": "aws:team", "Value": "a"}]},
    ),
    Row(
        "UntagResource",
        lambda s: {"ResourceARN": s.house.arn, "TagKeys": ["team"]},
        "ForbiddenException",
        lambda s: {"ResourceARN": s.lost_house},
    ),
    Row(
        "ListTagsForResource",
        lambda s: {"ResourceARN": s.house.arn},
        "ForbiddenException",
        lambda s: {"ResourceARN": s.lost_house},
    ),
]
PAGE = [*APP_INSTANCES, *USERS, *TAGS]
