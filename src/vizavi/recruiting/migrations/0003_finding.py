import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models

from vizavi.recruiting import rules


def fill(apps, schema_editor):
    candidate_model = apps.get_model("recruiting", "Candidate")
    for candidate in candidate_model.objects.iterator():
        name = f"{candidate.last_name} {candidate.first_name}"
        candidate.name_key = rules.folded(name)
        candidate.search_key = rules.folded(f"{name} {candidate.patronymic}")
        candidate.phone_key = rules.phone_key(candidate.phone)
        candidate.save(update_fields=["name_key", "search_key", "phone_key"])


class Migration(migrations.Migration):
    dependencies = [
        ("recruiting", "0002_directories"),
    ]

    operations = [
        migrations.RemoveIndex(
            model_name="candidate",
            name="recruiting__last_na_a4bc3e_idx",
        ),
        migrations.AddField(
            model_name="candidate",
            name="name_key",
            field=models.CharField(blank=True, editable=False, max_length=170),
        ),
        migrations.AddField(
            model_name="candidate",
            name="phone_key",
            field=models.CharField(blank=True, editable=False, max_length=10),
        ),
        migrations.AddField(
            model_name="candidate",
            name="search_key",
            field=models.CharField(blank=True, editable=False, max_length=260),
        ),
        migrations.AddField(
            model_name="rejectionreason",
            name="active",
            field=models.BooleanField(default=True, verbose_name="Active"),
        ),
        migrations.AlterField(
            model_name="application",
            name="reason",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                to="recruiting.rejectionreason",
                verbose_name="Rejection reason",
            ),
        ),
        migrations.AlterField(
            model_name="application",
            name="stage",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="applications",
                to="recruiting.stage",
                verbose_name="Stage",
            ),
        ),
        migrations.AlterField(
            model_name="stage",
            name="code",
            field=models.SlugField(editable=False, unique=True),
        ),
        migrations.AlterField(
            model_name="stage",
            name="kind",
            field=models.CharField(
                choices=[
                    ("initial", "Initial"),
                    ("active", "In progress"),
                    ("interview", "Interview"),
                    ("offer", "Offer"),
                    ("hired", "Final, hired"),
                    ("reserve", "Final, talent pool"),
                    ("lost", "Final, lost"),
                ],
                editable=False,
                max_length=10,
            ),
        ),
        migrations.AddIndex(
            model_name="application",
            index=models.Index(fields=["vacancy", "stage", "moved_at"], name="application_on_board"),
        ),
        migrations.AddIndex(
            model_name="candidate",
            index=models.Index(fields=["name_key", "patronymic", "id"], name="candidate_by_name"),
        ),
        migrations.AddIndex(
            model_name="candidate",
            index=models.Index(fields=["phone_key"], name="candidate_by_phone"),
        ),
        migrations.AddIndex(
            model_name="candidate",
            index=models.Index(django.db.models.functions.text.Lower("email"), name="candidate_by_email"),
        ),
        migrations.AddIndex(
            model_name="candidate",
            index=models.Index(fields=["city", "name_key"], name="candidate_by_city"),
        ),
        migrations.AddIndex(
            model_name="candidate",
            index=models.Index(fields=["source", "name_key"], name="candidate_by_source"),
        ),
        migrations.AddIndex(
            model_name="candidate",
            index=models.Index(fields=["created_at"], name="candidate_by_age"),
        ),
        migrations.RunPython(fill, migrations.RunPython.noop),
    ]
