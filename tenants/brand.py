"""What a tenant's pages wear: its colour, as a style sheet of its own, and its logo."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from django.http import Http404, HttpResponse
from django.views.decorators.http import condition, require_safe

from tenants import colours
from tenants.models import Logo, Tenant
from tenants.scope import current_tenant

if TYPE_CHECKING:
    from django.http import HttpRequest

    from tenants.colours import Scheme

_MINUTES = "max-age=300"  # a changed colour or logo is everywhere after so many seconds


def _tenant() -> Tenant:
    tenant = current_tenant()
    if tenant is None:
        raise Http404("The operator has no brand.")
    return tenant


def _colour_tag(_request: HttpRequest) -> str:
    return f'"{_tenant().colour[1:]}"'


def _logo_tag(_request: HttpRequest) -> str:
    return f'"{_tenant().logo_digest}"'


@require_safe
@condition(etag_func=_colour_tag)
def stylesheet(_request: HttpRequest) -> HttpResponse:
    """The variables of portal.css in the tenant's colour; a style may not stand in the page itself (CSP)."""
    colour = _tenant().colour
    text = _rules(colours.light(colour), colours.dark(colour)) if colour else ""
    return HttpResponse(text, content_type="text/css; charset=utf-8", headers={"Cache-Control": _MINUTES})


@require_safe
@condition(etag_func=_logo_tag)
def logo(_request: HttpRequest) -> HttpResponse:
    found = Logo.objects.filter(tenant=_tenant()).first()
    if found is None:
        raise Http404("This tenant has no logo.")
    return HttpResponse(bytes(found.content), content_type=found.content_type, headers={"Cache-Control": _MINUTES})


def _rules(light: Scheme, dark: Scheme) -> str:
    return (
        f":root {{ {_variables(light)} }}\n@media (prefers-color-scheme: dark) {{ :root {{ {_variables(dark)} }} }}\n"
    )


def _variables(scheme: Scheme) -> str:
    return " ".join(f"--{name.replace('_', '-')}: {value};" for name, value in asdict(scheme).items())
