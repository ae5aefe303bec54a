"""allauth keeps a verified e-mail address unique over the whole table; here it is unique in each tenant.

The table is allauth's, so the column that tells the tenant is filled by a trigger from the user's row, and Django's
models know nothing of it. An operator, who has no tenant, gets a value that is nobody's id: NULLs are never equal.
"""

from django.db import migrations

_TENANT_OF = "COALESCE((SELECT tenant_id FROM accounts_user WHERE id = {user}), {nobody})"
_COLUMN = "ALTER TABLE account_emailaddress ADD COLUMN tenant_id {type}"
_FILL = "UPDATE account_emailaddress SET tenant_id = {tenant}"
_INDEX = """
CREATE UNIQUE INDEX verified_email_unique_in_tenant
ON account_emailaddress (tenant_id, email) WHERE verified AND tenant_id IS NOT NULL
"""
_TYPE = {"postgresql": "uuid", "sqlite": "char(32)"}
_NOBODY = {"postgresql": "'00000000-0000-0000-0000-000000000000'::uuid", "sqlite": "'nobody'"}
_TRIGGERS = {
    "postgresql": [
        """
        CREATE FUNCTION account_emailaddress_tenant() RETURNS trigger AS $$
        BEGIN
            NEW.tenant_id := {tenant};
            RETURN NEW;
        END
        $$ LANGUAGE plpgsql
        """,
        """
        CREATE TRIGGER account_emailaddress_tenant BEFORE INSERT OR UPDATE ON account_emailaddress
        FOR EACH ROW EXECUTE FUNCTION account_emailaddress_tenant()
        """,
    ],
    # SQLite's triggers can't change the row that is being written, so they write it once more: a row without a
    # tenant is for a moment in the table, which is why the index leaves such rows out.
    "sqlite": [
        """
        CREATE TRIGGER account_emailaddress_tenant_insert AFTER INSERT ON account_emailaddress
        BEGIN
            UPDATE account_emailaddress SET tenant_id = {tenant} WHERE id = NEW.id;
        END
        """,
        """
        CREATE TRIGGER account_emailaddress_tenant_update AFTER UPDATE OF user_id ON account_emailaddress
        BEGIN
            UPDATE account_emailaddress SET tenant_id = {tenant} WHERE id = NEW.id;
        END
        """,
    ],
}


def bind_to_tenant(apps, schema_editor):
    vendor = schema_editor.connection.vendor
    address = apps.get_model("account", "EmailAddress")
    for constraint in address._meta.constraints:
        if constraint.name == "unique_verified_email":
            schema_editor.remove_constraint(address, constraint)
    new_row, old_row = (_TENANT_OF.format(user=user, nobody=_NOBODY[vendor]) for user in ("NEW.user_id", "user_id"))
    schema_editor.execute(_COLUMN.format(type=_TYPE[vendor]))
    schema_editor.execute(_FILL.format(tenant=old_row))
    for trigger in _TRIGGERS[vendor]:
        schema_editor.execute(trigger.format(tenant=new_row), params=None)
    schema_editor.execute(_INDEX)


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0001_initial"),
        ("account", "0009_emailaddress_unique_primary_email"),
    ]

    operations = [migrations.RunPython(bind_to_tenant, migrations.RunPython.noop)]
