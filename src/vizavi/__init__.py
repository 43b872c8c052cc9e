"""Vizavi: an open recruiting calendar that stays in step with everyone's own calendar."""
