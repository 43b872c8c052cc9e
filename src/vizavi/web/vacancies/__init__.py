"""Lists and cards of vacancies."""
