"""manage.py reconcile: a comparison that somebody follows at their terminal."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from chimeusers import reconcile
from chimeusers.models import Change, Reconciliation
from tenants import bell
from tenants.runs import Progress
from tenants.scope import scope
from tests.chimeusers.hands import settled
from tests.conftest import stagehand


@pytest.fixture
def link(linked, alice, bob, at_aws, monkeypatch):
    """Acme, where Chime has another name for alice than the portal."""
    monkeypatch.setattr(bell, "ring", lambda *_, **__: None)
    with scope(linked):
        link = linked.aws_link
        for user in (alice, bob):
            settled(link, user)
        Change.objects.all().delete()
        stagehand(at_aws, "chime-sdk-identity").update_app_instance_user(
            AppInstanceUserArn=link.user_arn(str(alice.pk)), Name="Eve", Metadata=""
        )
    return link


def reconciled(capsys, *options):
    call_command("reconcile", "acme", *options)
    return capsys.readouterr()


def test_it_tells_what_differs_and_shows_how_far_it_is(link, capsys):
    told = reconciled(capsys)
    assert told.out == "different, open: 1\n2 users read\n"
    assert "100%" in told.err
    assert "users/s" in told.err
    with scope(link.tenant):
        assert not Change.objects.exists()


def test_it_mends(link, capsys):
    assert reconciled(capsys, "--mend").out == "different, fixed: 1\n2 users read\n"
    with scope(link.tenant):
        assert Change.objects.count() == 1


def test_ctrl_c_stops_it_and_it_can_be_gone_on_with(link, capsys, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as interrupting:
        interrupting.setattr(reconcile, "steps", interrupted)
        with pytest.raises(CommandError, match="Stopped by an admin"):
            reconciled(capsys)
    capsys.readouterr()
    with scope(link.tenant):
        assert Reconciliation.objects.get().progress == Progress.STOPPED
    assert reconciled(capsys, "--resume").out == "different, open: 1\n2 users read\n"
    with pytest.raises(CommandError, match="nothing to go on with"):
        reconciled(capsys, "--resume")


def test_a_tenant_that_is_not_linked_is_told(globex):
    with pytest.raises(CommandError, match="no tenant “globex” that is linked"):
        call_command("reconcile", "globex")
