from __future__ import annotations

from django.urls import path

from accounts.browser import openid, saml, saml_logout, views

urlpatterns = [
    path("by/<slug:slug>/", views.depart, name="depart"),
    path("ways-in/", views.ways_in, name="ways_in"),
    path("ways-in/<uuid:identity_id>/remove/", views.disconnect, name="disconnect"),
    path("ways-in/<slug:slug>/add/", views.connect, name="connect"),
    path("oidc/<slug:slug>/callback/", openid.callback, name="openid_callback"),
    path("oidc/<slug:slug>/logout/", openid.backchannel_logout, name="openid_logout"),
    path("saml/<slug:slug>/acs/", saml.acs, name="saml_acs"),
    path("saml/<slug:slug>/finish/", saml.finish, name="saml_finish"),
    path("saml/<slug:slug>/metadata/", saml.show_metadata, name="saml_metadata"),
    path("saml/<slug:slug>/sls/", saml_logout.sls, name="saml_sls"),
    path("saml/<slug:slug>/leave/", saml_logout.leave, name="saml_leave"),
]
