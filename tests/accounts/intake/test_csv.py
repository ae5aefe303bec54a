"""A tenant's users by a file: read, checked, done, and written again."""

from __future__ import annotations

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command

from accounts.intake.csv_file import Unreadable, read, write
from accounts.models import User
from tenants.scope import scope
from tests.conftest import at, person

PAGE = "/admin/accounts/user/csv/"
FILE = """username,display_name,email,role,groups,active
dora,Dora Dotti,dora@acme.example,moderator,staff | chat,yes
alice,Alice B,,,,
emil,,,,,no
"""


@pytest.fixture
def browser(acme, bob, alice):
    return at(acme, bob)


def sent(browser, text, *, dry_run=False):
    content = text if isinstance(text, bytes) else text.encode()
    entered = {"file": SimpleUploadedFile("users.csv", content), **({"dry_run": "on"} if dry_run else {})}
    return browser.post(PAGE, entered).content.decode()


def user(tenant, name):
    with scope(tenant):
        return User.objects.filter(tenant=tenant, username=name).first()


def test_new_users_are_made_and_known_ones_changed(browser, acme):
    assert "2 new, 1 changed, 0 as they were, 0 refused" in sent(browser, FILE)
    dora, alice, emil = (user(acme, name) for name in ("dora", "alice", "emil"))
    assert (dora.display_name, dora.email, dora.role, dora.groups) == (
        "Dora Dotti",
        "dora@acme.example",
        "moderator",
        ["staff", "chat"],
    )
    assert (alice.display_name, alice.email, alice.is_active) == ("Alice B", "alice@acme.example", True)
    assert (emil.is_active, emil.disabled_at is not None) == (False, True)
    assert "0 new, 0 changed, 3 as they were" in sent(browser, FILE)


def test_a_dry_run_tells_the_same_and_changes_nobody(browser, acme):
    assert "So it would be: 2 new, 1 changed" in sent(browser, FILE, dry_run=True)
    assert user(acme, "dora") is None
    assert user(acme, "alice").display_name == "Alice Ångström"


@pytest.mark.parametrize("dry_run", [False, True])
def test_a_bad_line_is_told_by_its_number_and_stops_no_other(browser, acme, dry_run):
    shown = sent(
        browser,
        "username,email,role,active\n"
        "bad name,,,\n"
        "eve,alice@acme.example,,\n"
        "finn,,No Role!,\n"
        "gus,,,maybe\n"
        ",x@acme.example,,\n"
        "hal,,\n"
        "\n"
        "ida,,,\n",
        dry_run=dry_run,
    )
    assert "1 new, 0 changed, 0 as they were, 6 refused" in shown
    for problem in (
        "Line 2: Enter a valid username",
        "Line 3: This e-mail address belongs to another user.",
        "Line 4: A role is a word",
        "Line 5: “maybe” is neither yes nor no.",
        "Line 6: has no user name.",
        "Line 7: has 3 values where 4 columns are named.",
    ):
        assert problem in shown
    assert (user(acme, "ida") is None) is dry_run


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "file is empty"),
        ("\n", "“username” among them"),
        ("name,email\n", "“username” among them"),
        ("username,is_staff\neve,yes\n", "There is no column “is_staff”"),
        ("username,username\n", "named twice"),
        (b"\xff\xfe\x00", "no text in UTF-8"),
        ("username\n" + "x" * 200_000 + "\n", "field larger than field limit"),
    ],
)
def test_a_file_that_is_none_is_told(browser, text, sentence):
    assert sentence in sent(browser, text)


def test_nobody_becomes_an_admin_or_another_tenants_by_a_file(browser, acme, carol):
    sent(browser, "username,admin,id,kind,display_name\nalice,yes,1,app,X\ncarol,yes,,,Mine\n")
    alice = user(acme, "alice")
    assert (alice.is_staff, alice.kind, alice.display_name) == (False, "person", "X")
    assert user(carol.tenant, "carol").display_name == "Carol"
    assert user(acme, "carol").display_name == "Mine"


def test_what_is_written_is_read_again_and_harms_no_spreadsheet(acme, alice):
    person(acme, "eve", display_name='=HYPERLINK("x"), "quoted"', groups=["a", "b"])
    with scope(acme):
        text = "".join(write(User.objects.order_by("username")))
    assert "'=HYPERLINK" in text
    eve = list(read(text.splitlines(keepends=True)))[1]
    assert (eve.username, eve.values["display_name"], eve.values["groups"]) == (
        "eve",
        '=HYPERLINK("x"), "quoted"',
        ["a", "b"],
    )


def test_a_quote_that_never_ends_is_told_by_its_line():
    with pytest.raises(Unreadable, match="Line"):
        list(read(["username\n", '"' + "x" * 200_000 + "\n"]))


def test_chosen_users_are_exported(browser, alice):
    answer = browser.post(
        "/admin/accounts/user/", {"action": "export", "_selected_action": [str(alice.pk)]}, follow=True
    )
    text = b"".join(answer.streaming_content).decode()
    assert text.splitlines()[1].startswith("alice,Alice Ångström,alice@acme.example,member,,yes,")
    assert len(text.splitlines()) == 2


def test_the_commands_write_and_read(acme, alice, tmp_path, capsys):
    call_command("export_csv", "acme")
    file = tmp_path / "users.csv"
    file.write_text(capsys.readouterr().out.replace("Alice Ångström", "Alice C"), encoding="utf-8")
    call_command("import_csv", "acme", str(file), "--dry-run")
    assert user(acme, "alice").display_name == "Alice Ångström"
    call_command("import_csv", "acme", str(file))
    assert "0 new, 1 changed" in capsys.readouterr().out
    assert user(acme, "alice").display_name == "Alice C"

    file.write_text("username\nbad name\n")
    with pytest.raises(CommandError, match="Some lines were refused"):
        call_command("import_csv", "acme", str(file))
    for tenant, path, sentence in (("nowhere", file, "no tenant"), ("acme", tmp_path / "none", "No such file")):
        with pytest.raises(CommandError, match=sentence):
            call_command("import_csv", tenant, str(path))
    with pytest.raises(CommandError, match="no tenant"):
        call_command("export_csv", "nowhere")
