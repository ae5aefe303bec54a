"""manage.py import_people: an import that somebody follows at their terminal."""

from __future__ import annotations

import pytest
from django.core.management import CommandError, call_command

from accounts.intake import people
from accounts.models import User
from tenants.scope import scope
from tenants.services import change_tenant
from tests.conftest import person


def imported(capsys, *options):
    call_command("import_people", "acme", "staff", *options)
    return capsys.readouterr()


def test_it_imports_everybody_or_what_changed(source, company, capsys):
    told = imported(capsys)
    assert told.out == "10 seen, 10 made, 0 changed, 0 restored, 0 gone, 0 refused\n"
    assert "users/s" in told.err
    company.change("dora", cn="Dora Dotti")
    assert "1 changed" in imported(capsys, "--changes").out


def test_who_is_refused_is_told(source, acme, capsys):
    person(acme, "alice", email="dora@acme.example")
    assert "dora: another user has the e-mail address" in imported(capsys).err


def test_a_braked_import_goes_on_when_somebody_says_so(source, company, capsys):
    imported(capsys)
    change_tenant(source.tenant, brake_number=1)
    company.remove("dora", "emil")
    with pytest.raises(CommandError, match="2 of 10 people are gone"):
        imported(capsys)
    assert "2 gone" in imported(capsys, "--resume").out


def test_ctrl_c_stops_it_and_it_can_be_gone_on_with(source, capsys, monkeypatch):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    with monkeypatch.context() as interrupting:
        interrupting.setattr(people, "take_in", interrupted)
        with pytest.raises(CommandError, match="Go on with --resume"):
            imported(capsys)
    assert "10 made" in imported(capsys, "--resume").out
    with scope(source.tenant):
        assert User.objects.count() == 10


def test_what_is_not_there_is_told(source):
    with pytest.raises(CommandError, match="has no import from “other”"):
        call_command("import_people", "acme", "other")
    with pytest.raises(CommandError, match="no tenant “nowhere”"):
        call_command("import_people", "nowhere", "staff")
