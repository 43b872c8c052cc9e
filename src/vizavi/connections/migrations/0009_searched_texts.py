from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("connections", "0008_words_for_every_reader"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="journalentry",
            index=models.Index(condition=models.Q(("text__gt", "")), fields=["-at", "-id"], name="journal_texts"),
        ),
        migrations.AlterField(
            model_name="account",
            name="conflict_policy",
            field=models.CharField(
                choices=[
                    ("newest", "The newest change wins"),
                    ("recruiting", "Recruiting wins"),
                    ("calendar", "The external calendar wins"),
                ],
                default="newest",
                max_length=12,
                verbose_name="When both sides changed the same thing",
            ),
        ),
    ]
