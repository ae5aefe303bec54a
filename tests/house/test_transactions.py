from __future__ import annotations

import pytest
from django.db import transaction

from tenants import aws
from tenants.scope import scope
from tenants.services import change_tenant


def test_a_call_to_aws_inside_a_transaction_is_seen(db, at_aws):
    """The guard itself stands in conftest.py, over every test."""
    with transaction.atomic(), pytest.raises(AssertionError, match="GetCallerIdentity in a transaction"):
        aws.client("sts", "us-east-1").get_caller_identity()


def test_a_service_can_not_be_called_inside_a_transaction(acme):
    with transaction.atomic(), scope(acme), pytest.raises(RuntimeError, match="durable"):
        change_tenant(acme, name="Other")
