"""A tenant's admin ties a group to a channel, and hears at once why that can't be."""

from __future__ import annotations

from uuid import uuid4

import pytest

from accounts.groups import change_members, make_group
from chimeusers import work
from chimeusers.models import ChannelMember, GroupChannel
from tenants.names import PORTALS_ADMIN
from tenants.scope import scope
from tests.admin.pages import complaints, page
from tests.conftest import at, stagehand

CHANNELS = "/admin/chimeusers/groupchannel/"


@pytest.fixture
def group(acme, alice):
    with scope(acme):
        made = make_group(acme, name="Staff")
        change_members(made, add=[alice.pk])
        return made


@pytest.fixture
def browser(acme, bob):
    return at(acme, bob)


@pytest.fixture
def provisioned(linked, at_aws):
    identity, arn = stagehand(at_aws, "chime-sdk-identity"), linked.aws_link.app_instance_arn
    identity.create_app_instance_user(
        AppInstanceArn=arn, AppInstanceUserId=PORTALS_ADMIN, Name="admin", ClientRequestToken=str(uuid4())
    )
    identity.create_app_instance_admin(AppInstanceArn=arn, AppInstanceAdminArn=linked.aws_link.user_arn(PORTALS_ADMIN))


def tie(browser, chosen, **entries):
    return browser.post(f"{CHANNELS}add/", {"group": str(chosen.pk), "channel_arn": ""} | entries)


def test_a_group_is_tied_filled_and_let_be(acme, browser, group, provisioned):
    assert tie(browser, group).status_code == 302
    with scope(acme):
        row = GroupChannel.objects.get()
        work.drain(acme)
        assert ChannelMember.objects.count() == 1
    listed = page(browser, CHANNELS)
    assert "Staff" in listed
    assert row.channel_arn in listed
    assert "Staff" not in page(browser, f"{CHANNELS}add/").partition('id="id_group"')[2].partition("</select>")[0]
    assert browser.post(f"{CHANNELS}{row.pk}/delete/", {"post": "yes"}).status_code == 302
    with scope(acme):
        assert not GroupChannel.objects.exists()


@pytest.mark.parametrize(
    ("entries", "why"),
    [
        ({"group": ""}, "required"),
        ({"channel_arn": "nonsense"}, "valid value"),
        ({"channel_arn": "arn:aws:chime:us-east-1:111122223333:app-instance/x/channel/y"}, "own app instance"),
    ],
)
def test_what_can_not_be_is_told_and_the_entries_stay(acme, browser, group, provisioned, entries, why):
    answer = tie(browser, group, **entries)
    assert why in str(complaints(answer))
    with scope(acme):
        assert not GroupChannel.objects.exists()


def test_chimes_own_refusal_is_told(browser, group, linked):
    assert PORTALS_ADMIN in str(complaints(tie(browser, group)))


def test_without_a_link_there_are_no_channels(browser, group):
    assert "not linked to AWS" in str(complaints(tie(browser, group)))


def test_another_tenants_group_is_not_offered(acme, globex, browser, group, provisioned):
    with scope(globex):
        theirs = make_group(globex, name="Theirs")
    assert "Theirs" not in page(browser, f"{CHANNELS}add/")
    assert complaints(tie(browser, theirs))
