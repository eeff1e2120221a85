"""HTTP in, HTML and JSON out. Knows core; knows nothing of Telegram."""
