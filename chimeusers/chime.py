"""The calls to Chime, typed. Raises the five kinds of tenants.failures and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tenants import aws
from tenants.failures import Misconfigured, Missing

if TYPE_CHECKING:
    from mypy_boto3_chime_sdk_identity import ChimeSDKIdentityClient
    from mypy_boto3_chime_sdk_identity.type_defs import (
        AppInstanceUserSummaryTypeDef,
        CreateAppInstanceUserRequestTypeDef,
    )

    from chimeusers.naming import Appearance
    from tenants.models import AWSLink

_PAGE = 50  # ListAppInstanceUsers gives no more at once


def create(link: AWSLink, looks: Appearance, *, life: int) -> None:
    """CreateAppInstanceUser. Raises Exists when the id is taken by somebody who looks different, never Missing."""
    request: CreateAppInstanceUserRequestTypeDef = {
        "AppInstanceArn": link.app_instance_arn,
        "AppInstanceUserId": looks.app_instance_user_id,
        "Name": looks.name,
        "Metadata": looks.metadata,
        "ClientRequestToken": looks.request_token(link.app_instance_arn, life),
    }
    if looks.expiration_days is not None:
        request["ExpirationSettings"] = {
            "ExpirationDays": looks.expiration_days,
            "ExpirationCriterion": "CREATED_TIMESTAMP",
        }
    try:
        with aws.sorted_failures():
            _client(link).create_app_instance_user(**request)
    except Missing as failure:  # The user can't be what is missing.
        raise Misconfigured(f"The app instance is not there: {failure}") from failure


def update(link: AWSLink, looks: Appearance) -> None:
    """UpdateAppInstanceUser, which clears what it is not sent: name and metadata always go together."""
    with aws.sorted_failures():
        _client(link).update_app_instance_user(
            AppInstanceUserArn=link.user_arn(looks.app_instance_user_id), Name=looks.name, Metadata=looks.metadata
        )


def describe(link: AWSLink, app_instance_user_id: str) -> tuple[str, str]:
    """DescribeAppInstanceUser: name and metadata. Raises Missing when there is none."""
    with aws.sorted_failures():
        answer = _client(link).describe_app_instance_user(AppInstanceUserArn=link.user_arn(app_instance_user_id))
    user = answer["AppInstanceUser"]
    return user.get("Name", ""), user.get("Metadata", "")


def delete(link: AWSLink, app_instance_user_id: str) -> None:
    """DeleteAppInstanceUser. Raises Missing when there is none."""
    with aws.sorted_failures():
        _client(link).delete_app_instance_user(AppInstanceUserArn=link.user_arn(app_instance_user_id))


def page(link: AWSLink, token: str) -> tuple[list[AppInstanceUserSummaryTypeDef], str]:
    """ListAppInstanceUsers: one page, and the token of the next one. Raises Rejected for a token it does not know."""
    following: dict[str, str] = {"NextToken": token} if token else {}
    try:
        with aws.sorted_failures():
            answer = _client(link).list_app_instance_users(
                AppInstanceArn=link.app_instance_arn, MaxResults=_PAGE, **following
            )
    except Missing as failure:
        raise Misconfigured(f"The app instance is not there: {failure}") from failure
    return answer["AppInstanceUsers"], answer.get("NextToken", "")


def _client(link: AWSLink) -> ChimeSDKIdentityClient:
    return aws.client_of(link, "chime-sdk-identity")
