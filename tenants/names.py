"""Names that are agreed with the outside."""

from __future__ import annotations

# The app instance user who administers an app instance for the portal, and is nobody's.
PORTALS_ADMIN = "portal-admin"
