"""The bots' side: requests in, rules and faults applied, envelopes out."""
