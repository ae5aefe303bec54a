"""A tenant's users by a file: what it would do is shown first, then done, with a sentence for each bad line."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django import forms
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldBooleanSwitchWidget

from accounts.intake.csv_file import COLUMNS, Unreadable, read
from accounts.intake.csv_users import take_in

if TYPE_CHECKING:
    from django.http import HttpRequest

    from tenants.models import Tenant


class CSVForm(forms.Form):
    file = forms.FileField(
        widget=UnfoldAdminFileFieldWidget,
        help_text=f"Columns: {', '.join(COLUMNS)}. Only the user name is needed; empty values leave what is there.",
    )
    dry_run = forms.BooleanField(
        label="Only look",
        required=False,
        initial=True,
        widget=UnfoldBooleanSwitchWidget,
        help_text="Says what would be done and what is wrong, and changes nobody.",
    )

    def clean_file(self) -> list[str]:
        content: bytes = self.cleaned_data["file"].read()
        try:
            return content.decode("utf-8-sig").splitlines(keepends=True)
        except UnicodeDecodeError as error:
            raise forms.ValidationError("This is no text in UTF-8. Save it as “CSV UTF-8”.") from error


def by_file(request: HttpRequest, tenant: Tenant) -> dict[str, Any]:
    """What the page shows: the form, and what became of the file that was sent."""
    form = CSVForm(request.POST or None, request.FILES or None)
    if not form.is_valid():
        return {"form": form}
    dry_run = form.cleaned_data["dry_run"]
    try:
        report = take_in(tenant, read(form.cleaned_data["file"]), dry_run=dry_run)
    except Unreadable as unreadable:
        form.add_error("file", str(unreadable))
        return {"form": form}
    return {"form": form, "report": report, "dry_run": dry_run}
