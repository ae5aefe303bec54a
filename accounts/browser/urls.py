from __future__ import annotations

from django.urls import path

from accounts.browser import openid, views

urlpatterns = [
    path("by/<slug:slug>/", views.depart, name="depart"),
    path("ways-in/", views.ways_in, name="ways_in"),
    path("ways-in/<uuid:identity_id>/remove/", views.disconnect, name="disconnect"),
    path("ways-in/<slug:slug>/add/", views.connect, name="connect"),
    path("oidc/<slug:slug>/callback/", openid.callback, name="openid_callback"),
    path("oidc/<slug:slug>/logout/", openid.backchannel_logout, name="openid_logout"),
]
