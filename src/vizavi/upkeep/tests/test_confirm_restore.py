"""`vizavi confirm-restore --json`, as programs read it."""

import json
from datetime import UTC, datetime

import pytest
from django.core.management import call_command

from vizavi.connections.models import Installation


@pytest.mark.django_db
def test_times_are_those_of_rfc_3339(capsys):
    row = Installation.get()
    row.outbound_held, row.backup_made_at = True, datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
    row.save()
    call_command("confirm_restore", "--json")
    told = json.loads(capsys.readouterr().out)
    assert (told["backup_made_at"], told["restored_at"]) == ("2026-03-02T09:30:00+00:00", None)
