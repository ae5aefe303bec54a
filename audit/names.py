"""Every event's name, shaped `subject.act`; a name, once written, keeps its meaning for ever."""

from __future__ import annotations

from enum import StrEnum


class EventName(StrEnum):
    TENANT_OPENED = "tenant.opened"
    TENANT_CHANGED = "tenant.changed"
    AWS_LINKED = "tenant.aws_linked"
    AWS_UNLINKED = "tenant.aws_unlinked"
    APP_INSTANCE_DELETED = "tenant.app_instance_deleted"
    AWS_PAUSED = "tenant.aws_paused"
    AWS_RESUMED = "tenant.aws_resumed"
    USER_REGISTERED = "user.registered"
    USER_CHANGED = "user.changed"
    USER_APPROVED = "user.approved"
    USER_DISABLED = "user.disabled"
    USER_RESTORED = "user.restored"
    USER_REVOKED = "user.revoked"
    USER_LEAVING = "user.leaving"
    USER_DELETED = "user.deleted"
    CHIME_COMPARED = "chime.compared"
    DRIFT_DECIDED = "chime.drift_decided"
    BUDGET_SET = "chime.budget_set"
    CHIME_USER_ADOPTED = "user.adopted_at_chime"
    PASSWORD_CHANGED = "user.password_changed"  # noqa: S105 - an event's name, not a password
    FACTOR_ADDED = "user.factor_added"
    FACTOR_REMOVED = "user.factor_removed"
    TOKEN_ISSUED = "token.issued"  # noqa: S105 - the same
    TOKEN_REVOKED = "token.revoked"  # noqa: S105 - the same
    SCIM_TOKEN_ISSUED = "scim_token.issued"  # noqa: S105 - the same
    SCIM_TOKEN_REVOKED = "scim_token.revoked"  # noqa: S105 - the same
    CLIENT_ADDED = "client.added"
    CLIENT_CHANGED = "client.changed"
    CLIENT_SECRET_RENEWED = "client.secret_renewed"  # noqa: S105 - the same
    CLIENT_DROPPED = "client.dropped"
    TOKEN_EXCHANGED = "token.exchanged"  # noqa: S105 - the same
    PROVIDER_ADDED = "provider.added"
    PROVIDER_CHANGED = "provider.changed"
    PROVIDER_SWITCHED_ON = "provider.switched_on"
    PROVIDER_SWITCHED_OFF = "provider.switched_off"
    PROVIDER_DROPPED = "provider.dropped"
    GROUP_MADE = "group.made"
    GROUP_CHANGED = "group.changed"
    CHANNEL_TIED = "group.channel_tied"
    CHANNEL_UNTIED = "group.channel_untied"
    GROUP_DROPPED = "group.dropped"
    IMPORT_SET_UP = "import.set_up"
    IMPORT_DROPPED = "import.dropped"
    IMPORT_BEGUN = "import.begun"
    DOMAIN_ADDED = "domain.added"
    DOMAIN_LED = "domain.led"
    DOMAIN_VERIFIED = "domain.verified"
    DOMAIN_DROPPED = "domain.dropped"
    IDENTITY_LINKED = "identity.linked"
    IDENTITY_UNLINKED = "identity.unlinked"
    SIGNING_KEY_MADE = "signing_key.made"
    SIGNING_KEY_FORGOTTEN = "signing_key.forgotten"
    RULE_SET = "exchange.rule_set"
    RULE_DROPPED = "exchange.rule_dropped"
    CREDENTIALS_ISSUED = "exchange.issued"
    ISSUANCES_FORGOTTEN = "exchange.issuances_forgotten"
    SESSIONS_DENIED = "exchange.sessions_denied"
    EXCHANGE_REFUSED = "exchange.refused"
    CHECKED_UP = "exchange.checked_up"
