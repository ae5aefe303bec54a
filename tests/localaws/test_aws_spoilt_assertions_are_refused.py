"""Signed responses that are damaged at random: each is refused, or says what it said when it was signed."""

from __future__ import annotations

import base64
from collections import Counter
from random import Random

import pytest
from lxml import etree

from localaws.iam.metadata import read_metadata
from localaws.sts.assertion import verify_assertion
from localaws.wire.errors import AWSError
from tests.localaws.saml import IdentityProvider

SEED, CASES = 20261123, 800
WORDS = ["", "x", "AAAA", "é", "#", "#a1", "#r1", "http://www.w3.org/2000/09/xmldsig#hmac-sha256"]
GIVEN = {"Role": ["a,b"], "RoleSessionName": ["alice"]}


@pytest.mark.parametrize("whole", [True, False], ids=["response signed", "assertion signed"])
def test_no_damage_changes_who_it_is(whole):
    random = Random(SEED)  # noqa: S311 - the same damage each time
    idp = IdentityProvider()
    metadata, signed = read_metadata(idp.metadata), base64.b64decode(idp.respond(GIVEN, whole=whole))
    found = Counter(judge(random.choice([spoil_bytes, spoil_elements])(random, signed), metadata) for _ in range(CASES))
    assert found.keys() <= {"alice", "InvalidIdentityToken", "IDPRejectedClaim"}
    assert found["InvalidIdentityToken"] > CASES / 2


def judge(response: bytes, metadata) -> str:
    try:
        assertion = verify_assertion(base64.b64encode(response).decode(), metadata)
    except AWSError as error:
        return error.code
    return assertion.texts("saml:Subject/saml:NameID")[0]


def spoil_bytes(random: Random, response: bytes) -> bytes:
    spoilt = bytearray(response)
    for _ in range(random.randint(1, 3)):
        spoilt[random.randrange(len(spoilt))] = random.randrange(256)
    return bytes(spoilt)


def spoil_elements(random: Random, response: bytes) -> bytes:
    root = etree.fromstring(response)
    elements = list(root.iter())[1:]
    element = random.choice(elements)
    way = random.choice(["take", "write", "add", "say"])
    if way == "take":
        element.getparent().remove(element)
    elif way == "write" and element.attrib:
        element.set(random.choice(list(element.attrib)), random.choice(WORDS))
    elif way == "add":
        element.append(etree.fromstring(etree.tostring(random.choice(elements))))
    else:
        element.text = random.choice(WORDS)
    spoilt: bytes = etree.tostring(root)
    return spoilt
