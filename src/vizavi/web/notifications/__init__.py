"""The bell and the list of notifications."""
