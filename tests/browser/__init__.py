"""What a newcomer does with the demo, in a real Chromium."""
