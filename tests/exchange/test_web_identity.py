"""Credentials by a token that the portal signs: STS believes it by what the portal publishes, and no key of AWS's."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import timedelta

import jwt
import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from accounts import signing
from accounts.models import SigningKey
from accounts.tasks import take_turns_of_signing_keys
from accounts.vouching import AUDIENCE
from exchange.models import Issuance
from exchange.services import set_rule
from portal.demo import policies
from tenants import aws
from tenants.scope import scope
from tenants.services import link_aws
from tests.conftest import at, link, stagehand, token_of
from tests.exchange.doors import assert_refused, by_bearer, by_sample, by_sdk, credentials_in, speaks_as
from tests.exchange.ways import by_token

NOW = timezone.now()


@pytest.mark.parametrize("door", [by_bearer, by_sample, by_sdk])
def test_they_are_those_of_one_person(trusting, alice, bob, at_aws, door):
    credentials = credentials_in(door(trusting, token_of(alice).reveal()))
    assert speaks_as(at_aws, trusting, credentials, str(alice.pk)) == "ok"
    assert speaks_as(at_aws, trusting, credentials, str(bob.pk)).startswith("Access")
    with scope(trusting):
        issuance = Issuance.objects.get()
    assert issuance.session_name == f"chime_{alice.pk}"
    assert issuance.tags["UserUUID"] == str(alice.pk)


def test_the_exchange_itself_shows_aws_no_key(trusting, alice, monkeypatch):
    """Once Chime knows somebody, the portal's own access may be gone, and STS is asked nothing by it."""
    assert by_bearer(trusting, token_of(alice).reveal()).status_code == 200
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "nonsense")
    aws._client.cache_clear()
    aws.runs_on_role.cache_clear()
    assert by_bearer(trusting, token_of(alice).reveal()).status_code == 200


def test_a_role_that_does_not_trust_the_issuer_gives_nothing(trusting, served, alice):
    by_token(trusting, served, f"arn:aws:iam::{policies.ACCOUNT}:role/ChimeMember")
    assert_refused(by_bearer(trusting, token_of(alice).reveal()), 502, "aws_refused")


def test_an_issuer_that_nobody_can_reach_is_a_matter_of_waiting(trusting, alice, at_aws):
    """IAM knows the issuer, whose portal does not answer STS."""
    dead = "http://127.0.0.1:1"
    stagehand(at_aws, "iam").create_open_id_connect_provider(Url=dead, ClientIDList=[AUDIENCE])
    with scope(trusting):
        role = trusting.rules.get(profile="member").role_arn
    by_token(trusting, dead, role)
    answer = by_bearer(trusting, token_of(alice).reveal())
    assert answer.status_code in (502, 503)


def test_the_key_of_another_tenant_signs_nothing_here(trusting, globex, carol, served, at_aws):
    """Globex says that it is acme's issuer: its key is not among those that acme publishes."""
    link(globex, at_aws)
    with scope(trusting):
        role = trusting.rules.get(profile="member").role_arn
    with scope(globex):
        with pytest.raises(ValidationError):
            by_token(globex, served, role)
        globex.aws_link.way, globex.aws_link.issuer = "web_identity", served
        globex.aws_link.save()
        set_rule(globex, profile="member", role_arn=role)
    assert_refused(by_bearer(globex, token_of(carol).reveal()), 502, "aws_refused")


@pytest.mark.parametrize(
    ("issuer", "fits"),
    [
        ("https://acme.localhost", True),
        ("https://acme.localhost:8443", False),
        ("https://acme.localhost/", False),
        ("https://globex.localhost", False),
        ("http://acme.localhost", False),
        ("acme.localhost", False),
        ("", False),
        ("https://", False),
    ],
)
def test_an_issuer_is_one_of_the_tenant_s_hosts_as_iam_takes_it(linked, globex, issuer, fits):
    arn = linked.aws_link.app_instance_arn
    with scope(linked), nullcontext() if fits else pytest.raises(ValidationError, match="issuer"):
        assert link_aws(linked, app_instance_arn=arn, way="web_identity", issuer=issuer).issuer == issuer


def test_what_is_published_is_what_tokens_say_and_no_secret(linked):
    with scope(linked):
        token = signing.sign(linked, {"sub": "x"}, now=NOW).reveal()
    page = at(linked).get("/.well-known/openid-configuration")
    assert page.json()["issuer"] == "http://acme.localhost"
    published = at(linked).get(page.json()["jwks_uri"].removeprefix("http://acme.localhost"))
    (key,) = published.json()["keys"]
    assert set(key) == {"kty", "n", "e", "kid", "use", "alg"}
    assert jwt.get_unverified_header(token) == {"alg": "RS256", "typ": "JWT", "kid": key["kid"]}
    assert jwt.decode(token, jwt.PyJWK(key), algorithms=["RS256"]) == {"sub": "x"}
    assert published["Access-Control-Allow-Origin"] == "*"


def test_another_tenant_publishes_other_keys(linked, globex):
    for tenant in (linked, globex):
        with scope(tenant):
            signing.make_key(tenant, now=NOW)
    told = [at(tenant).get("/.well-known/jwks.json").json()["keys"][0]["kid"] for tenant in (linked, globex)]
    assert len(set(told)) == 2


def signed_by(tenant, now) -> str:
    with scope(tenant):
        kid: str = jwt.get_unverified_header(signing.sign(tenant, {}, now=now).reveal())["kid"]
    return kid


def published(tenant) -> set[str]:
    with scope(tenant):
        return {key["kid"] for key in signing.published(tenant)}


def turned(tenant, now):
    with scope(tenant):
        signing.take_turns(tenant, now=now)


def test_keys_take_turns_and_nobody_is_shown_one_that_is_not_known_yet(linked):
    first = signed_by(linked, NOW)
    turned(linked, NOW + timedelta(days=89))
    assert published(linked) == {first}
    later = NOW + timedelta(days=91)
    turned(linked, later)
    (second,) = published(linked) - {first}
    assert signed_by(linked, later + timedelta(minutes=59)) == first
    assert signed_by(linked, later + timedelta(minutes=61)) == second
    turned(linked, later + timedelta(days=1))
    assert published(linked) == {first, second}
    turned(linked, later + timedelta(days=3))
    assert published(linked) == {second}


def test_the_timetable_turns_them(linked):
    signed_by(linked, NOW)
    with scope(linked):
        SigningKey.objects.update(made_at=NOW - timedelta(days=100))
    take_turns_of_signing_keys()
    assert len(published(linked)) == 2


def test_a_private_key_is_kept_encrypted(linked):
    with scope(linked):
        key = signing.make_key(linked, now=NOW)
        kept = SigningKey.objects.filter(pk=key.pk).extra(select={"raw": "secrets"}).values_list("raw", flat=True)[0]
    assert "PRIVATE" not in kept
    assert "BEGIN" not in kept
