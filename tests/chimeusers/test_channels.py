"""Groups' channels against localaws: whoever is in the group is in the channel, whatever happened before."""

from __future__ import annotations

from uuid import uuid4

import pytest

from accounts import groups, standing
from audit.models import Event
from chimeusers import channels, messaging, queue, work
from chimeusers.models import Budget, Change, ChannelMember, ChimeUser, GroupChannel, Pause, State
from chimeusers.services import ensure
from tenants.failures import Rejected, Unavailable
from tenants.names import PORTALS_ADMIN
from tenants.refusal import Refusal
from tenants.scope import scope
from tests.conftest import person, stagehand


@pytest.fixture
def identity(at_aws):
    return stagehand(at_aws, "chime-sdk-identity")


@pytest.fixture
def link(linked, identity):
    """A link whose app instance has the portal's own admin, as `provision` makes it."""
    arn = linked.aws_link.app_instance_arn
    identity.create_app_instance_user(
        AppInstanceArn=arn, AppInstanceUserId=PORTALS_ADMIN, Name=PORTALS_ADMIN, ClientRequestToken=str(uuid4())
    )
    identity.create_app_instance_admin(AppInstanceArn=arn, AppInstanceAdminArn=linked.aws_link.user_arn(PORTALS_ADMIN))
    with scope(linked):
        yield linked.aws_link


@pytest.fixture
def staff(link, acme):
    return groups.make_group(acme, name="Staff")


@pytest.fixture
def members(link, at_aws):
    """Who is in a channel, but for the portal's admin."""

    def look(row: GroupChannel) -> set[str]:
        client = stagehand(at_aws, "chime-sdk-messaging")
        found = client.list_channel_memberships(
            ChannelArn=row.channel_arn, ChimeBearer=link.user_arn(PORTALS_ADMIN), MaxResults=50
        )
        ids = {one["Member"]["Arn"].rpartition("/")[2] for one in found["ChannelMemberships"]}
        return ids - {PORTALS_ADMIN}

    return look


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch):
    """AWS's pace is another test's matter."""
    monkeypatch.setattr("chimeusers.budget._USUAL_MESSAGES", 10_000.0)


def drained(tenant) -> None:
    work.drain(tenant)
    assert not Change.objects.filter(tenant=tenant).exists(), list(Change.objects.values("reason"))


def test_a_channel_follows_its_group(link, acme, alice, bob, staff, members):
    groups.change_members(staff, add=[alice.pk])
    row = channels.tie(link, staff)
    drained(acme)
    assert members(row) == {str(alice.pk)}

    groups.change_members(staff, add=[bob.pk], remove=[alice.pk])
    drained(acme)
    assert members(row) == {str(bob.pk)}
    assert Event.objects.filter(name="group.channel_tied", subject_id=staff.pk).count() == 1


def test_a_channel_is_named_after_its_group_and_made_once(link, staff, at_aws):
    first, again = messaging.create_channel(link, staff), messaging.create_channel(link, staff)
    assert first == again
    told = stagehand(at_aws, "chime-sdk-messaging").describe_channel(
        ChannelArn=first, ChimeBearer=link.user_arn(PORTALS_ADMIN)
    )["Channel"]
    assert (told["Name"], told["Privacy"], told["Mode"]) == ("Staff", "PRIVATE", "RESTRICTED")


def test_others_in_the_channel_are_let_be(link, acme, alice, bob, staff, members, at_aws):
    drained(acme)
    row = channels.tie(link, staff)
    messaging.add(link, row.channel_arn, str(bob.pk))
    groups.change_members(staff, add=[alice.pk])
    drained(acme)
    assert members(row) == {str(alice.pk), str(bob.pk)}
    groups.change_members(staff, remove=[alice.pk])
    drained(acme)
    assert members(row) == {str(bob.pk)}


def test_a_channel_that_is_there_can_be_tied(link, acme, alice, staff, members):
    other = groups.make_group(acme, name="Other")
    arn = messaging.create_channel(link, other)
    groups.change_members(staff, add=[alice.pk])
    row = channels.tie(link, staff, channel_arn=arn)
    drained(acme)
    assert members(row) == {str(alice.pk)}
    with pytest.raises(Exception, match="Another group is tied"):
        channels.tie(link, other, channel_arn=arn)


@pytest.mark.parametrize(
    ("arn", "why"),
    [
        ("{own}/channel/nowhere", "not there"),
        ("arn:aws:chime:us-east-1:111122223333:app-instance/other/channel/theirs", "own app instance"),
        ("nonsense", "valid value"),
        ("{own}/channel/../user/x", "valid value"),
    ],
)
def test_a_channel_that_can_not_be_kept_is_not_tied(link, staff, arn, why):
    with pytest.raises(Exception, match=why):
        channels.tie(link, staff, channel_arn=arn.format(own=link.app_instance_arn))
    assert not GroupChannel.objects.exists()


def test_without_the_portals_admin_it_is_said(linked, acme):
    with scope(acme):
        group = groups.make_group(acme, name="Staff")
        with pytest.raises(Rejected, match=PORTALS_ADMIN):
            channels.tie(linked.aws_link, group)


def test_a_group_that_no_channel_holds_is_refused(link, staff, alice, monkeypatch):
    monkeypatch.setattr(channels, "MOST_MEMBERS", 0)
    groups.change_members(staff, add=[alice.pk])
    with pytest.raises(Refusal, match="takes 0 members"):
        channels.tie(link, staff)


def test_who_is_disabled_stays_and_who_is_forgotten_leaves(link, acme, alice, staff, members):
    groups.change_members(staff, add=[alice.pk])
    row = channels.tie(link, staff)
    drained(acme)
    standing.disable(acme, [alice.pk])
    drained(acme)
    assert members(row) == {str(alice.pk)}
    standing.erase(acme, [alice.pk])
    drained(acme)
    assert members(row) == set()
    assert not ChannelMember.objects.exists()


def test_somebody_who_comes_back_to_chime_comes_back_to_the_channel(link, acme, alice, staff, members, identity):
    groups.change_members(staff, add=[alice.pk])
    row = channels.tie(link, staff)
    drained(acme)
    identity.delete_app_instance_user(AppInstanceUserArn=link.user_arn(str(alice.pk)))
    ChimeUser.objects.filter(user_id=alice.pk).update(state=State.ABSENT)
    ChannelMember.objects.all().delete()
    queue.note(acme.pk, [alice.pk])
    drained(acme)
    assert members(row) == {str(alice.pk)}


def test_a_call_whose_answer_was_lost_is_made_again(link, acme, alice, staff, members, monkeypatch):
    groups.change_members(staff, add=[alice.pk])
    row = channels.tie(link, staff)
    added, removed = messaging.add, messaging.remove

    def lost(call):
        def failing(*arguments):
            call(*arguments)
            raise Unavailable("The answer was lost.", after=0)

        return failing

    monkeypatch.setattr(messaging, "add", lost(added))
    work.drain(acme)
    assert (members(row), Change.objects.count()) == ({str(alice.pk)}, 1)
    monkeypatch.setattr(messaging, "add", added)
    again(acme)
    assert ChannelMember.objects.count() == 1

    groups.change_members(staff, remove=[alice.pk])
    monkeypatch.setattr(messaging, "remove", lost(removed))
    work.drain(acme)
    assert (members(row), Change.objects.count()) == (set(), 1)
    monkeypatch.setattr(messaging, "remove", removed)
    again(acme)
    assert not ChannelMember.objects.exists()


def again(tenant) -> None:
    """What waits is due now."""
    queue.retry(tenant.pk, Change.objects.values_list("user_id", flat=True))
    Pause.objects.all().delete()
    drained(tenant)


def test_a_refused_call_is_shown_and_stops_nobody_else(link, acme, alice, bob, staff, members, monkeypatch):
    groups.change_members(staff, add=[alice.pk, bob.pk])
    row = channels.tie(link, staff)
    add = messaging.add

    def picky(link, channel_arn, one):
        if one == str(alice.pk):
            raise Rejected("She is banned there.")
        add(link, channel_arn, one)

    monkeypatch.setattr(messaging, "add", picky)
    work.drain(acme)
    waiting = Change.objects.get()
    assert (waiting.user_id, waiting.gave_up, waiting.reason) == (alice.pk, True, "She is banned there.")
    assert members(row) == {str(bob.pk)}


def test_a_throttled_call_slows_the_portals_own_user_down(link, acme, alice, staff, monkeypatch):
    groups.change_members(staff, add=[alice.pk])
    channels.tie(link, staff)
    add = messaging.add

    def throttled(*_):
        failure = Unavailable("Too many.", after=0)
        failure.is_throttling = True
        raise failure

    monkeypatch.setattr(messaging, "add", throttled)
    work.drain(acme)
    monkeypatch.setattr(messaging, "add", add)
    budget = Budget.objects.get(key=link.user_arn(PORTALS_ADMIN))
    assert (budget.throttled, budget.slowed_to is not None) == (1, True)
    assert Budget.objects.get(key=link.app_instance_arn).throttled == 0
    again(acme)
    assert ChannelMember.objects.count() == 1


def test_nobody_who_signs_in_waits_for_channels(link, acme, alice, staff, members):
    groups.change_members(staff, add=[alice.pk])
    row = channels.tie(link, staff)
    ensure(alice, link)
    assert members(row) == set()
    drained(acme)
    assert members(row) == {str(alice.pk)}


def test_who_was_taken_out_by_hand_is_put_in_again(link, acme, alice, bob, staff, members):
    groups.change_members(staff, add=[alice.pk, bob.pk])
    row = channels.tie(link, staff)
    drained(acme)
    messaging.remove(link, row.channel_arn, str(alice.pk))
    channels.recheck_all(acme)
    assert list(Change.objects.values_list("user_id", flat=True)) == [alice.pk]
    drained(acme)
    assert members(row) == {str(alice.pk), str(bob.pk)}
    channels.recheck_all(acme)
    assert not Change.objects.exists()


def test_a_channel_that_is_let_be_stays_as_it_is(link, acme, alice, staff, members):
    groups.change_members(staff, add=[alice.pk])
    row = channels.tie(link, staff)
    drained(acme)
    channels.untie(row)
    groups.change_members(staff, remove=[alice.pk])
    drained(acme)
    assert members(row) == {str(alice.pk)}
    assert not ChannelMember.objects.exists()


def test_a_group_of_many_takes_several_turns(link, acme, staff, members):
    people = [person(acme, f"person-{number}") for number in range(23)]
    groups.change_members(staff, add=[one.pk for one in people])
    row = channels.tie(link, staff)
    drained(acme)
    assert members(row) == {str(one.pk) for one in people}
