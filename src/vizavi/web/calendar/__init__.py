"""The calendar page and its feed."""
