"""A tenant's pages wear its colour and its logo, and can still be read."""

from __future__ import annotations

import struct
import zlib

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from tenants import colours
from tenants.logos import BYTES_MAX, content_type_of
from tenants.services import change_tenant, set_logo
from tests.conftest import at

GROUNDS = {"light": ("#ffffff", "#f4f5f2", "#eceeea"), "dark": ("#111513", "#1a1f1c", "#0c0f0e")}


def png(width: int = 40, height: int = 20) -> bytes:
    """A whole picture, all of it black."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    rows = (b"\x00" + b"\x00" * ((width + 7) // 8)) * height
    body = chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


@given(st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}"))
def test_every_colour_can_be_read_in_light_and_dark(colour):
    for mode, scheme in {"light": colours.light(colour), "dark": colours.dark(colour)}.items():
        assert all(colours.contrast(scheme.accent, ground) >= 4.5 for ground in GROUNDS[mode])
        assert colours.contrast(scheme.on_accent, scheme.accent) >= 4.5
        ink = {"light": "#1b211e", "dark": "#e7ece9"}[mode]
        assert colours.contrast(ink, scheme.tint) >= 4.5


def test_a_colour_that_can_be_read_stays_as_it_is():
    assert colours.light("#0d6a57").accent == "#0d6a57"


def test_pages_wear_the_colour(acme, globex):
    change_tenant(acme, colour="#ffcc00")
    assert "/brand/brand.css" in at(acme).get("/account/login/").content.decode()
    assert "/brand/brand.css" not in at(globex).get("/account/login/").content.decode()
    answer = at(acme).get("/brand/brand.css")
    assert answer["Content-Type"] == "text/css; charset=utf-8"
    assert f"--accent: {colours.light('#ffcc00').accent};" in answer.content.decode()
    assert at(acme).get("/brand/brand.css", headers={"If-None-Match": answer["ETag"]}).status_code == 304


def test_pages_wear_the_logo(acme, globex):
    set_logo(acme, png())
    assert "/brand/logo?" in at(acme).get("/account/login/").content.decode()
    answer = at(acme).get("/brand/logo")
    assert (answer.status_code, answer["Content-Type"], answer.content) == (200, "image/png", png())
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert at(acme).get("/brand/logo", headers={"If-None-Match": answer["ETag"]}).status_code == 304
    assert at(globex).get("/brand/logo").status_code == 404
    set_logo(acme, None)
    assert at(acme).get("/brand/logo").status_code == 404


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "PNG, JPEG or WebP"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "PNG, JPEG or WebP"),
        (b"GIF89a" + b"\x00" * 20, "PNG, JPEG or WebP"),
        (b"\x89PNG\r\n\x1a\n<script>", "PNG, JPEG or WebP"),
        (b"\xff\xd8\xff", "PNG, JPEG or WebP"),
        (b"RIFF\x00\x00\x00\x00WAVE", "PNG, JPEG or WebP"),
        (png(2_001, 1), "larger than 2000 pixels"),
        (png() + b"x" * BYTES_MAX, "larger than 100 kB"),
    ],
    ids=lambda value: repr(value)[:20],
)
def test_what_is_no_logo_is_refused(content, complaint):
    with pytest.raises(ValidationError, match=complaint):
        content_type_of(content)


def test_a_colour_is_six_digits(acme):
    for colour in ("red", "#fff", "#gggggg", "#000000; }", "url(x)"):
        with pytest.raises(ValidationError):
            change_tenant(acme, colour=colour)
