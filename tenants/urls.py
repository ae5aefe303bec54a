from __future__ import annotations

from django.urls import path

from tenants import brand

app_name = "tenants"
urlpatterns = [
    path("brand.css", brand.stylesheet, name="stylesheet"),
    path("logo", brand.logo, name="logo"),
]
