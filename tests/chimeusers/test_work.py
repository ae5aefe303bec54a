"""drain() against localaws: what a worker does when the ground moves under it."""

from __future__ import annotations

from uuid import uuid4

import pytest

from accounts import standing
from chimeusers import queue, sync, work
from chimeusers.models import Change
from tenants.scope import scope
from tenants.services import link_aws
from tests.conftest import stagehand


@pytest.fixture(autouse=True)
def _no_bell(monkeypatch):
    monkeypatch.setattr(queue, "ring", lambda *_, **__: None)


@pytest.fixture
def elsewhere(at_aws):
    """Another app instance."""
    answer = stagehand(at_aws, "chime-sdk-identity").create_app_instance(Name="New", ClientRequestToken=str(uuid4()))
    return answer["AppInstanceArn"]


@pytest.fixture
def identity(at_aws):
    return stagehand(at_aws, "chime-sdk-identity")


def names(identity, arn):
    return {user["Name"] for user in identity.list_app_instance_users(AppInstanceArn=arn)["AppInstanceUsers"]}


def test_an_app_instance_that_is_not_there_pauses_the_link_and_says_why(linked, alice, bob):
    with scope(linked):
        link = link_aws(linked, app_instance_arn="arn:aws:chime:us-east-1:111122223333:app-instance/nowhere")
        work.drain(linked)
        link.refresh_from_db()
        assert "app instance is not there" in link.paused_reason
        assert Change.objects.filter(gave_up=False, leased_until=None).count() == 2


def test_a_tenant_linked_elsewhere_during_a_turn_has_everybody_there(
    linked, alice, bob, identity, elsewhere, monkeypatch
):
    settle, before = sync.settle, linked.aws_link.app_instance_arn

    def settle_then_link_elsewhere(link, user_ids, places):
        outcomes = settle(link, user_ids, places)
        monkeypatch.setattr(work, "settle", settle)
        link_aws(linked, app_instance_arn=elsewhere)
        return outcomes

    monkeypatch.setattr(work, "settle", settle_then_link_elsewhere)
    monkeypatch.setattr(work, "_handful", lambda _: 1)
    with scope(linked):
        work.drain(linked)
        assert not Change.objects.exists()
    assert len(names(identity, before)) == 1
    assert names(identity, elsewhere) == {"Alice Ångström", "Bob"}


def test_who_was_deleted_while_the_tenant_was_elsewhere_is_gone_when_it_is_back(linked, alice, identity, elsewhere):
    home = linked.aws_link.app_instance_arn
    with scope(linked):
        work.drain(linked)
        link_aws(linked, app_instance_arn=elsewhere)
        work.drain(linked)
        standing.erase(linked, [alice.pk])
        work.drain(linked)
        link_aws(linked, app_instance_arn=home)
        work.drain(linked)
    assert names(identity, home) == set()
