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
    ]
