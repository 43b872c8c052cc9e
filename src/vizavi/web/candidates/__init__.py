"""Lists and cards of candidates."""
