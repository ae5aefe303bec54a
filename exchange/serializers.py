from __future__ import annotations

from typing import Any

from rest_framework import serializers

from accounts.proofs import KINDS, password
from exchange.policy import LONGEST, SHORTEST

# Characters: a SAML response of 64 kB in Base64.
PROOF_MAX = 90_000


class StrictSerializer(serializers.Serializer[Any]):
    """Refuses what it does not know: a misspelt wish must not be ignored."""

    def to_internal_value(self, data: Any) -> Any:
        unknown = sorted(set(data) - set(self.fields)) if isinstance(data, dict) else []
        if unknown:
            raise serializers.ValidationError({name[:40]: ["There is no such field."] for name in unknown})
        return super().to_internal_value(data)


class ProofSerializer(StrictSerializer):
    kind = serializers.ChoiceField(choices=KINDS)
    value = serializers.CharField(required=False, max_length=PROOF_MAX, trim_whitespace=False)
    username = serializers.CharField(required=False, max_length=254)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["kind"] == password.KIND and not attrs.get("username"):
            raise serializers.ValidationError({"username": ["Say whose password it is."]})
        if attrs["kind"] != password.KIND and "username" in attrs:
            raise serializers.ValidationError({"username": ["Only a password has a user name beside it."]})
        return attrs


class ExchangeSerializer(StrictSerializer):
    proof = ProofSerializer(required=False)
    duration_seconds = serializers.IntegerField(required=False, min_value=SHORTEST, max_value=LONGEST)
    reuse = serializers.BooleanField(
        required=False, help_text="Accept credentials that were issued before. A permission, not a promise."
    )


class CredentialsSerializer(serializers.Serializer[Any]):
    AccessKeyId = serializers.CharField()
    SecretAccessKey = serializers.CharField()
    SessionToken = serializers.CharField()
    Expiration = serializers.DateTimeField()


class UserSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    username = serializers.CharField()
    display_name = serializers.CharField()


class EndpointsSerializer(serializers.Serializer[Any]):
    identity = serializers.URLField()
    messaging = serializers.URLField()
    sts = serializers.URLField()


class ExchangedSerializer(serializers.Serializer[Any]):
    exchange_id = serializers.UUIDField()
    tenant = serializers.CharField()
    user = UserSerializer()
    app_instance_arn = serializers.CharField()
    app_instance_user_arn = serializers.CharField()
    region = serializers.CharField()
    endpoints = EndpointsSerializer()
    credentials = CredentialsSerializer()
    renew_after = serializers.DateTimeField()


class PoolEndpointsSerializer(EndpointsSerializer):
    cognito = serializers.URLField()


class PoolSerializer(serializers.Serializer[Any]):
    region = serializers.CharField()
    identity_pool_id = serializers.CharField()
    login_key = serializers.CharField(help_text="The key of the id_token among `Logins`.")
    app_instance_arn = serializers.CharField()
    app_instance_user_arn = serializers.CharField()
    endpoints = PoolEndpointsSerializer()


class ContainerSerializer(StrictSerializer):
    duration_seconds = serializers.IntegerField(required=False, min_value=SHORTEST, max_value=LONGEST)


class ContainerCredentialsSerializer(serializers.Serializer[Any]):
    """Container credentials (AWS SDKs and Tools Reference Guide, container credential provider)."""

    AccessKeyId = serializers.CharField()
    SecretAccessKey = serializers.CharField()
    Token = serializers.CharField()
    Expiration = serializers.DateTimeField()


class CredsSerializer(serializers.Serializer[Any]):
    """The answer of the AWS sample's credential exchange service."""

    ChimeAppInstanceUserArn = serializers.CharField()
    ChimeUserId = serializers.CharField()
    ChimeCredentials = CredentialsSerializer()
    ChimeDisplayName = serializers.CharField()


class CheckupSerializer(StrictSerializer):
    """What is looked at, and whether harm is tried."""

    user = serializers.CharField(required=False, max_length=150, help_text="A user name; none: the tenant as a whole.")
    isolation = serializers.BooleanField(
        required=False, default=False, help_text="Try what this user must not be able to do."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["isolation"] and not attrs.get("user"):
            raise serializers.ValidationError({"user": ["Whose isolation is to be tried?"]})
        return attrs


class FindingSerializer(serializers.Serializer[Any]):
    about = serializers.CharField()
    is_well = serializers.BooleanField(allow_null=True, help_text="null: it can't be said.")
    sentence = serializers.CharField()
    paste = serializers.CharField(help_text="A document for IAM, where one would mend it.")


class FoundSerializer(serializers.Serializer[Any]):
    is_well = serializers.BooleanField()
    findings = FindingSerializer(many=True)


class ProblemSerializer(serializers.Serializer[Any]):
    """A problem document (RFC 9457)."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField()
    exchange_id = serializers.UUIDField(required=False)
