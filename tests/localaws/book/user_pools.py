from __future__ import annotations

from tests.localaws.book.row import Row
from tests.localaws.cloud import ACCOUNT, REGION

MISSING, NOBODY, DENIED = "ResourceNotFoundException", "UserNotFoundException", "AccessDeniedException"


def in_pool(**members):
    return lambda s: {"UserPoolId": s.user_pool, **members}


def lost_pool(_scene):
    return {"UserPoolId": "us-east-1_lost00000"}


def about_alice(**members):
    return lambda s: {"UserPoolId": s.user_pool, "Username": s.pool_user, **members}


def nobody(_scene):
    return {"Username": "nobody"}


def in_group(**members):
    return lambda s: {"UserPoolId": s.user_pool, "GroupName": s.pool_group, **members}


def member(scene):
    return {"UserPoolId": scene.user_pool, "Username": scene.pool_user, "GroupName": scene.pool_group}


def tagged(**members):
    return lambda s: {"ResourceArn": user_pool_arn(s.user_pool), **members}


def lost_arn(_scene):
    return {"ResourceArn": user_pool_arn("us-east-1_lost00000")}


def user_pool_arn(pool_id):
    return f"arn:aws:cognito-idp:{REGION}:{ACCOUNT}:userpool/{pool_id}"


PAGE = [
    Row("TagResource", tagged(Tags={"team": "a"}), MISSING, lost_arn),
    Row("UntagResource", tagged(TagKeys=["team"]), MISSING, lost_arn),
    Row("ListTagsForResource", tagged(), MISSING, lost_arn),
    Row("CreateUserPool", lambda _: {"PoolName": "staff"}, DENIED, refused_to="idle"),
    Row("DescribeUserPool", in_pool(), MISSING, lost_pool),
    Row("DeleteUserPool", in_pool(), MISSING),
    Row(
        "AdminCreateUser",
        in_pool(Username="bob", UserAttributes=[{"Name": "email", "Value": "bob@acme.example"}]),
        "UsernameExistsException",
    ),
    Row(
        "AdminUpdateUserAttributes",
        about_alice(UserAttributes=[{"Name": "name", "Value": "Alice"}]),
        "InvalidParameterException",
        lambda _: {"UserAttributes": [{"Name": "sub", "Value": "other"}]},
    ),
    Row("AdminDisableUser", about_alice(), NOBODY, nobody),
    Row("AdminEnableUser", about_alice(), NOBODY, nobody),
    Row("AdminDeleteUser", about_alice(), NOBODY),
    Row(
        "ListUsers",
        in_pool(Filter='email ^= "alice"', Limit=60),
        "InvalidParameterException",
        lambda _: {"Filter": "email like alice"},
    ),
    Row("CreateGroup", in_pool(GroupName="clerks"), "GroupExistsException"),
    Row("DeleteGroup", in_group(), MISSING),
    Row("ListGroups", in_pool(), MISSING, lost_pool),
    Row("AdminAddUserToGroup", member, NOBODY, nobody),
    Row("AdminRemoveUserFromGroup", member, MISSING, lambda _: {"GroupName": "nobodys"}),
    Row("ListUsersInGroup", in_group(), MISSING, lambda _: {"GroupName": "nobodys"}),
]
