"""How a tenant's admin imports people: how and when, who the first are, and what each run did."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import admin, messages
from django.http import Http404
from django.template.response import TemplateResponse
from django.urls import path
from unfold.decorators import display
from unfold.widgets import UnfoldAdminSelectWidget

from accounts import arrivals
from accounts.claims import GROUP_MAX
from accounts.intake import runs, settings, sources
from accounts.intake.entry import role_of
from accounts.models import IdentityProvider, Import, Source
from accounts.names import check_role
from accounts.set_up.form import long_text
from tenants.refusal import Refusal
from tenants.runs import stop
from tenants.scope import current_tenant
from tenants.site import ReadOnlyAdmin, TenantsRowsAdmin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

    from accounts.intake.entry import Entry

_FIELDS = ["provider", "is_enabled", "minutes", "full_hours", "people", "roles", "when_gone"]
COUNTS = ("seen", "made", "changed", "restored", "gone", "refused")
_SHOWN = 20


class SourceForm(forms.ModelForm[Source]):
    # Declared here, because Django would read the providers when this class is made, before any scope is open.
    provider = forms.ModelChoiceField[IdentityProvider](
        queryset=None, widget=UnfoldAdminSelectWidget, help_text="Whose people become users without signing in first."
    )
    roles = long_text("Roles of groups", "One a line, such as Chat Admins = moderator; the first that fits counts.")

    class Meta:
        model = Source
        fields = [name for name in _FIELDS if name != "provider"]
        help_texts = {
            "people": "Who is imported. Of a directory such as (objectClass=inetOrgPerson), of a user pool such as "
            'email ^= "a". Empty: whoever may sign in by it.'
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["roles"] = "\n".join(f"{group} = {role}" for group, role in (self.instance.roles or {}).items())
        if self.instance._state.adding:  # noqa: SLF001 - the documented way to tell a new row
            providers = IdentityProvider.objects.filter(tenant=current_tenant(), source=None, kind__in=sources.KINDS)
            cast("forms.ModelChoiceField[IdentityProvider]", self.fields["provider"]).queryset = providers
        else:
            self.fields.pop("provider", None)

    def clean_roles(self) -> dict[str, str]:
        roles = {}
        for line in self.cleaned_data["roles"].splitlines():
            group, is_pair, role = (part.strip() for part in line.rpartition("="))
            if line.strip() and (not is_pair or not group or len(group) > GROUP_MAX):
                raise forms.ValidationError(f"“{line[:100]}” is no line such as Chat Admins = moderator.")
            if line.strip():
                check_role(role)
                roles[group] = role
        return roles

    def clean(self) -> None:
        is_new = self.instance._state.adding  # noqa: SLF001 - the documented way to tell a new row
        provider = self.cleaned_data.get("provider") if is_new else self.instance.provider
        people = self.cleaned_data.get("people")
        if provider and people:
            try:
                sources.check_filter(provider.kind, people)
            except forms.ValidationError as error:
                self.add_error("people", error)


class SourceAdmin(TenantsRowsAdmin[Source]):
    form = SourceForm
    list_display = ["provider", "is_enabled", "minutes", "full_hours", "last", "full_at"]
    actions = ["import_changes", "import_everything"]
    change_form_template = "admin/accounts/source/change_form.html"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Source]:
        return super().get_queryset(request).select_related("provider").prefetch_related("imports")

    def get_fields(self, request: HttpRequest, obj: Source | None = None) -> Any:
        return [name for name in _FIELDS if not (obj and name == "provider")]

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Like its provider, an import is set up at its tenant's own host."""
        return super().has_add_permission(request) and current_tenant() is not None

    def get_urls(self) -> Any:
        preview = path(
            "<path:object_id>/preview/", self.admin_site.admin_view(self.preview), name="accounts_source_preview"
        )
        return [preview, *super().get_urls()]

    @admin.display(description="Last run")
    def last(self, source: Source) -> str:
        run = next(iter(source.imports.all()), None)
        return f"{run.get_progress_display()}, {run.started_at:%Y-%m-%d %H:%M}" if run else "never"

    def save_model(self, request: HttpRequest, obj: Source, form: SourceForm, change: bool) -> None:
        values = {name: form.cleaned_data[name] for name in _FIELDS if name in form.cleaned_data}
        if change:
            settings.change_source(Source.objects.get(tenant=obj.tenant_id, pk=obj.pk), **values)
        else:
            obj.pk = settings.add_source(**values).pk

    def delete_model(self, request: HttpRequest, obj: Source) -> None:
        settings.drop_source(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Source]) -> None:
        for source in queryset:
            settings.drop_source(source)

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Tell what the service will do, which is not what Django's own search for related rows would find."""
        told = [f"{source}: nobody is imported by it any more; its people stay users." for source in objs]
        return told, {"imports": len(told)}, set(), []

    @admin.action(description="Import changes now")
    def import_changes(self, request: HttpRequest, sources: QuerySet[Source]) -> None:
        self._start(request, sources, is_full=False)

    @admin.action(description="Import everything now")
    def import_everything(self, request: HttpRequest, sources: QuerySet[Source]) -> None:
        self._start(request, sources, is_full=True)

    def _start(self, request: HttpRequest, chosen: QuerySet[Source], *, is_full: bool) -> None:
        for source in chosen:
            runs.start(source, is_full=is_full)
        self.message_user(request, "It runs. “Import runs” tells how far it is.")

    def preview(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Show the first of the people as they would be imported; nobody is."""
        source = self.get_object(request, object_id)
        if source is None:
            raise Http404("There is no such import.")
        context = self.admin_site.each_context(request) | {"opts": self.opts, "source": source, **_first(source)}
        title = f"The first {_SHOWN} of {source.provider}"
        return TemplateResponse(request, "admin/accounts/source/preview.html", context | {"title": title})


class ImportAdmin(ReadOnlyAdmin[Import], TenantsRowsAdmin[Import]):
    list_display = ["started_at", "source", "is_full", "state", *COUNTS]
    list_filter = ["progress", "is_full"]
    list_select_related = ["source__provider"]
    fields = ["source", "is_full", "state", *COUNTS, "stage", "reason", "told", "started_at", "finished_at"]
    actions = ["stop", "go_on"]

    @display(  # type: ignore[untyped-decorator]
        description="State",
        ordering="progress",
        label={"running": "info", "done": "success", "braked": "danger", "stopped": "warning", "failed": "danger"},
    )
    def state(self, run: Import) -> str:
        return run.progress

    @admin.display(description="Who was not imported, and why (the first hundred)")
    def told(self, run: Import) -> str:
        return "\n".join(run.problems)

    @admin.action(description="Stop")
    def stop(self, request: HttpRequest, chosen: QuerySet[Import]) -> None:
        for run in chosen:
            stop(run)
        self.message_user(request, "Stopped. “Go on” takes it up where it was.")

    @admin.action(description="Go on: I have looked, put out who is gone")
    def go_on(self, request: HttpRequest, chosen: QuerySet[Import]) -> None:
        going = sum(runs.resume(run) for run in chosen)
        told = f"{going} go on." if going else "There was nothing to go on with."
        self.message_user(request, told, messages.SUCCESS if going else messages.WARNING)


def _first(source: Source) -> dict[str, Any]:
    """The first people, with what would become of each, or the sentence why they can't be read."""
    try:
        pages = sources.pages(Import(tenant=source.tenant, source=source, is_full=True))
        found = list(islice(_entries(pages), _SHOWN))
    except Refusal as refusal:
        return {"trouble": " ".join([str(refusal), *getattr(refusal, "__notes__", [])])}
    return {"people": [_told(source, entry) for entry in found]}


def _entries(pages: Any) -> Iterator[Entry]:
    for page in pages:
        yield from page.entries


def _told(source: Source, entry: Entry) -> dict[str, Any]:
    role = role_of(entry.claims.groups, source.roles, source.provider.default_role)
    fate = arrivals.foretell(source.provider, entry.claims, role=role)
    return {
        "claims": entry.claims,
        "role": role,
        "fate": fate if entry.is_active else "They are let in no more, and would be left out or put out.",
    }
