"""The methods of the Bot API that are simulated, one topic a file."""
