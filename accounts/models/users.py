from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.validators import UnicodeUsernameValidator
from django.core.validators import RegexValidator
from django.db import models
from django.utils import timezone

from accounts.names import DISPLAY_NAME_MAX, MEMBER, USERNAME_MAX, check_display_name, check_role
from tenants.models import Tenant
from tenants.scope import ScopedManager

if TYPE_CHECKING:
    from collections.abc import Sequence


class Kind(models.TextChoices):
    PERSON = "person", "Person"
    APP = "app", "App"
    GUEST = "guest", "Guest"


class UserManager(BaseUserManager["User"], ScopedManager["User"]):
    """Users of the open scope. allauth and Django look users up here, and so never over a tenant's border."""


class User(AbstractBaseUser):
    """Somebody, in one tenant, or an operator in none. The id is never used again and is the user's name at Chime."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(Tenant, models.PROTECT, null=True, blank=True, related_name="users")
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.PERSON)
    username = models.CharField(
        "user name",
        max_length=USERNAME_MAX,
        validators=[UnicodeUsernameValidator()],
        help_text="Letters, digits and @ . + - _ only; upper and lower case are the same.",
    )
    display_name = models.CharField(
        max_length=DISPLAY_NAME_MAX,
        blank=True,
        validators=[check_display_name],
        help_text="What others see in the chat; the user name when empty.",
    )
    email = models.EmailField("e-mail", blank=True)
    role = models.CharField(max_length=40, default=MEMBER, validators=[check_role])
    groups = models.JSONField(default=list, blank=True, help_text="As the identity provider or directory tells them.")
    is_active = models.BooleanField("active", default=True)
    awaits_approval = models.BooleanField("waits for approval", default=False)
    disabled_at = models.DateTimeField(null=True, editable=False)
    # Then they are disabled, too, and forgotten when the tenant's days of grace are over.
    deleted_at = models.DateTimeField("deletion asked", null=True, editable=False)
    is_staff = models.BooleanField("admin", default=False, help_text="May administer this tenant's users.")
    chime_id = models.CharField(  # noqa: DJ001 - nobody has none but those who were at Chime first
        max_length=64,
        null=True,
        editable=False,
        # Amazon Chime SDK, AppInstanceUserId.
        validators=[RegexValidator(r"^[A-Za-z0-9]([A-Za-z0-9:_.@-]{0,62}[A-Za-z0-9])?\Z")],
        help_text="Of somebody who was at Chime before they were here; all others go by their id.",
    )
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    objects = UserManager()

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["email"]

    class Meta:
        ordering = ["username"]
        constraints = [
            models.UniqueConstraint(
                fields=["tenant", "username"],
                name="username_unique_in_tenant",
                violation_error_message="This user name is taken.",
            ),
            models.UniqueConstraint(
                fields=["username"],
                condition=models.Q(tenant=None),
                name="username_unique_among_operators",
                violation_error_message="This user name is taken.",
            ),
            models.UniqueConstraint(
                fields=["tenant", "chime_id"],
                condition=models.Q(chime_id__isnull=False),  # which SQLite can add without making the table anew
                name="chime_id_unique_in_tenant",
                violation_error_message="Another user has this id at Chime.",
            ),
            models.CheckConstraint(
                condition=models.Q(is_active=False) | models.Q(awaits_approval=False),
                name="waiting_user_is_not_active",
            ),
        ]
        indexes = [
            models.Index(fields=["tenant", "deleted_at"]),
            models.Index(fields=["tenant", "disabled_at"]),
        ]

    def __str__(self) -> str:
        return self.username

    def get_constraints(self) -> list[tuple[type[models.Model], Sequence[models.BaseConstraint]]]:
        """Leave out what this user can't break: Django would ask the database of it, for each save."""
        idle = {
            "username_unique_among_operators": self.tenant_id is not None,
            "chime_id_unique_in_tenant": self.chime_id is None,
            "waiting_user_is_not_active": not self.awaits_approval,
        }
        return [
            (model, [constraint for constraint in found if not idle.get(constraint.name)])
            for model, found in super().get_constraints()
        ]

    @property
    def shown_name(self) -> str:
        return self.display_name or self.username

    @property
    def is_operator(self) -> bool:
        return self.tenant_id is None and self.is_staff and self.is_active

    def has_perm(self, _perm: str, _obj: object = None) -> bool:
        """Return whether this is an admin: which rows are in reach is the scope's matter, not a permission's."""
        return self.is_active and self.is_staff

    def has_module_perms(self, _app_label: str) -> bool:
        return self.is_active and self.is_staff
