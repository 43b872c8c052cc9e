"""The REST API, version 1: the same intentions as the pages, for programs."""
