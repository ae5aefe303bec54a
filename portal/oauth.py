"""The OpenID provider's part of the map; allauth looks its addresses up by these names."""

from __future__ import annotations

from django.urls import include, path

from accounts.authorization import discovery, endpoints
from exchange.api import TokenView

_provider = [
    path(".well-known/openid-configuration", discovery.configuration, name="configuration"),
    path(".well-known/oauth-authorization-server", discovery.configuration, name="metadata"),
    path(".well-known/jwks.json", discovery.keys, name="jwks"),
    path("oauth/authorize", endpoints.authorization, name="authorization"),
    path("oauth/token", TokenView.as_view(), name="token"),
    path("oauth/revoke", endpoints.revoke, name="revoke"),
    path("oauth/userinfo", endpoints.userinfo, name="userinfo"),
    path("oauth/device", endpoints.device, name="device_authorization"),
    path("oauth/device/code", endpoints.device_code, name="device_code"),
    path("oauth/logout", endpoints.logout, name="logout"),
]
app_name = "idp"
urlpatterns = [path("", include((_provider, "oidc")))]
