"""Tests of the SDK against real HTTP servers; they know nothing of Dispatcher's own code."""
