"""The Celery application and its timetable."""

from __future__ import annotations

import os

from celery import Celery
from celery.schedules import crontab
from django.conf import settings

from portal.broker import mend_brokers

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")

mend_brokers()
app = Celery("portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@app.on_configure.connect
def set_timetable(sender: Celery, **_: object) -> None:
    sender.conf.beat_schedule = {
        "sweep": {"task": "chimeusers.tasks.sweep", "schedule": settings.SWEEP_SECONDS},
        "reconcile": {"task": "chimeusers.tasks.reconcile_all", "schedule": crontab(hour="2", minute="23")},
        "recheck-channels": {"task": "chimeusers.tasks.recheck_channels", "schedule": crontab(hour="2", minute="53")},
        "forget-guests": {"task": "accounts.tasks.forget_guests", "schedule": crontab(minute="17")},
        "imports": {"task": "accounts.tasks.start_imports", "schedule": settings.SWEEP_SECONDS},
        "end-grace": {"task": "accounts.tasks.end_grace", "schedule": crontab(minute="7")},
        "end-grace-at-chime": {"task": "chimeusers.tasks.end_grace", "schedule": crontab(minute="9")},
        "forget-used-proofs": {"task": "accounts.tasks.forget_used_proofs", "schedule": crontab(minute="37")},
        "refresh-metadata": {"task": "accounts.tasks.refresh_metadata", "schedule": crontab(hour="1", minute="7")},
        "forget-credentials": {"task": "exchange.tasks.forget_credentials", "schedule": crontab(minute="27")},
        "deny-sessions": {"task": "exchange.tasks.deny_waiting_sessions", "schedule": settings.SWEEP_SECONDS},
        "forget-tallies": {"task": "chimeusers.tasks.forget_tallies", "schedule": crontab(hour="4", minute="31")},
        "forget-issuances": {"task": "exchange.tasks.forget_issuances", "schedule": crontab(hour="4", minute="11")},
        "signing-keys": {"task": "accounts.tasks.take_turns_of_signing_keys", "schedule": crontab(minute="47")},
        "clear-sessions": {"task": "accounts.tasks.clear_sessions", "schedule": crontab(hour="3", minute="41")},
    }
