"""The incident rules: no Telegram, no HTTP, no HTML."""
