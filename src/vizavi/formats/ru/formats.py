"""Russian: «26.11» where a day must be short, and seconds where lines follow each other fast."""

EXACT_DATETIME_FORMAT = "d.m.Y H:i:s"
MONTH_DAY_FORMAT = "d.m"
