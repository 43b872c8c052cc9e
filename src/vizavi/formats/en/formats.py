"""English: a month's name, since 11/12 is another day on each side of the Atlantic, and a clock of 24 hours."""

SHORT_DATE_FORMAT = "M j, Y"
SHORT_DATETIME_FORMAT = "M j, Y, H:i"
EXACT_DATETIME_FORMAT = "M j, Y, H:i:s"
MONTH_DAY_FORMAT = "M j"
