"""Numbered changes of the database, one purpose each."""
