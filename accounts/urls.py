from __future__ import annotations

from django.urls import include, path

from accounts import sign_in, views

app_name = "accounts"
urlpatterns = [
    path("tokens/", views.tokens, name="tokens"),
    path("tokens/<uuid:token_id>/revoke/", views.revoke, name="revoke_token"),
    path("sessions/<int:session_id>/end/", views.end_session, name="end_session"),
    path("sessions/end/", views.sign_out_everywhere, name="sign_out_everywhere"),
    path("find/", sign_in.find, name="find"),
    path("", include("accounts.browser.urls")),
]
