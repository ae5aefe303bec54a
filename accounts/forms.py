from __future__ import annotations

from typing import TYPE_CHECKING, Any

from allauth.account.adapter import get_adapter
from allauth.account.forms import LoginForm, ResetPasswordForm, ResetPasswordKeyForm, SignupForm
from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.webauthn.forms import LoginWebAuthnForm
from django import forms

from accounts.passwords import may_have_password
from accounts.tokens import MAX_DAYS, revoke_all_tokens
from tenants.refusal import Refusal
from tenants.scope import current_tenant

if TYPE_CHECKING:
    from allauth.mfa.models import Authenticator

    from accounts.models import User


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


class SignUpForm(SignupForm):
    def clean_email(self) -> str:
        """Take addresses of the tenant's own domains only, where it has named some."""
        email: str = super().clean_email()
        tenant = current_tenant()
        domains = tenant.signup_domains if tenant else []
        if domains and email.rpartition("@")[2].lower() not in domains:
            raise forms.ValidationError(f"Only addresses of {', '.join(domains)} may sign up here.")
        return email


class ResetForm(ResetPasswordForm):
    def clean_email(self) -> str:
        """Whoever may have no password is treated as an address that nobody has."""
        email: str = super().clean_email()
        self.users: list[User] = [user for user in self.users if may_have_password(user)]
        return email


class NewPasswordForm(ResetPasswordKeyForm):
    def save(self) -> None:
        """End what the old password may have let others make, whoever is signed in where the link was followed."""
        get_adapter().set_password(self.user, self.cleaned_data["password1"])
        if self.user.tenant:
            revoke_all_tokens(self.user.tenant, self.user)


class PasskeySignInForm(LoginWebAuthnForm):
    def clean_credential(self) -> Authenticator:
        """A passkey alone stands in for a portal password: it lets in who may have one."""
        factor: Authenticator = super().clean_credential()
        if not may_have_password(factor.user):
            raise get_mfa_adapter().validation_error("incorrect_code")
        return factor
