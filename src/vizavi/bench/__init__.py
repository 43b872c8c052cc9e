"""Measures of speed and cost against the bars of the design: `vizavi bench`, on whatever machine it is started."""
