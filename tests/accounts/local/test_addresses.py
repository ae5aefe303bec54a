"""An e-mail address that people change themselves is a change of the user: version, audit trail and Chime."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from accounts.models import User
from accounts.signals import members_changed
from audit.models import Event
from tests.accounts.local.test_registration import link_in
from tests.conftest import at, person

if TYPE_CHECKING:
    from uuid import UUID

PAGE = "/account/email/"
NEW = "new@acme.example"


@pytest.fixture
def told():
    heard = []

    def listen(user_ids, **_):
        heard.extend(user_ids)

    members_changed.connect(listen)
    yield heard
    members_changed.disconnect(listen)


def state(user) -> tuple[str, int, int]:
    kept = User._base_manager.get(pk=user.pk)
    return kept.email, kept.version, Event.objects.filter(name="user.changed", subject_id=user.pk).count()


def is_one_change(user, before: tuple[str, int, int], email: str, told: list[UUID]) -> bool:
    return state(user) == (email, before[1] + 1, before[2] + 1) and told == [user.pk]


def add(tenant, browser, mail):
    browser.post(PAGE, {"email": NEW, "action_add": ""})
    at(tenant).post(link_in(mail.letters[-1]))


def test_the_only_address_removed(acme, alice, mail, told):
    browser, before = at(acme, alice), state(alice)
    browser.post(PAGE, {"email": alice.email, "action_remove": ""})
    assert is_one_change(alice, before, "", told)


def test_another_one_made_the_first(acme, alice, mail, told):
    browser, before = at(acme, alice), state(alice)
    add(acme, browser, mail)
    assert (state(alice), told) == (before, [])
    browser.post(PAGE, {"email": NEW, "action_primary": ""})
    assert is_one_change(alice, before, NEW, told)


def test_the_first_one_confirmed(acme, mail, told):
    user = person(acme, "nobody", email="")
    browser, before = at(acme, user), state(user)
    told.clear()
    add(acme, browser, mail)
    assert is_one_change(user, before, NEW, told)
