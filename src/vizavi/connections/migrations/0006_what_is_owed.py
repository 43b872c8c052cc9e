from django.db import migrations, models
from django.db.models import OuterRef, Q, Subquery


def carry_revisions(apps, schema_editor):
    event, link = apps.get_model("events", "Event"), apps.get_model("connections", "Link")
    revision = event.objects.filter(pk=OuterRef("event")).values("revision")
    link.objects.update(event_revision=Subquery(revision))


class Migration(migrations.Migration):
    dependencies = [
        ("connections", "0005_restores_and_calls"),
        ("events", "0004_what_is_ahead"),
    ]

    operations = [
        migrations.AddField(
            model_name="link",
            name="event_revision",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.RunPython(carry_revisions, migrations.RunPython.noop),
        migrations.AddField(
            model_name="link",
            name="owes",
            field=models.GeneratedField(
                db_persist=True,
                expression=models.Case(
                    models.When(
                        Q(event_revision__gt=models.F("pushed_revision"))
                        | Q(in_flight__isnull=False)
                        | Q(state="removing"),
                        then=True,
                    ),
                    default=False,
                ),
                output_field=models.BooleanField(),
            ),
        ),
        migrations.AddIndex(
            model_name="link",
            index=models.Index(condition=Q(owes=True), fields=["calendar"], name="link_owing"),
        ),
        migrations.AddIndex(
            model_name="link",
            index=models.Index(condition=Q(gone_at__isnull=False), fields=["calendar"], name="link_marked"),
        ),
    ]
