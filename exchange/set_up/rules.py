"""How an operator says what some of a tenant's people get, and looks at what that makes of one of them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django import forms
from django.http import Http404
from django.template.response import TemplateResponse
from django.urls import path
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from accounts.models import User
from exchange import services
from exchange.abilities import USUAL, Ability
from exchange.models import Rule
from exchange.policy import rule_for
from tenants.failures import Failure
from tenants.refusal import Refusal
from tenants.site import ServiceAdmin

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

_MEANINGS = {
    Ability.READ: "see one's channels, and what is said there",
    Ability.SEND: "send messages",
    Ability.EDIT: "correct and take back one's own messages",
    Ability.JOIN: "come, go, bring others",
    Ability.CREATE: "create channels",
    Ability.MODERATE: "bans, moderators, changing and deleting channels",
    Ability.DIRECTORY: "see everybody of the tenant",
    Ability.ATTACH: "attach files, in the bucket that the AWS link names",
}
_OF_THE_RULE = (
    *("position", "role_arn", "abilities", "narrows"),
    *("max_seconds", "session_name", "tags"),
)


class RuleForm(forms.ModelForm[Rule]):
    abilities = forms.MultipleChoiceField(
        label="They may",
        choices=[(ability.value, f"{ability}: {meaning}") for ability, meaning in _MEANINGS.items()],
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
        initial=list(USUAL["member"]),
        help_text="What “provision” makes the role for, and what a session policy leaves of it.",
    )
    tags = forms.CharField(
        label="Session tags",
        required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}),
        help_text="Besides the portal's own, one a line, as in Team=${role}. Mind which attributes people choose "
        "themselves. The role's trust policy has to allow these tags.",
    )

    class Meta:
        model = Rule
        fields = ["tenant", "profile", "user_role", "group", *_OF_THE_RULE]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["tags"] = "\n".join(f"{key}={value}" for key, value in sorted(self.instance.tags.items()))

    def clean_tags(self) -> dict[str, str]:
        lines = [line.strip() for line in self.cleaned_data["tags"].splitlines() if line.strip()]
        found: dict[str, str] = {}
        for line in lines:
            key, equals, value = (part.strip() for part in line.partition("="))
            if not equals:
                raise forms.ValidationError(f"“{line[:40]}” has no “=”: write a name, =, and a text.")
            if key in found:
                raise forms.ValidationError(f"The tag {key[:40]} is there twice.")
            found[key] = value
        return found


class PreviewForm(forms.Form):
    user = forms.CharField(label="User name", max_length=150, widget=UnfoldAdminTextInputWidget)


class RuleAdmin(ServiceAdmin[Rule]):
    """Roles live in the operator's AWS account, so the operator says which tenant uses which."""

    operator_only = True
    form = RuleForm
    fields = ["tenant", "profile", "user_role", "group", *_OF_THE_RULE]
    change_form_template = "admin/exchange/rule/change_form.html"
    list_display = ["tenant", "profile", "user_role", "group", "position", "role_arn", "may", "max_seconds"]
    list_select_related = ["tenant"]
    list_filter = ["profile"]

    def get_urls(self) -> Any:
        view = self.admin_site.admin_view(self.preview)
        return [path("<path:object_id>/preview/", view, name="exchange_rule_preview"), *super().get_urls()]

    def get_readonly_fields(self, request: HttpRequest, obj: Rule | None = None) -> list[str]:
        return ["tenant", "profile", "user_role", "group"] if obj else []

    def may(self, rule: Rule) -> str:
        return ", ".join(rule.abilities)

    def save_model(self, request: HttpRequest, obj: Rule, form: Any, change: bool) -> None:
        told: Any = {name: getattr(obj, name) for name in ("profile", "user_role", "group", *_OF_THE_RULE)}
        obj.pk = services.set_rule(obj.tenant, **told).pk

    def delete_model(self, request: HttpRequest, obj: Rule) -> None:
        services.drop_rule(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Rule]) -> None:
        for rule in queryset:
            services.drop_rule(rule)

    def preview(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show what AWS would be asked for in somebody's name; it is not asked."""
        rule = self.get_object(request, object_id)
        if rule is None:
            raise Http404("There is no such rule.")
        form = PreviewForm(request.GET or None)
        found = _previewed(rule, form.cleaned_data["user"]) if form.is_valid() else {}
        context = self.admin_site.each_context(request) | {"opts": self.opts, "rule": rule, "form": form, **found}
        return TemplateResponse(request, "admin/exchange/rule/preview.html", context | {"title": "Preview of a rule"})


def _previewed(rule: Rule, username: str) -> dict[str, Any]:
    user = User.objects.filter(tenant=rule.tenant, username=username).first()
    if user is None:
        return {"trouble": f"{rule.tenant} has no user “{username}”."}
    try:
        grant = services.preview(rule, user)
    except (Refusal, Failure) as trouble:
        return {"trouble": str(trouble)}
    counts = rule_for(user, Rule.objects.filter(tenant=rule.tenant))
    facts = {"Role": grant.role_arn, "Session name": grant.session_name, "Seconds": grant.duration_seconds}
    return {
        "other": counts if counts != rule else None,
        "facts": facts.items(),
        "tags": grant.tags.items(),
        "policy": json.dumps(json.loads(grant.session_policy), indent=2) if grant.session_policy else "",
    }
