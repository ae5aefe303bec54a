from __future__ import annotations

from django.urls import path

from exchange.api import ContainerView, CredsView, ExchangeView

app_name = "exchange"
urlpatterns = [
    path("creds", CredsView.as_view(), name="creds"),
    path("api/v1/credentials", ContainerView.as_view(), name="credentials"),
    path("api/v1/exchange", ExchangeView.as_view(), name="exchange"),
]
