"""The one task of the first release: loading from the external calendar, every ten minutes."""

from django.db import migrations


def define(apps, schema_editor):
    apps.get_model("jobs", "TaskDefinition").objects.get_or_create(
        code="calendar_pull", defaults={"enabled": True, "period": "every", "hour": 0, "minute": 10}
    )


class Migration(migrations.Migration):
    dependencies = [("jobs", "0001_initial")]

    operations = [migrations.RunPython(define, migrations.RunPython.noop, elidable=False)]
