"""Why 403? Each thing that can be wrong is made wrong at localaws, and the doctor names it; and proves isolation."""

from __future__ import annotations

import json

import pytest

from audit.models import Event
from exchange.doctor.trust import faults
from exchange.models import Issuance, Rule
from exchange.services import set_rule
from portal.demo import aws_setup, policies
from tenants.scope import scope
from tenants.services import pause_link
from tests.conftest import link, stagehand, token_of
from tests.exchange.doctor.patients import PORTAL, found, spoil_trust, wrong
from tests.exchange.doors import by_bearer


def test_where_all_is_well_it_says_so(each_way, known):
    findings = found(each_way, known)
    assert wrong(findings) == set(), {finding.sentence for finding in findings.values() if finding.is_well is False}
    assert findings["session"].is_well
    assert findings["tried: read"].is_well


def test_it_gives_nothing_away_and_is_written_down(linked, known):
    findings = found(linked, known, isolated=True)
    told = json.dumps([(finding.sentence, finding.paste) for finding in findings.values()])
    assert "ASIA" not in told
    with scope(linked):
        assert Issuance.objects.count() == 1
    event = Event.objects.get(name="exchange.checked_up")
    assert (event.subject_id, event.detail) == (known.pk, {"isolated": True})


def test_a_user_that_chime_does_not_know(linked, alice):
    assert wrong(found(linked, alice)) >= {"user at Chime"}


def test_a_disabled_user_gets_no_session(linked, known, at_aws):
    known.is_active = False
    known.save()
    findings = found(linked, known, isolated=True)
    assert wrong(findings) == {"user"}
    assert "session" not in findings


def test_a_tenant_without_link_or_rule(acme, linked, globex, known):
    assert wrong(found(globex)) == {"AWS link"}
    assert "provision globex" in found(globex)["AWS link"].sentence
    with scope(linked):
        Rule.objects.all().delete()
    assert wrong(found(linked, known)) == {"rule"}
    assert wrong(found(linked)) == {"rules"}


def test_a_paused_link_and_another_region(linked, known):
    with scope(linked):
        pause_link(linked.aws_link, reason="AccessDenied for testing.")
        linked.aws_link.refresh_from_db()
        linked.aws_link.region = "eu-central-1"
    findings = found(linked, known)
    assert {"AWS link", "region"} <= wrong(findings)
    assert "AccessDenied for testing" in findings["AWS link"].sentence


def test_an_app_instance_that_is_gone(linked, known, at_aws):
    arn = linked.aws_link.app_instance_arn
    stagehand(at_aws, "chime-sdk-identity").delete_app_instance(AppInstanceArn=arn)
    assert {"app instance", "user at Chime"} <= wrong(found(linked, known))


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda trust: trust.update(Action=["sts:AssumeRole"]), "sts:TagSession"),
        (
            lambda trust: trust.update(
                Principal={"AWS": f"arn:aws:iam::{policies.ACCOUNT}:user/{aws_setup.STAGEHAND.user}"}
            ),
            PORTAL,
        ),
        (
            lambda trust: trust["Condition"].update({"ForAllValues:StringEquals": {"aws:TagKeys": ["UserUUID"]}}),
            "session tag AppInstanceId",
        ),
        (
            lambda trust: trust["Condition"].update({"StringEquals": {"sts:ExternalId": "another"}}),
            "external id",
        ),
    ],
)
def test_a_trust_policy_that_lacks_something(linked, known, role, at_aws, change, told):
    assert wrong(found(linked, known)) == set()
    spoil_trust(at_aws, role, change)
    findings = found(linked, known)
    assert wrong(findings) == {"trust policy", "session"}
    assert told in findings["trust policy"].sentence
    pasted = json.loads(findings["trust policy"].paste)
    stagehand(at_aws, "iam").update_assume_role_policy(RoleName=role, PolicyDocument=json.dumps(pasted))
    assert wrong(found(linked, known)) == set()


def test_what_it_says_to_paste_mends_a_role_policy(linked, known, role, at_aws):
    iam = stagehand(at_aws, "iam")
    narrow = {"Effect": "Allow", "Action": "chime:Connect", "Resource": "*"}
    iam.put_role_policy(RoleName=role, PolicyName="own", PolicyDocument=json.dumps(policies.document(narrow)))
    findings = found(linked, known)
    assert wrong(findings) == {"tried: read", *(f"may {one}" for one in ("read", "send", "edit", "join", "create"))}
    assert f"chime:SendChannelMessage on {linked.aws_link.user_arn(str(known.pk))}" in findings["may send"].sentence
    for about in wrong(findings) - {"tried: read"}:
        name = about.replace(" ", "-")
        iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=findings[about].paste)
    assert wrong(found(linked, known)) == set()


def test_tags_that_do_not_fit_the_role_s_arns(linked, known, role, at_aws):
    text = json.dumps(policies.member()).replace("${aws:PrincipalTag/AppInstanceId}", "another-app-instance")
    stagehand(at_aws, "iam").put_role_policy(RoleName=role, PolicyName="own", PolicyDocument=text)
    assert "may read" in wrong(found(linked, known))


def test_a_role_that_is_gone_too_wide_or_too_short(linked, known, role, at_aws):
    with scope(linked):
        set_rule(linked, profile="member", abilities=["read"], max_seconds=7200)
    findings = found(linked, known)
    assert wrong(findings) >= {"duration"}
    assert findings["may create"].is_well is None
    with scope(linked):
        set_rule(linked, profile="member", role_arn=f"arn:aws:iam::{policies.ACCOUNT}:role/Gone", max_seconds=3600)
    assert wrong(found(linked, known)) == {"role", "session"}
    with scope(linked):
        set_rule(linked, profile="member", role_arn="")
    assert "provision acme" in found(linked, known)["role"].sentence


def test_a_role_elsewhere_can_not_be_looked_at(linked, known):
    with scope(linked):
        set_rule(linked, profile="member", role_arn="arn:aws:iam::444455556666:role/ChimeMember")
    findings = found(linked, known)
    assert findings["role"].is_well is None
    assert "sts:ExternalId" in findings["role"].paste


def test_each_attempt_at_somebody_else_is_refused(linked, known, bob, globex, at_aws):
    link(globex, at_aws)
    assert by_bearer(linked, token_of(bob).reveal()).status_code == 200
    bobs_channel(linked, bob, at_aws)
    findings = found(linked, known, isolated=True)
    tried = {about: finding for about, finding in findings.items() if about.startswith("must not")}
    assert len(tried) == 10
    assert all(finding.is_well for finding in tried.values()), [f.sentence for f in tried.values() if not f.is_well]


def test_it_finds_a_role_that_is_too_wide(linked, known, bob, role, globex, at_aws):
    link(globex, at_aws)
    assert by_bearer(linked, token_of(bob).reveal()).status_code == 200
    wide = policies.document({"Effect": "Allow", "Action": ["chime:*", "sts:*"], "Resource": "*"})
    stagehand(at_aws, "iam").put_role_policy(RoleName=role, PolicyName="own", PolicyDocument=json.dumps(wide))
    bobs_channel(linked, bob, at_aws)
    findings = found(linked, known, isolated=True)
    assert wrong(findings) >= {
        "must not: list channels as another user",
        "must not: see which channels another user is in",
        "must not: see another tenant's users",
        "must not: see all app instances of the AWS account",
    }
    account = f"arn:aws:iam::{policies.ACCOUNT}:root"
    spoil_trust(at_aws, role, lambda trust: trust.update(Principal={"AWS": [PORTAL, account]}))
    assert "must not: become another user by its own role" in wrong(found(linked, known, isolated=True))


def bobs_channel(tenant, bob, server):
    """A channel of bob's, which alice is not in."""
    arn = tenant.aws_link.app_instance_arn
    stagehand(server, "chime-sdk-messaging").create_channel(
        AppInstanceArn=arn,
        Name="Bob's",
        Privacy="PRIVATE",
        ChimeBearer=f"{arn}/user/{bob.pk}",
        ClientRequestToken="bobs",
    )


def test_faults_are_told_of_statements_together():
    wanted = {
        "Principal": {"Federated": "arn:p"},
        "Action": ["sts:AssumeRoleWithWebIdentity", "sts:TagSession"],
        "Condition": {"ForAllValues:StringEquals": {"aws:TagKeys": ["A"]}, "StringEquals": {"x:aud": "sts"}},
    }
    statements = [
        {"Effect": "Allow", "Principal": {"Federated": ["arn:p"]}, "Action": "sts:AssumeRoleWithWebIdentity"},
        {"Effect": "Allow", "Principal": {"Federated": "arn:p"}, "Action": "sts:Tag*"},
    ]
    assert faults({"Statement": statements}, {"Statement": [wanted]}) == []
    assert faults({"Statement": statements[0]}, {"Statement": [wanted]}) == ["It does not allow sts:TagSession."]
    statements[0]["Condition"] = statements[1]["Condition"] = {"StringEquals": {"x:aud": "other"}}
    assert faults({"Statement": statements}, {"Statement": [wanted]}) == [
        "It demands x:aud to be other, and it is sts."
    ]
    assert faults({}, {"Statement": [wanted]}) == ["It does not trust arn:p (Federated)."]
