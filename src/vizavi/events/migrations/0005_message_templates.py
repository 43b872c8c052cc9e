import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from vizavi.events import default_letters


def fill(apps, schema_editor):
    default_letters.create_missing(apps.get_model("events", "MessageTemplate"), apps.get_model("events", "EventType"))


KINDS = [
    ("invitation", "Invitation"),
    ("reschedule", "Reschedule"),
    ("cancellation", "Cancellation"),
    ("reminder", "Reminder"),
]


class Migration(migrations.Migration):
    dependencies = [("events", "0004_what_is_ahead")]
    operations = [
        migrations.CreateModel(
            name="MessageTemplate",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(choices=KINDS, default="invitation", max_length=15, verbose_name="Kind"),
                ),
                ("name_ru", models.CharField(max_length=80, unique=True, verbose_name="Name (Russian)")),
                ("name_en", models.CharField(blank=True, max_length=80, verbose_name="Name (English)")),
                (
                    "language",
                    models.CharField(
                        choices=settings.LANGUAGES,
                        default=settings.LANGUAGE_CODE,
                        max_length=5,
                        verbose_name="Language of the letter",
                    ),
                ),
                ("subject", models.CharField(max_length=200, verbose_name="Subject")),
                ("body", models.TextField(verbose_name="Text")),
                ("active", models.BooleanField(default=True, verbose_name="Active")),
            ],
        ),
        migrations.AddField(
            "eventtype",
            "invitation_template",
            models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="events.messagetemplate",
                verbose_name="Invitation template",
            ),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
