"""Russian: «26.11» where a day must be short."""

MONTH_DAY_FORMAT = "d.m"
