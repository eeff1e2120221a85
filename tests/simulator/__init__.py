"""The simulator's own tests: everything it says is checked against aiogram's types."""
