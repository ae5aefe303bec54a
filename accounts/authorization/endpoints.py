"""The OpenID provider's endpoints: allauth's, at a tenant's host only, with what allauth leaves open closed."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from allauth.idp.oidc import views
from allauth.idp.oidc.models import Client
from csp.constants import SELF
from csp.decorators import csp_update
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.datastructures import MultiValueDictKeyError
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from accounts import signing
from accounts.authorization.discovery import this_tenant
from accounts.authorization.requests import check_parameters
from tenants.refusal import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponseBase

    View = Callable[[HttpRequest], HttpResponseBase]


def of_tenant(view: View) -> View:
    """At the operator's host there is no provider; a malformed request is told so, where allauth would fall over."""

    # Nothing of allauth's view is copied: its exemption from CSRF checks is for each endpoint here to say.
    @never_cache
    def checked(request: HttpRequest) -> HttpResponseBase:
        # A tenant's first key is made now: later it would be within allauth's transaction.
        signing.private_keys(this_tenant(), now=timezone.now())
        check_parameters(request)
        # oauthlib does not know that a form may say its character set.
        request.META["CONTENT_TYPE"] = request.content_type
        try:
            return view(request)
        except (MultiValueDictKeyError, Client.DoesNotExist) as error:
            raise Refusal(
                "invalid_request", "A parameter is missing, or the client is not here.", status=400
            ) from error
        except ValidationError as error:
            raise Refusal("invalid_target", " ".join(error.messages), status=400) from error

    return checked


# Programs come without cookies; the page of the authorization endpoint checks its own form's CSRF token.
token = csrf_exempt(of_tenant(views.token))
revoke = csrf_exempt(of_tenant(views.revoke))
userinfo = csrf_exempt(of_tenant(views.user_info))
device_code = csrf_exempt(of_tenant(views.device_code))
logout = csrf_exempt(of_tenant(views.logout))
# allauth exempts this page from CSRF checks; but it has a form, by which somebody lets a device in.
device = of_tenant(views.device_authorization)


@csrf_exempt
@of_tenant
def authorization(request: HttpRequest) -> HttpResponseBase:
    """Let the consent form lead on to the client, which the page's policy would forbid browsers."""
    asked = urlsplit(request.GET.get("redirect_uri", ""))
    back = f"{asked.scheme}://{asked.netloc}" if asked.netloc else f"{asked.scheme}:"
    if not asked.scheme or not back.isascii() or any(sign in back for sign in " ;,'\""):
        back = SELF
    answer: HttpResponseBase = csp_update({"form-action": [SELF, back]})(views.authorization)(request)
    return answer
