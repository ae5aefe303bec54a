"""root, the operator, opens tenants, links them to AWS, sets their rules and sees everybody."""

from __future__ import annotations

import pytest

from accounts.models import Kind
from audit.models import Event
from exchange.models import Rule
from tenants.models import AWSLink, Tenant
from tenants.scope import unscoped
from tests.admin.pages import TOKENS, USERS, choose, complaints, entries_of, fill_in, named, now, page
from tests.conftest import at, person

TENANTS, LINKS, RULES = "/admin/tenants/tenant/", "/admin/tenants/awslink/", "/admin/exchange/rule/"
ARN = "arn:aws:chime:us-east-1:111122223333:app-instance/one"
ROLE = "arn:aws:iam::111122223333:role/ChimeMember"
REST = {"position": 0, "abilities": ["read", "send"], "session_name": "chime_${user_id}", "tags": ""}


def initech(**entries):
    return {
        "slug": "initech",
        "name": "Initech",
        "is_active": "on",
        "hosts": "initech.localhost\nchat.initech.example",
        "signup": "closed",
        "login_seconds": 3600,
        "guest_days": 1,
        "grace_days": 30,
        "brake_percent": 10,
        "brake_number": 20,
        "exchanges_per_minute": 6000,
        "issuance_days": 400,
        "origins": "[]",
    } | entries


@pytest.fixture
def browser(root):
    return at(None, root)


def test_root_opens_and_changes_a_tenant(browser):
    assert browser.post(f"{TENANTS}add/", initech()).status_code == 302
    tenant = Tenant.objects.get(slug="initech")
    assert at(tenant).get("/account/login/").status_code == 200
    assert "chat.initech.example" in page(browser, TENANTS)

    url = f"{TENANTS}{tenant.pk}/change/"
    assert browser.post(url, initech(hosts="Initech.localhost", name="Initech Inc.")).status_code == 302
    assert [domain.host for domain in tenant.domains.all()] == ["initech.localhost"]
    assert browser.post(url, initech(is_active="")).status_code == 302
    assert at(tenant).get("/account/login/").status_code == 404


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("hosts", "acme.localhost"),
        ("hosts", "has space.example/"),
        ("hosts", "http://x.example"),
        ("hosts", ""),
        ("hosts", "localhost"),
        ("hosts", "x" * 300),
        ("slug", "acme"),
        ("slug", "Not A Slug"),
        ("name", ""),
        ("name", "x" * 101),
        ("login_seconds", "5"),
        ("guest_days", "0"),
        ("origins", '["https://*.example"]'),
        ("origins", "not json"),
        ("signup", "whatever"),
    ],
)
def test_a_wrong_value_is_a_complaint_beside_its_field(browser, acme, field, value):
    answer = browser.post(f"{TENANTS}add/", initech(**{field: value}))
    assert field in complaints(answer)
    assert not Tenant.objects.exclude(pk=acme.pk).exists()


def test_root_links_a_tenant_to_aws_once_and_resumes_it(browser, acme, globex):
    entries = {"tenant": str(acme.pk), "region": "us-east-1", "app_instance_arn": ARN, "way": "assume_role"}
    assert browser.post(f"{LINKS}add/", entries).status_code == 302
    link = AWSLink.objects.get()
    taken = entries | {"tenant": str(globex.pk)}
    assert "app_instance_arn" in complaints(browser.post(f"{LINKS}add/", taken))
    by_token = entries | {"way": "web_identity", "issuer": "https://elsewhere.example"}
    assert "issuer" in complaints(browser.post(f"{LINKS}{link.pk}/change/", by_token))
    assert "tenant" in complaints(browser.post(f"{LINKS}add/", by_token | {"tenant": ""}))

    AWSLink.objects.update(paused_at=link.tenant.opened_at, paused_reason="AccessDenied")
    assert "AccessDenied" in page(browser, LINKS)
    assert "AccessDenied" in page(browser, TENANTS)
    choose(browser, "resume", link, url=LINKS)
    assert AWSLink.objects.get().paused_at is None


def test_root_sets_changes_and_drops_a_rule(browser, acme):
    entries = {"tenant": str(acme.pk), "profile": "member", "role_arn": ROLE, "max_seconds": 3600, **REST}
    assert browser.post(f"{RULES}add/", entries).status_code == 302
    with unscoped():
        rule = Rule.objects.get()
    assert browser.post(f"{RULES}add/", entries).status_code == 200
    assert browser.post(f"{RULES}{rule.pk}/change/", entries | {"max_seconds": 900}).status_code == 302
    guests = entries | {"profile": "guest", "max_seconds": 7200}
    assert "max_seconds" in complaints(browser.post(f"{RULES}add/", guests))
    assert browser.post(f"{RULES}{rule.pk}/delete/", {"post": "yes"}).status_code == 302
    with unscoped():
        assert not Rule.objects.exists()
    assert list(Event.objects.order_by("at").values_list("name", flat=True)[:20])[-3:] == [
        "exchange.rule_set",
        "exchange.rule_set",
        "exchange.rule_dropped",
    ]


def test_root_sets_rules_for_few(browser, acme):
    entries = {"tenant": str(acme.pk), "profile": "member", "role_arn": ROLE, "max_seconds": 3600, **REST}
    few = entries | {"user_role": "moderator", "group": "staff"}
    assert browser.post(f"{RULES}add/", few).status_code == 302
    assert "moderator" in page(browser, RULES)
    assert "user_role" in complaints(browser.post(f"{RULES}add/", few | {"user_role": "No Such Word!"}))
    assert browser.post(f"{RULES}add/", few | {"profile": "guest"}).status_code == 200


def test_root_sees_the_users_of_all_tenants_and_works_on_them(browser, alice, carol):
    listed = page(browser, USERS)
    for text in ("alice", "carol", "Acme", "Globex"):
        assert text in listed
    only = page(browser, USERS, tenant__id__exact=str(carol.tenant_id))
    assert "alice@" not in only

    assert "2 disabled." in choose(browser, "disable", alice, carol).content.decode()
    assert not now(alice).is_active
    assert not now(carol).is_active
    choose(browser, "delete_selected", alice, carol, post="yes")
    assert now(alice).deleted_at
    assert now(carol).deleted_at


def test_root_registers_a_user_in_a_tenant_and_another_operator(browser, acme, alice):
    browser.post(f"{USERS}add/", fill_in(tenant=str(acme.pk)))
    assert named(acme, "dave")
    answer = browser.post(f"{USERS}add/", fill_in(tenant=str(acme.pk), username="Alice"))
    assert "taken" in str(complaints(answer))
    browser.post(f"{USERS}add/", fill_in(username="alice", is_staff="on"))
    assert named(None, "alice").is_operator


def test_the_last_operator_cannot_be_locked_out(browser, root):
    other = person(None, "ops", is_staff=True)
    answer = choose(browser, "disable", root, other).content.decode()
    assert "0 disabled." in answer
    assert "disable yourself or an operator" in answer
    choose(browser, "delete_selected", root, other, post="yes")
    assert browser.post(f"{USERS}{other.pk}/delete/", {"post": "yes"}).status_code == 404
    for user in (root, other):
        url = f"{USERS}{user.pk}/change/"
        entries = entries_of(browser, url)
        entries.pop("is_staff", None)
        browser.post(url, entries)
    assert now(root).is_operator
    assert not now(other).is_staff


def test_root_makes_a_token_for_an_app_of_the_right_tenant(browser, acme, globex):
    ours, theirs = person(acme, "builder", kind=Kind.APP), person(globex, "builder", kind=Kind.APP)
    form = page(browser, f"{TOKENS}add/")
    assert "builder (Acme)" in form
    assert "builder (Globex)" in form
    answer = browser.post(f"{TOKENS}add/", {"user": str(theirs.pk), "name": "n", "days": 1})
    assert "cip_" in answer.content.decode()
    with unscoped():
        assert theirs.tokens.get().tenant == globex
        assert not ours.tokens.exists()
    assert "Globex" in page(browser, TOKENS)
