"""Bodies that nobody would send: a short form in every run, and `make fuzz` for an hour of it."""
