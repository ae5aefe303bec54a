"""How Django admin looks."""

from __future__ import annotations

# The theme follows the system. The texts with dots are functions, which portal/navigation.py holds for the most part.
ADMIN = {
    "SITE_TITLE": "Chime identity portal",
    "SITE_HEADER": "tenants.site.house_name",
    "SITE_SUBHEADER": "Chime identity portal",
    "SITE_SYMBOL": "shield_person",
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": "portal.navigation.icon"}],
    "STYLES": ["portal.navigation.stylesheet"],
    "SHOW_HISTORY": False,
    "SIDEBAR": {"navigation": "portal.navigation.sidebar"},
}
