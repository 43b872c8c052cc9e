"""«С чего начать»: the way from nothing to a calendar that keeps in step."""
