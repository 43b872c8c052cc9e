"""Measures of speed and cost against the bars of the design: `make bench`, or `python -m bench NAME …`."""
