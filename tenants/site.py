"""Django admin as it stands at a host: the operator's over all tenants, a tenant admin's over their own."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, TypeVar

from csp.constants import SELF, UNSAFE_EVAL, UNSAFE_INLINE
from csp.decorators import csp_update
from django.contrib import admin
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.db import models
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import SimpleTemplateResponse
from unfold.admin import ModelAdmin
from unfold.sites import UnfoldAdminSite

from tenants.scope import current_tenant, unscoped

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

M = TypeVar("M", bound=models.Model)

# Unfold's pages need both: Alpine.js evaluates the expressions that stand in their attributes, and their colours and
# widths come as <style> elements and style attributes. Scripts still come from this host only, none from a page.
_POLICY = {"script-src": [SELF, UNSAFE_EVAL], "style-src": [SELF, UNSAFE_INLINE]}


def is_operator(request: HttpRequest) -> bool:
    return current_tenant() is None and getattr(request.user, "is_operator", False)


def house_name(_request: HttpRequest) -> str:
    """Return whose admin this is, for the head of the side bar."""
    tenant = current_tenant()
    return tenant.name if tenant else "Operator"


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

    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """And one way out; the form of the side bar goes there as it was posted."""
        return redirect("account_logout", preserve_request=True)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        return redirect("account_change_password")

    def admin_view(self, view: Callable[..., HttpResponse], cacheable: bool = False) -> Any:
        """Answer “not found” wherever Django's admin would tell somebody that there is something they may not see.

        That is also the answer to whoever is signed in and no admin: the sign-in page would send them back here.
        """
        checked: Callable[..., HttpResponse] = super().admin_view(csp_update(_POLICY)(_over_all(view)), cacheable)

        @wraps(checked)
        def door(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            if request.user.is_authenticated and not self.has_permission(request):
                raise Http404("Only admins get further.")
            try:
                return checked(request, *args, **kwargs)
            except PermissionDenied as denied:
                raise Http404("Not within this admin's reach.") from denied

        return door


def _over_all(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Open everybody's rows for the operator, once they are known to be one, until the page is written."""

    @wraps(view)
    def over_all(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not is_operator(request):
            return view(request, *args, **kwargs)
        with unscoped():
            response = view(request, *args, **kwargs)
            return response.render() if isinstance(response, SimpleTemplateResponse) else response

    return over_all


class UnwrappedAdmin(admin.ModelAdmin[M]):
    """Django wraps its change and delete views in a transaction; this takes the wrapping off.

    The services open their own transactions, outermost, because what they announce goes out when they commit.
    """

    def changeform_view(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return self._changeform_view(request, *args, **kwargs)  # type: ignore[attr-defined, no-any-return]

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        return self._delete_view(request, object_id, extra_context)  # type: ignore[attr-defined, no-any-return]


class ServiceAdmin(ModelAdmin[M], UnwrappedAdmin[M]):
    """Pages that show rows and let services write them."""

    operator_only = False
    list_fullwidth = True
    compressed_fields = True

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[M]:
        """Have no rows for whoever may not see them, so that no page tells an id that exists from one that does not."""
        rows = super().get_queryset(request)
        return rows if self._is_admin(request) else rows.none()

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

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest) -> bool:
        """Let an address filter by what the list offers, or anybody could guess at a hash letter by letter.

        And by no NUL, which PostgreSQL has no place for.
        """
        filters = (getattr(one, "parameter_name", one) for one in self.get_list_filter(request))
        offered = {*filters, self.date_hierarchy}
        is_offered = lookup.partition("__")[0] in offered and "\x00" not in value
        return is_offered and super().lookup_allowed(lookup, value, request)

    def _unlogged(self, *_: Any) -> Any:
        """The audit trail is written by the services, in the transaction of the change."""

    log_addition = log_change = log_deletions = _unlogged  # type: ignore[assignment]

    def _is_admin(self, request: HttpRequest) -> bool:
        return is_operator(request) or (not self.operator_only and self.admin_site.has_permission(request))


class TenantsRowsAdmin(ServiceAdmin[M]):
    """Rows that belong to tenants: the operator also sees whose each is, and may choose a tenant's."""

    def get_queryset(self, request: HttpRequest) -> models.QuerySet[M]:
        return super().get_queryset(request).select_related("tenant")

    def get_list_display(self, request: HttpRequest) -> Any:
        columns = super().get_list_display(request)
        return ["tenant", *columns] if is_operator(request) else columns

    def get_list_display_links(self, request: HttpRequest, list_display: Any) -> Any:
        return [self.list_display[0]]

    def get_list_filter(self, request: HttpRequest) -> Any:
        filters = super().get_list_filter(request)
        return ["tenant", *filters] if is_operator(request) else filters


class ReadOnlyAdmin(ServiceAdmin[M]):
    """A list of what happened, or of what other pages make."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: M | None = None) -> bool:
        return False
