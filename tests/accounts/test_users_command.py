from __future__ import annotations

import io

import pytest
from django.core.management import CommandError, call_command

from accounts.models import User
from tenants.scope import scope


def users(*arguments, given=""):
    out = io.StringIO()
    call_command("users", *arguments, stdout=out)
    return out.getvalue()


def test_an_operator_works_on_the_users_of_one_tenant_by_command(alice, carol, monkeypatch):
    assert "alice" in users("acme", "list")
    assert "carol" not in users("acme", "list")

    monkeypatch.setattr("sys.stdin", io.StringIO("dave=Dave D\nerin\n"))
    assert users("acme", "register", "-").count("\n") == 2
    assert users("acme", "rename", "dave=Dave Dee") == "1 renamed\n"
    assert users("acme", "disable", "dave", "erin") == "disable: 2 changed\n"
    assert users("acme", "enable", "dave") == "enable: 1 changed\n"
    assert users("acme", "delete", "erin") == "delete: 1 changed\n"
    with scope(alice.tenant):
        assert User.objects.get(username="dave").display_name == "Dave Dee"


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("initech", "list"), "There is no tenant “initech”."),
        (("acme", "disable", "alice", "carol"), "No such user at acme: carol."),
        (("acme", "register", "alice"), "This user name is taken."),
        (("acme", "rename", "alice=" + "x" * 300), "at most 100 characters"),
    ],
)
def test_what_can_not_be_done_is_one_sentence_and_changes_nothing(alice, carol, arguments, sentence):
    with pytest.raises(CommandError, match=sentence):
        users(*arguments)
    alice.refresh_from_db()
    assert alice.is_active
    assert alice.display_name == "Alice Ångström"
