from __future__ import annotations

import re
import uuid
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, RegexValidator
from django.db import models
from django.utils import timezone

# One label of a host name (RFC 1123, section 2.1), and such labels joined by dots.
_LABEL = r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?"
_HOST = rf"{_LABEL}(?:\.{_LABEL})*"
_DOMAIN = re.compile(_HOST)
_ORIGIN = re.compile(rf"https?://{_HOST}(?::[0-9]{{1,5}})?")

check_host = RegexValidator(
    rf"^{_HOST}\Z", "“%(value)s” is not a host name in lower case, such as chat.example.com, without a port."
)


class Signup(models.TextChoices):
    CLOSED = "closed", "Closed: admins create the users"
    OPEN = "open", "Open: whoever signs up may sign in"
    APPROVAL = "approval", "Approval: an admin lets each new user in"


class MFA(models.TextChoices):
    OPTIONAL = "optional", "Optional: whoever wants it"
    ADMINS = "admins", "Demanded of admins"
    EVERYBODY = "everybody", "Demanded of everybody"


class Region(models.TextChoices):
    """Where Amazon Chime SDK messaging runs (AWS General Reference, Amazon Chime SDK endpoints)."""

    US_EAST_1 = "us-east-1", "us-east-1 (N. Virginia)"
    EU_CENTRAL_1 = "eu-central-1", "eu-central-1 (Frankfurt)"


class Tenant(models.Model):
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    slug = models.CharField(max_length=40, unique=True, validators=[RegexValidator(rf"^{_LABEL}\Z")])
    name = models.CharField(max_length=100)
    is_active = models.BooleanField("open", default=True, help_text="When off, nobody gets in by any path.")
    signup = models.CharField("sign-up", max_length=10, choices=Signup.choices, default=Signup.CLOSED)
    signup_domains = models.JSONField(
        "e-mail domains that may sign up",
        default=list,
        blank=True,
        help_text='Such as ["acme.example"]; when empty, any.',
    )
    local_passwords = models.BooleanField(
        "portal passwords", default=True, help_text="People may sign in with a password of the portal's own."
    )
    password_proofs = models.BooleanField(
        "passwords from apps",
        default=False,
        help_text="Apps may exchange a user name and password. Better they send people to the sign-in page.",
    )
    mfa = models.CharField("second factor", max_length=10, choices=MFA.choices, default=MFA.OPTIONAL)
    colour = models.CharField(
        max_length=7,
        blank=True,
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}\Z", "Give a colour as # and six hexadecimal digits.")],
        help_text="Of the sign-in page, such as #0f62fe.",
    )
    logo_digest = models.CharField(max_length=64, blank=True, editable=False)
    login_seconds = models.PositiveIntegerField(
        "login lasts (seconds)",
        default=43_200,
        validators=[MinValueValidator(900), MaxValueValidator(2_592_000)],
        help_text="After this time a user signs in again. Credentials never outlive the login.",
    )
    credential_seconds = models.PositiveIntegerField(
        "credentials last (seconds)",
        default=3_600,
        # STS, AssumeRole: DurationSeconds is 900 to 43,200.
        validators=[MinValueValidator(900), MaxValueValidator(43_200)],
        help_text="At most; a rule may allow less.",
    )
    reuses_credentials = models.BooleanField(
        "credentials are given again",
        default=False,
        help_text="To the same user, until half of their life is over. They are kept encrypted meanwhile.",
    )
    exchanges_per_minute = models.PositiveIntegerField(
        "exchanges a minute",
        default=6_000,
        validators=[MinValueValidator(1)],
        help_text="At most, of all its people together. Each person, token and address has limits of its own.",
    )
    issuance_days = models.PositiveIntegerField(
        "issuances are kept (days)",
        default=400,
        validators=[MinValueValidator(1), MaxValueValidator(36_500)],
        help_text="The record of who was given credentials, and on what proof. It outlives the credentials.",
    )
    guests = models.BooleanField(default=False, help_text="Whoever comes may chat without an account, as a guest.")
    guest_days = models.PositiveIntegerField(
        "guests are kept (days)",
        default=1,
        validators=[MinValueValidator(1), MaxValueValidator(5475)],
        help_text="Chime's expiration setting of each guest; the portal forgets the guest then, too.",
    )
    grace_days = models.PositiveIntegerField(
        "days of grace",
        default=30,
        validators=[MaxValueValidator(3650)],
        help_text="For so long who was disabled stays at Chime, marked as disabled, and who was deleted can come back. "
        "At Chime a deletion is final.",
    )
    brake_percent = models.PositiveIntegerField(
        "brake (percent)",
        default=10,
        validators=[MaxValueValidator(100)],
        help_text="When a directory or Chime's own list would change more of the users than this at once, and more "
        "than the number below, nothing is done until an admin has looked.",
    )
    brake_number = models.PositiveIntegerField("brake (users)", default=20)
    origins = models.JSONField(
        "allowed web origins",
        default=list,
        blank=True,
        help_text="Pages of these origins may call /creds and /api/v1 from a browser.",
    )
    opened_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.name

    def clean(self) -> None:
        """Accept only exact web origins (RFC 6454: scheme, host and port, nothing behind them) and plain domains."""
        origins: Any = self.origins
        if not isinstance(origins, list) or not all(isinstance(one, str) and _ORIGIN.fullmatch(one) for one in origins):
            sentence = "Give a list of exact origins, such as https://app.example.com, without a path."
            raise ValidationError({"origins": sentence})
        domains: Any = self.signup_domains
        if not isinstance(domains, list) or not all(isinstance(one, str) and _DOMAIN.fullmatch(one) for one in domains):
            sentence = "Give a list of domains in lower case, such as acme.example, without an @."
            raise ValidationError({"signup_domains": sentence})


class Logo(models.Model):
    """A tenant's logo. It has a table of its own, since a tenant is read at each request and its logo is not."""

    tenant = models.OneToOneField(Tenant, models.CASCADE, primary_key=True, related_name="logo")
    content = models.BinaryField()
    content_type = models.CharField(max_length=20)

    def __str__(self) -> str:
        return f"{self.content_type} of {self.tenant}"


class Domain(models.Model):
    """A host, exactly as browsers send it, at which a tenant lives."""

    tenant = models.ForeignKey(Tenant, models.CASCADE, related_name="domains")
    host = models.CharField(max_length=253, unique=True, validators=[check_host])

    class Meta:
        ordering = ["host"]

    def __str__(self) -> str:
        return self.host


# Cognito's enhanced flow gives credentials for just as long (Developer Guide, "Identity pools authentication flow").
_POOLS_SECONDS = 3_600


class Way(models.TextChoices):
    """How the portal gets somebody's credentials from AWS."""

    ASSUME_ROLE = "assume_role", "AssumeRole, with the portal's own access to AWS"
    WEB_IDENTITY = "web_identity", "AssumeRoleWithWebIdentity, with a token that the portal signs"
    COGNITO = "cognito", "Cognito identity pool, then STS: the rule's role"
    COGNITO_ENHANCED = "cognito_enhanced", "Cognito identity pool, enhanced flow: the pool's role, for an hour"


class AWSLink(models.Model):
    """The Chime app instance of a tenant. One app instance belongs to one tenant only."""

    tenant = models.OneToOneField(Tenant, models.CASCADE, related_name="aws_link")
    region = models.CharField(max_length=20, choices=Region.choices, default=Region.US_EAST_1)
    app_instance_arn = models.CharField(
        "app instance ARN",
        max_length=200,
        unique=True,
        validators=[RegexValidator(r"^arn:aws:chime:[a-z0-9-]+:\d{12}:app-instance/[A-Za-z0-9-]{1,64}\Z")],
    )
    way = models.CharField("way to credentials", max_length=20, choices=Way.choices, default=Way.ASSUME_ROLE)
    issuer = models.CharField(
        "OpenID issuer",
        max_length=255,
        blank=True,
        help_text="For a web identity: https:// and a host of the tenant, as IAM knows this OpenID provider.",
    )
    portal_role_arn = models.CharField(
        "role of the portal",
        max_length=2048,
        blank=True,
        validators=[RegexValidator(r"^arn:aws[a-z-]*:iam::\d{12}:role/[\w+=,.@/-]{1,512}\Z")],
        help_text="For a web identity: as it the portal keeps users at Chime, by a token. Empty: by its access to AWS.",
    )
    identity_pool_id = models.CharField(
        "identity pool id",
        max_length=55,
        blank=True,
        validators=[RegexValidator(r"^[a-z]{2}(-[a-z]+){1,2}-\d:[0-9a-f-]{36}\Z")],
        help_text="Of Cognito, in the region above.",
    )
    developer_provider = models.CharField(
        "developer provider name",
        max_length=128,
        blank=True,
        validators=[RegexValidator(r"^[\w._/-]{1,128}\Z")],
        help_text="Under which the pool lets the portal vouch for people.",
    )
    login_key = models.CharField(
        "login key",
        max_length=128,
        blank=True,
        validators=[RegexValidator(r"^(?!.*//)[\w./:-]{1,128}\Z")],
        help_text="For pages that take an id_token to the pool by themselves: the issuer, without https://.",
    )
    files_bucket = models.CharField(
        "bucket for files",
        max_length=63,
        blank=True,
        # Amazon S3 User Guide, "General purpose bucket naming rules".
        validators=[RegexValidator(r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\Z")],
        help_text="In S3; for people who may attach files to messages.",
    )
    external_id = models.CharField(
        "external id",
        max_length=64,
        blank=True,
        editable=False,
        help_text="Drawn by the portal. A role in the tenant's own AWS account should demand it (sts:ExternalId).",
    )
    names_source = models.BooleanField(
        "source identity",
        default=False,
        help_text="CloudTrail shows the user over role changes, too. Trust policies must allow sts:SetSourceIdentity.",
    )
    paused_at = models.DateTimeField(null=True, blank=True, editable=False)
    paused_reason = models.TextField(blank=True, editable=False)

    class Meta:
        verbose_name = "AWS link"

    def __str__(self) -> str:
        return self.app_instance_arn

    def clean(self) -> None:
        """A web identity needs an issuer that IAM takes, and that is at home here.

        IAM User Guide, "Create an OpenID Connect (OIDC) identity provider": https, no port, no query.
        """
        known = self.tenant_id is not None
        if known and self.way == Way.WEB_IDENTITY and not self._is_at_home(self.issuer):
            sentence = "Give https:// and one of the tenant's hosts, without a port or anything behind."
            raise ValidationError({"issuer": sentence})
        if self.portal_role_arn and self.way != Way.WEB_IDENTITY:
            raise ValidationError({"portal_role_arn": "Only AWS that trusts this portal's tokens can give it a role."})
        if self.way in {Way.COGNITO, Way.COGNITO_ENHANCED}:
            for name in ("identity_pool_id", "developer_provider"):
                if not getattr(self, name):
                    raise ValidationError({name: "Cognito needs this."})
        if self.identity_pool_id and not self.identity_pool_id.startswith(f"{self.region}:"):
            raise ValidationError({"identity_pool_id": f"The pool is not in {self.region}."})
        if known and self.way == Way.COGNITO_ENHANCED and self.tenant.credential_seconds < _POOLS_SECONDS:
            sentence = "The enhanced flow gives credentials for an hour, and this tenant allows less."
            raise ValidationError({"way": sentence})

    def _is_at_home(self, issuer: str) -> bool:
        hosts = set(self.tenant.domains.values_list("host", flat=True))
        scheme, _, host = issuer.partition("://")
        if scheme == "http":  # On this machine, where the AWS is localaws.
            host = host.partition(":")[0]
            return host in hosts & {"127.0.0.1", "localhost"}
        return scheme == "https" and host in hosts

    @property
    def app_instance_id(self) -> str:
        return self.app_instance_arn.rpartition("/")[2]

    def user_arn(self, app_instance_user_id: str) -> str:
        return f"{self.app_instance_arn}/user/{app_instance_user_id}"
