"""Every row that belongs to a tenant says so in a column of its own, and can't be read without a scope."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from django.apps import apps
from django.core.exceptions import FieldDoesNotExist

from tenants.models import Tenant
from tenants.scope import NoScope
from tests.house.source import FLOORS

if TYPE_CHECKING:
    from django.db import models

# The rows of tenants itself, on which scopes stand; and the cellar, which knows nobody.
BEFORE_ANY_SCOPE = {
    "tenants.Tenant",
    "tenants.Domain",
    "tenants.AWSLink",
    "tenants.Logo",
    "accounts.SignInSettings",
    "exchange.Checkup",
    "exchange.ProvisionedTenant",
    "audit.Event",
    "audit.TaskRun",
    "chimeusers.SyncedTenant",
    "chimeusers.Budget",  # an account of AWS and what may be asked of it is shared by tenants
}

MODELS = [model for floor in FLOORS for model in apps.get_app_config(floor).get_models(include_auto_created=True)]
OWNED = [model for model in MODELS if model._meta.label not in BEFORE_ANY_SCOPE]


def tenant_field(model: type[models.Model]) -> Any:
    try:
        return model._meta.get_field("tenant")
    except FieldDoesNotExist:
        return None


def is_guarded(model: type[models.Model]) -> bool:
    try:
        model._default_manager.all()
    except NoScope:
        return True
    return False


def test_the_rows_without_a_scope_are_few():
    assert {model._meta.label for model in MODELS} >= BEFORE_ANY_SCOPE
    assert len(OWNED) >= 6


@pytest.mark.parametrize("model", OWNED, ids=lambda model: model._meta.label)
def test_an_owned_row_names_its_tenant_and_is_guarded(model):
    field = tenant_field(model)
    assert field is not None
    assert field.related_model is Tenant
    assert not field.null or model._meta.label == "accounts.User"  # operators belong to no tenant
    assert is_guarded(model)


def test_an_unguarded_model_is_seen():
    assert not is_guarded(Tenant)
    assert tenant_field(apps.get_model("audit.Event")) is None
