from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0006_min_interviewers"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="event",
            index=models.Index(condition=models.Q(("title__gt", "")), fields=["id"], name="event_titled"),
        ),
    ]
