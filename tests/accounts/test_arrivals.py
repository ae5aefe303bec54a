"""Who comes in by a provider becomes a user: known by (tenant, provider, subject), and by nothing else."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from allauth.account.models import EmailAddress
from django.db import connection, connections
from django.utils import timezone

from accounts import arrivals, standing
from accounts.claims import Claims
from accounts.models import Identity, IdentityProvider, UsedProof, User
from accounts.providers import add_provider, change_provider, drop_provider
from accounts.tasks import forget_used_proofs
from audit.models import Event
from chimeusers.models import Change
from tenants.refusal import Refusal
from tenants.scope import scope, unscoped

ANN = Claims(
    "s-1", username="Ann", email="ann@acme.example", email_verified=True, display_name="Ann", groups=("a", "b")
)


def provider_of(tenant, **rest) -> IdentityProvider:
    with scope(tenant):
        return add_provider(tenant, kind="oidc", slug=rest.pop("slug", "okta"), name="Okta", **rest)


@pytest.fixture
def okta(acme) -> IdentityProvider:
    return provider_of(acme)


def come(provider: IdentityProvider, claims: Claims = ANN) -> User:
    with scope(provider.tenant):
        return arrivals.welcome(provider, claims, now=timezone.now())


def refused(call, *args) -> str:
    with pytest.raises(Refusal) as refusal:
        call(*args)
    return refusal.value.code


def test_a_newcomer_becomes_a_user_and_stays_that_user(okta):
    user = come(okta)
    assert (user.username, user.display_name, user.email, user.role) == ("ann", "Ann", "ann@acme.example", "member")
    assert (user.groups, user.has_usable_password(), user.is_staff) == (["a", "b"], False, False)
    assert come(okta).pk == user.pk
    with scope(okta.tenant):
        assert Identity.objects.get(tenant=okta.tenant).last_used_at is not None
        assert EmailAddress.objects.get(user=user).verified is True
        assert {"user.registered", "identity.linked"} <= set(Event.objects.values_list("name", flat=True))


def test_the_subject_counts_and_not_the_name_or_address(okta):
    first = come(okta)
    renamed = come(okta, Claims("s-1", username="other", email="other@acme.example", display_name="Ann B"))
    assert (renamed.pk, renamed.username, renamed.email) == (first.pk, "ann", "ann@acme.example")
    assert come(okta, Claims("s-2", username="Ann")).username == "ann-2"


def test_an_address_that_is_not_verified_is_kept_as_that(okta):
    user = come(okta, Claims("s-1", email="ann@acme.example"))
    with scope(okta.tenant):
        assert EmailAddress.objects.get(user=user).verified is False


def test_what_changes_there_changes_here_and_waits_for_chime(okta, linked):
    user = come(okta)
    with scope(okta.tenant):
        before = Change.objects.get(user_id=user.pk).stamp
    assert come(okta, Claims("s-1", display_name="Ann Zell", groups=("c",))).groups == ["c"]
    with scope(okta.tenant):
        assert User.objects.get(pk=user.pk).display_name == "Ann Zell"
        assert Change.objects.get(user_id=user.pk).stamp != before


def test_names_stay_when_the_provider_may_not_change_them(acme):
    okta = provider_of(acme, updates_users=False)
    come(okta)
    assert come(okta, Claims("s-1", display_name="Mallory")).display_name == "Ann"


def test_a_stranger_stays_outside_where_nobody_is_made_a_user(acme):
    okta = provider_of(acme, creates_users=False)
    assert refused(come, okta) == "no_account"
    with scope(acme):
        assert not User.objects.filter(tenant=acme).exists()


def test_nobody_takes_a_user_over_by_their_address(okta, alice):
    assert refused(come, okta, Claims("s-1", email=alice.email, email_verified=True)) == "email_taken"
    with scope(okta.tenant):
        assert not Identity.objects.filter(user=alice).exists()
        arrivals.link(alice, okta, ANN)
    assert come(okta).pk == alice.pk


def test_an_account_is_tied_to_one_user_only(okta, alice, bob):
    with scope(okta.tenant):
        first = arrivals.link(alice, okta, ANN)
        assert arrivals.link(alice, okta, ANN) == first
        assert refused(arrivals.link, bob, okta, ANN) == "identity_taken"


def test_a_user_of_another_tenant_is_not_linked(okta, carol):
    with scope(okta.tenant):
        assert refused(arrivals.link, carol, okta, ANN) == "identity_taken"


def test_the_last_way_in_stays(okta, alice):
    newcomer = come(okta)
    with scope(okta.tenant):
        mine = Identity.objects.get(user=newcomer)
        assert refused(arrivals.unlink, newcomer, mine.pk) == "last_way_in"
        assert refused(arrivals.unlink, alice, mine.pk) == "unknown_identity"
        other = arrivals.link(alice, okta, Claims("s-9"))
        arrivals.unlink(alice, other.pk)
        assert not Identity.objects.filter(user=alice).exists()


def test_two_tenants_with_the_same_provider_stay_strangers(okta, globex):
    theirs = come(provider_of(globex))
    ours = come(okta)
    assert (theirs.tenant_id, ours.tenant_id) == (globex.pk, okta.tenant_id)
    assert theirs.pk != ours.pk
    with unscoped():
        assert EmailAddress.objects.filter(email=ANN.email, verified=True).count() == 2


def test_a_disabled_user_is_refused(okta):
    user = come(okta)
    with scope(okta.tenant):
        standing.disable(okta.tenant, [user.pk])
    assert refused(come, okta) == "account_disabled"


def test_a_proof_is_used_once_by_each_provider(okta, acme):
    soon = timezone.now() + timedelta(minutes=5)
    other = provider_of(acme, slug="other")
    with scope(acme):
        arrivals.use_once(okta, "id-1", expires_at=soon)
        arrivals.use_once(other, "id-1", expires_at=soon)
        assert refused(lambda: arrivals.use_once(okta, "id-1", expires_at=soon)) == "proof_replayed"


def test_used_proofs_are_forgotten_when_they_have_expired(okta):
    now = timezone.now()
    with scope(okta.tenant):
        arrivals.use_once(okta, "old", expires_at=now - timedelta(seconds=1))
        arrivals.use_once(okta, "new", expires_at=now + timedelta(minutes=5))
    forget_used_proofs()
    with scope(okta.tenant):
        assert UsedProof.objects.filter(tenant=okta.tenant).count() == 1


def test_a_dropped_provider_leaves_its_users(okta):
    user = come(okta)
    with scope(okta.tenant):
        drop_provider(okta.tenant, okta.pk)
        assert User.objects.filter(pk=user.pk).exists()
        assert refused(drop_provider, okta.tenant, okta.pk) == "unknown_provider"


def test_the_audit_trail_tells_no_secret(okta):
    with scope(okta.tenant):
        change_provider(okta, secrets={"client_secret": "hush"}, name="New")
        changed = Event.objects.get(name="provider.changed")
    assert "hush" not in str(changed.detail)
    assert "secrets" in str(changed.detail)


@pytest.mark.skipif(not connection.features.has_select_for_update, reason="SQLite has one writer at a time")
@pytest.mark.django_db(transaction=True)
def test_two_first_sign_ins_at_once_make_one_user(acme):
    okta = provider_of(acme)
    outcomes: list[str] = []
    start = threading.Barrier(4)

    def race() -> None:
        start.wait()
        try:
            outcomes.append(str(come(okta).pk))
        except Refusal as refusal:
            outcomes.append(refusal.code)
        connections.close_all()

    threads = [threading.Thread(target=race) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with scope(acme):
        assert User.objects.filter(tenant=acme).count() == 1
    assert len(outcomes) == len(threads)
    assert len(set(outcomes)) == 1


def test_a_stranger_named_by_a_long_text_gets_a_name_that_fits(okta):
    long = Claims("s-1", username="ü?" * 200)
    assert len(come(okta, long).username) <= 150
    assert len(come(okta, Claims("s-2", username="ü?" * 200)).username) <= 150
    assert come(okta, Claims("?!")).username == "user"
