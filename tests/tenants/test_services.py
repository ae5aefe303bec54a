"""Tenants, where they live, and what ties them to AWS."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from django.core.exceptions import ValidationError

from audit.models import Event
from audit.names import EventName
from tenants.models import AWSLink, Domain, Tenant
from tenants.scope import unscoped
from tenants.services import change_tenant, link_aws, open_tenant, pause_link, resume_link
from tests.conftest import at

if TYPE_CHECKING:
    from collections.abc import Iterator

ARN = "arn:aws:chime:us-east-1:111122223333:app-instance/acme"


@pytest.fixture
def operator() -> Iterator[None]:
    """Links are the operator's, whose pages stand open over all tenants."""
    with unscoped():
        yield


def events(tenant: Tenant) -> list[str]:
    return list(Event.objects.filter(tenant_id=tenant.pk).order_by("at").values_list("name", flat=True))


@pytest.mark.parametrize(
    "host",
    [
        "ACME.localhost",
        "acme.localhost:8000",
        "acme localhost",
        "-acme.localhost",
        "acme..localhost",
        "",
        "a" * 64,
        "ä.x",
    ],
)
def test_a_host_that_no_browser_sends_opens_no_tenant(db, host):
    with pytest.raises(ValidationError):
        open_tenant(slug="acme", name="Acme", hosts=["chat.acme.example", host])
    assert not Tenant.objects.exists()
    assert not Event.objects.exists()


def test_a_host_has_one_tenant(acme):
    with pytest.raises(ValidationError, match="already exists"):
        open_tenant(slug="other", name="Other", hosts=["acme.localhost"])
    assert Domain.objects.get().tenant == acme


def test_a_tenant_moves_house(acme):
    change_tenant(acme, hosts=["acme.localhost", "chat.acme.example"])
    change_tenant(acme, hosts=["chat.acme.example"])
    assert at(acme).get("/").status_code == 404
    assert at(acme).get("/", headers={"Host": "chat.acme.example"}).status_code == 200
    assert events(acme) == [EventName.TENANT_OPENED, EventName.TENANT_CHANGED, EventName.TENANT_CHANGED]


@pytest.mark.parametrize(
    "origins",
    [
        "https://app.example",
        ["https://app.example/"],
        ["https://app.example/path"],
        ["https://*.app.example"],
        ["app.example"],
        ["null"],
        ["*"],
        ["ftp://app.example"],
        ["https://app.example", 7],
        {"https://app.example": True},
        None,
    ],
)
def test_an_origin_is_exact_or_refused(acme, origins):
    with pytest.raises(ValidationError):
        change_tenant(acme, origins=origins)
    acme.refresh_from_db()
    assert acme.origins == []


@pytest.mark.parametrize("values", [{"login_seconds": 899}, {"guest_days": 0}, {"signup": "maybe"}, {"name": ""}])
def test_a_value_out_of_bounds_is_refused(acme, values):
    with pytest.raises(ValidationError):
        change_tenant(acme, **values)
    assert events(acme) == [EventName.TENANT_OPENED]


@pytest.mark.parametrize("arn", ["", "acme", f"{ARN}/user/alice", f"{ARN}\n", ARN.replace(":chime:", ":iam:")])
def test_only_an_app_instance_can_be_linked(acme, arn):
    with pytest.raises(ValidationError):
        link_aws(acme, app_instance_arn=arn)
    assert not AWSLink.objects.exists()


def test_an_app_instance_belongs_to_one_tenant(acme, globex, operator):
    link_aws(acme, app_instance_arn=ARN)
    with pytest.raises(ValidationError, match="already exists"):
        link_aws(globex, app_instance_arn=ARN)


def test_a_link_is_paused_once_and_resumed_once(acme, operator):
    link = link_aws(acme, app_instance_arn=ARN)
    for _ in range(2):
        pause_link(link, reason="AccessDenied")
    link.refresh_from_db()
    assert link.paused_reason == "AccessDenied"
    for _ in range(2):
        resume_link(link)
    link.refresh_from_db()
    assert link.paused_at is None
    assert events(acme)[1:] == [EventName.AWS_LINKED, EventName.AWS_PAUSED, EventName.AWS_RESUMED]


@pytest.mark.usefixtures("operator")
def test_a_failure_of_the_link_before_does_not_pause_the_new_one(acme):
    failing = AWSLink.objects.get(pk=link_aws(acme, app_instance_arn=ARN).pk)
    link = link_aws(acme, app_instance_arn=f"{ARN}-2")
    pause_link(failing, reason="AccessDenied")
    link.refresh_from_db()
    assert link.paused_at is None
