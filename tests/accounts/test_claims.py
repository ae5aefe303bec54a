"""What providers say, read by a map that is data."""

from __future__ import annotations

import pytest

from accounts.claims import Claims, Unusable, read

MAP = {
    "subject": "id",
    "username": "login",
    "email": "mail",
    "email_verified": "checked",
    "display_name": "name",
    "groups": "roles",
}


def test_everything_is_translated():
    said = {"id": 7, "login": "ann", "mail": "Ann@X.example", "checked": "true", "name": " Ann ", "roles": ["b", "a"]}
    assert read(said, MAP) == Claims("7", "ann", "ann@x.example", True, "Ann", ("a", "b"))


def test_of_many_values_the_first_counts_but_for_groups():
    said = {"id": ["7", "8"], "name": ["Ann", "Anna"], "roles": "only", "checked": [True]}
    assert read(said, MAP) == Claims("7", display_name="Ann", groups=("only",), email_verified=True)


@pytest.mark.parametrize("subject", [None, "", "  ", [], {}, True, "x" * 256, ["a\x00"]])
def test_somebody_without_a_usable_subject_is_nobody(subject):
    with pytest.raises(Unusable):
        read({"id": subject}, MAP)


@pytest.mark.parametrize("checked", [False, "false", "yes", 1, None, [], ["false"], {"true": True}])
def test_only_true_is_true(checked):
    assert read({"id": "7", "checked": checked}, MAP).email_verified is False


def test_what_the_map_does_not_name_is_not_read():
    assert read({"id": "7", "mail": "a@x.example"}, {"subject": "id"}) == Claims("7")


def test_a_nul_is_refused():
    with pytest.raises(Unusable, match="NUL"):
        read({"id": "7", "name": "a\x00b"}, MAP)


def test_a_name_of_several_lines_becomes_one():
    assert read({"id": "7", "name": " Ann\r\nZell\x07"}, MAP).display_name == "Ann  Zell"


def test_nonsense_in_other_places_is_nothing():
    said = {"id": "7", "login": {"a": 1}, "mail": 3.5, "name": None, "roles": [None, {}, "", "staff", True]}
    assert read(said, MAP) == Claims("7", groups=("staff",))
