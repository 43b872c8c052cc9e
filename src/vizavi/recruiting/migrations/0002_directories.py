from django.db import migrations

from vizavi.recruiting import defaults


def fill(apps, schema_editor):
    defaults.create_missing(apps.get_model("recruiting", "Stage"), apps.get_model("recruiting", "RejectionReason"))


class Migration(migrations.Migration):
    dependencies = [("recruiting", "0001_initial")]
    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
