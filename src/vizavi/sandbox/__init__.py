"""A local Google: OAuth and Calendar v3 as they answer in practice, for the demo, the tests and the curious."""
