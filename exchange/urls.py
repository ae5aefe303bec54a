from __future__ import annotations

from django.urls import path

from exchange.api import CredsView, ExchangeView

app_name = "exchange"
urlpatterns = [
    path("creds", CredsView.as_view(), name="creds"),
    path("api/v1/exchange", ExchangeView.as_view(), name="exchange"),
]
