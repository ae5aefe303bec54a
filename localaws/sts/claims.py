"""What a verified web identity token says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from localaws.sts.tags import read_source_identity, refuse_bad_tags
from localaws.wire.errors import AWSError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from localaws.iam.globs import Context

TAGS = "https://aws.amazon.com/tags"
CLAIM = "https://aws.amazon.com/source_identity"
# Of all that a provider says these condition keys stay in the session.
STAYING = ("aud", "sub", "amr")


@dataclass(frozen=True)
class Claims:
    """`provider` is how trust policies name it: the ARN in IAM, or cognito-identity.amazonaws.com.

    `issuer` has no scheme; `original_audience` is there when `azp` took the place of `aud`.
    """

    provider: str
    issuer: str
    subject: str
    audience: str
    original_audience: str | None = None
    amr: tuple[str, ...] = ()
    email: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    transitive_keys: tuple[str, ...] = ()
    source_identity: str | None = None
    everything: Mapping[str, Any] = field(default_factory=dict)

    def describe(self) -> Context:
        """The condition keys for a trust policy."""
        texts = {"sub": self.subject, "aud": self.audience, "oaud": self.original_audience, "email": self.email}
        keys = {name: (text,) for name, text in texts.items() if text is not None}
        return {f"{self.issuer}:{name}".lower(): values for name, values in {**keys, **self.methods}.items()}

    def describe_staying(self) -> Context:
        staying = tuple(f"{self.issuer}:{name}".lower() for name in STAYING)
        kept = {key: values for key, values in self.describe().items() if key in staying}
        return {"aws:federatedprovider": (self.provider,), **kept}

    @property
    def methods(self) -> dict[str, tuple[str, ...]]:
        return {"amr": self.amr} if self.amr else {}


def read_claims(claims: Mapping[str, Any], provider: str, issuer: str) -> Claims:
    """Of a token whose signature holds. Raises AWSError."""
    audience, original = read_audience(claims)
    tags, transitive_keys = read_tags(claims)
    email, amr = claims.get("email"), claims.get("amr", [])
    return Claims(
        provider=provider,
        issuer=issuer,
        subject=read_text(claims, "sub"),
        audience=audience,
        original_audience=original,
        amr=tuple(amr) if is_texts(amr) else (amr,) if isinstance(amr, str) else (),
        email=email if isinstance(email, str) else None,
        tags=tags,
        transitive_keys=transitive_keys,
        source_identity=read_source_identity(read_text(claims, CLAIM)) if CLAIM in claims else None,
        everything=claims,
    )


def read_audience(claims: Mapping[str, Any]) -> tuple[str, str | None]:
    """Who the token is for. The authorized party, where there is one, stands in for the audience."""
    audiences = claims.get("aud")
    listed = [audiences] if isinstance(audiences, str) else audiences
    if not listed or not is_texts(listed):
        raise invalid("Missing a required claim: aud")
    if "azp" in claims:
        return read_text(claims, "azp"), listed[0]
    if len(listed) > 1:
        raise invalid("A token for several audiences must name its authorized party: azp")
    return listed[0], None


def read_tags(claims: Mapping[str, Any]) -> tuple[dict[str, str], tuple[str, ...]]:
    """Nested, with each value in a list, or flattened with the parts of the path in the claim's name, as plain texts.

    https://docs.aws.amazon.com/IAM/latest/UserGuide/id_session-tags.html
    """
    nested = claims.get(TAGS, {})
    if not isinstance(nested, dict) or not isinstance(nested.get("principal_tags", {}), dict):
        raise invalid(f"The claim {TAGS} can't be read.")
    prefix = f"{TAGS}/principal_tags/"
    flat = {name.removeprefix(prefix): [value] for name, value in claims.items() if name.startswith(prefix)}
    tags = {key: read_only(values) for key, values in [*nested.get("principal_tags", {}).items(), *flat.items()]}
    keys = nested.get("transitive_tag_keys", claims.get(f"{TAGS}/transitive_tag_keys", []))
    if not is_texts(keys) or {key.lower() for key in keys} - {key.lower() for key in tags}:
        raise invalid("A transitive tag key must be one of the tags.")
    refuse_bad_tags(tags)
    return tags, tuple(keys)


def read_only(values: Any) -> str:
    if not is_texts(values) or len(values) != 1:
        raise invalid("A session tag must have one value, a text: in a list where tags are nested.")
    return str(values[0])


def read_text(claims: Mapping[str, Any], name: str) -> str:
    value = claims.get(name)
    if not isinstance(value, str) or not value:
        raise invalid(f"Missing a required claim: {name}")
    return value


def is_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(each, str) for each in value)


def invalid(message: str) -> AWSError:
    return AWSError("InvalidIdentityToken", message)
