"""What a user may be called. Pure."""

from __future__ import annotations

import re
import unicodedata

from django.core.validators import RegexValidator

USERNAME_MAX = 150  # characters
DISPLAY_NAME_MAX = 100  # characters, as many as Chime takes for a user's name

# No line breaks and other control characters (Unicode's Cc, Cs, Zl and Zp): Chime takes one visible line.
_UNSHOWN = r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]"
check_display_name = RegexValidator(
    _UNSHOWN,
    "A display name is one line of text, without line breaks or control characters.",
    inverse_match=True,
)

# The role of a user whom nobody gave another one.
MEMBER = "member"
check_role = RegexValidator(
    r"^[a-z0-9][a-z0-9_-]{0,39}\Z", "A role is a word in lower case, such as member or moderator."
)


def normal_username(username: str) -> str:
    """Return the one spelling under which a user name is kept and looked up (Unicode NFKC, case folded)."""
    return unicodedata.normalize("NFKC", username).strip().casefold()


def normal_display_name(name: str) -> str:
    """Return the name without white space around it, so that a blank name is an empty one."""
    return unicodedata.normalize("NFC", name).strip()


def plain_display_name(name: str) -> str:
    """Return a name made of somebody else's text: what no display name may hold becomes a space."""
    return normal_display_name(re.sub(_UNSHOWN, " ", name)[:DISPLAY_NAME_MAX])


def plain_username(name: str) -> str:
    """Return a name made of somebody else's text: what no user name may hold becomes a dash."""
    return re.sub(r"[^\w.@+-]+", "-", normal_username(name)).strip("-")[:USERNAME_MAX] or "user"
