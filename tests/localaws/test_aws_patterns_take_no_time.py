from __future__ import annotations

import time

import pytest

from localaws.iam.globs import matches_action, matches_resource, matches_text

STARS = "*a" * 30 + "b"
LONG = "a" * 300


@pytest.mark.parametrize(
    "matches",
    [
        lambda: matches_text(STARS, LONG, None),
        lambda: matches_action(f"chime:{STARS}", f"chime:{LONG}"),
        lambda: matches_resource(
            f"arn:aws:chime:{STARS}:1:app-instance/x", f"arn:aws:chime:{LONG}:1:app-instance/x", None
        ),
        lambda: matches_resource("arn:*:*:*:*:b", f"arn:aws:chime:us-east-1:1:{'a:' * 400}", None),
        lambda: matches_resource(f"arn:aws:chime:us-east-1:1:{STARS}", f"arn:aws:chime:us-east-1:1:{LONG}", None),
    ],
)
def test_no_pattern_of_stars_keeps_the_others_waiting(matches):
    """Were it to try every way in which the stars can share the text, it would not end in a lifetime."""
    began = time.monotonic()
    assert not matches()
    assert time.monotonic() - began < 1
