from __future__ import annotations

from typing import TYPE_CHECKING

from tenants import aws

if TYPE_CHECKING:
    from tenants.models import AWSLink


def principal(link: AWSLink) -> str:
    """Return who the portal is in IAM, by its ARN: a session's role, or a user. Raises one of tenants.failures."""
    with aws.sorted_failures():
        arn = str(aws.client_of(link, "sts").get_caller_identity()["Arn"])
    if ":assumed-role/" not in arn:
        return arn
    start, _, rest = arn.replace(":sts:", ":iam:").partition(":assumed-role/")
    return f"{start}:role/{rest.partition('/')[0]}"
