"""Is the process alive, and is the portal ready? Asked by probes on any host, so before tenants are looked up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from amqp.exceptions import AMQPError
from celery import current_app
from django.conf import settings
from django.core.cache import cache
from django.db import DatabaseError, connection
from django.http import JsonResponse
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

from chimeusers.services import lag_seconds
from portal.metrics import metrics

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse


class HealthMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path == "/healthz":
            return JsonResponse({"status": "live"})
        if request.path == "/readyz":
            return _readiness()
        if request.path == "/metrics":
            return metrics(request)
        return self.get_response(request)


def _readiness() -> HttpResponse:
    """Answer 200 when all that the portal stands on answers and no change waits too long for Chime, else 503."""
    checks = {
        "database": _database_answers(),
        "cache": _cache_answers(),
        "broker": _broker_answers(),
        "chime": _chime_keeps_up(),
    }
    return JsonResponse(
        {"status": "ready" if all(checks.values()) else "not ready", "checks": checks},
        status=200 if all(checks.values()) else 503,
    )


def _database_answers() -> bool:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return False
    return True


def _cache_answers() -> bool:
    try:
        cache.get("ready")
    except RedisError:
        return False
    return True


def _broker_answers() -> bool:
    try:
        with current_app.connection_for_read() as broker:
            broker.ensure_connection(max_retries=1, timeout=1)
    except (OperationalError, AMQPError, OSError):  # kombu hands on as it is what no retry mends: a wrong password.
        return False
    return True


def _chime_keeps_up() -> bool:
    try:
        return lag_seconds() < settings.READY_LAG_SECONDS
    except DatabaseError:  # Out of reach, or not migrated yet.
        return False
