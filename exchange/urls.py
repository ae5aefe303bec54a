from __future__ import annotations

from django.urls import path

from exchange.api import ContainerView, CredsView, ExchangeView, PoolView
from exchange.doctor.api import CheckupView

app_name = "exchange"
urlpatterns = [
    path("creds", CredsView.as_view(), name="creds"),
    path("api/v1/credentials", ContainerView.as_view(), name="credentials"),
    path("api/v1/identity-pool", PoolView.as_view(), name="identity_pool"),
    path("api/v1/checkup", CheckupView.as_view(), name="checkup"),
    path("api/v1/exchange", ExchangeView.as_view(), name="exchange"),
]
