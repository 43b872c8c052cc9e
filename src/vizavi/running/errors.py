"""What stops a start with a sentence instead of a traceback."""


class StartRefused(Exception):
    """Wrong use or missing configuration (exit code 2); the text says what and how to mend it."""
