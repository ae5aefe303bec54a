"""One JSON line per event on standard error; what looks like a secret is dropped before it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import structlog

if TYPE_CHECKING:
    from structlog.typing import EventDict, Processor, WrappedLogger

_SECRETS = ("authorization", "cookie", "password", "secret", "token")
# ERROR means that somebody must act, and each request has its one line already (portal/middleware.py).
_LEVELS = {
    "django.request": "ERROR",
    "django.security.DisallowedHost": "CRITICAL",
    # At DEBUG these write down signed headers and URLs.
    "botocore": "WARNING",
    "boto3": "WARNING",
    "urllib3": "WARNING",
}


def drop_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    return {key: "***" if any(word in key.lower() for word in _SECRETS) else value for key, value in event.items()}


def json_logging(level: str) -> dict[str, Any]:
    """Configure structlog and return the configuration by which the standard library's logs look the same."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        drop_secrets,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    structlog.processors.JSONRenderer(),
                ],
                "foreign_pre_chain": shared,
            }
        },
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {name: {"level": level} for name, level in _LEVELS.items()},
    }
