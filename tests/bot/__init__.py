"""The bot: pure parts by themselves, the rest through a real dispatcher and simulated Telegram."""
