"""Django admin as it stands at a host: the operator's over all tenants, a tenant admin's over their own."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.db import models
from django.template.response import SimpleTemplateResponse
from unfold.admin import ModelAdmin
from unfold.sites import UnfoldAdminSite

from tenants.scope import current_tenant, unscoped

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

M = TypeVar("M", bound=models.Model)


def is_operator(request: HttpRequest) -> bool:
    return current_tenant() is None and getattr(request.user, "is_operator", False)


class PortalAdminSite(UnfoldAdminSite):
    site_header = site_title = "Chime identity portal"
    index_title = "Administration"
    enable_nav_sidebar = True

    def has_permission(self, request: HttpRequest) -> bool:
        """Let in the admins of this host's tenant, and at the operator's host the operators."""
        user, tenant = request.user, current_tenant()
        if not (user.is_authenticated and user.is_active and user.is_staff):
            return False
        return user.tenant_id == (tenant.pk if tenant else None)

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """There is one way in, with its rate limits: the portal's own sign-in page."""
        return redirect_to_login(request.GET.get("next", "/admin/"), login_url="account_login")

    def admin_view(self, view: Callable[..., HttpResponse], cacheable: bool = False) -> Any:
        """Open everybody's rows for the operator, once they are known to be one, until the page is written."""

        def over_all(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if not is_operator(request):
                return view(request, *args, **kwargs)
            with unscoped():
                response = view(request, *args, **kwargs)
                return response.render() if isinstance(response, SimpleTemplateResponse) else response

        return super().admin_view(over_all, cacheable)


class UnwrappedAdmin(admin.ModelAdmin[M]):
    """Django wraps its change and delete views in a transaction; this takes the wrapping off.

    The services open their own transactions, outermost, because what they announce goes out when they commit.
    """

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._changeform_view(request, *args, **kwargs)  # type: ignore[attr-defined, no-any-return]

    def delete_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._delete_view(request, *args, **kwargs)  # type: ignore[attr-defined, no-any-return]


class ServiceAdmin(ModelAdmin[M], UnwrappedAdmin[M]):
    """Pages that show rows and let services write them."""

    operator_only = False
    list_fullwidth = True
    compressed_fields = True

    def has_module_permission(self, request: HttpRequest) -> bool:
        return self._is_admin(request)

    def has_view_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return self._is_admin(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self._is_admin(request)

    def has_change_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return self._is_admin(request)

    def has_delete_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return self._is_admin(request)

    def _unlogged(self, *_: Any) -> Any:
        """The audit trail is written by the services, in the transaction of the change."""

    log_addition = log_change = log_deletions = _unlogged  # type: ignore[assignment]

    def _is_admin(self, request: HttpRequest) -> bool:
        return is_operator(request) or (not self.operator_only and admin.site.has_permission(request))


class ReadOnlyAdmin(ServiceAdmin[M]):
    """A list of what happened, or of what other pages make."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False
