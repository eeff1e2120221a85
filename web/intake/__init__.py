"""The ways in for reports: one file for each wire format, each a body -> Report."""
