"""Templates of session names and tags: what AWS would not take is refused when it is written, or for whom it is."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.models import User
from exchange import naming
from exchange.tags import OWN
from tenants.refusal import Refusal

SAID = naming.attributes(User(username="alice", email="alice@acme.example", role="moderator"), "6f0a")


@pytest.mark.parametrize(
    ("template", "name"),
    [
        ("chime_${user_id}", "chime_6f0a"),
        ("${username}", "alice"),
        ("${username}-${email}", "alice-alice@acme.example"),
        ("$username", "alice"),
    ],
)
def test_a_name_is_filled_in(template, name):
    naming.check_name(template)
    assert naming.session_name(template, SAID) == name


@pytest.mark.parametrize(
    ("template", "told"),
    [
        ("everybody", "Two people would have the same"),
        ("${role}", "Two people would have the same"),
        ("${display_name}", "Two people would have the same"),
        ("${email}", "Two people would have the same"),
        ("${user_id} of ${role}", "AWS takes letters"),
        ("chat/${user_id}", "AWS takes letters"),
        ("ç${user_id}", "AWS takes letters"),
        ("${password}${user_id}", "“password” is no attribute"),
        ("${user_id", "A \\$ begins the name"),
        ("$$$", "A \\$ begins the name"),
        ("x" * 64 + "${user_id}", "64 characters at most"),
        ("", "Two people"),
    ],
)
def test_a_name_that_could_never_be_is_told_when_it_is_written(template, told):
    with pytest.raises(naming.Malformed, match=told):
        naming.check_name(template)


@pytest.mark.parametrize("username", ["zoë", "x" * 65, "a b", ""])
def test_a_name_that_aws_would_not_take_is_refused_and_never_cut(username):
    with pytest.raises(Refusal) as refused:
        naming.session_name("${username}", SAID | {"username": username})
    assert (refused.value.code, refused.value.status) == ("unusable_session_name", 403)


def test_tags_are_filled_in_and_empty_ones_left_out():
    templates = {"Team": "${role}s of ${username}", "Address": "${email}", "Zoë Ö": "é + 1"}
    naming.check_tags(templates, OWN)
    assert naming.tags(templates, SAID | {"email": ""}) == {"Team": "moderators of alice", "Zoë Ö": "é + 1"}


@pytest.mark.parametrize(
    ("tags", "told"),
    [
        ({"UserUUID": "x"}, "one of the portal's own"),
        ({"useruuid": "x"}, "one of the portal's own"),
        ({"Team": "a", "team": "b"}, "is there already"),
        ({"aws:Team": "a"}, "AWS's own"),
        ({"AWS:Team": "a"}, "AWS's own"),
        ({"": "a"}, "can't be a tag's name"),
        ({" Team": "a"}, "can't be a tag's name"),
        ({"T" * 129: "a"}, "can't be a tag's name"),
        ({"Te*m": "a"}, "can't be a tag's name"),
        ({"Team": "a*"}, "256 letters"),
        ({"Team": "a" * 257}, "256 letters"),
        ({"Team": "${team}"}, "is no attribute"),
        ({f"T{number}": "a" for number in range(41)}, "At most 40"),
    ],
)
def test_tags_that_sts_would_not_take_are_told_when_they_are_written(tags, told):
    with pytest.raises(naming.Malformed, match=told):
        naming.check_tags(tags, OWN)


@pytest.mark.parametrize("name", ["a,b", "star*", "${user_id}x", "x" * 257, "a\x00b", "a\nb"])
def test_a_value_that_sts_would_not_take_is_refused(name):
    with pytest.raises(Refusal) as refused:
        naming.tags({"Name": "${display_name}"}, SAID | {"display_name": name})
    assert refused.value.code == "unusable_tag"


@given(st.text(max_size=300))
def test_whatever_is_written_is_taken_or_told(text):
    for check in (naming.check_name, lambda value: naming.check_tags({"Tag": value}, OWN)):
        try:
            check(text)
        except naming.Malformed as malformed:
            told = str(malformed)
        else:
            continue
        assert told
