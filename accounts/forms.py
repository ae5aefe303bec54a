from __future__ import annotations

from typing import Any

from allauth.account.forms import LoginForm
from django import forms

from accounts.claims import Unusable
from accounts.tokens import MAX_DAYS
from tenants.refusal import Refusal


class TokenForm(forms.Form):
    name = forms.CharField(max_length=100, help_text="What the token is for, such as “build server”.")
    days = forms.IntegerField(
        label="Lifetime in days", min_value=1, max_value=MAX_DAYS, initial=90, help_text=f"At most {MAX_DAYS}."
    )


class SignInForm(LoginForm):
    def clean(self) -> Any:
        """Tell on the page why a directory's user can't come in, or that the directory can't be asked."""
        try:
            return super().clean()
        except Refusal as refusal:
            raise forms.ValidationError(refusal.sentence) from refusal
        except Unusable as error:
            raise forms.ValidationError(f"Your company's directory lacks something: {error}") from error
