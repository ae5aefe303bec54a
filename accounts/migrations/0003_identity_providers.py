import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import uuid
from django.conf import settings
from django.db import migrations, models


def keep_triggers(wanted):
    """SQLite renames a whole new table into accounts_user; else it would first ask whether the trigger of 0002 fits."""

    def apply(apps, schema_editor):
        if schema_editor.connection.vendor == "sqlite":
            schema_editor.execute(f"PRAGMA legacy_alter_table = {wanted}")

    return migrations.RunPython(apply, migrations.RunPython.noop)


class Migration(migrations.Migration):

    dependencies = [
        ('accounts', '0002_verified_address_unique_in_tenant'),
        ('tenants', '0002_sign_in'),
    ]

    operations = [
        keep_triggers("ON"),
        migrations.AddField(
            model_name='user',
            name='groups',
            field=models.JSONField(blank=True, default=list, help_text='As the identity provider or directory tells them.'),
        ),
        migrations.AddField(
            model_name='user',
            name='role',
            field=models.CharField(default='member', max_length=40, validators=[django.core.validators.RegexValidator('^[a-z0-9][a-z0-9_-]{0,39}\\Z', 'A role is a word in lower case, such as member or moderator.')]),
        ),
        migrations.CreateModel(
            name='IdentityProvider',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('ldap', 'LDAP or Active Directory'), ('saml', 'SAML 2.0'), ('oidc', 'OpenID Connect'), ('cognito', 'Amazon Cognito user pool'), ('google', 'Google'), ('apple', 'Apple'), ('facebook', 'Facebook'), ('amazon', 'Login with Amazon')], max_length=10)),
                ('slug', models.CharField(help_text="Part of the addresses you give to the provider, such as “okta”. It can't be changed later.", max_length=40, validators=[django.core.validators.RegexValidator('^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?\\Z')])),
                ('name', models.CharField(help_text='What the sign-in page calls it, such as “Acme staff”.', max_length=60)),
                ('position', models.PositiveIntegerField(default=0, help_text='The sign-in page shows the lowest first.')),
                ('is_enabled', models.BooleanField(default=False, verbose_name='switched on')),
                ('settings', models.JSONField(blank=True, default=dict)),
                ('secrets', models.TextField(blank=True, default=dict, editable=False)),
                ('attribute_map', models.JSONField(blank=True, default=dict)),
                ('creates_users', models.BooleanField(default=True, help_text='When off, only people who are users already get in.', verbose_name='new people become users')),
                ('updates_users', models.BooleanField(default=True, help_text='At each sign-in.', verbose_name='names and groups follow the provider')),
                ('default_role', models.CharField(default='member', max_length=40, validators=[django.core.validators.RegexValidator('^[a-z0-9][a-z0-9_-]{0,39}\\Z', 'A role is a word in lower case, such as member or moderator.')])),
                ('tested_at', models.DateTimeField(editable=False, null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='identity_providers', to='tenants.tenant')),
            ],
            options={
                'ordering': ['position', 'name'],
            },
        ),
        migrations.CreateModel(
            name='Identity',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('subject', models.CharField(max_length=255)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('last_used_at', models.DateTimeField(editable=False, null=True)),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='tenants.tenant')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='identities', to=settings.AUTH_USER_MODEL)),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='identities', to='accounts.identityprovider')),
            ],
            options={
                'verbose_name_plural': 'identities',
                'ordering': ['created_at'],
            },
        ),
        migrations.CreateModel(
            name='EmailDomain',
            fields=[
                ('id', models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ('domain', models.CharField(max_length=253, validators=[django.core.validators.RegexValidator('^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*\\Z', '“%(value)s” is not a host name in lower case, such as chat.example.com, without a port.')])),
                ('verified_at', models.DateTimeField(blank=True, editable=False, null=True)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='email_domains', to='tenants.tenant')),
                ('provider', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='email_domains', to='accounts.identityprovider')),
            ],
            options={
                'ordering': ['domain'],
            },
        ),
        migrations.CreateModel(
            name='UsedProof',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('digest', models.CharField(help_text="SHA-256 of the proof's id, in hexadecimal.", max_length=64)),
                ('expires_at', models.DateTimeField(db_index=True)),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='accounts.identityprovider')),
                ('tenant', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to='tenants.tenant')),
            ],
        ),
        migrations.AddConstraint(
            model_name='identityprovider',
            constraint=models.UniqueConstraint(fields=('tenant', 'slug'), name='provider_slug_unique_in_tenant', violation_error_message='Another identity provider of yours has this short name.'),
        ),
        migrations.AddConstraint(
            model_name='identity',
            constraint=models.UniqueConstraint(fields=('tenant', 'provider', 'subject'), name='identity_unique_in_tenant'),
        ),
        migrations.AddConstraint(
            model_name='emaildomain',
            constraint=models.UniqueConstraint(fields=('tenant', 'domain'), name='email_domain_unique_in_tenant', violation_error_message='This domain is in your list already.'),
        ),
        migrations.AddConstraint(
            model_name='emaildomain',
            constraint=models.UniqueConstraint(condition=models.Q(('verified_at__isnull', False)), fields=('domain',), name='verified_email_domain_unique', violation_error_message='This domain belongs to somebody else.'),
        ),
        migrations.AddConstraint(
            model_name='usedproof',
            constraint=models.UniqueConstraint(fields=('tenant', 'provider', 'digest'), name='proof_used_once'),
        ),
        keep_triggers("OFF"),
    ]
