"""STS: AssumeRoleWithSAML.

https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRoleWithSAML.html
"""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

from localaws.call import Service
from localaws.iam.metadata import read_metadata
from localaws.sts.assertion import Assertion, invalid, verify_assertion
from localaws.sts.issue import issue, refuse_unserved, trust_proof
from localaws.sts.packing import read_policy_arns
from localaws.sts.saml_attributes import Attributes, read_attributes
from localaws.sts.saml_times import read_session_limit, refuse_wrong_times
from localaws.sts.wish import Wish

if TYPE_CHECKING:
    from localaws.call import Call, Members
    from localaws.iam.globs import Context
    from localaws.iam.rows import SAMLProvider

AUDIENCES = {"urn:amazon:webservices", "https://signin.aws.amazon.com/saml"}
CONFIRMED = "saml:Subject/saml:SubjectConfirmation/saml:SubjectConfirmationData"
FORMATS = {
    "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent": "persistent",
    "urn:oasis:names:tc:SAML:2.0:nameid-format:transient": "transient",
}


def assume_role_with_saml(call: Call) -> Members:
    refuse_unserved(call)
    provider = find_provider(call)
    assertion = verify_assertion(call["SAMLAssertion"], read_metadata(provider.metadata))
    refuse_wrong_times(assertion, call.now)
    subject = read_subject(assertion, provider)
    attributes = read_attributes(assertion, call["RoleArn"], provider.arn)
    wish = read_wish(call, attributes, subject, read_session_limit(assertion, call.now))
    answer = issue(call, trust_proof(call, wish, provider.arn), wish)
    return {
        **answer,
        "Subject": subject["saml:sub"][0],
        "SubjectType": subject["saml:sub_type"][0],
        "Issuer": subject["saml:iss"][0],
        "Audience": subject["saml:aud"][0],
        "NameQualifier": subject["saml:namequalifier"][0],
    }


def find_provider(call: Call) -> SAMLProvider:
    """It must be of the account of the role."""
    provider = call.store.saml_providers.get(call["PrincipalArn"])
    if provider is None or f"::{provider.account}:" not in call["RoleArn"]:
        raise invalid("Specified provider doesn't exist")
    return provider


def read_subject(assertion: Assertion, provider: SAMLProvider) -> Context:
    """The condition keys of who it is about. Raises AWSError unless it is meant for AWS."""
    issuer, name = assertion.texts("saml:Issuer"), assertion.find("saml:Subject/saml:NameID")
    if issuer != [read_metadata(provider.metadata).entity_id]:
        raise invalid("Issuer not present in specified provider")
    audiences = assertion.texts("saml:Conditions/saml:AudienceRestriction/saml:Audience")
    if not AUDIENCES & set(audiences):
        raise invalid("The audience of the assertion is not AWS.")
    recipient = assertion.attribute(CONFIRMED, "Recipient") or ""
    if not is_sign_in(recipient):
        raise invalid("The recipient of the assertion is not AWS.")
    if name is None or not name.text:
        raise invalid("The assertion is about nobody.")
    format_of_name = name.get("Format", "")
    return {
        "saml:aud": (recipient,),
        "saml:iss": (issuer[0],),
        "saml:sub": (name.text.strip(),),
        "saml:sub_type": (FORMATS.get(format_of_name, format_of_name),),
        "saml:namequalifier": (qualify(issuer[0], provider),),
        "saml:doc": (f"{provider.account}/{provider.name}",),
    }


def is_sign_in(recipient: str) -> bool:
    """The one address of AWS, or that of a region."""
    host, _, path = recipient.removeprefix("https://").partition("/")
    known = host == "signin.aws.amazon.com" or host.endswith(".signin.aws.amazon.com")
    return recipient.startswith("https://") and known and path == "saml"


def qualify(issuer: str, provider: SAMLProvider) -> str:
    """As the operation's page has it: who the subject is unique among."""
    text = f"{issuer}{provider.account}/{provider.name}"
    return base64.b64encode(hashlib.sha1(text.encode(), usedforsecurity=False).digest()).decode()


def read_wish(call: Call, attributes: Attributes, subject: Context, latest_end: float | None) -> Wish:
    staying = ("saml:sub", "saml:sub_type", "saml:namequalifier")
    return Wish(
        action="sts:AssumeRoleWithSAML",
        role_arn=call["RoleArn"],
        name=attributes.session_name,
        duration=call.get("DurationSeconds", attributes.duration),
        latest_end=latest_end,
        tags=attributes.tags,
        given_tags=attributes.tags,
        transitive_keys=attributes.transitive_keys,
        source_identity=attributes.source_identity,
        policy=call.get("Policy"),
        policy_arns=read_policy_arns(call),
        proof=subject,
        federation={"aws:federatedprovider": (call["PrincipalArn"],), **{key: subject[key] for key in staying}},
    )


SERVED = {"AssumeRoleWithSAML": Service((), assume_role_with_saml)}
