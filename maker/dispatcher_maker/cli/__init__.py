"""`dispatcher-send`: reports from shells and cron. Only argparse, and each command on its own."""
