"""What a user may be called. Pure."""

from __future__ import annotations

import unicodedata

from django.core.exceptions import ValidationError

DISPLAY_NAME_MAX = 100  # characters, as many as Chime takes for a user's name


def normal_username(username: str) -> str:
    """Return the one spelling under which a user name is kept and looked up (Unicode NFKC, case folded)."""
    return unicodedata.normalize("NFKC", username).strip().casefold()


def normal_display_name(name: str) -> str:
    """Return the name without white space around it, so that a blank name is an empty one."""
    return unicodedata.normalize("NFC", name).strip()


def check_display_name(name: str) -> None:
    """Refuse line breaks and other control characters: Chime takes one visible line."""
    if any(unicodedata.category(character) in {"Cc", "Cs", "Zl", "Zp"} for character in name):
        raise ValidationError("A display name is one line of text, without line breaks or control characters.")
