"""What the speed goals are measured with. Prints ratios within one run: machines are noisy."""
