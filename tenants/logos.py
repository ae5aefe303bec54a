"""What may be a logo: a picture that browsers draw and nothing else, small, known by its own bytes. Pure."""

from __future__ import annotations

import io

import imagesize
from django.core.exceptions import ValidationError

BYTES_MAX = 100_000
_PIXELS_MAX = 2_000
# How a file of each type begins; WebP's length stands in between. No SVG: it may hold scripts.
_BEGINNINGS = {
    "image/png": (b"\x89PNG\r\n\x1a\n", b""),
    "image/jpeg": (b"\xff\xd8\xff", b""),
    "image/webp": (b"RIFF", b"WEBP"),
}
_WEBP_AT = 8


def content_type_of(content: bytes) -> str:
    """Return the type of a picture that may be a logo. Raises ValidationError, with what is wrong, for any other."""
    if len(content) > BYTES_MAX:
        raise ValidationError(f"The logo is larger than {BYTES_MAX // 1000} kB.")
    found = [name for name, (start, mark) in _BEGINNINGS.items() if _begins(content, start, mark)]
    width, height = imagesize.get(io.BytesIO(content)) if found else (-1, -1)
    if not found or min(width, height) <= 0:
        raise ValidationError("A logo is a picture in PNG, JPEG or WebP.")
    if max(width, height) > _PIXELS_MAX:
        raise ValidationError(f"The logo is larger than {_PIXELS_MAX} pixels.")
    return found[0]


def _begins(content: bytes, start: bytes, mark: bytes) -> bool:
    return content.startswith(start) and content[_WEBP_AT : _WEBP_AT + len(mark)] == mark
