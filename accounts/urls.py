from __future__ import annotations

from django.urls import include, path

from accounts import views

app_name = "accounts"
urlpatterns = [
    path("tokens/", views.tokens, name="tokens"),
    path("tokens/<uuid:token_id>/revoke/", views.revoke, name="revoke_token"),
    path("", include("accounts.browser.urls")),
]
