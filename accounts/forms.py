from __future__ import annotations

from django import forms

from accounts.tokens import MAX_DAYS


class TokenForm(forms.Form):
    name = forms.CharField(max_length=100, help_text="What the token is for, such as “build server”.")
    days = forms.IntegerField(
        label="Lifetime in days", min_value=1, max_value=MAX_DAYS, initial=90, help_text=f"At most {MAX_DAYS}."
    )
