"""The whole map."""

from __future__ import annotations

from allauth.account import urls as account_urls
from django.contrib import admin
from django.urls import include, path
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView

from accounts import own_pages
from accounts.scim.views import scim
from accounts.sign_in import SignInView
from portal import views

urlpatterns = [
    path("", views.index, name="index"),
    path("chat/", include("chat.urls")),
    path("", include("exchange.urls")),
    path("brand/", include("tenants.urls")),
    path("", include("portal.oauth")),
    path("account/login/", SignInView.as_view(), name="account_login"),
    path("account/email/", own_pages.emails, name="account_email"),
    path("account/password/change/", own_pages.change_password, name="account_change_password"),
    path("account/password/set/", own_pages.set_password, name="account_set_password"),
    path("account/password/reset/", own_pages.reset_password, name="account_reset_password"),
    path("account/", include("accounts.urls")),
    path("account/", include(account_urls)),
    path("account/2fa/", include("allauth.mfa.urls")),
    path("account/sessions/", include("allauth.usersessions.urls")),
    path("admin/", admin.site.urls),
    path("scim/v2", scim),
    path("scim/v2/<path:path>", scim),
    path("api/schema", SpectacularAPIView.as_view(), name="schema"),
    path("api/docs", SpectacularSwaggerSplitView.as_view(url_name="schema"), name="docs"),
]

handler400 = "portal.refusals.bad_request"
handler403 = "portal.refusals.forbidden"
handler404 = "portal.refusals.not_found"
handler500 = "portal.refusals.server_error"
