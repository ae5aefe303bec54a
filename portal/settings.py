"""All settings, from the environment alone; docs/settings.md explains each variable."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import django_stubs_ext
from csp.constants import NONE, SELF
from environs import validate

from portal import signing_in, theme
from portal.environment import (
    check_hosts,
    check_keys,
    check_sender,
    check_servers,
    check_token,
    kept_secret,
    made_folder,
    make_key,
    read_keys,
    read_servers,
    reading,
    url_of,
)
from portal.logging import json_logging

# Lets Django's own classes carry type parameters, such as ModelAdmin[User], when the code runs.
django_stubs_ext.monkeypatch()

BASE_DIR = Path(__file__).resolve().parent.parent

with reading() as env:
    DATA_DIR = Path(env.str("DATA_DIR", ".demo", validate=validate.Length(min=1))).resolve()
    SECRET_KEY = env.str("SECRET_KEY", None, validate=validate.Length(min=32))
    OPERATOR_HOSTS = env.list("OPERATOR_HOSTS", ["localhost", "127.0.0.1"], validate=check_hosts)
    OPERATOR_MFA = env.bool("OPERATOR_MFA", default=False)
    HTTPS = env.bool("HTTPS", default=False)
    TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", 0, validate=validate.Range(min=0, max=9))
    env.str("DATABASE_URL", "sqlite:", validate=url_of("sqlite", "postgresql", "postgres"))
    DATABASE = env.dj_db_url(
        "DATABASE_URL", f"sqlite:///{DATA_DIR / 'portal.sqlite3'}", conn_max_age=60, conn_health_checks=True
    )
    env.str("CACHE_URL", "locmem:", validate=url_of("locmem", "redis", "rediss"))
    CACHE = env.dj_cache_url("CACHE_URL", "locmem://")
    CELERY_BROKER_URL = env.str(
        "CELERY_BROKER_URL", "filesystem://localhost", validate=url_of("filesystem", "redis", "rediss", "amqp", "amqps")
    )
    env.str("EMAIL_URL", "file:", validate=url_of("file", "console", "smtp", "submission"))
    EMAIL = env.dj_email_url("EMAIL_URL", f"file:///{DATA_DIR / 'mail'}")
    DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", "portal@localhost", validate=check_sender)
    STATIC_ROOT = Path(env.str("STATIC_ROOT", str(DATA_DIR / "static"), validate=validate.Length(min=1)))
    LOG_LEVEL = env.str("LOG_LEVEL", "INFO", validate=validate.OneOf(["DEBUG", "INFO", "WARNING", "ERROR"]))
    SWEEP_SECONDS = env.int("SWEEP_SECONDS", 60, validate=validate.Range(min=1, max=3600))
    METRICS_TOKEN = env.str("METRICS_TOKEN", "", validate=check_token)
    READY_LAG_SECONDS = env.int("READY_LAG_SECONDS", 600, validate=validate.Range(min=1))
    EXCHANGES_PER_MINUTE = env.int("EXCHANGES_PER_MINUTE", 60, validate=validate.Range(min=1))
    USER_WRITES_PER_SECOND = env.int("USER_WRITES_PER_SECOND", 10, validate=validate.Range(min=1))
    USER_LISTS_PER_SECOND = env.int("USER_LISTS_PER_SECOND", 10, validate=validate.Range(min=1))
    IDENTITY_CALLS_PER_SECOND = env.int("IDENTITY_CALLS_PER_SECOND", 50, validate=validate.Range(min=1))
    STS_PER_SECOND = env.int("STS_PER_SECOND", 500, validate=validate.Range(min=1))
    SCIM_REQUESTS_PER_MINUTE = env.int("SCIM_REQUESTS_PER_MINUTE", 12_000, validate=validate.Range(min=1))
    GUESTS_PER_MINUTE = env.int("GUESTS_PER_MINUTE", 10, validate=validate.Range(min=1))

    ENCRYPTION_KEYS = read_keys(env.list("ENCRYPTION_KEYS", [], validate=check_keys))
    BREACHED_PASSWORDS = env.bool("BREACHED_PASSWORDS", default=False)
    PRIVATE_PROVIDERS = env.bool("PRIVATE_PROVIDERS", default=False)
    DNS_SERVERS = read_servers(env.list("DNS_SERVERS", [], validate=check_servers))
    if not ENCRYPTION_KEYS:
        made = kept_secret(made_folder(DATA_DIR, named_by="DATA_DIR") / "encryption-key", make=make_key)
        ENCRYPTION_KEYS = read_keys([made])
    if SECRET_KEY is None:
        SECRET_KEY = kept_secret(made_folder(DATA_DIR, named_by="DATA_DIR") / "secret-key")
    if DATABASE["ENGINE"] == "django.db.backends.sqlite3":
        made_folder(
            Path(DATABASE["NAME"]).parent, named_by="DATABASE_URL" if "DATABASE_URL" in os.environ else "DATA_DIR"
        )
    if CELERY_BROKER_URL.startswith("filesystem"):
        BROKER_MESSAGES = made_folder(DATA_DIR / "broker" / "messages", named_by="DATA_DIR")
        BROKER_CONTROL = made_folder(DATA_DIR / "broker" / "control", named_by="DATA_DIR")

DEBUG = False

# Hosts are answered by the tenants' Domain rows, exactly and with 404 for all others (tenants/middleware.py).
ALLOWED_HOSTS = ["*"]

INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",  # unfold's other configuration would put its own site in the place of ours
    "portal.apps.AdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django_linear_migrations",
    "allauth",
    "allauth.account",
    "allauth.usersessions",
    "allauth.mfa",
    "allauth.idp.oidc",
    "rest_framework",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "corsheaders",
    "csp",
    "audit",
    "tenants",
    "accounts",
    "chimeusers",
    "exchange",
    "chat",
    "portal.apps.PortalConfig",
]

MIDDLEWARE = [
    "portal.middleware.RequestLogMiddleware",
    "portal.health.HealthMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "csp.middleware.CSPMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.middleware.BodyLimitMiddleware",
    "tenants.middleware.TenantMiddleware",
    "corsheaders.middleware.CorsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.LoginEndMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "allauth.usersessions.middleware.UserSessionsMiddleware",
    "portal.middleware.OriginMiddleware",
    "portal.refusals.RefusalMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "portal" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

if DATABASE["ENGINE"] == "django.db.backends.sqlite3":
    # WAL lets readers go on beside the one writer; IMMEDIATE makes writers queue instead of failing half-way.
    DATABASE["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
else:
    DATABASE["OPTIONS"] = {"connect_timeout": 5} | DATABASE.get("OPTIONS", {})  # seconds
DATABASES = {"default": DATABASE}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
if CACHE["BACKEND"] == "django.core.cache.backends.redis.RedisCache":
    CACHE["OPTIONS"] = {"socket_connect_timeout": 1, "socket_timeout": 1}  # seconds
if CACHE["BACKEND"] == "django.core.cache.backends.locmem.LocMemCache":
    # Throttles count here; with Django's own 300, whoever came from many addresses would make it forget the others.
    CACHE["OPTIONS"] = {"MAX_ENTRIES": 50_000}
CACHES = {"default": CACHE | {"KEY_FUNCTION": "tenants.scope.cache_key"}}

# --- who somebody is ---------------------------------------------------------------------------------------------

AUTH_USER_MODEL = "accounts.User"
# Each constant of signing_in is a setting.
for name in filter(str.isupper, vars(signing_in)):
    globals()[name] = getattr(signing_in, name)
if BREACHED_PASSWORDS:
    AUTH_PASSWORD_VALIDATORS = [*signing_in.AUTH_PASSWORD_VALIDATORS, signing_in.never_breached]
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXY_COUNT
SILENCED_SYSTEM_CHECKS = [
    "auth.W004",  # A user name is unique in its tenant, which TenantBackend and the scoped manager see to.
]

UNFOLD = theme.ADMIN

# --- what leaves the house ---------------------------------------------------------------------------------------

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": [],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["portal.api.StrictJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "portal.api.exception_handler",
    "UNAUTHENTICATED_USER": None,
    "NUM_PROXIES": TRUSTED_PROXY_COUNT,
    "DEFAULT_THROTTLE_RATES": {
        "exchange": f"{EXCHANGES_PER_MINUTE}/min",
        "address": f"{10 * EXCHANGES_PER_MINUTE}/min",
        "guest": f"{GUESTS_PER_MINUTE}/min",
        "password": "10/min",
    },
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Chime identity portal",
    "DESCRIPTION": "Exchange a proof of identity for temporary AWS credentials scoped to one Amazon Chime SDK user.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}
CORS_URLS_REGEX = r"^/(creds$|api/v1/|oauth/(token|revoke|userinfo)$)"
CORS_ALLOW_CREDENTIALS = True
CORS_ALLOW_METHODS = ["GET", "OPTIONS", "POST"]
CORS_ALLOW_HEADERS = ["authorization", "content-type", "x-request-id"]
CORS_EXPOSE_HEADERS = ["Retry-After", "X-Exchange-Id", "X-Request-Id"]
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}

SESSION_COOKIE_NAME = "__Host-session" if HTTPS else "session"
SESSION_COOKIE_SECURE = HTTPS
# Seconds: the longest login that a tenant may allow. Each login has its own, shorter end (accounts/logins.py).
SESSION_COOKIE_AGE = 2_592_000
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_COOKIE_SECURE = HTTPS
CSRF_FAILURE_VIEW = "portal.refusals.csrf_failure"
SECURE_SSL_REDIRECT = False
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if HTTPS and TRUSTED_PROXY_COUNT:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
# Bytes. The largest thing a client has to say is an admin form; a body above this is refused before it is read.
DATA_UPLOAD_MAX_MEMORY_SIZE = 262_144

# --- work in the background --------------------------------------------------------------------------------------

CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
# A message is only a door-bell: when the broker is away the sweep finds the work, so nobody waits for it here. One more
# try at once is needed all the same: only a retry makes beat leave a connection that the broker has closed.
CELERY_TASK_PUBLISH_RETRY = True
CELERY_TASK_PUBLISH_RETRY_POLICY = {"max_retries": 1, "interval_start": 0, "interval_step": 0, "interval_max": 0}
CELERY_BROKER_CONNECTION_TIMEOUT = 1
CELERY_BROKER_TRANSPORT_OPTIONS: dict[str, Any] = {
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
}
if CELERY_BROKER_URL.startswith("filesystem"):
    CELERY_BROKER_TRANSPORT_OPTIONS |= {
        "data_folder_in": str(BROKER_MESSAGES),
        "data_folder_out": str(BROKER_MESSAGES),
        "control_folder": str(BROKER_CONTROL),
        "polling_interval": 0.05,  # seconds
    }
elif CELERY_BROKER_URL.startswith("redis"):
    CELERY_BROKER_TRANSPORT_OPTIONS |= {"socket_connect_timeout": 1, "socket_timeout": 5}

# --- what is written down ----------------------------------------------------------------------------------------

LOGGING = json_logging(LOG_LEVEL)

EMAIL_BACKEND = EMAIL["EMAIL_BACKEND"]
EMAIL_FILE_PATH = f"/{EMAIL['EMAIL_FILE_PATH'].lstrip('/')}"
EMAIL_HOST = EMAIL["EMAIL_HOST"]
EMAIL_PORT = EMAIL["EMAIL_PORT"]
EMAIL_HOST_USER = EMAIL["EMAIL_HOST_USER"]
EMAIL_HOST_PASSWORD = EMAIL["EMAIL_HOST_PASSWORD"]
EMAIL_USE_TLS = EMAIL["EMAIL_USE_TLS"]
EMAIL_USE_SSL = EMAIL["EMAIL_USE_SSL"]
EMAIL_TIMEOUT = 10

STATIC_URL = "/static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
TIME_ZONE = "UTC"
LANGUAGE_CODE = "en"
