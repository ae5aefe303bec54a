"""Changes of users by the services: several at once, and what a change says beyond itself."""

from __future__ import annotations

import threading
import time

import pytest
from allauth.account.models import EmailAddress
from django.db import connection, connections

from accounts import services, sessions, standing
from accounts.models import User
from audit.models import Event
from tenants.models import Signup
from tenants.scope import scope
from tenants.services import change_tenant
from tests.admin.pages import NEW_PASSWORD
from tests.conftest import at, person


@pytest.mark.skipif(not connection.features.has_select_for_update, reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_two_who_delete_the_same_users_at_once_delete_each_once(acme, monkeypatch):
    user_ids = [person(acme, f"user-{number}").pk for number in range(5)]
    end_sessions = sessions.end_all

    def end_slowly(found):
        time.sleep(0.3)
        end_sessions(found)

    monkeypatch.setattr(sessions, "end_all", end_slowly)
    deleted = []

    def delete():
        with scope(acme):
            deleted.append(standing.erase(acme, user_ids))
        connections.close_all()

    threads = [threading.Thread(target=delete) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(deleted) == [0, 5]
    assert Event.objects.filter(name="user.deleted").count() == 5


def address_of(user):
    return EmailAddress.objects.values_list("email", "verified").get(user=user)


def test_a_change_of_something_else_proves_no_address(acme):
    change_tenant(acme, signup=Signup.OPEN)
    form = {"username": "mallory", "email": "alice@acme.example"}
    at(acme).post("/account/signup/", form | {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD})
    with scope(acme):
        mallory = User.objects.get(username="mallory")
        services.update(mallory, expected_version=1, display_name="Mallory", email="alice@acme.example")
        assert address_of(mallory) == ("alice@acme.example", False)
        services.update(mallory, expected_version=2, email="mallory@acme.example")
        assert address_of(mallory) == ("mallory@acme.example", True)
