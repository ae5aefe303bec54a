"""Each user's row says whether Chime knows them, and why not."""

from __future__ import annotations

import re

import pytest
from django.utils import timezone

from chimeusers.models import Change, ChimeUser, State
from tenants.models import AWSLink
from tenants.scope import scope
from tests.admin.pages import USERS, choose, page
from tests.conftest import at, person

ARN = "arn:aws:chime:us-east-1:111122223333:app-instance/one"


@pytest.fixture
def link(acme):
    return AWSLink.objects.create(tenant=acme, app_instance_arn=ARN)


@pytest.fixture
def browser(bob):
    return at(bob.tenant, bob)


def told(browser, user):
    """Return what the user's row says of Chime: the state, and the reason."""
    row = next(row for row in page(browser, USERS).split("<tr") if f"/{user.pk}/change/" in row)
    cells = re.findall(r'class="[^"]*field-(?:at_chime|chime_says)[^"]*"[^>]*>(.*?)</td>', row, re.DOTALL)
    return tuple(" ".join(re.sub(r"<[^>]+>", " ", cell).split()) for cell in cells)


def believe(user, state, arn=ARN):
    """Let nothing wait and one belief stand."""
    with scope(user.tenant):
        Change.objects.filter(user_id=user.pk).delete()
        ChimeUser.objects.create(tenant=user.tenant, user_id=user.pk, app_instance_arn=arn, state=state)


def wait_for_chime(user, **rest):
    with scope(user.tenant):
        Change.objects.filter(user_id=user.pk).delete()
        return Change.objects.create(tenant=user.tenant, user_id=user.pk, **rest)


def test_the_tenant_is_not_linked(browser, alice):
    assert told(browser, alice) == ("not known", "The tenant is not linked to AWS yet.")


def test_the_link_is_paused(browser, link, alice):
    AWSLink.objects.update(paused_at=timezone.now(), paused_reason="AccessDenied: no right")
    wait_for_chime(alice)
    assert told(browser, alice) == ("not known", "The tenant&#x27;s link to AWS is paused: AccessDenied: no right")


def test_chime_is_being_told(browser, link, alice):
    wait_for_chime(alice)
    assert told(browser, alice) == ("not known", "Chime is being told.")
    believe(alice, State.PRESENT)
    wait_for_chime(alice)
    assert told(browser, alice) == ("changing", "Chime is being told.")


def test_chime_knows(browser, link, alice):
    believe(alice, State.PRESENT)
    assert told(browser, alice)[0] == "known"


def test_what_another_app_instance_knows_does_not_count(browser, link, alice):
    believe(alice, State.PRESENT, arn=ARN.replace("one", "former"))
    assert told(browser, alice) == ("not known", "Chime has not been told yet.")


def test_whoever_is_disabled_or_waits_is_not_there(browser, link, acme):
    waiting = person(acme, "dave", is_active=False, awaits_approval=True)
    wait_for_chime(waiting)
    assert told(browser, waiting) == ("not known", "Disabled users are not sent to Chime.")


def test_chime_refused_and_bob_retries(browser, link, alice):
    wait_for_chime(alice, gave_up=True, reason="BadRequestException: <b>bad</b> name", attempts=3)
    assert told(browser, alice) == ("failed", "BadRequestException: &lt;b&gt;bad&lt;/b&gt; name")
    assert "BadRequestException" in page(browser, f"{USERS}{alice.pk}/change/")

    assert "1 will be tried again now." in choose(browser, "retry", alice).content.decode()
    assert told(browser, alice) == ("not known", "Chime is being told.")
