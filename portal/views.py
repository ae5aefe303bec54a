from __future__ import annotations

from typing import TYPE_CHECKING

from django.shortcuts import redirect, render

from tenants.scope import current_tenant

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse


def index(request: HttpRequest) -> HttpResponse:
    """The front door: members go to the chat, operators to the admin, everybody else may sign in."""
    if request.user.is_authenticated:
        return redirect("chat:page" if current_tenant() else "admin:index")
    return render(request, "index.html")
