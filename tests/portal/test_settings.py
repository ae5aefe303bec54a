"""The environment is read once, at the start; nonsense stops it with one sentence that names the variable."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest

from portal import settings
from tests.house.source import ROOT

NONSENSE = {
    "DATA_DIR": ["/dev/null/folder", ""],
    "SECRET_KEY": ["too-short"],
    "ENCRYPTION_KEYS": ["first:c2hvcnQ=", "no-colon", "a:{key},a:{key}".format(key="A" * 43 + "=")],
    "BREACHED_PASSWORDS": ["perhaps"],
    "PRIVATE_PROVIDERS": ["perhaps"],
    "DNS_SERVERS": ["ns1.example.com", "127.0.0.1#many"],
    "OPERATOR_HOSTS": ["https://portal.example/", ""],
    "OPERATOR_MFA": ["perhaps"],
    "HTTPS": ["perhaps"],
    "TRUSTED_PROXY_COUNT": ["-1"],
    "DATABASE_URL": ["mysql://user@host/name", "postgresql://user@host:port/name"],
    "CACHE_URL": ["memcached://host"],
    "CELERY_BROKER_URL": ["sqs://", "amqp://[::1"],
    "EMAIL_URL": ["mail.example.com"],
    "DEFAULT_FROM_EMAIL": ["nobody"],
    "STATIC_ROOT": [""],
    "LOG_LEVEL": ["LOUD"],
    "SWEEP_SECONDS": ["1.5"],
    "METRICS_TOKEN": ["short"],
    "READY_LAG_SECONDS": ["0"],
    "USER_WRITES_PER_SECOND": ["0"],
    "USER_LISTS_PER_SECOND": ["-1"],
    "IDENTITY_CALLS_PER_SECOND": ["fast"],
    "EXCHANGES_PER_MINUTE": ["many"],
    "SCIM_REQUESTS_PER_MINUTE": ["0"],
    "GUESTS_PER_MINUTE": ["0"],
    "STS_PER_SECOND": ["0"],
}
PRODUCTION = {
    "SECRET_KEY": "a-key-for-tests-that-is-long-enough",
    "ENCRYPTION_KEYS": f"first:{'A' * 43}=",
    "DATABASE_URL": "postgresql://portal:secret@127.0.0.1:1/portal",
    "CELERY_BROKER_URL": "amqp://guest:guest@127.0.0.1:1//",
    "CACHE_URL": "redis://127.0.0.1:1/0",
    "EMAIL_URL": "submission://portal:secret@mail.example.com",
    "HTTPS": "true",
    "TRUSTED_PROXY_COUNT": "1",
    "DATA_DIR": "/dev/null/nothing-is-kept-in-files",
}


def check(environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    own = {name: value for name, value in os.environ.items() if name not in NONSENSE}
    command = [sys.executable, "manage.py", "check"]
    return subprocess.run(command, cwd=ROOT, env=own | environment, capture_output=True, text=True, check=False)


def test_the_table_in_the_documentation_is_complete():
    text = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
    documented = re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE)
    assert documented == list(NONSENSE)
    assert set(documented) == set(settings.env.dump())


@pytest.mark.parametrize("variable", NONSENSE)
def test_nonsense_stops_the_start(variable, tmp_path):
    for value in NONSENSE[variable]:
        stopped = check({"DATA_DIR": str(tmp_path)} | {variable: value})
        assert stopped.returncode == os.EX_CONFIG
        assert stopped.stderr.startswith(f'The portal can\'t start: Environment variable "{variable}" invalid: ')
        assert stopped.stderr.count("\n") == 1
        assert "['" not in stopped.stderr


def test_servers_named_by_the_environment_are_not_asked_at_the_start_and_need_no_folder():
    checked = check(PRODUCTION)
    assert checked.returncode == 0, checked.stderr
