"""A tenant's colour, made fit for reading: dark enough on light ground, light enough on dark. Pure.

WCAG 2.1 asks 4.5 : 1 between text and its ground (success criterion 1.4.3); contrast is as it defines it.
"""

from __future__ import annotations

import colorsys
from dataclasses import dataclass

_RATIO = 4.5
_STEP = 0.01
_WHITE, _BLACK = "#ffffff", "#000000"
# The grounds of portal.css on which the accent stands as text: in each mode the one that is harder to read on.
_LIGHT_GROUND, _DARK_GROUND = "#eceeea", "#2e3632"
_LIGHT_SURFACE, _DARK_SURFACE = "#ffffff", "#1a1f1c"


@dataclass(frozen=True, slots=True)
class Scheme:
    """Named as the variables of portal.css: as text and ground, a little stronger, text upon it, a breath of it."""

    accent: str
    accent_strong: str
    on_accent: str
    tint: str


def light(colour: str) -> Scheme:
    """The colour for light pages."""
    accent = _moved(colour, -_STEP, _LIGHT_GROUND)
    return Scheme(accent, _shifted(accent, -0.08), _readable_on(accent), _mixed(accent, _LIGHT_SURFACE, 0.12))


def dark(colour: str) -> Scheme:
    """The colour for dark pages."""
    accent = _moved(colour, _STEP, _DARK_GROUND)
    return Scheme(accent, _shifted(accent, 0.08), _readable_on(accent), _mixed(accent, _DARK_SURFACE, 0.2))


def contrast(one: str, other: str) -> float:
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _moved(colour: str, step: float, ground: str) -> str:
    """Make it darker or lighter until it can be read on the ground; white and black always can."""
    for _ in range(round(1 / _STEP)):
        if contrast(colour, ground) >= _RATIO:
            return colour
        colour = _shifted(colour, step)
    return _BLACK if step < 0 else _WHITE


def _readable_on(accent: str) -> str:
    return max(_WHITE, _BLACK, key=lambda text: contrast(text, accent))


def _shifted(colour: str, step: float) -> str:
    hue, lightness, saturation = colorsys.rgb_to_hls(*_parts(colour))
    return _written(colorsys.hls_to_rgb(hue, min(max(lightness + step, 0.0), 1.0), saturation))


def _mixed(colour: str, ground: str, share: float) -> str:
    pairs = zip(_parts(colour), _parts(ground), strict=True)
    red, green, blue = (one * share + other * (1 - share) for one, other in pairs)
    return _written((red, green, blue))


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(part) for part in _parts(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - WCAG's own figures


def _parts(colour: str) -> tuple[float, float, float]:
    red, green, blue = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return red, green, blue


def _written(parts: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(part * 255):02x}" for part in parts)
