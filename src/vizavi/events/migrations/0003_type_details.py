import django.db.models.deletion
from django.db import migrations, models

import vizavi.events.models
from vizavi.events import defaults


def complete(apps, schema_editor):
    defaults.complete(apps.get_model("events", "EventType"), apps.get_model("recruiting", "Stage"))


def stage(caption):
    return models.ForeignKey(
        blank=True,
        null=True,
        on_delete=django.db.models.deletion.SET_NULL,
        related_name="+",
        to="recruiting.stage",
        verbose_name=caption,
    )


class Migration(migrations.Migration):
    dependencies = [("events", "0002_directories"), ("recruiting", "0003_finding")]
    operations = [
        migrations.AddField(
            "eventtype", "needs_room", models.BooleanField(default=False, verbose_name="Room is required")
        ),
        migrations.AddField(
            "eventtype",
            "outcomes",
            models.JSONField(blank=True, default=vizavi.events.models.every_outcome, verbose_name="Allowed outcomes"),
        ),
        migrations.AddField("eventtype", "stage_on_planned", stage("Stage when planned")),
        migrations.AddField("eventtype", "stage_on_held", stage("Stage when held")),
        migrations.AddField(
            "eventtype",
            "reminders",
            models.JSONField(
                blank=True,
                default=vizavi.events.models.usual_reminders,
                verbose_name="Reminders, minutes before the start",
            ),
        ),
        migrations.AddField(
            "eventtype", "system", models.BooleanField(default=False, editable=False, verbose_name="System")
        ),
        migrations.RunPython(complete, migrations.RunPython.noop),
    ]
