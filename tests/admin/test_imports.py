"""A tenant's admin lets a directory's people come in, looks at the first of them, and sees what each run did."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.models import Import, Source, User
from accounts.providers import add_provider
from accounts.tasks import run_imports, start_imports
from audit.models import Event
from tenants import bell
from tenants.runs import Progress
from tenants.scope import scope, unscoped
from tenants.services import change_tenant
from tests.accounts.directories.company import GROUPS, connect
from tests.accounts.intake.company import Company, imported
from tests.admin.pages import complaints, page
from tests.conftest import at

SOURCES, IMPORTS = "/admin/accounts/source/", "/admin/accounts/import/"
ENTRIES = {"is_enabled": "on", "minutes": 30, "full_hours": 12, "people": "", "roles": "", "when_gone": "disable"}


@pytest.fixture(autouse=True)
def _at_once(settings, monkeypatch) -> None:
    """The bell is answered at once, as a worker would."""
    settings.PRIVATE_PROVIDERS = True
    monkeypatch.setattr(bell, "ring", lambda _, tenant_id, **__: run_imports(tenant_id=str(tenant_id)))


@pytest.fixture
def company():
    with Company(7) as server:
        yield server


@pytest.fixture
def provider(acme, company):
    return connect(acme, company)


@pytest.fixture
def browser(acme, bob):
    return at(acme, bob)


def source():
    with unscoped():
        return Source.objects.select_related("tenant", "provider").get()


def add(browser, provider, **entries):
    return browser.post(f"{SOURCES}add/", ENTRIES | {"provider": str(provider.pk)} | entries)


def act(browser, address, action, *rows):
    chosen = {"action": action, "_selected_action": [str(row.pk) for row in rows]}
    return browser.post(address, chosen, follow=True).content.decode()


@pytest.mark.django_db(transaction=True)
def test_bob_sets_an_import_up_and_runs_it(browser, provider):
    assert add(browser, provider, roles="chat = moderator\n\nstaff=employee").status_code == 302
    made = source()
    assert (made.roles, made.minutes) == ({"chat": "moderator", "staff": "employee"}, 30)
    assert "chat = moderator\nstaff = employee" in page(browser, f"{SOURCES}{made.pk}/change/")
    assert "never" in page(browser, SOURCES)

    assert "It runs." in act(browser, SOURCES, "import_everything", made)
    listed = page(browser, IMPORTS)
    assert "done" in listed
    with unscoped():
        run = Import.objects.get()
        assert User.objects.count() == 11
    assert "Putting out who is gone" in page(browser, f"{IMPORTS}{run.pk}/change/")
    assert "Done" in page(browser, SOURCES)
    assert set(Event.objects.filter(name__startswith="import").values_list("name", flat=True)) == {
        "import.set_up",
        "import.begun",
    }


def test_the_preview_shows_the_first_people_and_makes_nobody_a_user(browser, provider):
    add(browser, provider, people="(uid=*)", roles="nobody = admin")
    shown = page(browser, f"{SOURCES}{source().pk}/preview/")
    assert "Dora of Acme" in shown
    assert "They would become the new user dora, as member." in shown
    with unscoped():
        assert not User.objects.filter(username="dora").exists()


def test_the_preview_tells_the_role_that_a_group_gives(browser, acme, company):
    add(browser, connect(acme, company, groups="nested", group_base=GROUPS), roles="chat = moderator")
    assert "the new user dora, as moderator." in page(browser, f"{SOURCES}{source().pk}/preview/")


def test_the_preview_tells_why_nobody_can_be_read(browser, provider, company):
    add(browser, provider)
    company.stop()
    assert "can&#x27;t be reached" in page(browser, f"{SOURCES}{source().pk}/preview/")


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("roles", "no pair", "is no line such as"),
        ("roles", "chat = No Role!", "A role is a word"),
        ("people", "(uid=*", "all its parentheses"),
        ("minutes", "0", "greater than or equal to 1"),
    ],
)
def test_a_mistake_is_a_complaint_beside_its_field(browser, provider, field, value, sentence):
    assert sentence in str(complaints(add(browser, provider, **{field: value}))[field])


def test_a_user_pool_is_set_up_with_a_filter_of_its_own_kind(browser, acme):
    settings, secrets = {"user_pool_id": "us-east-1_Acme00001", "client_id": "app"}, {"client_secret": "secret"}
    with scope(acme):
        pool = add_provider(acme, kind="cognito", slug="pool", name="Pool", settings=settings, secrets=secrets)
    assert "compares one attribute" in str(complaints(add(browser, pool, people="(uid=*)"))["people"])
    assert add(browser, pool, people='email ^= "a"').status_code == 302
    changed = browser.post(f"{SOURCES}{source().pk}/change/", ENTRIES | {"people": "(uid=*)"})
    assert "compares one attribute" in str(complaints(changed)["people"])


def test_a_provider_is_imported_once_and_never_another_tenants(browser, provider, globex, company):
    theirs = connect(globex, company, slug="theirs")
    assert "valid choice" in str(complaints(add(browser, theirs)))
    assert add(browser, provider).status_code == 302
    assert "valid choice" in str(complaints(add(browser, provider)))


def test_who_was_refused_is_told(browser, provider, alice):
    alice.email = "dora@acme.example"
    add(browser, provider)
    with scope(alice.tenant):
        alice.emailaddress_set.update(email="dora@acme.example")
        run = imported(source())
    shown = page(browser, f"{IMPORTS}{run.pk}/change/")
    assert "another user has the e-mail address dora@acme.example" in shown


def test_bob_looks_at_a_braked_run_and_lets_it_go_on(browser, provider, company):
    add(browser, provider)
    imported(source())
    change_tenant(source().tenant, brake_number=1)
    company.remove("emil", "dora")
    run = imported(source())
    shown = page(browser, f"{IMPORTS}{run.pk}/change/")
    assert "2 of 10 people are gone" in shown
    assert "1 go on." in act(browser, IMPORTS, "go_on", run)
    with unscoped():
        assert User.objects.filter(is_active=False).count() in {0, 2}


def test_imports_begin_when_their_time_has_come(provider, acme):
    with scope(acme):
        made = Source.objects.create(tenant=acme, provider=provider, is_enabled=True)
        start_imports()
        first = Import.objects.get()
        assert first.is_full
        Import.objects.update(progress=Progress.DONE)
        start_imports()
        assert Import.objects.count() == 1

        hours_ago = timezone.now() - timedelta(hours=2)
        Source.objects.filter(pk=made.pk).update(run_at=hours_ago, full_at=hours_ago, watermark="ldap://x t 1")
        start_imports()
        assert [run.is_full for run in Import.objects.all()] == [False, True]


def test_what_is_switched_off_begins_by_nobody(provider, acme):
    with scope(acme):
        Source.objects.create(tenant=acme, provider=provider)
        start_imports()
        assert not Import.objects.exists()


def test_another_filter_reads_everything_anew(browser, provider):
    add(browser, provider)
    with unscoped():
        Source.objects.update(watermark="ldap://x t 1")
    browser.post(f"{SOURCES}{source().pk}/change/", ENTRIES | {"people": "(mail=*)"})
    assert (source().people, source().watermark) == ("(mail=*)", "")


def test_people_stay_when_the_import_is_dropped(browser, provider):
    add(browser, provider)
    imported(source())
    assert "its people stay users" in page(browser, f"{SOURCES}{source().pk}/delete/")
    browser.post(f"{SOURCES}{source().pk}/delete/", {"post": "yes"})
    with unscoped():
        assert not Source.objects.exists()
        assert User.objects.count() == 11
