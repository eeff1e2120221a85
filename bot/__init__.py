"""Telegram: updates in, cards and digests out."""
