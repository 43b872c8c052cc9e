from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import migrations, models

from vizavi.events import defaults


def count(apps, schema_editor):
    defaults.count_interviewers(apps.get_model("events", "EventType"))


class Migration(migrations.Migration):
    dependencies = [("events", "0005_message_templates")]
    operations = [
        migrations.AddField(
            "eventtype",
            "min_interviewers",
            models.PositiveSmallIntegerField(
                default=1,
                validators=[MinValueValidator(1), MaxValueValidator(20)],
                verbose_name="Interviewers at least",
            ),
        ),
        migrations.RunPython(count, migrations.RunPython.noop),
    ]
