"""The page on which a tenant's admins tie a group to a channel, see how far it follows, and let it be again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import admin
from django.db.models import Count
from django.http import Http404
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from accounts.models import Group
from chimeusers import channels
from chimeusers.models import GroupChannel
from tenants.failures import Failure
from tenants.models import AWSLink
from tenants.refusal import Refusal
from tenants.scope import current_tenant
from tenants.site import TenantsRowsAdmin

if TYPE_CHECKING:
    from django.db.models import QuerySet
    from django.http import HttpRequest


class GroupChannelForm(forms.ModelForm[GroupChannel]):
    # Declared here, because Django would read the groups when this class is made, before any scope is open.
    group = forms.ModelChoiceField[Group](queryset=None, widget=UnfoldAdminSelectWidget)
    channel_arn = forms.CharField(
        label="Channel ARN",
        required=False,
        max_length=300,
        widget=UnfoldAdminTextInputWidget,
        help_text="Of a channel that is there. Empty: a new private channel of the group's name.",
    )

    class Meta:
        model = GroupChannel
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "group" in self.fields:
            free = Group.objects.filter(tenant=current_tenant(), channel=None)
            cast("forms.ModelChoiceField[Group]", self.fields["group"]).queryset = free

    def clean(self) -> dict[str, Any]:
        """Tie them here already: what Chime says of it is a complaint beside the fields, and the entries stay."""
        cleaned, tenant = super().clean() or self.cleaned_data, current_tenant()
        if self.errors or tenant is None:
            return cleaned
        link = AWSLink.objects.filter(tenant=tenant).select_related("tenant").first()
        if link is None:
            raise forms.ValidationError("The tenant is not linked to AWS yet, so it has no channels.")
        try:
            self.instance = channels.tie(link, cleaned["group"], channel_arn=cleaned["channel_arn"].strip())
        except (Refusal, Failure) as error:
            raise forms.ValidationError(str(error)) from error
        return cleaned

    def _post_clean(self) -> None:
        """The service has checked the row already, and written it."""


class GroupChannelAdmin(TenantsRowsAdmin[GroupChannel]):
    form = GroupChannelForm
    list_display = ["group", "channel_arn", "in_group", "kept"]
    search_fields = ["group__name", "channel_arn"]

    def get_queryset(self, request: HttpRequest) -> QuerySet[GroupChannel]:
        rows = super().get_queryset(request).select_related("group")
        counts = {"in_group_now": "group__memberships", "kept_now": "members"}
        return rows.annotate(**{name: Count(path, distinct=True) for name, path in counts.items()})

    def get_fields(self, request: HttpRequest, obj: GroupChannel | None = None) -> Any:
        return [*self.list_display, "created_at"] if obj else ["group", "channel_arn"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """A channel belongs to the house at whose host its group is tied to it."""
        return super().has_add_permission(request) and current_tenant() is not None

    def has_change_permission(self, request: HttpRequest, obj: GroupChannel | None = None) -> bool:
        """A group is tied to a channel and untied, never moved from one to another."""
        return obj is None and super().has_change_permission(request, obj)

    @admin.display(description="In the group", ordering="in_group_now")
    def in_group(self, row: Any) -> int:
        return int(row.in_group_now)

    @admin.display(description="Put into the channel", ordering="kept_now")
    def kept(self, row: Any) -> int:
        return int(row.kept_now)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Tell what the service will do, which is not what Django's own search for related rows would find."""
        told = [f"{row}: it stays as it is, and follows the group no more." for row in objs]
        return told, {"channels of groups": len(told)}, set(), []

    def save_form(self, request: HttpRequest, form: Any, change: bool) -> GroupChannel:
        return cast("GroupChannel", form.instance)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """There is nothing besides the row."""

    def save_model(self, request: HttpRequest, obj: GroupChannel, form: Any, change: bool) -> None:
        """The form's check has tied them."""
        if current_tenant() is None:
            raise Http404("Groups are tied to channels at a tenant's host.")

    def delete_model(self, request: HttpRequest, obj: GroupChannel) -> None:
        channels.untie(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[GroupChannel]) -> None:
        for row in queryset:
            channels.untie(row)
