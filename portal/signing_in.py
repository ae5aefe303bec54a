"""How people sign in: settings of Django and allauth that no environment changes. settings.py takes the constants."""

from __future__ import annotations

AUTHENTICATION_BACKENDS = ["accounts.backends.TenantBackend", "accounts.backends.DirectoryBackend"]
PASSWORD_HASHERS = ["accounts.hashers.Argon2id", "accounts.hashers.RandomSecret"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
never_breached = {
    "NAME": "pwned_passwords_django.validators.PwnedPasswordsValidator",
    "OPTIONS": {"error_message": "This password is known from break-ins elsewhere. Choose another one."},
}
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"

ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_FORMS = {
    "login": "accounts.forms.SignInForm",
    "signup": "accounts.forms.SignUpForm",
    "reset_password": "accounts.forms.ResetForm",
    "reset_password_from_key": "accounts.forms.NewPasswordForm",
}
ACCOUNT_LOGIN_METHODS = {"username", "email"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "email*", "password1*", "password2*"]
ACCOUNT_PRESERVE_USERNAME_CASING = False
ACCOUNT_EMAIL_VERIFICATION = "mandatory"
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
ACCOUNT_SESSION_REMEMBER = True

MFA_ADAPTER = "accounts.mfa.MFAAdapter"
MFA_FORMS = {"login_webauthn": "accounts.forms.PasskeySignInForm"}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# allauth would lock whoever has an unverified address out of the set-up; who may sign in at all is settled before.
MFA_ALLOW_UNVERIFIED_EMAIL = True

IDP_OIDC_ADAPTER = "exchange.adapters.OIDCAdapter"
IDP_OIDC_ACCESS_TOKEN_FORMAT = "jwt"  # noqa: S105 - a format
IDP_OIDC_ACCESS_TOKEN_EXPIRES_IN = 3_600  # seconds
IDP_OIDC_REFRESH_TOKEN_EXPIRES_IN = 2_592_000  # seconds: 30 days
