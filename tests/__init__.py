"""The tests mirror the source; scenes are of Alice on call, Bob in the team, Charlie a stranger."""
