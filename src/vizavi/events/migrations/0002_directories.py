from django.db import migrations

from vizavi.events import defaults


def fill(apps, schema_editor):
    defaults.create_missing(apps.get_model("events", "EventType"))


class Migration(migrations.Migration):
    dependencies = [("events", "0001_initial")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
