"""The JSON API: what the pages can do with incidents, for programs with a bearer token."""
