import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


def accounts_at_work_go_on(apps, schema_editor):
    apps.get_model("connections", "Account").objects.filter(active=True).update(begun=True)


def reasons_are_said_anew(apps, schema_editor):
    """Whole sentences in the owner's language become the provider's words alone; the codes say the rest."""
    apps.get_model("connections", "Account").objects.update(state_text="")


class Migration(migrations.Migration):
    dependencies = [
        ("connections", "0001_initial"),
        ("events", "0002_directories"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField("account", "begun", models.BooleanField(default=False)),
        migrations.AddField("account", "closing", models.BooleanField(default=False)),
        migrations.AddField(
            "account",
            "cancelled_stays",
            models.BooleanField(default=False, verbose_name="Cancelled interviews stay there as “Cancelled: …”"),
        ),
        migrations.AddField("account", "spent", models.JSONField(default=list)),
        migrations.AddField("seriesitem", "asked_on", models.DateField(null=True)),
        migrations.CreateModel(
            name="Proposal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("starts_at", models.DateTimeField()),
                ("ends_at", models.DateTimeField()),
                ("starts_on", models.DateField(null=True)),
                ("ends_on", models.DateField(null=True)),
                ("zone", models.CharField(max_length=60)),
                ("time_edited_at", models.DateTimeField()),
                ("at", models.DateTimeField()),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="proposals", to="events.event"
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="proposals",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("event", "user"), name="one_proposal_of_a_guest")]
            },
        ),
        migrations.RunPython(accounts_at_work_go_on, migrations.RunPython.noop),
        migrations.RunPython(reasons_are_said_anew, migrations.RunPython.noop),
    ]
