"""What decides takes values and the moment: no database, no settings, no clock, no chance."""

from __future__ import annotations

import ast

import pytest

from tests.house.source import ROOT, calls, is_within, running_imports, tree

PURE = [
    "accounts/authorization/grants.py",
    "accounts/claims.py",
    "accounts/intake/csv_file.py",
    "accounts/intake/entry.py",
    "accounts/kinds/saml.py",
    "accounts/proofs/saml.py",
    "accounts/proofs/saml_signatures.py",
    "accounts/saml/documents.py",
    "accounts/saml/metadata.py",
    "accounts/kinds/amazon.py",
    "accounts/kinds/cognito.py",
    "accounts/kinds/facebook.py",
    "accounts/kinds/google.py",
    "accounts/kinds/oidc.py",
    "accounts/kinds/relying_party.py",
    "accounts/names.py",
    "accounts/scim/translation.py",
    "exchange/abilities.py",
    "chimeusers/chart.py",
    "chimeusers/cost.py",
    "chimeusers/naming.py",
    "chimeusers/pace.py",
    "exchange/bearer.py",
    "exchange/denials.py",
    "exchange/exports.py",
    "exchange/naming.py",
    "exchange/provisioning/cloudformation.py",
    "exchange/provisioning/wanted.py",
    "exchange/policy.py",
    "exchange/tags.py",
    "exchange/token_request.py",
    "tenants/colours.py",
    "tenants/csv_lines.py",
    "tenants/logos.py",
]
_WORLDS = [
    *("django.db", "django.conf", "django.core.cache", "django.utils.timezone", "django.apps"),
    *("time", "random", "secrets", "os", "tenants.scope", "tenants.aws", "audit"),
]
_CLOCKS_AND_CHANCE = {"now", "utcnow", "today", "monotonic", "time", "uuid1", "uuid4", "objects"}


def impurities(code: ast.Module) -> list[str]:
    imported = [one for one in running_imports(code) if any(is_within(one, world) for world in _WORLDS)]
    called = [ast.unparse(call.func) for call in calls(code) if _is_clock_or_rows(call.func)]
    return imported + called


def _is_clock_or_rows(called: ast.expr) -> bool:
    names = {node.attr for node in ast.walk(called) if isinstance(node, ast.Attribute)}
    return bool(names & _CLOCKS_AND_CHANCE)


@pytest.mark.parametrize("file", PURE)
def test_what_decides_is_pure(file):
    assert impurities(tree(ROOT / file)) == []


@pytest.mark.parametrize(
    "breach",
    [
        "from django.conf import settings",
        "from django.db import connection",
        "from django.utils import timezone",
        "import time",
        "from datetime import datetime\ndatetime.now()",
        "import uuid\nuuid.uuid4()",
        "from exchange.models import Rule\nRule.objects.filter(pk=1).first()",
    ],
)
def test_an_impurity_is_seen(breach):
    assert impurities(ast.parse(breach))


def test_types_and_values_are_no_impurity():
    assert impurities(ast.parse("if TYPE_CHECKING:\n    from django.db import models\nuuid.uuid5(a, b)")) == []
