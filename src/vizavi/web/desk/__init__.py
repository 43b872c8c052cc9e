"""«Рабочий стол»: the day, what waits for a person, what does not work, the week's load."""
