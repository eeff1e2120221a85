"""Tests of the pages and the JSON they answer with."""
