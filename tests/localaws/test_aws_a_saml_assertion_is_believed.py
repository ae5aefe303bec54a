from __future__ import annotations

import base64
import json
from copy import deepcopy
from datetime import UTC, datetime, timedelta

import pytest
from botocore import UNSIGNED
from botocore.config import Config

from tests.localaws.cloud import ACCOUNT, REGION, SESSION, Key, allow, role_arn
from tests.localaws.saml import ENTITY, NAMES, SIGN_IN, IdentityProvider, decode, encode, write_time

PROVIDER = f"arn:aws:iam::{ACCOUNT}:saml-provider/idp"
ROLE = role_arn("FromSAML")
GIVEN = {"Role": [f"{ROLE},{PROVIDER}"], "RoleSessionName": ["alice"]}


@pytest.fixture(scope="module")
def idp(cloud):
    """Trusted by a role, for people that come by the sign-in address."""
    provider = IdentityProvider()
    cloud.iam().create_saml_provider(Name="idp", SAMLMetadataDocument=provider.metadata)
    trust = {
        "Effect": "Allow",
        "Principal": {"Federated": PROVIDER},
        "Action": ["sts:AssumeRoleWithSAML", "sts:TagSession", "sts:SetSourceIdentity"],
        "Condition": {
            "StringEquals": {"SAML:aud": SIGN_IN, "SAML:iss": ENTITY},
            "StringNotEquals": {"saml:sub": "mallory"},
        },
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": trust})
    cloud.iam().create_role(RoleName="FromSAML", AssumeRolePolicyDocument=document)
    own = json.dumps(allow(["chime:*"], "*"))
    cloud.iam().put_role_policy(RoleName="FromSAML", PolicyName="own", PolicyDocument=own)
    return provider


@pytest.fixture(scope="module")
def assume(cloud):
    """AssumeRoleWithSAML of somebody without credentials."""
    client = SESSION.client(
        "sts",
        region_name=REGION,
        endpoint_url=cloud.url,
        config=Config(signature_version=UNSIGNED, retries={"total_max_attempts": 1}),
    )

    def call(response, **wishes):
        given = {"RoleArn": ROLE, "PrincipalArn": PROVIDER, "SAMLAssertion": response, **wishes}
        return client.assume_role_with_saml(**given)

    yield call
    client.close()


@pytest.mark.parametrize("whole", [True, False], ids=["response signed", "assertion signed"])
def test_an_assertion_becomes_a_session(cloud, idp, assume, whole):
    answer = assume(idp.respond(GIVEN, whole=whole))
    assert (answer["Subject"], answer["SubjectType"], answer["Issuer"]) == ("alice", "persistent", ENTITY)
    assert answer["Audience"] == SIGN_IN
    assert len(base64.b64decode(answer["NameQualifier"])) == 20
    made = answer["Credentials"]
    caller = cloud.sts(Key(made["AccessKeyId"], made["SecretAccessKey"], made["SessionToken"])).get_caller_identity()
    assert caller["Arn"] == f"arn:aws:sts::{ACCOUNT}:assumed-role/FromSAML/alice"


def test_attributes_become_tags(cloud, acme, idp, assume):
    tagged = {
        **GIVEN,
        "PrincipalTag:UserUUID": ["u-1"],
        "PrincipalTag:Room": ["lobby"],
        "TransitiveTagKeys": ["UserUUID"],
        "SourceIdentity": ["alice"],
    }
    answer = assume(idp.respond(tagged))
    assert answer["SourceIdentity"] == "alice"
    made = answer["Credentials"]
    session = Key(made["AccessKeyId"], made["SecretAccessKey"], made["SessionToken"])
    cloud.identity(session).describe_app_instance(AppInstanceArn=acme.arn)
    assert cloud.control("GET", "calls")["calls"][-1]["session_tags"] == {"UserUUID": "u-1", "Room": "lobby"}


@pytest.mark.parametrize(
    ("told", "expected"),
    [
        ({"audience": "urn:somebody:else"}, "InvalidIdentityToken"),
        ({"recipient": "https://signin.example.org/saml"}, "InvalidIdentityToken"),
        ({"recipient": "https://eu-central-1.signin.aws.amazon.com/saml"}, "AccessDenied"),
        ({"issuer": "https://other.example.org"}, "InvalidIdentityToken"),
        ({"subject": ""}, "InvalidIdentityToken"),
        ({"subject": "mallory"}, "AccessDenied"),
        ({"issued": write_time(-6)}, "ExpiredTokenException"),
        ({"issued": write_time(60)}, "InvalidIdentityToken"),
        ({"issued": "yesterday"}, "InvalidIdentityToken"),
        ({"ends": write_time(-1)}, "ExpiredTokenException"),
        ({"begins": write_time(60)}, "InvalidIdentityToken"),
        ({"session_ends": write_time(-1)}, "ExpiredTokenException"),
        ({"status": "urn:oasis:names:tc:SAML:2.0:status:Responder"}, "IDPRejectedClaim"),
    ],
)
def test_what_an_assertion_must_say(idp, assume, code, told, expected):
    assert code(assume, response=idp.respond(GIVEN, **told)) == expected


@pytest.mark.parametrize(
    "attributes",
    [
        {"RoleSessionName": ["alice"]},
        {**GIVEN, "Role": [f"{role_arn('Next')},{PROVIDER}"]},
        {**GIVEN, "RoleSessionName": ["alice smith"]},
        {**GIVEN, "RoleSessionName": ["alice", "bob"]},
        {"Role": GIVEN["Role"]},
        {**GIVEN, "SessionDuration": ["60"]},
        {**GIVEN, "PrincipalTag:Room": ["lobby", "attic"]},
        {**GIVEN, "PrincipalTag:Room": ["a*"]},
        {**GIVEN, "TransitiveTagKeys": ["Room"]},
        {**GIVEN, "SourceIdentity": ["no spaces"]},
    ],
)
def test_attributes_have_limits(idp, assume, code, attributes):
    assert code(assume, response=idp.respond(attributes)) == "InvalidIdentityToken"


def test_the_session_ends_with_that_of_the_identity_provider(idp, assume, code):
    answer = assume(idp.respond(GIVEN, session_ends=write_time(20)))
    assert answer["Credentials"]["Expiration"] - datetime.now(UTC) <= timedelta(minutes=20)
    short = assume(idp.respond({**GIVEN, "SessionDuration": ["900"]}))
    assert short["Credentials"]["Expiration"] - datetime.now(UTC) <= timedelta(minutes=15)
    assert code(assume, response=idp.respond(GIVEN), DurationSeconds=7200) == "ValidationError"


def test_an_unsigned_or_changed_assertion_is_no_proof(idp, assume, code):
    signed = decode(idp.respond(GIVEN))
    changed = deepcopy(signed)
    changed.find(".//saml:NameID", NAMES).text = "bob"
    assert code(assume, response=encode(changed)) == "InvalidIdentityToken"
    unsigned = deepcopy(signed)
    signature = unsigned.find(".//ds:Signature", NAMES)
    signature.getparent().remove(signature)
    assert code(assume, response=encode(unsigned)) == "InvalidIdentityToken"
    stranger = IdentityProvider().respond(GIVEN)
    assert code(assume, response=stranger) == "InvalidIdentityToken"


def forge(assertion):
    forged = deepcopy(assertion)
    forged.set("ID", "a2")
    forged.find(".//saml:NameID", NAMES).text = "bob"
    return forged


def put_before(root, assertion, forged):
    root.insert(2, forged)


def put_behind(root, assertion, forged):
    root.append(forged)


def put_around(root, assertion, forged):
    root.replace(assertion, forged)
    forged.append(assertion)


def put_the_signed_one_into_the_signature(root, assertion, forged):
    root.replace(assertion, forged)
    forged.find("ds:Signature", NAMES).append(assertion)


def put_the_signed_one_into_an_extension(root, assertion, forged):
    root.replace(assertion, forged)
    extension = root.makeelement("{urn:oasis:names:tc:SAML:2.0:protocol}Extensions")
    extension.append(assertion)
    root.insert(1, extension)


def take_its_id(root, assertion, forged):
    forged.set("ID", "a1")
    root.append(forged)


@pytest.mark.parametrize(
    "wrap",
    [
        put_before,
        put_behind,
        put_around,
        put_the_signed_one_into_the_signature,
        put_the_signed_one_into_an_extension,
        take_its_id,
    ],
)
@pytest.mark.parametrize("whole", [True, False], ids=["response signed", "assertion signed"])
def test_a_wrapped_signature_vouches_for_nobody(idp, assume, code, wrap, whole):
    root = decode(idp.respond(GIVEN))
    assertion = root.find("saml:Assertion", NAMES)
    wrap(root, assertion, forge(assertion))
    assert code(assume, response=encode(root)) == "InvalidIdentityToken"
    if whole:
        signed = decode(idp.respond(GIVEN, whole=True))
        outer = deepcopy(signed)
        outer.set("ID", "r2")
        outer.find(".//saml:NameID", NAMES).text = "bob"
        outer.insert(1, signed)
        assert code(assume, response=encode(outer)) == "InvalidIdentityToken"


@pytest.mark.parametrize(
    "garbage",
    [
        "no base64!",
        base64.b64encode(b"no xml").decode(),
        base64.b64encode(b"<a/>").decode(),
        base64.b64encode(b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>').decode(),
        base64.b64encode("<ü/>".encode("latin-1")).decode(),
    ],
)
def test_garbage_is_no_assertion(idp, assume, code, garbage):
    assert code(assume, response=garbage) == "InvalidIdentityToken"


def test_a_dtd_is_refused_even_when_signed(idp, assume, code):
    response = base64.b64decode(idp.respond(GIVEN)).decode()
    with_dtd = base64.b64encode(f"<!DOCTYPE r []>{response}".encode()).decode()
    assert code(assume, response=with_dtd) == "InvalidIdentityToken"
    assert code(assume, response="A" * 100_001) == "ValidationError"


def test_a_provider_must_exist_in_the_account(idp, assume, code):
    response = idp.respond(GIVEN)
    assert code(assume, response=response, PrincipalArn=f"{PROVIDER}2") == "InvalidIdentityToken"
    foreign = ROLE.replace(ACCOUNT, "444455556666")
    assert code(assume, response=response, RoleArn=foreign) == "InvalidIdentityToken"


def test_new_metadata_count_at_once(cloud, idp, assume, code):
    other = IdentityProvider()
    cloud.iam().update_saml_provider(SAMLProviderArn=PROVIDER, SAMLMetadataDocument=other.metadata)
    assert code(assume, response=idp.respond(GIVEN)) == "InvalidIdentityToken"
    assert assume(other.respond(GIVEN))
    cloud.iam().update_saml_provider(SAMLProviderArn=PROVIDER, SAMLMetadataDocument=idp.metadata)
    assert assume(idp.respond(GIVEN))
