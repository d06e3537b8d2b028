"""Acts and used-up numbers; acts can only be added."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations, models

SQLITE = "CREATE TRIGGER act_no_{verb} BEFORE {VERB} ON act BEGIN SELECT RAISE(ABORT, 'acts are only ever added'); END"
POSTGRESQL = (
    "CREATE FUNCTION act_only_added() RETURNS trigger LANGUAGE plpgsql AS"
    " $$ BEGIN RAISE EXCEPTION 'acts are only ever added'; END $$",
    "CREATE TRIGGER act_only_added BEFORE UPDATE OR DELETE ON act FOR EACH ROW EXECUTE FUNCTION act_only_added()",
)


def only_added(apps: Any, editor: Any) -> None:
    """Make the database refuse every change of an act."""
    if editor.connection.vendor == "sqlite":
        for verb in ("update", "delete"):
            editor.execute(SQLITE.format(verb=verb, VERB=verb.upper()))
    else:
        for statement in POSTGRESQL:
            editor.execute(statement)


class Migration(migrations.Migration):
    """The first tables."""

    initial = True
    dependencies: ClassVar = []
    operations: ClassVar = [
        migrations.CreateModel(
            name="ActRow",
            fields=[
                ("sequence", models.BigIntegerField(primary_key=True, serialize=False)),
                ("sha256", models.CharField(max_length=64, unique=True)),
                ("body", models.BinaryField()),
            ],
            options={"db_table": "act", "ordering": ["sequence"]},
        ),
        migrations.CreateModel(
            name="ConsumedRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("environment", models.CharField(max_length=16)),
                ("election", models.CharField(max_length=64)),
                ("sender", models.CharField(max_length=64)),
                ("recipient", models.CharField(max_length=64)),
                ("epoch", models.BigIntegerField()),
                ("sequence", models.BigIntegerField()),
                ("manifest", models.CharField(max_length=64, unique=True)),
            ],
            options={"db_table": "consumed"},
        ),
        migrations.AddConstraint(
            model_name="consumedrow",
            constraint=models.UniqueConstraint(
                fields=("environment", "election", "sender", "recipient", "epoch", "sequence"),
                name="one_delivery_a_number",
            ),
        ),
        migrations.RunPython(only_added, migrations.RunPython.noop),
    ]
