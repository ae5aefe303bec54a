"""Prepared queries: the same rows as Django's own, with other values each time, and never another tenant's."""

from __future__ import annotations

from uuid import UUID, uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from tenants.models import AWSLink, Tenant
from tenants.prepared import Prepared
from tenants.scope import NoScope, scope, unscoped
from tests.conftest import person

USERS = Prepared(lambda tenant, user: User.objects.filter(tenant=tenant, pk=user).order_by(), tenant=UUID, user=UUID)
NAMED = Prepared(lambda tenant, name: User.objects.filter(tenant=tenant, username=name), tenant=UUID, name=str)
HOUSES = Prepared(lambda slug: Tenant.objects.filter(slug=slug, is_active=True).select_related("aws_link"), slug=str)
ARN = "arn:aws:chime:us-east-1:111122223333:app-instance/6f0a"


def columns(row):
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_rows_are_those_that_django_finds(acme, alice, bob):
    mona = person(acme, "mona", groups=["staff", "é"])
    with scope(acme):
        for user in (alice, bob, mona):
            found = USERS.first(tenant=acme.pk, user=user.pk)
            assert isinstance(found, User)
            assert columns(found) == columns(User.objects.get(pk=user.pk))
            assert columns(NAMED.first(tenant=acme.pk, name=user.username)) == columns(found)
        assert USERS.all(tenant=acme.pk, user=uuid4()) == []
        assert NAMED.first(tenant=acme.pk, name="' OR 1=1 --") is None


def test_what_is_found_can_be_changed_and_saved(acme, alice):
    with scope(acme):
        found = USERS.first(tenant=acme.pk, user=alice.pk)
        found.display_name = "Another"
        found.save()
        assert User.objects.get(pk=alice.pk).display_name == "Another"


def test_what_belongs_to_a_row_comes_with_it(acme, globex):
    link = AWSLink.objects.create(tenant=acme, app_instance_arn=ARN)
    with CaptureQueriesContext(connection) as queries:
        found = HOUSES.first(slug="acme")
        assert (found.aws_link, found.aws_link.app_instance_arn) == (link, ARN)
        assert getattr(HOUSES.first(slug="globex"), "aws_link", None) is None
    assert len(queries) == 2
    acme.is_active = False
    acme.save()
    assert HOUSES.first(slug="acme") is None


def test_another_tenant_s_rows_are_not_there(acme, globex, alice, carol, root):
    with scope(globex):
        assert USERS.first(tenant=acme.pk, user=alice.pk) is None
        assert USERS.first(tenant=globex.pk, user=alice.pk) is None
        assert USERS.first(tenant=globex.pk, user=carol.pk) == carol
    with scope(None):
        assert USERS.first(tenant=acme.pk, user=alice.pk) is None
    with unscoped():
        assert USERS.first(tenant=acme.pk, user=alice.pk) == alice


def test_without_a_scope_nothing_can_be_asked(acme, alice):
    with pytest.raises(NoScope):
        USERS.first(tenant=acme.pk, user=alice.pk)
