"""What STS is told of an identity."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from localaws.cognito.attributes import map_claims
from localaws.cognito.providers import COGNITO
from localaws.cognito.tokens import GUEST
from localaws.sts.claims import Claims

if TYPE_CHECKING:
    from localaws.cognito.proofs import Proofs
    from localaws.cognito.rows import Identity, IdentityPool

SESSION_NAME = "CognitoIdentityCredentials"
# Seconds, which nobody can choose.
LIFETIME = 3600
# Cognito adds a session policy to guests' credentials, of services among which none is that is served here but itself.
# https://docs.aws.amazon.com/cognito/latest/developerguide/iam-roles.html#access-policies
SCOPED_DOWN = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Action": ["polly:*", "rekognition:*", "mobiletargeting:*"], "Resource": "*"}
        ],
    }
)


def claim(pool: IdentityPool, identity: Identity, proofs: Proofs) -> Claims:
    """Who they are, how they came in, and the tags that the pool makes of their claims."""
    tags = {tag: text for proof in proofs.logins for tag, text in map_claims(pool, proof.names, proof.claims).items()}
    own = proofs.own
    return Claims(
        provider=COGNITO,
        issuer=COGNITO,
        subject=identity.id,
        audience=pool.id,
        amr=describe_ways(proofs),
        tags={**tags, **(own.tags if own else {})},
    )


def describe_ways(proofs: Proofs) -> tuple[str, ...]:
    own = proofs.own.amr if proofs.own else ()
    if not proofs.any:
        return GUEST
    return tuple(dict.fromkeys(["authenticated", *own, *(proof.provider for proof in proofs.logins)]))
